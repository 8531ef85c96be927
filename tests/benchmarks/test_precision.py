"""The counts of the precision report."""

import json

import pytest

from benchmarks.precision import RATING_COLUMNS, Row, breaches, findings, read_ratings, render, tabulate

RULES = ("a/one", "a/one", "a/one", "a/one", "a/one", "b/two")


def sheet(*verdicts: str) -> list[str]:
    rows = [
        "\t".join(("o/r", "f" * 40, rule, "high", "x.py", str(line), verdict, ""))
        for line, (rule, verdict) in enumerate(zip(RULES, verdicts, strict=True))
    ]
    return ["\t".join(RATING_COLUMNS), *rows]


GOOD = sheet("right", "right", "right", "right", "right", "right")
MIXED = sheet("right", "wrong", "wrong", "defensible", "right", "right")


def test_only_findings_that_somebody_must_read_are_in_the_sheet() -> None:
    hit = {"rule": "a/one", "severity": "medium", "path": "x", "line": 3}
    lines = [json.dumps({"repo": "o/r", "sha": "1", "rules": [hit, hit, hit | {"severity": "low"}]}), json.dumps({"summary": {}})]
    assert [(key.rule, key.line) for key in findings(lines)] == [("a/one", "3")]


def test_the_worse_verdict_counts_and_disagreement_is_said() -> None:
    first, second = read_ratings(GOOD), read_ratings(MIXED)
    assert tabulate(first, second) == [Row("a/one", 2, 1, 2), Row("b/two", 1, 0, 0)]
    text = render(first, second)
    assert "| all | 6 | 3 | 1 | 2 |" in text
    assert "different verdicts on 3 of 6 findings, on 2 about whether it is wrong" in text


def test_bars() -> None:
    assert breaches(tabulate(read_ratings(GOOD), read_ratings(GOOD))) == []
    assert breaches(tabulate(read_ratings(GOOD), read_ratings(MIXED))) == [
        "2 of 6 findings are wrong",
        "2 of 5 findings of a/one are wrong",
    ]


def test_an_unread_finding_is_an_error() -> None:
    with pytest.raises(ValueError, match="is none of"):
        read_ratings(sheet("right", "", "right", "right", "right", "right"))
    with pytest.raises(ValueError, match="only one reader"):
        tabulate(read_ratings(GOOD), read_ratings(GOOD[:-1]))
