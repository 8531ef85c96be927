"""`aicheck policy`: check, test and understand a policy before and after it decides."""

import importlib

import click

SUBVERBS = {
    "check": "Find what in policy, people and owners can never work.",
    "test": "Hold a policy against a table of cases.",
    "explain": "Say in words what a decision rests on.",
    "what-if": "Ask what another author or approval would change.",
}
"""Verb -> one line of help. The module `aicheck.cli.policy_<verb>` holds `command`."""


class Subverbs(click.Group):
    """Imports a verb's module only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """All of them."""
        return list(SUBVERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, None for an unknown one."""
        if cmd_name not in SUBVERBS:
            return None
        found: click.Command = importlib.import_module(f"aicheck.cli.policy_{cmd_name.replace('-', '_')}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBVERBS.items()))


@click.group("policy", cls=Subverbs, short_help="Check, test and understand a policy.")
def command() -> None:
    """Check, test and understand a policy.

    `check` and `test` read the files of your work tree, so that an edit can be tried before it is committed. Decisions always use
    those of the base branch.
    """
