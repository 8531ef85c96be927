"""Replay over a real repository and over tables of commits."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.errors import UsageError
from aicheck.model.decision import LEVELS, level_rank
from aicheck.replay.outcome import Hit, Outcome, Target, read_targets
from aicheck.replay.run import locate, replay
from aicheck.replay.standards import Given, Standards
from aicheck.replay.summary import summarize, wilson
from tests.demo import aicheck, build_demo, git


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's history at the place that `--repos` names."""
    return build_demo(tmp_path_factory.mktemp("repositories") / "acme+stockroom" / "repo")


def table(demo: Path, *, missing: bool = False) -> Path:
    """Two labels; with `missing` also a commit that is nowhere."""
    ids = git(demo, "rev-list", "main..agent/cleanup").split()
    rows = ["reason\trepo\tsha\tlabel", *(f"x\tacme/stockroom\t{identifier}\tdangerous" for identifier in ids)]
    rows += [f"x\tacme/stockroom\t{identifier}\tharmless" for identifier in git(demo, "rev-list", "main..agent/docs-and-types").split()]
    rows += ["x\tacme/stockroom\t" + "0" * 40 + "\tharmless"] if missing else []
    file = demo.parent / "commits.tsv"
    file.write_text("\n".join(rows) + "\n")
    return file


def test_each_label_has_its_shares_and_a_missing_commit_fails_alone(demo: Path) -> None:
    template = str(demo.parents[1] / "{owner}+{name}" / "repo")
    done = aicheck("replay", "--commits", str(table(demo, missing=True)), "--repos", template, "--format", "json", "--jobs", "2", cwd=demo)
    assert done.returncode == 0, done.stderr
    *commits, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(commits) == 6
    assert [commit["verdict"] for commit in commits].count("error") == 1
    labels = last["summary"]["labels"]
    assert labels["dangerous"]["at_least"]["senior"]["share"] == 1.0
    assert labels["harmless"]["at_least"]["ack"]["count"] == 0
    assert (labels["harmless"]["commits"], labels["harmless"]["errors"]) == (2, 1)
    assert labels["dangerous"]["rules"]["unbounded-retry/loop-without-exit"] == 1
    assert set(commits[0]) == {"repo", "sha", "label", "level", "verdict", "rules", "failures", "about"}


def test_a_replayed_commit_gets_the_decision_of_a_scan(demo: Path) -> None:
    head = git(demo, "rev-parse", "agent/cleanup").strip()
    (outcome,) = replay([Target("r", head, "")], {"r": demo}, 1)
    report = json.loads(aicheck("scan", "--commit", head, "--format", "json", cwd=demo).stdout)
    assert (outcome.level, outcome.verdict) == (report["decision"]["level"], report["decision"]["verdict"])
    assert [(hit.rule, hit.line) for hit in outcome.rules] == [(finding["rule"], finding["line"]) for finding in report["findings"]]


def test_people_who_hold_for_every_commit(demo: Path) -> None:
    head = git(demo, "rev-parse", "agent/cleanup").strip()
    given = Given(
        b'schema = 1\n[rank]\nsenior = ["@x"]\n[identity]\n"@x" = ["%s"]\n' % git(demo, "log", "-1", "--format=%ae", head).strip().encode(),
        "people",
    )
    (own,) = replay([Target("r", head, "")], {"r": demo}, 1)
    (given_people,) = replay([Target("r", head, "")], {"r": demo}, 1, Standards(roster=given))
    assert own.about is not None and given_people.about is not None
    assert (own.about.author_rank, own.about.blanket) == ("", "senior")
    assert (given_people.about.author_rank, given_people.about.blanket) == ("senior", "none")
    assert own.about.standards == "" != given_people.about.standards


def test_commits_replayed_together_get_what_each_gets_alone(demo: Path) -> None:
    ids = git(demo, "rev-list", "--all", "--no-merges").split()
    together = list(replay([Target("r", one, "") for one in ids], {"r": demo}, 1))
    alone = [outcome for one in ids for outcome in replay([Target("r", one, "")], {"r": demo}, 1)]
    assert together == alone
    assert any(outcome.rules for outcome in alone)


def test_a_range_of_one_repository(demo: Path) -> None:
    done = aicheck("replay", "main..agent/cleanup", cwd=demo)
    assert done.returncode == 0, done.stderr
    assert "commits: 3 judged" in done.stdout


def test_resuming_scans_only_what_is_missing(demo: Path, tmp_path: Path) -> None:
    kept = tmp_path / "outcomes"
    arguments = ("replay", "main..agent/cleanup", "--format", "json", "--resume", str(kept))
    first = aicheck(*arguments, cwd=demo)
    lines = kept.read_text().splitlines(keepends=True)
    assert len(lines) == 3
    marked = [line.replace('"level":"', '"level":"none","was":"') for line in lines[:2]]
    kept.write_text("".join(marked) + lines[2][:40])  # two known outcomes, told apart from real ones, and one cut off
    second = [json.loads(line) for line in aicheck(*arguments, cwd=demo).stdout.splitlines()]
    assert [outcome["level"] for outcome in second[:-1]].count("none") == 2
    assert len(first.stdout.splitlines()) == len(second) == 4


@pytest.mark.parametrize(
    "arguments", [(), ("main",), ("main..x", "--commits", "x.tsv"), ("--commits", "missing.tsv", "--repos", "x"), ("--commits", "x.tsv")]
)
def test_wrong_usage(demo: Path, arguments: tuple[str, ...]) -> None:
    done = aicheck("replay", *arguments, cwd=demo)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_table_must_name_its_columns() -> None:
    with pytest.raises(UsageError, match="no column label"):
        read_targets(["repo\tsha", "a/b\t0"], "x.tsv")
    with pytest.raises(UsageError, match="is not at"):
        locate([Target("a/b", "0", "")], "/nowhere/{owner}/{name}")


def test_the_interval_is_wilsons() -> None:
    """Against values that can be looked up: 5 of 50 and 0 of 10."""
    some, none = wilson(5, 50), wilson(0, 10)
    assert (round(some.low, 4), round(some.high, 4)) == (0.0435, 0.2136)
    assert (none.low, round(none.high, 4)) == (0.0, 0.2775)


def test_what_is_counted_per_rule_family_and_kind_of_failure() -> None:
    hits = (Hit("a/b", "low", "p", 1), Hit("a/b", "low", "p", 2), Hit("a/c", "high", "q", 1))
    outcomes = [
        Outcome("r", "1", "x", "none", "satisfied", hits, ("p.py: syntax error at line 3",)),
        Outcome("r", "2", "x", "none", "satisfied", hits[:1], ("q.py: syntax error at line 40", "z: larger than 5 MiB")),
        Outcome("r", "3", "x", "none", "error", (), ("commit 0123abcdef is missing",)),
    ]
    (summary,) = summarize(outcomes)
    assert (summary.rules, summary.families, summary.findings_by_rule) == ((("a/b", 2), ("a/c", 1)), (("a", 2),), (("a/b", 3), ("a/c", 1)))
    assert summary.failures == (("syntax error at line N", 2), ("commit N is missing", 1), ("larger than N MiB", 1))


@given(st.lists(st.sampled_from(LEVELS), max_size=30))
def test_shares_never_grow_with_the_level(levels: list[str]) -> None:
    outcomes = [Outcome("r", str(number), "x", level, "satisfied", (Hit("a/b", "low", "p", 1),)) for number, level in enumerate(levels)]  # type: ignore[arg-type]
    for summary in summarize(outcomes):
        counts = [share.count for _, share in summary.at_least]
        assert counts == sorted(counts, reverse=True)
        assert counts[0] == sum(level_rank(outcome.level) > 0 for outcome in outcomes)
        assert all(share.low <= share.share <= share.high for _, share in summary.at_least)
