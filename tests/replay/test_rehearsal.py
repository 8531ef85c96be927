"""A policy on the last commits of a repository."""

import datetime
from pathlib import Path

import pytest

from aicheck.changes.git import open_repository
from aicheck.replay.rehearsal import EscalationShare, escalation_shares, judged, reached, rehearse
from aicheck.replay.standards import Given, Standards
from tests.demo import build_demo, git

POLICY = b"""schema = 1
[[escalate]]
id = "sql"
when = { paths = ["migrations/**"], hours = ["sat-sun"] }
to = "stop"
why = "never on weekends"
[[escalate]]
id = "all"
when = { files = 1 }
to = "ack"
why = "everything"
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_demo(tmp_path_factory.mktemp("rehearsal") / "repository")


def test_the_given_policy_is_held_against_the_latest_commits(demo: Path) -> None:
    told: list[tuple[int, int]] = []
    standards = Standards(Given(POLICY, "policy.toml"))
    outcomes = rehearse(open_repository(demo), standards, 5, 1, lambda done, of: told.append((done, of)))
    assert [outcome.sha for outcome in outcomes] == git(demo, "rev-list", "--no-merges", "--max-count=5", "HEAD").split()
    assert told == [(number, 5) for number in range(1, 6)]
    assert len(judged(outcomes)) == len(reached(outcomes, "ack")) == 5
    (share,) = [one for one in escalation_shares(outcomes) if one.id == "all"]
    assert share == EscalationShare("all", "ack", 5, 5, "")
    assert share.share == 1.0


def test_hours_are_those_of_the_commit(demo: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(demo), "clone")
    clone = tmp_path / "clone"
    for day, name in (("2026-09-26T12:00:00Z", "saturday"), ("2026-09-28T12:00:00Z", "monday")):
        (clone / "migrations" / f"{name}.sql").write_text("SELECT 1;\n")
        git(clone, "add", "-A")
        git(clone, "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", name)
        tree, parent = git(clone, "rev-parse", "HEAD^{tree}").strip(), git(clone, "rev-parse", "HEAD~1").strip()
        who = f"I <i@example.com> {seconds(day)} +0000"
        (tmp_path / "raw").write_text(f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\n{name}\n")
        git(clone, "reset", "-q", "--hard", git(clone, "hash-object", "-t", "commit", "-w", str(tmp_path / "raw")).strip())
    monday, saturday = rehearse(open_repository(clone), Standards(Given(POLICY, "policy.toml")), 2, 1)
    assert (monday.level, saturday.level) == ("ack", "stop")


def seconds(moment: str) -> int:
    return int(datetime.datetime.fromisoformat(moment).timestamp())


def test_without_history_there_is_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert rehearse(open_repository(tmp_path), Standards(), 5, 1) == ()
    assert escalation_shares(()) == ()
