"""What must hold for every change, finding and policy: learning more never lowers the level."""

from dataclasses import dataclass
from random import Random
from typing import Literal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aicheck.model.decision import Decision, level_rank
from aicheck.model.finding import Finding, Suppression
from aicheck.model.provenance import STATES, State
from aicheck.model.rule import SEVERITIES
from aicheck.policy.acknowledge import Acknowledgement
from aicheck.policy.decide import decide
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.policy import Policy, apply_policy
from aicheck.policy.policy_file import load_policy

from .cases import ADDED, DELETION, KNOWN, REPLICAS, RETRY, found

CASES = settings(max_examples=2000, deadline=None, database=None)

KINDS: tuple[Literal["person", "bot"], ...] = ("person", "bot")
MARKS: tuple[State, ...] = ("unknown", "marked")

ENTRIES = (
    'when = { provenance = ["agent"] }\nto = "stop"',
    'when = { provenance = ["assisted"], author_below = "senior" }\nto = "senior"',
    'when = { author_kind = "bot", files = 3 }\nto = "dual"',
    'when = { severity = "low", paths = ["deploy/**"] }\nto = "owner"',
    f'when = {{ rules = ["{DELETION}"] }}\nto = "stop"',
    'when = { family = ["value-delta"], provenance = ["assisted"] }\nto = "peer"',
    'when = { severity = "low", families = 2 }\nto = "senior"',
    'when = { lines_deleted = 100 }\nto = "ack"',
    'when = { suppression_added = true }\nto = "dual"',
    'when = { scan = "incomplete", judge_changed = true }\nto = "stop"',
    'when = { paths = ["**/a.py"] }\nto = "ack"',
)
RULES = (f'[rules."{REPLICAS}"]\nseverity = "critical"', f'[rules."{DELETION}"]\noff = true\nreason = "never here"')


def build_policy(undeclared: str, entries: tuple[int, ...], rules: tuple[int, ...]) -> Policy:
    escalations = "\n".join(f'[[escalate]]\nid = "extra-{at}"\nwhy = "why"\n{ENTRIES[at]}' for at in entries)
    text = "\n".join(("schema = 1", f'[provenance]\nundeclared = "{undeclared}"', *(RULES[at] for at in rules), escalations))
    return load_policy(text.encode(), KNOWN)


POLICIES = tuple(
    (build_policy(undeclared, entries, rules), build_policy(undeclared, (*entries, more), rules))
    for undeclared in ("assisted", "report")
    for rules in ((), (0,), (0, 1))
    for more in range(len(ENTRIES))
    for entries in (
        (),
        tuple(at for at in range(0, len(ENTRIES), 2) if at != more),
        tuple(at for at in range(1, len(ENTRIES), 2) if at != more),
    )
)
"""Pairs: a policy, and the same with one more escalation."""

POOL = tuple(
    found(severity, rule, path=path, line=line, provenance=provenance, suppression=suppression)
    for line, (severity, rule, path, provenance, suppression) in enumerate(
        (severity, rule, path, provenance, suppression)
        for severity in SEVERITIES
        for rule in (RETRY, DELETION, REPLICAS, ADDED)
        for path in ("a.py", "deploy/x.yaml")
        for provenance in MARKS
        for suppression in (None, Suppression("a.py", 1, rule, "accepted", added=False), Suppression("a.py", 1, rule, "mine", added=True))
    )
)

NAMED = tuple(Acknowledgement(rule, "risk", "revert", "c0ffee") for rule in (RETRY, DELETION, "extra-6"))
RANKS = ("", "junior", "mid", "senior", "principal", "wizard")


@dataclass(frozen=True)
class Drawn:
    """One random case."""

    summary: ChangeSummary
    hits: tuple[Finding, ...]
    extra: Finding
    policy: Policy
    stricter: Policy


def draw_case(seed: int) -> Drawn:
    """One of all combinations. A seed costs hypothesis a tenth of what a draw for each part costs."""
    pick = Random(seed).choice
    policy, stricter = pick(POLICIES)
    hits = tuple(hit for hit in (pick((None, *POOL)) for _ in range(3)) if hit)
    extra = pick(POOL)
    summary = ChangeSummary(
        state=pick(STATES),
        agent=pick((False, True)),
        author_rank=pick(RANKS),
        author_kind=pick(KINDS),
        paths=pick(((), ("a.py",), ("a.py", "deploy/x.yaml"))),
        lines_removed=pick((0, 99, 100)),
        files=pick((0, 2, 3)),
        incomplete=pick((False, True)),
        judge_paths=pick(((), ("CODEOWNERS",))),
        acknowledgements=pick(((), NAMED[:1], NAMED[1:], NAMED)),
    )
    return Drawn(summary, hits, extra, policy, stricter)


drawn = st.integers(0, 2**32 - 1).map(draw_case)


def judge(summary: ChangeSummary, hits: tuple[Finding, ...], policy: Policy) -> Decision:
    return decide(summary, apply_policy(hits, policy), policy)


STRICTNESS = ("satisfied", "pending", "blocked")


def assert_not_lowered(added: str, before: Decision, after: Decision) -> None:
    assert level_rank(after.level) >= level_rank(before.level), added
    assert STRICTNESS.index(after.verdict) >= STRICTNESS.index(before.verdict), added


@CASES
@given(drawn)
def test_no_addition_lowers(case: Drawn) -> None:
    """A finding, failure, marker, agent, escalation; a comment that the change adds comes with a finding of its own."""
    summary, hits, policy = case.summary, case.hits, case.policy
    plain = replace(case.extra, suppression=None)
    silenced = replace(plain, suppression=Suppression("a.py", 3, plain.rule, "mine", added=True))
    loud = judge(summary, (*hits, plain), policy)
    before = judge(summary, hits, policy)
    assert_not_lowered("finding", before, judge(summary, (*hits, case.extra), policy))
    assert_not_lowered("failure", before, judge(replace(summary, incomplete=True, unread=("a.py",)), hits, policy))
    assert_not_lowered("escalation", before, judge(summary, hits, case.stricter))
    assert_not_lowered("suppression", loud, judge(summary, (*hits, silenced, found("high", ADDED)), policy))
    assert_not_lowered("marker", before, judge(replace(summary, state="marked"), hits, policy))
    assert_not_lowered("agent", before, judge(replace(summary, state="attested", agent=True), hits, policy))


@CASES
@given(drawn)
def test_a_claim_of_human_is_worth_nothing(case: Drawn) -> None:
    undeclared = judge(replace(case.summary, state="unknown"), case.hits, case.policy)
    claimed = judge(replace(case.summary, state="declared-none"), case.hits, case.policy)
    assert (claimed.level, claimed.verdict, claimed.because) == (undeclared.level, undeclared.verdict, undeclared.because)


@CASES
@given(drawn)
def test_same_values_same_bytes_in_any_order(case: Drawn) -> None:
    first = judge(case.summary, (*case.hits, case.extra), case.policy)
    second = judge(case.summary, (case.extra, *reversed(case.hits)), case.policy)
    assert msgspec.json.encode(first) == msgspec.json.encode(second)


@CASES
@given(drawn)
def test_an_unknown_author_is_judged_strictest(case: Drawn) -> None:
    """Under the built-in escalations."""
    policy = POLICIES[0][0]
    known = judge(case.summary, case.hits, policy)
    unknown = judge(replace(case.summary, author_rank=""), case.hits, policy)
    assert level_rank(unknown.level) >= level_rank(known.level)
    assert judge(replace(case.summary, author_rank="wizard"), case.hits, policy).level == unknown.level


@CASES
@given(drawn)
def test_acknowledging_clears_nothing_but_ack(case: Drawn) -> None:
    before = judge(case.summary, case.hits, case.policy)
    line = Acknowledgement(case.extra.rule, "risk", "revert", "beef")
    after = judge(replace(case.summary, acknowledgements=(*case.summary.acknowledgements, line)), case.hits, case.policy)
    assert after.level == before.level
    assert [need for need in after.needs if need.level != "ack"] == [need for need in before.needs if need.level != "ack"]
