"""The labelled set of commits, and what measures provenance on it."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.provenance_set import LABELS, SET, Labelled, add_up, judge, read_set, render
from tests.demo import build_demo, git

COMMITS = read_set(SET.read_text("utf-8").splitlines())
EASY = frozenset({"marked", "before-2021-06", "bot"})


def test_the_set_is_large_hard_and_holds_each_commit_once() -> None:
    assert len(COMMITS) >= 300
    assert len({commit.sha for commit in COMMITS}) == len(COMMITS)
    assert len({commit.repo for commit in COMMITS}) >= 12
    assert {commit.label for commit in COMMITS} == set(LABELS)
    assert sum(commit.stratum not in EASY for commit in COMMITS) >= 100
    assert all(len(commit.sha) == 40 and commit.repo.count("/") == 1 and commit.reason for commit in COMMITS)
    assert min(Counter(commit.label for commit in COMMITS).values()) >= 20


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clones")
    build_demo(folder / "acme+shop" / "repo")
    return folder


def labelled(clones: Path, label: str, revision: str, stratum: str = "marked") -> Labelled:
    sha = git(clones / "acme+shop" / "repo", "rev-parse", revision).strip()
    return Labelled("acme/shop", sha, label, stratum, "as the demo says")


def test_each_claim_is_held_against_its_label(clones: Path) -> None:
    marked, wrong = labelled(clones, "ai", "agent/cleanup"), labelled(clones, "human", "agent/cleanup~1", "revert")
    plain = labelled(clones, "human", git(clones / "acme+shop" / "repo", "rev-list", "--max-parents=0", "main").strip())
    gone = Labelled("acme/shop", "0" * 40, "ai", "marked", "not there")
    elsewhere = Labelled("acme/other", "1" * 40, "bot", "bot", "no such clone")
    claimed, missing = judge([marked, wrong, plain, gone, elsewhere], str(clones / "{owner}+{name}" / "repo"))
    assert claimed == {marked: True, wrong: True, plain: False}
    assert set(missing) == {gone, elsewhere}
    result = add_up(claimed, missing)
    assert (result.recall.claimed, result.recall.total) == (1, 1)
    assert (result.false_positives.claimed, result.false_positives.total) == (1, 2)
    assert not result.is_kept
    text = render(result)
    assert f"- wrong: acme/shop {wrong.sha}" in text
    assert "- not in the clones: acme/other" in text
    assert "| revert | human | 1 | 1 |" in text


def test_a_marker_that_is_missed_breaks_the_bar() -> None:
    one = Labelled("acme/shop", "2" * 40, "ai", "marked", "a trailer")
    assert add_up({one: True}, ()).is_kept
    assert not add_up({one: False}, ()).is_kept
    assert add_up({Labelled("acme/shop", "3" * 40, "ai", "disclosure", "in prose"): False}, ()).is_kept
