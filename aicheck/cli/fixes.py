"""`scan --fix` and `scan --diff`: which fixes are made, shown or written."""

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from aicheck.changes.repository import find_repository
from aicheck.changes.rewrite import Rewriting, rewrite_files
from aicheck.errors import UsageError
from aicheck.model.decision import Decision, Report

if TYPE_CHECKING:
    from aicheck.scan import Request

CONTEXT = 3


class FixOptions(msgspec.Struct, frozen=True):
    """What is to be done with fixes."""

    repo: Path
    diff: bool
    """Show them; otherwise they are written."""
    unsafe: bool


def check_fix_options(fix: bool, diff: bool, unsafe: bool, formats: Sequence[str]) -> None:
    """Raises UsageError for options that do not go together."""
    if fix and diff:
        raise UsageError("--fix writes and --diff only shows; give one of them")
    if unsafe and not (fix or diff):
        raise UsageError("--unsafe-fixes goes with --fix or --diff")
    if diff and any("=" not in item for item in formats):
        raise UsageError("--diff prints on standard output; give each --format a file: --format json=FILE")


def apply_fixes(request: "Request", judged: tuple[Report, Decision], options: FixOptions) -> tuple[Report, Decision]:
    """Show or write the fixes that hold; the judgement to report: of what was judged, or of what is left after writing."""
    from aicheck.fixing import fix_change  # only where fixes are wanted

    work_tree = find_repository(options.repo).work_tree if request.change.head == "work tree" else None
    if not options.diff and work_tree is None:
        raise UsageError("--fix writes into the work tree, and the change ends elsewhere; leave the source option out, or use --diff")
    done = fix_change(request, judged, unsafe=options.unsafe)
    if options.diff:
        for line in _difference(done.rewritings):
            click.echo(line)
    elif work_tree is not None:
        rewrite_files(work_tree, done.rewritings)
    fixed, refused = len(done.fixed), len(done.refused)
    left = f"; {refused} did not hold and {'was' if refused == 1 else 'were'} left out" if refused else ""
    click.echo(f"aicheck: {'would fix' if options.diff else 'fixed'} {fixed} finding{'' if fixed == 1 else 's'}{left}", err=True)
    return judged if options.diff else done.judged


def _difference(rewritings: Sequence[Rewriting]) -> Iterator[str]:
    """A unified diff without what a terminal would obey; where that hides a character, the diff is for reading only."""
    from aicheck.report.encode import guard_lines, visible

    for one in rewritings:
        before, after = (_ended(data.decode("utf-8", "replace")) for data in (one.expected, one.data))
        names = (f"a/{visible(one.path)}", f"b/{visible(one.path)}")
        for entry in difflib.unified_diff(before, after, *names, n=CONTEXT, lineterm=""):
            for line in entry.split("\n"):
                shown, carriage = (line[:-1], "\r") if line.endswith("\r") else (line, "")
                yield guard_lines("\t".join(visible(part) for part in shown.split("\t"))) + carriage


def _ended(text: str) -> list[str]:
    """The lines; a last one without a line feed is marked as diffs do it."""
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines
