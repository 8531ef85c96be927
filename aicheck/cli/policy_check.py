"""`aicheck policy check`: what in policy, people and owners can never work."""

import os
import time
from pathlib import Path
from typing import Any

import click

from aicheck.catalogue import load_catalogue
from aicheck.cli.own_files import OwnFiles, read_own_files
from aicheck.cli.progress import ProgressBar
from aicheck.errors import EXIT_PENDING, EXIT_SATISFIED
from aicheck.model.decision import level_rank
from aicheck.policy.judges import OWNERS_FILES
from aicheck.policy.lint import Linted, entry_lines, lint_policy, lint_roster
from aicheck.policy.owners_lint import OwnersFile, lint_owners
from aicheck.policy.policy import Policy
from aicheck.policy.policy_file import BUILT_IN, POLICY_FILE
from aicheck.policy.problem import Problem
from aicheck.policy.roster import Roster
from aicheck.policy.roster_file import ROSTER_FILE
from aicheck.replay.outcome import Outcome
from aicheck.replay.rehearsal import escalation_shares, rehearse
from aicheck.replay.standards import Given, Standards
from aicheck.report.encode import visible
from aicheck.trusted import read_argument

MOST_COMMITS = 10_000
USUAL_SHARE = 10
FEWEST_COMMITS = 20
"""A share of fewer says nothing."""


@click.command("check", short_help="Find what in policy, people and owners can never work.")
@click.option(
    "--history",
    "commits",
    type=click.IntRange(0, MOST_COMMITS),
    default=100,
    show_default=True,
    metavar="N",
    help="Last commits to try it on.",
)
@click.option(
    "--most",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help=f"An entry that asks for a reviewer on a larger share of them is a problem; without it, one above {USUAL_SHARE} % is a note.",
)
@click.option("--repo", type=click.Path(path_type=Path), default=Path(), help="The repository, when it is not the current folder.")
@click.option("--policy", type=click.Path(path_type=Path), metavar="FILE", help="Check this policy instead of the repository's.")
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help="Check against these people instead of the repository's.")
def command(**arguments: Any) -> int:
    """Check policy, people and owners.

    Found are entries that can never hold or add nothing, levels that nobody can satisfy, names that nobody bears, lines of
    CODEOWNERS that do not count, and entries that ask for a reviewer on too many of the last commits.

    Exit code 1 when something can never work; notes alone leave it at 0.
    """
    own = read_own_files(arguments["repo"])
    problems = check_files(own, arguments["policy"], arguments["roster"])
    if arguments["commits"]:
        problems = (*problems, *_check_history(own, arguments))
    for problem in problems:
        click.echo(_describe(problem))
    serious = sum(problem.serious for problem in problems)
    click.echo(f"{_count(serious, 'problem')}, {_count(len(problems) - serious, 'note')}")
    return EXIT_PENDING if serious else EXIT_SATISFIED


def check_files(own: OwnFiles, policy_file: Path | None, roster_file: Path | None) -> tuple[Problem, ...]:
    """Everything that can be told without history."""
    catalogue = load_catalogue()
    policy, roster = own.trusted.policy(policy_file, catalogue), own.trusted.roster(roster_file)
    own.trusted.accepted()
    linted = Linted(policy, roster, tuple(catalogue.by_id()), _entry_lines(own, policy_file), str(policy_file or POLICY_FILE))
    return (
        *lint_policy(linted),
        *_check_roster(own, roster_file, roster, policy),
        *_check_owners(own, roster),
    )


def _check_roster(own: OwnFiles, file: Path | None, roster: Roster, policy: Policy) -> tuple[Problem, ...]:
    data = _read(own, file, ROSTER_FILE)
    return lint_roster(data, roster, policy, int(time.time())) if data is not None else ()


def _check_owners(own: OwnFiles, roster: Roster) -> list[Problem]:
    found: list[Problem] = []
    places = [place for place in OWNERS_FILES if place in own.trusted.files]
    for place in places:
        text = own.trusted.files[place].decode("utf-8", "replace")
        found += lint_owners(OwnersFile(place, text, roster))
    if len(places) > 1:
        found.append(Problem(places[-1], 0, f"is not the only one: GitHub reads {places[0]} and passes the others by", serious=False))
    return found


def _check_history(own: OwnFiles, arguments: dict[str, Any]) -> list[Problem]:
    """Entries that would have asked for somebody else on too many of the last commits."""
    outcomes = rehearse_files(own, arguments["commits"], arguments["policy"], arguments["roster"])
    lines = {name: line for (table, name), line in _entry_lines(own, arguments["policy"]).items() if table == "escalate"}
    found = []
    most = USUAL_SHARE if arguments["most"] is None else arguments["most"]
    for one in escalation_shares(outcomes):
        if one.of < FEWEST_COMMITS or one.share * 100 <= most or level_rank(one.level) < level_rank("peer"):
            continue
        often = f", most often for {one.rule}" if one.rule else ""
        text = (
            f"escalate {one.id!r} would have asked for {one.level} on {one.commits} of the last {one.of} commits ({one.share:.0%}){often}"
        )
        found.append(
            Problem(
                str(arguments["policy"] or POLICY_FILE) if one.id in lines else BUILT_IN,
                lines.get(one.id, 0),
                text,
                arguments["most"] is not None,
            )
        )
    return found


def rehearse_files(own: OwnFiles, commits: int, policy_file: Path | None = None, roster_file: Path | None = None) -> tuple[Outcome, ...]:
    """The last commits, held against the files as they stand."""
    policy = Given(_read(own, policy_file, POLICY_FILE), str(policy_file or POLICY_FILE))
    roster = Given(_read(own, roster_file, ROSTER_FILE), str(roster_file or ROSTER_FILE))
    with ProgressBar() as progress:
        return rehearse(own.git, Standards(policy, roster), commits, os.cpu_count() or 1, progress)


def _read(own: OwnFiles, file: Path | None, name: str) -> bytes | None:
    return read_argument(file) if file is not None else own.trusted.files.get(name)


def _entry_lines(own: OwnFiles, policy_file: Path | None) -> dict[tuple[str, str], int]:
    data = _read(own, policy_file, POLICY_FILE)
    return entry_lines(data, str(policy_file or POLICY_FILE)) if data is not None else {}


def _describe(problem: Problem) -> str:
    place = f"{problem.source}:{problem.line}" if problem.line else problem.source
    return visible(f"{'problem' if problem.serious else 'note   '}  {place}  {problem.text}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
