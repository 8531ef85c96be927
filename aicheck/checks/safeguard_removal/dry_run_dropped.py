"""safeguard-removal/dry-run-dropped."""

from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_patterns import kind_of
from aicheck.authoring.command_words import Words, take_apart
from aicheck.authoring.commands import UNATTENDED, CommandCheck, CommandSteps, is_throwaway, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity

DRY = ("dry-run", "dryrun", "noop", "no-op", "whatif", "what-if", "preview", "plan-only", "simulate", "just-print")
ASKING = ("interactive", "confirm", "ask", "prompt")
CONSENT = (
    "yes",
    "force",
    "no-input",
    "noinput",
    "no-confirm",
    "skip-confirm",
    "skip-confirmation",
    "assume-yes",
    "yes-i-really-mean-it",
    "no-dry-run",
    "execute",
    "commit",
    "no-prompt",
    "accept-data-loss",
)
SWITCHES = frozenset({"dry_run", "dryrun", "noop", "safe_mode", "read_only", "confirm"})
OFF = frozenset({"", "0", "false", "no", "off"})
HARMLESS = frozenset(
    """
    apt apt-get yum dnf apk pip npm yarn pnpm cargo brew conda mv cp ln rm tar git gh npx uv poetry tsc eslint prettier
    docker-compose docker ruff black go kubectl-wait
    """.split()  # noqa: SIM905
)
"""Programs for which consent is a matter of course in a script, or which a rule of its own judges."""
WORK = ("deploy", "migrate", "database", "environment", "store", "publish", "deleter", "volume")


class DryRunDropped(CommandCheck):
    """Finds a command that only showed what it would do, or asked, and now does it."""

    id = "safeguard-removal/dry-run-dropped"
    title = "A command no longer runs dry, or no longer asks"
    why = "What was a list of intentions becomes the deed, for everything that the command selects, the first time that it runs."
    instead = "Keep the dry run as its own step, let somebody read its output, and run the real one by a separate decision."
    severity = "high"
    confidence = "medium"
    restores = True
    cwe = (862,)
    examples = (
        bad_change(
            "jobs:\n  cleanup:\n    steps:\n      - run: ./bin/purge-accounts --older-than 90d --dry-run\n",
            "jobs:\n  cleanup:\n    steps:\n      - run: ./bin/purge-accounts --older-than 90d\n",
            "begins to delete",
            path=".github/workflows/cleanup.yml",
        ),
        bad_change(
            "#!/bin/sh\naws s3 sync dist s3://shop --delete --dryrun\n",
            "#!/bin/sh\naws s3 sync dist s3://shop --delete\n",
            "begins to delete",
            path="deploy/assets.sh",
        ),
        bad_change(
            "0 3 * * * shopctl expire-orders --confirm\n",
            "0 3 * * * shopctl expire-orders --yes\n",
            "asks nobody any more",
            path="ops/shop.crontab",
        ),
        good_change(
            "#!/bin/sh\naws s3 sync dist s3://shop --delete\n",
            "#!/bin/sh\naws s3 sync dist s3://shop --delete --dryrun\n",
            "a dry run is added",
            path="deploy/assets.sh",
        ),
        good_change(
            "#!/bin/sh\napt-get install curl\n", "#!/bin/sh\napt-get install -y curl\n", "installs a package", path="deploy/host.sh"
        ),
        good_change(
            "#!/bin/sh\nshopctl expire --dry-run\n",
            "#!/bin/sh\nshopctl expire --dryrun\n",
            "the option has another name",
            path="deploy/assets.sh",
        ),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """Each changed command, and each whose switch in the environment went off."""
        for step in (*steps.changed, *steps.kept):
            if step.after.where == "test":
                continue
            text = _lost(step.before, step.after)
            if text:
                severity: Severity = "high" if step.after.where in UNATTENDED else "medium"
                severity = "low" if is_throwaway(step.after) else severity
                yield self.match_command(pair, step.after, f"`{shown(step.after)}` {text}", severity=severity, before=step.before)


def _lost(before: Command, after: Command) -> str:
    first, second = take_apart(before.argv), take_apart(after.argv)
    if first.program in HARMLESS and not _works(after):
        return ""
    for names, what in ((DRY, "is no longer a dry run"), (ASKING, "no longer asks")):
        if first.has(*names) and not second.has(*DRY, *ASKING) and _gives_same_work(first, second):
            return what
    if second.has(*CONSENT) and not first.has(*CONSENT) and _works(after) and first.program not in {"terraform", "pulumi"}:
        return "now asks nobody"
    switched = dict(after.environment)
    for name, value in before.environment:
        if name.lower() in SWITCHES and value.lower() not in OFF and switched.get(name, "").lower() in OFF:
            return f"lost {name}={value}"[:60]
    return ""


def _gives_same_work(first: Words, second: Words) -> bool:
    return first.program == second.program


def _works(command: Command) -> bool:
    return any(kind_of(name, command) is not None for name in WORK[2:])
