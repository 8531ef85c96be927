"""`aicheck policy test`: a policy against a table of cases."""

from pathlib import Path

import click

from aicheck.catalogue import load_catalogue
from aicheck.cli.own_files import read_own_files
from aicheck.errors import EXIT_PENDING, EXIT_SATISFIED
from aicheck.policy.case_file import differences, load_cases, run_case
from aicheck.report.encode import visible
from aicheck.trusted import read_argument


@click.command("test", short_help="Hold a policy against a table of cases.")
@click.argument("table", type=click.Path(path_type=Path), metavar="FILE.toml")
@click.option("--repo", type=click.Path(path_type=Path), default=Path(), help="The repository, when it is not the current folder.")
@click.option("--policy", type=click.Path(path_type=Path), metavar="FILE", help="Test this policy instead of the repository's.")
@click.option("--roster", type=click.Path(path_type=Path), metavar="FILE", help="Use these people instead of the repository's.")
def command(table: Path, repo: Path, policy: Path | None, roster: Path | None) -> int:
    """Hold the policy against the cases of FILE.toml: what is known of a change, and the level (and verdict) that must come of it.

    Exit code 1 when a case comes out otherwise.
    """
    catalogue = load_catalogue()
    cases = load_cases(read_argument(table), str(table), catalogue.by_id().keys())
    own = read_own_files(repo).trusted
    held, people = own.policy(policy, catalogue), own.roster(roster)
    failed = 0
    for case in cases:
        found = differences(case, run_case(case, held, people))
        failed += bool(found)
        click.echo(visible(f"FAIL  {case.name}: {'; '.join(found)}" if found else f"ok    {case.name}"))
    click.echo(f"{len(cases) - failed} of {len(cases)} cases come out as expected")
    return EXIT_PENDING if failed else EXIT_SATISFIED
