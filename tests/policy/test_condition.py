"""Each predicate, true and false."""

import pytest
from msgspec.structs import replace

from aicheck.model.finding import Excerpt, Finding
from aicheck.model.review import Review
from aicheck.policy.condition import Case, Condition, find_trigger
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.hours import parse_hours
from aicheck.policy.levels import RANKS
from aicheck.readers.place import Place

from .cases import ADDED, DELETION, RETRY, found

SUMMARY = ChangeSummary(
    "marked", author_rank="mid", paths=("deploy/a.py", "lib/a.py"), moves=(("lib/a.py", "deploy/a.py"),), lines_removed=40, files=2
)


def trigger(
    condition: Condition, *findings: Finding, summary: ChangeSummary = SUMMARY, undeclared: bool = True
) -> tuple[Finding, ...] | None:
    return find_trigger(condition, Case(summary, findings, undeclared, RANKS, dict(summary.moves)))


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition(author_below="senior"), True),
        (Condition(author_below="mid"), False),
        (Condition(author_at_least="mid"), True),
        (Condition(author_at_least="senior"), False),
        (Condition(author_kind="bot"), False),
        (Condition(lines_deleted=40), True),
        (Condition(lines_deleted=41), False),
        (Condition(files=2), True),
        (Condition(files=3), False),
        (Condition(paths=("deploy/*",)), True),
        (Condition(paths=("*.py",)), False),
        (Condition(scan="incomplete"), False),
        (Condition(judge_changed=True), False),
        (Condition(suppression_added=True), False),
        (Condition(provenance=("assisted",)), True),
        (Condition(provenance=("agent",)), False),
        (Condition(provenance=("assisted",), files=3), False),
        (Condition(severity="low"), False),
        (Condition(target=("production",)), True),
        (Condition(target=("test", "staging")), False),
        (Condition(target=("production",), paths=("lib/*",)), True),
    ],
)
def test_predicates_on_the_change(condition: Condition, holds: bool) -> None:
    assert trigger(condition) == (() if holds else None)


def test_predicates_on_one_finding_hold_together() -> None:
    low_retry, high_deletion = found("low"), found("high", DELETION)
    assert trigger(Condition(severity="high", rules=(RETRY,)), low_retry, high_deletion) is None
    assert trigger(Condition(severity="high", rules=("unbounded-*/*",)), low_retry, high_deletion) == (high_deletion,)
    assert trigger(Condition(family=("unbounded-retry",)), low_retry, high_deletion) == (low_retry,)


def test_paths_with_findings_mean_where_the_finding_stands_or_came_from() -> None:
    watched = Condition(severity="low", paths=("deploy/**",))
    assert trigger(watched, found(path="app.py")) is None
    assert trigger(watched, found(path="lib/a.py")) is not None
    assert trigger(watched, replace(found(path="app.py"), before=Excerpt("deploy/b.py", 1, "x"))) is not None


@pytest.mark.parametrize(
    ("path", "symbol", "target", "holds"),
    [
        ("app.py", "", "production", True),
        ("tests/test_app.py", "", "production", False),
        ("tests/test_app.py", "", "test", True),
        ("deploy/prod/values.yaml", "", "production", True),
        ("deploy/staging/values.yaml", "", "production", False),
        ("deploy/staging/values.yaml", "", "staging", True),
        ("dev-tools/prod.yaml", "", "production", True),
        ("values.yaml", "development.replicas", "production", False),
        ("values.yaml", "development.replicas", "development", True),
        ("values.yaml", "production.replicas", "production", True),
        ("deploy/staging/values.yaml", "production.replicas", "production", True),
        ("deploy/prod/values.yaml", "development.replicas", "production", True),
        (".github/workflows/ship.yml", "", "workflow", True),
    ],
)
def test_a_target_is_what_the_names_say(path: str, symbol: str, target: Place, holds: bool) -> None:
    finding = replace(found(path=path), symbol=symbol)
    assert (trigger(Condition(severity="low", target=(target,)), finding) == (finding,)) is holds
    if not symbol:
        assert (trigger(Condition(target=(target,)), summary=replace(SUMMARY, paths=(path,), moves=())) == ()) is holds


def test_a_target_follows_what_moved_out_of_it() -> None:
    moved = replace(SUMMARY, moves=(("dev/b.tf", "prod/b.tf"),))
    assert trigger(Condition(severity="low", target=("production",)), found(path="dev/b.tf"), summary=moved) is not None
    assert trigger(Condition(severity="low", target=("production",)), found(path="dev/c.tf"), summary=moved) is None


FRIDAY_16 = 1_790_352_000
"""2026-09-25 16:00 UTC."""


@pytest.mark.parametrize(
    ("condition", "review", "holds"),
    [
        (Condition(labels=("database",)), Review(labels=("Database", "x")), True),
        (Condition(labels=("database",)), Review(labels=("databases",)), False),
        (Condition(labels=("database",)), Review(), False),
        (Condition(branch=("release/**",)), Review(branch="release/2/hot"), True),
        (Condition(branch=("release/*", "main")), Review(branch="main"), True),
        (Condition(branch=("release/*",)), Review(branch="main"), False),
        (Condition(branch=("release/*",)), Review(), True),
        (Condition(hours=(parse_hours("fri 15:00-24:00"),)), Review(now=FRIDAY_16), True),
        (Condition(hours=(parse_hours("fri 17:00-24:00"),)), Review(now=FRIDAY_16), False),
        (Condition(hours=(parse_hours("sat-sun"),)), Review(), True),
        (Condition(hours=(parse_hours("fri"),), branch=("main",)), Review(now=FRIDAY_16, branch="develop"), False),
    ],
)
def test_predicates_on_the_review(condition: Condition, review: Review, holds: bool) -> None:
    case = Case(SUMMARY, (), True, RANKS, {}, review)
    assert find_trigger(condition, case) == (() if holds else None)
    with_finding = replace(condition, severity="low")
    assert find_trigger(with_finding, replace(case, findings=(found(),))) == ((found(),) if holds else None)


def test_an_agent_is_assisted_too() -> None:
    agent = replace(SUMMARY, agent=True)
    assert trigger(Condition(provenance=("assisted",)), summary=agent) == ()
    assert trigger(Condition(provenance=("agent",)), summary=agent) == ()


def test_undeclared_counts_as_the_policy_says() -> None:
    undeclared = replace(SUMMARY, state="unknown")
    assert trigger(Condition(provenance=("assisted",)), summary=undeclared) == ()
    assert trigger(Condition(provenance=("assisted",)), summary=undeclared, undeclared=False) is None


def test_an_unknown_rank_is_the_lowest() -> None:
    for rank in ("", "wizard"):
        assert trigger(Condition(author_below="mid"), summary=replace(SUMMARY, author_rank=rank)) == ()


def test_suppression_added_names_its_findings() -> None:
    assert trigger(Condition(suppression_added=True), found(), found(rule=ADDED)) == (found(rule=ADDED),)
