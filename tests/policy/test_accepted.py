"""Accepted findings: which entries hold, and what they can never do."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aicheck.model.decision import level_rank
from aicheck.model.finding import Finding, Suppression
from aicheck.policy.accepted import Accepted, Standing, apply_accepted
from aicheck.policy.decide import decide
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.policy_file import default_policy

from .cases import ADDED, DELETION, RETRY, found

NOON = 1_790_337_600
"""2026-09-25 12:00 UTC."""
TODAY = datetime.date(2026, 9, 25)
HERE = Standing(NOON, {})


def entry(finding: Finding, until: datetime.date = TODAY, path: str = "") -> Accepted:
    return Accepted(finding.fingerprint, path or finding.location.path, "made by us", "alice", until, ".aicheck/accepted.toml", 7)


def test_an_entry_marks_its_finding_and_no_other() -> None:
    first, second = found(), found(line=9)
    (marked, other), refused = apply_accepted((first, second), (entry(first),), HERE)
    assert marked.suppression == Suppression(".aicheck/accepted.toml", 7, RETRY, "made by us (alice)", added=False)
    assert (marked.counts, other, refused) == (False, second, ())


def test_it_is_for_one_path_or_what_moved_from_there() -> None:
    finding = found(path="lib/b.py")
    elsewhere = (entry(finding, path="lib/a.py"),)
    assert apply_accepted((finding,), elsewhere, HERE) == ((finding,), ())
    (moved,), _ = apply_accepted((finding,), elsewhere, Standing(NOON, {"lib/b.py": "lib/a.py"}))
    assert not moved.counts


@pytest.mark.parametrize(
    ("until", "now", "holds"),
    [
        (TODAY, NOON, True),
        (TODAY, NOON + 12 * 3600 - 1, True),
        (TODAY, NOON + 12 * 3600, False),
        (TODAY - datetime.timedelta(days=1), NOON, False),
        (datetime.date.max, 0, False),
    ],
)
def test_an_entry_that_has_ended_counts_no_more_and_is_told(until: datetime.date, now: int, holds: bool) -> None:
    (finding,), refused = apply_accepted((found(),), (entry(found(), until),), Standing(now, {}))
    assert finding.counts is not holds
    assert [one.problem for one in refused] == ([] if holds else [f"it ended on {until}"])


def test_what_guards_the_judging_cannot_be_accepted() -> None:
    added, policy = found(rule=ADDED), found(path=".aicheck/policy.toml")
    findings, refused = apply_accepted((added, policy), (entry(added), entry(policy)), Standing(NOON, {}, (".aicheck/policy.toml",)))
    assert all(finding.counts for finding in findings)
    assert [one.problem for one in refused] == [
        "findings of suppression-tampering cannot be accepted",
        "findings in files that judge changes cannot be accepted",
    ]


@settings(deadline=None)
@given(st.sets(st.sampled_from(("incomplete", "judge", "agent"))), st.sets(st.sampled_from((0, 1, 2))), st.integers(0, 2 * NOON))
def test_what_the_policy_asks_for_without_a_finding_stays(facts: set[str], chosen: set[int], now: int) -> None:
    summary = ChangeSummary(
        incomplete="incomplete" in facts, unread=("x.py",), judge_paths=("CODEOWNERS",) if "judge" in facts else (), agent="agent" in facts
    )
    findings = (found("critical"), found("high", DELETION), found("medium", line=8))
    marked, _ = apply_accepted(findings, [entry(findings[at], datetime.date.max) for at in chosen], replace(HERE, now=now))
    alone, accepted, full = (decide(summary, some, default_policy()) for some in ((), marked, findings))
    assert level_rank(alone.level) <= level_rank(accepted.level) <= level_rank(full.level)
    left = tuple(one for at, one in enumerate(findings) if at not in chosen or now == 0)
    assert accepted.level == decide(summary, left, default_policy()).level
