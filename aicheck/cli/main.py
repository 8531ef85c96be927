"""The command line: finds the verb, and maps every error to its exit code."""

import errno
import gc
import importlib
import os
import signal
import sys
from typing import Any

import click

import aicheck
from aicheck.errors import EXIT_INTERNAL, EXIT_USAGE, AicheckError

GARBAGE_THRESHOLD = 100_000
"""Objects between collections: facts and findings are many objects and little garbage."""
VERBS = {
    "init": "Write a first policy and roster, and try them on history.",
    "scan": "Judge a change: findings, and who must review it.",
    "provenance": "Tell which commits are AI-assisted, with the evidence.",
    "explain": "Explain a rule: why it matters and what to do instead.",
    "rules": "List the rules.",
    "accept": "Accept findings for a while, with a reason.",
    "policy": "Check, test and understand a policy.",
    "gate": "Hold changes back until the right people have signed them.",
    "replay": "Scan past commits, and add up who would have had to look.",
    "lsp": "Serve an editor over standard input and output.",
}
"""Verb -> one line of help. The module `aicheck.cli.<verb>` holds `command`."""


class Verbs(click.Group):
    """Imports a verb's module only when it is used, so that no verb pays for another one's imports."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """All verbs, in the order in which a newcomer meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The verb's command, None for an unknown one."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"aicheck.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of verbs, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})

EPILOG = """\
Start with `aicheck scan` inside a git repository: it judges what you have changed since the last commit.

Exit codes: 0 nothing left to do; 1 somebody must look; 2 wrong usage or settings; 3 something could not be analyzed;
4 the change cannot be established; 70 internal error.
"""


@click.group(cls=Verbs, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(aicheck.__version__, prog_name="aicheck")
def cli() -> None:
    """Decide which AI-assisted code changes need a senior's eyes.

    aicheck reads a change, works out which of it was AI-assisted, looks for patterns that have caused real outages, and says
    who must review it before it merges.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit. A request to end unwinds like an error does: no process and no temporary file stays."""
    gc.set_threshold(GARBAGE_THRESHOLD)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    sys.exit(run(arguments))


def _end(number: int, _: object) -> None:
    sys.exit(128 + number)


def run(arguments: list[str] | None = None) -> int:  # noqa: PLR0911  one return for each kind of end
    """Run the command line; the exit code. Every error is one sentence on standard error."""
    try:
        result: Any = cli.main(args=arguments, prog_name="aicheck", standalone_mode=False)
        if sys.stdout is not None and not sys.stdout.closed:  # None where the caller has closed it
            sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except AicheckError as error:
        say(str(error))
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone; nothing is left to flush
        return 141
    except Exception as error:
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            say(f"nothing more can be written: {error.strerror}; free space for the output and for temporary files")
            return EXIT_USAGE
        say(f"internal error: {type(error).__name__}: {error}. Please report it with the command that you ran.")
        if os.environ.get("AICHECK_TRACEBACK"):
            raise
        return EXIT_INTERNAL
    return result if isinstance(result, int) else 0


def say(sentence: str) -> None:
    """One line on standard error, with nothing in it that a terminal would obey."""
    from aicheck.report.encode import visible

    click.echo(f"aicheck: {visible(sentence)}", err=True)
