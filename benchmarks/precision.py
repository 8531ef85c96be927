"""How many findings on ordinary commits are worth their reader's time, from what two people said of each.

`sheet` turns the JSON lines of `aicheck replay` into a table of findings to read; `report` turns two such tables, each
filled in by one reader, into counts per rule and the readers' disagreement.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

COLUMNS = ("repo", "sha", "rule", "severity", "path", "line")
VERDICTS = ("right", "defensible", "wrong")
"""right: a reviewer should look; defensible: the pattern is there and harmless here; wrong: it is not what the rule says."""
RATING_COLUMNS = (*COLUMNS, "verdict", "note")
MOST_WRONG = 0.10
MOST_WRONG_OF_A_RULE = 0.20
ENOUGH_FINDINGS = 5


class Key(NamedTuple):
    """One finding; the second of a rule on one line of a commit is the same to its reader."""

    repo: str
    sha: str
    rule: str
    severity: str
    path: str
    line: str


class Row(NamedTuple):
    """One rule's counts, by the worse of the two verdicts on each finding."""

    rule: str
    right: int
    defensible: int
    wrong: int

    @property
    def total(self) -> int:
        """How many findings were read."""
        return self.right + self.defensible + self.wrong


def findings(lines: Iterable[str]) -> list[Key]:
    """The findings of severity medium and above in the JSON lines of a replay, in their order, each once."""
    found: dict[Key, None] = {}
    for line in lines:
        outcome = json.loads(line)
        for hit in outcome.get("rules", ()):
            if hit["severity"] != "low":
                found[Key(outcome["repo"], outcome["sha"], hit["rule"], hit["severity"], hit["path"], str(hit["line"]))] = None
    return list(found)


def read_ratings(lines: Iterable[str]) -> dict[Key, str]:
    """The verdict on each finding of a filled-in sheet. Raises ValueError for an unknown verdict."""
    ratings = {}
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["verdict"] not in VERDICTS:
            raise ValueError(f"the verdict {row['verdict']!r} on {row['rule']} in {row['sha'][:12]} is none of {', '.join(VERDICTS)}")
        ratings[Key(*(row[name] for name in COLUMNS))] = row["verdict"]
    return ratings


def tabulate(first: dict[Key, str], second: dict[Key, str]) -> list[Row]:
    """A row for each rule, most findings first. Raises ValueError when the readers did not read the same findings."""
    if first.keys() != second.keys():
        alone = min(first.keys() ^ second.keys())
        raise ValueError(f"only one reader judged {alone.rule} in {alone.sha[:12]} ({alone.path}:{alone.line})")
    worse = {key: max(first[key], second[key], key=VERDICTS.index) for key in first}
    counts = Counter((key.rule, verdict) for key, verdict in worse.items())
    rows = [Row(rule, *(counts[rule, verdict] for verdict in VERDICTS)) for rule in {key.rule for key in worse}]
    return sorted(rows, key=lambda row: (-row.total, row.rule))


def breaches(rows: Iterable[Row]) -> list[str]:
    """The bars that the rows break, in words."""
    every = list(rows)
    total, wrong = sum(row.total for row in every), sum(row.wrong for row in every)
    broken = [f"{wrong} of {total} findings are wrong"] if wrong > MOST_WRONG * total else []
    return broken + [
        f"{row.wrong} of {row.total} findings of {row.rule} are wrong"
        for row in every
        if row.total >= ENOUGH_FINDINGS and row.wrong > MOST_WRONG_OF_A_RULE * row.total
    ]


def render(first: dict[Key, str], second: dict[Key, str]) -> str:
    """The table in Markdown, with the sum and how often the readers disagreed."""
    rows = tabulate(first, second)
    lines = ["| rule | findings | right | defensible | wrong |", "|---|---|---|---|---|"]
    lines += [f"| {row.rule} | {row.total} | {row.right} | {row.defensible} | {row.wrong} |" for row in rows]
    sums = [sum(getattr(row, name) for row in rows) for name in ("total", *VERDICTS)]
    lines.append(f"| all | {' | '.join(map(str, sums))} |")
    differing = sum(first[key] != second[key] for key in first)
    against = sum((first[key] == "wrong") != (second[key] == "wrong") for key in first)
    lines.append(f"\nThe readers gave different verdicts on {differing} of {len(first)} findings, on {against} about whether it is wrong.")
    return "\n".join(lines)


def main() -> None:
    """Write a sheet, or print the report and exit with 1 when a bar is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    sheet = commands.add_parser("sheet", help="print the table of findings to read")
    sheet.add_argument("outcomes", type=Path, nargs="+", help="outputs of `aicheck replay --format json`")
    report = commands.add_parser("report", help="print the counts per rule")
    report.add_argument("ratings", type=Path, nargs=2, help="the sheets that the two readers filled in")
    arguments = parser.parse_args()
    if arguments.command == "sheet":
        print("\t".join(RATING_COLUMNS))
        for file in arguments.outcomes:
            for key in findings(file.read_text().splitlines()):
                print("\t".join((*key, "", "")))
        return
    first, second = (read_ratings(file.read_text().splitlines()) for file in arguments.ratings)
    print(render(first, second))
    broken = breaches(tabulate(first, second))
    for line in broken:
        print(line, file=sys.stderr)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
