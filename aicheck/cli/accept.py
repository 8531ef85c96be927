"""`aicheck accept`: note findings in `.aicheck/accepted.toml` as accepted for a while."""

import datetime
import getpass
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import msgspec

from aicheck.changes.git import open_repository
from aicheck.cli.change import Options
from aicheck.cli.output import replace_file
from aicheck.cli.progress import ProgressBar
from aicheck.cli.scan import prepare_request
from aicheck.errors import UsageError
from aicheck.policy.accepted import Accepted, why_not
from aicheck.policy.accepted_file import ACCEPTED_FILE, add_accepted
from aicheck.policy.judges import judge_paths
from aicheck.report.encode import cut, visible
from aicheck.trusted import read_argument

SHORTEST = 6
"""Characters of a fingerprint that are enough, where they name one."""
_MESSAGE = 70


class Open(msgspec.Struct, frozen=True):
    """A finding that counts."""

    fingerprint: str
    path: str
    line: int
    rule: str
    message: str
    problem: str = ""
    """Why it cannot be accepted."""


@click.command("accept", short_help="Accept findings for a while, with a reason.")
@click.argument("fingerprints", nargs=-1, metavar="[FINGERPRINT]...")
@click.option("--reason", default="", metavar="TEXT", help="Why they may stay.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The last day on which they are accepted: 2027-01-31.")
@click.option("--by", default="", metavar="NAME", help="Who accepts them; by default the name of your account.")
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="Look them up in the JSON output of a scan.")
@click.option("--repo", type=click.Path(path_type=Path), default=Path(), help="The repository, when it is not the current folder.")
@click.option("--staged", is_flag=True, help="Look them up in what is staged.")
@click.option("--commit", metavar="REV", help="Look them up in one commit.")
@click.option("--base", metavar="REV", help="Look them up in what --head adds since it left this branch.")
@click.option("--head", metavar="REV", help="The other end of --base; HEAD by default.")
def command(**arguments: Any) -> None:
    """Accept findings for a while, by FINGERPRINT or the beginning of one. Without one, list the findings that can be named.

    They are looked up in the change in your work tree, unless an option names another. The file counts from the base branch
    on: the change that brings it needs an owner.
    """
    given = {name: arguments[name] for name in ("repo", "staged", "commit", "base", "head")}
    found = _read_report(arguments["report"]) if arguments["report"] is not None else _scan(Options(**given))
    if not arguments["fingerprints"]:
        click.echo("\n".join(map(_describe, found)) or "no finding counts here")
        return
    chosen = _choose(arguments["fingerprints"], found)
    entries = [_entry(finding, arguments) for finding in chosen]
    folder = open_repository(arguments["repo"]).repository.work_tree
    if folder is None:
        raise UsageError(f"this repository has no work tree to write {ACCEPTED_FILE} into; use a clone")
    file = folder / ACCEPTED_FILE
    text = add_accepted(read_argument(file) if file.exists() else None, entries)
    file.parent.mkdir(exist_ok=True)
    replace_file(file, text)
    click.echo("\n".join(map(_describe, chosen)))
    click.echo(f"accepted until {entries[0].until} in {ACCEPTED_FILE}; commit it: it counts once it is on the base branch")


def _scan(options: Options) -> list[Open]:
    from aicheck.scan import scan  # not needed for --report

    with ProgressBar() as progress:
        request = prepare_request(options, progress)
        report, _ = scan(request)
    judging = judge_paths(request.change)
    return [
        Open(one.fingerprint, one.location.path, one.location.span.line, one.rule, one.message, why_not(one, judging))
        for one in report.findings
        if one.counts
    ]


def _read_report(file: Path) -> list[Open]:
    """The findings that count in a JSON report; what cannot be accepted is told by the next scan."""
    try:
        findings = json.loads(read_argument(file))["findings"]
        counting = [one for one in findings if one["state"] == "new" and (one["suppression"] is None or one["suppression"]["added"])]
        return [msgspec.convert({name: one[name] for name in Open.__struct_fields__[:-1]}, Open) for one in counting]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{file} is no output of `aicheck scan --format json`: {type(error).__name__} {error}") from None


def _choose(wanted: Iterable[str], found: list[Open]) -> list[Open]:
    """The findings that are named, each once, in their order. Raises UsageError for a name that fits none or several."""
    chosen: set[Open] = set()
    for name in wanted:
        fitting = [one for one in found if one.fingerprint.startswith(name) or one.fingerprint.partition(":")[2].startswith(name)]
        if not fitting or len(name) < SHORTEST:
            raise UsageError(f"no finding that counts here has the fingerprint {name}; `aicheck accept` without one lists them")
        if len({one.fingerprint for one in fitting}) > 1:
            raise UsageError(f"{name} names {len(fitting)} findings; give more of it")
        if problem := next((one.problem for one in fitting if one.problem), ""):
            raise UsageError(f"{name} is {fitting[0].rule}: {problem}")
        chosen.update(fitting)
    return [one for one in found if one in chosen]


def _entry(finding: Open, arguments: dict[str, Any]) -> Accepted:
    reason, until = arguments["reason"].strip(), arguments["until"]
    if not any(map(str.isalnum, reason)):
        raise UsageError("a finding is accepted with a reason only; give --reason")
    if until is None:
        raise UsageError("a finding is accepted for a while only; give --until with a date")
    if until.date() < datetime.datetime.now(datetime.UTC).date():
        raise UsageError(f"--until {until.date()} has passed; give a later date")
    if not finding.path.isprintable():
        raise UsageError(f"the name of {visible(finding.path)} cannot be written down; rename the file first")
    return Accepted(finding.fingerprint, finding.path, reason, arguments["by"].strip() or getpass.getuser(), until.date())


def _describe(finding: Open) -> str:
    text = (
        f"{finding.fingerprint}  {visible(finding.path)}:{finding.line}  {visible(finding.rule)}: {cut(visible(finding.message), _MESSAGE)}"
    )
    return f"{text} ({finding.problem})" if finding.problem else text
