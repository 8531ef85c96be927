"""`aicheck policy check`: what in policy, people and owners can never work."""

import time
from pathlib import Path
from typing import Any

import click

from aicheck.catalogue import load_catalogue
from aicheck.cli.own_files import OwnFiles, read_own_files
from aicheck.errors import EXIT_PENDING, EXIT_SATISFIED
from aicheck.policy.lint import Linted, entry_lines, lint_policy, lint_roster
from aicheck.policy.owners_lint import PLACES, OwnersFile, lint_owners
from aicheck.policy.policy import Policy
from aicheck.policy.policy_file import POLICY_FILE
from aicheck.policy.problem import Problem
from aicheck.policy.roster import Roster
from aicheck.policy.roster_file import ROSTER_FILE
from aicheck.report.encode import visible
from aicheck.trusted import read_argument


@click.command("check", short_help="Find what in policy, people and owners can never work.")
@click.option("--repo", type=click.Path(path_type=Path), default=Path(), help="The repository, when it is not the current folder.")
@click.option("--policy", type=click.Path(path_type=Path), metavar="FILE", help="Check this policy instead of the repository's.")
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help="Check against these people instead of the repository's.")
def command(**arguments: Any) -> int:
    """Check policy, people and owners.

    Found are entries that can never hold or add nothing, levels that nobody can satisfy, names that nobody bears, and lines of
    CODEOWNERS that do not count.

    Exit code 1 when something can never work; notes alone leave it at 0.
    """
    own = read_own_files(arguments["repo"])
    problems = check_files(own, arguments["policy"], arguments["roster"])
    for problem in problems:
        click.echo(_describe(problem))
    serious = sum(problem.serious for problem in problems)
    click.echo(f"{_count(serious, 'problem')}, {_count(len(problems) - serious, 'note')}")
    return EXIT_PENDING if serious else EXIT_SATISFIED


def check_files(own: OwnFiles, policy_file: Path | None, roster_file: Path | None) -> tuple[Problem, ...]:
    """Everything that can be told without history."""
    catalogue = load_catalogue()
    policy, roster = own.trusted.policy(policy_file, catalogue), own.trusted.roster(roster_file)
    policy_data = read_argument(policy_file) if policy_file is not None else own.trusted.files.get(POLICY_FILE)
    source = str(policy_file or POLICY_FILE)
    lines = entry_lines(policy_data, source) if policy_data is not None else {}
    own.trusted.accepted()
    return (
        *lint_policy(Linted(policy, roster, tuple(catalogue.by_id()), lines, source)),
        *_check_roster(own, roster_file, roster, policy),
        *_check_owners(own, roster),
    )


def _check_roster(own: OwnFiles, file: Path | None, roster: Roster, policy: Policy) -> tuple[Problem, ...]:
    data = read_argument(file) if file is not None else own.trusted.files.get(ROSTER_FILE)
    return lint_roster(data, roster, policy, int(time.time())) if data is not None else ()


def _check_owners(own: OwnFiles, roster: Roster) -> list[Problem]:
    found: list[Problem] = []
    places = [place for place in PLACES if place in own.trusted.files]
    for place in places:
        text = own.trusted.files[place].decode("utf-8", "replace")
        found += lint_owners(OwnersFile(place, text, roster))
    if len(places) > 1:
        found.append(Problem(places[-1], 0, f"is not the only one: GitHub reads {places[0]} and passes the others by", serious=False))
    return found


def _describe(problem: Problem) -> str:
    place = f"{problem.source}:{problem.line}" if problem.line else problem.source
    return visible(f"{'problem' if problem.serious else 'note   '}  {place}  {problem.text}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
