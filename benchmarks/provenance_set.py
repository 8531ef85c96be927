"""How often provenance is right on a labelled set of real commits. Exits with 1 when a bar is missed, with 2 when commits are.

The set (`fixtures/provenance/commits.tsv`) holds repository, commit, label, stratum and the reader's reason; the commits
themselves are read from clones. `ai`: a tool took part, by a sign that a reader of message and identities finds; `bot`:
automation without one; `human`: all others. What is counted is whether the state says that AI took part.
"""

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from aicheck.changes.commits import read_commits
from aicheck.changes.git import open_repository
from aicheck.errors import AicheckError
from aicheck.provenance.attribute import attribute_commit
from aicheck.provenance.signatures import load_signatures

SET = Path(__file__).parent.parent / "fixtures" / "provenance" / "commits.tsv"
LABELS = ("ai", "human", "bot")
CLAIMED = frozenset({"attested", "marked", "probable"})
"""States that say AI took part."""
UNSTRUCTURED = frozenset({"disclosure", "suggestion-taken-over"})
"""Strata whose sign is no structured marker of a tool that wrote; their recall is told, and has no bar."""
MOST_FALSE = 0.005
LEAST_FOUND = 0.99


class Labelled(msgspec.Struct, frozen=True):
    """One commit of the set."""

    repo: str
    sha: str
    label: str
    stratum: str
    reason: str


class Share(msgspec.Struct, frozen=True):
    """Of the commits of one stratum and label, how many the state claims."""

    stratum: str
    label: str
    claimed: int
    total: int
    wrong: tuple[str, ...]
    """`owner/name sha` of those that went wrong."""


class Result(msgspec.Struct, frozen=True):
    """What came of the whole set."""

    false_positives: Share
    recall: Share
    strata: tuple[Share, ...]
    missing: tuple[str, ...]
    """`owner/name sha` of commits that are not in the clones."""

    @property
    def is_kept(self) -> bool:
        """Whether both bars are met."""
        found = self.recall.claimed >= LEAST_FOUND * self.recall.total
        return found and self.false_positives.claimed <= MOST_FALSE * self.false_positives.total


def read_set(lines: Iterable[str]) -> tuple[Labelled, ...]:
    """The set from its lines, of which the first one names the columns."""
    return tuple(Labelled(**row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def judge(commits: Iterable[Labelled], template: str) -> tuple[dict[Labelled, bool], tuple[Labelled, ...]]:
    """Whether the state of each commit claims AI; and the commits that the clones do not hold."""
    signatures = load_signatures()
    by_repo: dict[str, list[Labelled]] = defaultdict(list)
    for commit in commits:
        by_repo[commit.repo].append(commit)
    claimed: dict[Labelled, bool] = {}
    missing: list[Labelled] = []
    for repo, some in sorted(by_repo.items()):
        owner, _, name = repo.partition("/")
        try:
            git = open_repository(Path(template.replace("{owner}", owner).replace("{name}", name)))
        except AicheckError:
            missing += some
            continue
        for one in some:
            if git.has_commit(one.sha):
                (read,) = read_commits(git, [one.sha])
                claimed[one] = attribute_commit(read, signatures).state in CLAIMED
            else:
                missing.append(one)
    return claimed, tuple(missing)


def add_up(claimed: Mapping[Labelled, bool], missing: Iterable[Labelled]) -> Result:
    """The shares: over everything without AI, over the structured markers, and of each stratum by label."""
    others = [one for one in claimed if one.label != "ai"]
    marked = [one for one in claimed if one.label == "ai" and one.stratum not in UNSTRUCTURED]
    groups: dict[tuple[str, str], list[Labelled]] = defaultdict(list)
    for one in claimed:
        groups[one.stratum, one.label].append(one)
    return Result(
        _share("all", "not ai", others, claimed),
        _share("structured markers", "ai", marked, claimed),
        tuple(_share(*name, some, claimed) for name, some in sorted(groups.items())),
        tuple(sorted(f"{one.repo} {one.sha}" for one in missing)),
    )


def _share(stratum: str, label: str, some: Iterable[Labelled], claimed: Mapping[Labelled, bool]) -> Share:
    some = tuple(some)
    wrong = sorted(f"{one.repo} {one.sha}" for one in some if claimed[one] is not (one.label == "ai"))
    return Share(stratum, label, sum(claimed[one] for one in some), len(some), tuple(wrong))


def render(result: Result) -> str:
    """A table in Markdown with a row for each stratum, and the two shares that have a bar."""
    rows = [f"| {one.stratum} | {one.label} | {one.total} | {one.claimed} |" for one in result.strata]
    table = "\n".join(["| stratum | label | commits | said to be AI-assisted |", "|---|---|---|---|", *rows])
    false, found = result.false_positives, result.recall
    wrong = "".join(f"\n- wrong: {name}" for share in (false, found) for name in share.wrong)
    missing = "".join(f"\n- not in the clones: {name}" for name in result.missing)
    return (
        f"{table}\n\n- false positives on commits without AI: {false.claimed} of {false.total} (bar: {MOST_FALSE:.1%})\n"
        f"- recall on structured markers: {found.claimed} of {found.total} (bar: {LEAST_FOUND:.0%}){wrong}{missing}\n"
    )


def main() -> None:
    """Measure the set in clones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repos", required=True, help="where the clones are, with {owner} and {name}")
    parser.add_argument("--set", type=Path, default=SET, help="another set")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    arguments = parser.parse_args()
    result = add_up(*judge(read_set(arguments.set.read_text("utf-8").splitlines()), arguments.repos))
    sys.stdout.write(render(result) if arguments.format == "text" else json.dumps(msgspec.to_builtins(result), indent=1) + "\n")
    sys.exit(2 if result.missing else 0 if result.is_kept else 1)


if __name__ == "__main__":
    main()
