"""`aicheck init`: a first policy and roster for a repository, and what they would have done to its last commits."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from aicheck.changes.commits import read_commits
from aicheck.changes.git import Git
from aicheck.changes.sources import read_trusted
from aicheck.cli.own_files import OwnFiles, read_own_files
from aicheck.cli.policy_check import MOST_COMMITS, rehearse_files
from aicheck.config import matches_any
from aicheck.errors import UsageError
from aicheck.model.decision import level_rank
from aicheck.model.path import path_bytes
from aicheck.policy.blanket import read_blanket
from aicheck.policy.judges import JOB_FILES, OWNERS_FILES, runs_aicheck
from aicheck.policy.policy_file import POLICY_FILE
from aicheck.policy.roster_file import ROSTER_FILE
from aicheck.policy.starter import Author, Surroundings, write_people, write_policy
from aicheck.provenance.identity import IdentityIndex
from aicheck.provenance.signatures import load_signatures
from aicheck.readers.owners import parse_owners
from aicheck.replay.outcome import Outcome
from aicheck.replay.rehearsal import judged, reached
from aicheck.report.encode import cut, visible
from aicheck.trusted import SHOWN_ID

AUTHORED = 500
"""Last commits whose authors are listed."""
RISKY_FOLDERS = frozenset(
    {"charts", "deploy", "deployment", "helm", "infra", "infrastructure", "k8s", "kubernetes", "migrations", "terraform"}
)
_MOST_SHOWN = 5
_ROOM = 60


@click.command("init", short_help="Write a first policy and roster, and try them on history.")
@click.option(
    "--blanket", is_flag=True, help="Write the blanket rule: a senior for every AI-assisted change by a junior or mid-level author."
)
@click.option("--repo", type=click.Path(path_type=Path), default=Path(), help="The repository, when it is not the current folder.")
@click.option(
    "--history",
    "commits",
    type=click.IntRange(0, MOST_COMMITS),
    default=100,
    show_default=True,
    metavar="N",
    help="Last commits to try it on.",
)
def command(**arguments: Any) -> None:
    """Write a commented policy and roster to .aicheck/, and tell which of the last commits would have escalated.

    They are made from CODEOWNERS, the recent authors and the CI files of the repository. A file that is there is left as it is.
    """
    own = read_own_files(arguments["repo"])
    tree = own.git.repository.work_tree
    if tree is None:
        raise UsageError("this repository has no work tree to write into; use a clone")
    seen = _look_around(own)
    policy = read_blanket() if arguments["blanket"] else write_policy(seen)
    for name, text in ((POLICY_FILE, policy), (ROSTER_FILE, write_people(seen))):
        click.echo(_write(tree / name, name, text))
    if not seen.runs_aicheck:
        click.echo("no CI job here runs aicheck yet; without one, nothing is held up")
    if arguments["commits"]:
        click.echo(_tell(rehearse_files(read_own_files(arguments["repo"]), arguments["commits"])))
    click.echo("Look through both files and commit them: they count once they are on the base branch.")


def _write(file: Path, name: str, text: str) -> str:
    """Create a file that is not there, and say what was done."""
    try:
        file.parent.mkdir(exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        return f"{name} is there and is left as it is"
    except OSError as error:
        raise UsageError(f"{name} cannot be written: {error.strerror}") from error
    return f"wrote {name}"


def _look_around(own: OwnFiles) -> Surroundings:
    head = own.git.head()
    paths = sorted(own.git.tree(head), key=path_bytes) if head else []
    jobs = [path for path in paths if matches_any(JOB_FILES, path)]
    contents = read_trusted(own.git, head, jobs)
    place = next((place for place in OWNERS_FILES if place in own.trusted.files), "")
    lines = parse_owners(own.trusted.files[place].decode("utf-8", "replace")) if place else ()
    return Surroundings(
        owners=tuple(dict.fromkeys(owner for line in lines for owner in line.owners)),
        authors=_recent_authors(own.git, head),
        pipelines=tuple(dict.fromkeys(_folder_pattern(path) for path in jobs)),
        risky_paths=_risky_paths(paths),
        runs_aicheck=any(map(runs_aicheck, contents.values())),
    )


def _folder_pattern(path: str) -> str:
    folder = path.rpartition("/")[0]
    return f"{folder}/**" if folder else path


def _risky_paths(paths: list[str]) -> tuple[str, ...]:
    """Patterns of the outermost folders that hold migrations or infrastructure, in order."""
    found: dict[str, None] = {}
    for path in paths:
        parts = path.split("/")[:-1]
        at = next((at for at, part in enumerate(parts) if part.lower() in RISKY_FOLDERS), None)
        if at is not None:
            found["/".join((*parts[: at + 1], "**"))] = None
    return tuple(found)


def _recent_authors(git: Git, head: str) -> tuple[Author, ...]:
    index = IdentityIndex(load_signatures())
    commits = read_commits(git, git.last_commits(head, AUTHORED)) if head else ()
    people = Counter(commit.author.email.lower() for commit in commits if index.classify(commit.author) == "person")
    return tuple(Author(email, count) for email, count in sorted(people.items(), key=lambda item: (-item[1], item[0])))


def _tell(outcomes: tuple[Outcome, ...]) -> str:
    known = judged(outcomes)
    if not known:
        return "there is no history yet to try it on"
    senior, anything = reached(known, "senior"), reached(known, "ack")
    lines = [
        f"Of the last {len(known)} commits, {len(senior)} would have needed a senior or more, "
        f"{len(anything) - len(senior)} less than that, and {len(known) - len(anything)} nobody beyond the normal review."
    ]
    for outcome in senior[:_MOST_SHOWN]:
        because, subject = (outcome.about.because, outcome.about.subject) if outcome.about else ((), "")
        rules = dict.fromkeys(rule for one in because if level_rank(one.level) >= level_rank("senior") for rule in one.rules)
        causes = ", ".join(rules or [one.escalation for one in because])
        lines.append(f"  {outcome.sha[:SHOWN_ID]}  {outcome.level:<6}  {cut(visible(subject), _ROOM)}  ({cut(visible(causes), _ROOM)})")
    more = len(senior) - _MOST_SHOWN
    return "\n".join([*lines, *([f"  and {more} more"] if more > 0 else [])])
