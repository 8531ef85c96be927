"""Conditions that can never hold, and conditions that hold whenever another one does."""

import functools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aicheck.model.provenance import STATES
from aicheck.model.review import Review
from aicheck.model.rule import SEVERITIES
from aicheck.policy.condition import Case, Condition, find_trigger
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.hours import parse_hours
from aicheck.policy.implication import implies, never_holds
from aicheck.policy.levels import RANKS

from .cases import ADDED, DELETION, KNOWN, REPLICAS, RETRY, found


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition(author_below="mid", author_at_least="mid"), "nobody ranks below mid"),
        (Condition(author_below="senior", author_at_least="mid"), ""),
        (Condition(suppression_added=True), "switched off"),
        (Condition(rules=(RETRY,), family=("value-delta",)), "no rule that counts"),
        (Condition(rules=("unbounded-*/*",), family=("unbounded-retry",)), ""),
        (Condition(rules=(RETRY, DELETION), families=3), "its rules are of 2 families"),
        (Condition(rules=(ADDED,)), "no rule that counts"),
        (Condition(rules=("imported/*",)), ""),
        (Condition(rules=("*/*",), families=9), ""),
        (Condition(family=("imported",)), ""),
        (Condition(severity="low"), ""),
    ],
)
def test_what_can_never_hold(condition: Condition, words: str) -> None:
    problem = never_holds(condition, (RETRY, DELETION, REPLICAS))
    assert words in problem
    assert bool(words) == bool(problem)


NARROW = Condition(severity="high", provenance=("assisted",), author_below="mid", paths=("deploy/**",), rules=(RETRY,))


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        (NARROW, Condition(severity="medium"), True),
        (NARROW, Condition(severity="critical"), False),
        (NARROW, Condition(severity="high", author_below="senior"), True),
        (NARROW, Condition(severity="high", author_at_least="junior"), True),
        (NARROW, Condition(rules=("unbounded-*/*",)), True),
        (NARROW, Condition(family=("unbounded-retry", "value-delta")), True),
        (NARROW, Condition(rules=(DELETION,)), False),
        (NARROW, Condition(severity="low", families=2), False),
        (NARROW, Condition(severity="low", paths=("deploy/**", "*.tf")), True),
        (NARROW, Condition(severity="low", paths=("*.tf",)), False),
        (NARROW, Condition(paths=("deploy/**",)), False),
        (NARROW, Condition(files=1), False),
        (NARROW, Condition(author_below="senior"), True),
        (replace(NARROW, provenance=("agent",)), Condition(severity="low", provenance=("assisted",)), True),
        (NARROW, Condition(severity="low", provenance=("agent",)), False),
        (Condition(family=("imported",)), Condition(rules=(RETRY,)), False),
        (Condition(family=("imported",)), Condition(family=("imported", "value-delta")), True),
        (Condition(rules=("imported/a",)), Condition(rules=("imported/a", "imported/b")), True),
        (Condition(rules=("imported/a",)), Condition(rules=("imported/b",)), False),
        (Condition(files=9), Condition(files=3), True),
        (Condition(files=3), Condition(files=9), False),
        (Condition(branch=("main",)), Condition(branch=("main", "release/*")), True),
        (Condition(labels=("A",)), Condition(labels=("a",)), True),
        (Condition(target=("production",)), Condition(target=("staging",)), False),
        (Condition(scan="incomplete"), Condition(scan="incomplete"), True),
        (Condition(judge_changed=True), Condition(suppression_added=True), False),
        (Condition(hours=(parse_hours("sat"),)), Condition(hours=(parse_hours("sat"), parse_hours("sun"))), True),
    ],
)
def test_what_follows_from_what(one: Condition, other: Condition, holds: bool) -> None:
    assert implies(one, other, KNOWN) is holds


def draw_condition(random: Random) -> Condition:
    """Some fields out of small pools, so that one often follows from another."""

    def few(*values: object) -> object:
        return random.choice([*[()] * 4, *((value,) for value in values), tuple(values)])

    def one(*values: object) -> object:
        return random.choice([*[None] * 3, *values])

    fields = {
        "provenance": few("assisted", "agent"),
        "author_below": one("mid", "senior") or "",
        "author_at_least": one("mid", "senior") or "",
        "author_kind": one("bot") or "",
        "severity": one("low", "high"),
        "rules": few(RETRY, "unbounded-*/*"),
        "family": few("unbounded-retry", "value-delta"),
        "paths": few("deploy/**", "app.py"),
        "target": few("production", "test"),
        "labels": few("a", "b"),
        "branch": few("main", "release/*"),
        "hours": few(parse_hours("sat-sun"), parse_hours("fri")),
        "files": one(1, 2),
        "lines_deleted": one(5, 50),
        "suppression_added": random.random() < 0.1,
        "judge_changed": random.random() < 0.1,
        "scan": one("incomplete") or "",
    }
    kept = random.sample(sorted(fields), random.randint(1, 4))
    condition: Condition = Condition(**{name: fields[name] for name in kept})  # type: ignore[arg-type]
    return replace(condition, families=2) if condition.is_about_findings and random.random() < 0.2 else condition


def draw_case(random: Random) -> Case:
    pick = random.choice
    findings = tuple(
        found(pick(SEVERITIES), pick(KNOWN), path=pick(("app.py", "deploy/a.tf", "tests/a.py")), line=line, provenance=pick(STATES))
        for line in range(1, pick((1, 2, 4)))
    )
    summary = ChangeSummary(
        state=pick(STATES),
        agent=pick((False, False, True)),
        author_rank=pick(("", *RANKS)),
        author_kind=pick(("person", "bot")),
        paths=tuple(sorted({finding.location.path for finding in findings} | pick((set(), {"deploy/b.tf"})))),
        lines_removed=pick((0, 5, 50)),
        files=pick((1, 2)),
        incomplete=pick((False, True)),
        judge_paths=pick(((), ("CODEOWNERS",))),
    )
    review = Review(
        now=pick((0, 1_790_352_000, 1_790_438_400)), labels=pick(((), ("a",), ("b", "a"))), branch=pick(("", "main", "release/1"))
    )
    return Case(summary, findings, pick((False, True)), RANKS, {}, review)


def loosen(condition: Condition, random: Random) -> Condition:
    """The condition with some of its fields emptied, so that it often follows."""
    names = [name for name in condition.__struct_fields__ if name != "families" and random.random() < 0.3]
    defaults = Condition()
    return replace(condition, families=None, **{name: getattr(defaults, name) for name in names})


@functools.cache
def count_of_pairs() -> list[int]:
    return [0]


@settings(max_examples=200, deadline=None, database=None)
@given(st.integers(0, 2**32 - 1))
def test_what_follows_holds_in_every_case(seed: int) -> None:
    random = Random(seed)
    for _ in range(20):
        one = draw_condition(random)
        other = loosen(one, random) if random.random() < 0.7 else draw_condition(random)
        if implies(one, other, KNOWN):
            count_of_pairs()[0] += 1
            for _ in range(5):
                case = draw_case(random)
                assert find_trigger(one, case) is None or find_trigger(other, case) is not None, (one, other, case)
    assert count_of_pairs()[0] > 0
