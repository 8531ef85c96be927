"""What must hold for every change, finding and policy: learning more never lowers the level."""

import functools
import os
from collections.abc import Callable
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
from aicheck.model.review import Approval, Review, ReviewKind
from aicheck.model.rule import SEVERITIES
from aicheck.policy.acknowledge import Acknowledgement
from aicheck.policy.decide import decide
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.people import NOBODY, People
from aicheck.policy.policy import Policy, apply_policy
from aicheck.policy.policy_file import load_policy
from aicheck.policy.roster import NO_ROSTER
from aicheck.readers.ownership import NO_OWNERS

from .cases import ADDED, DELETION, KNOWN, REPLICAS, RETRY, found
from .people import EARLIER, HEAD, NOW, OWNERS, ROSTER, commit_by, reviewing

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
    'when = { target = ["production"], severity = "medium" }\nto = "owner"',
    'when = { labels = ["database"], hours = ["sat-sun"] }\nto = "dual"',
    'when = { branch = ["release/**"], severity = "low" }\nto = "peer"',
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
VOICES = ("@se", "@op", "@ops", "@mi", "@jo", "@stranger", "SHA256:KeyOfSe")
SAID: tuple[ReviewKind, ...] = ("approved", "approved", "approved", "changes-requested", "dismissed")
RANKS = ("", "junior", "mid", "senior", "principal", "wizard")


@dataclass(frozen=True)
class Drawn:
    """One random case."""

    summary: ChangeSummary
    hits: tuple[Finding, ...]
    extra: Finding
    policy: Policy
    stricter: Policy
    people: People


def draw_people(random: Random) -> People:
    """A company around a change, with what its reviewers said so far."""
    pick = random.choice
    said = tuple(
        Approval(
            pick(VOICES),
            pick((HEAD, EARLIER)),
            NOW - pick((0, 60, 1_000_000)),
            pick(SAID),
            pick(("", "p1")),
            bot=pick((False, False, True)),
        )
        for _ in range(pick((0, 1, 2, 4)))
    )
    review = Review(
        HEAD, pick(("", "p1")), NOW, contributors=pick(((), ("op@acme.example",))), approvals=said, branch=pick(("", "main", "release/1"))
    )
    return People(
        pick((ROSTER, ROSTER, NO_ROSTER)), review, (commit_by(pick(("jo@acme.example", "se@acme.example"))),), pick((OWNERS, NO_OWNERS))
    )


def draw_case(seed: int) -> Drawn:
    """One of all combinations. A seed costs hypothesis a tenth of what a draw for each part costs."""
    random = Random(seed)
    pick = random.choice
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
    return Drawn(summary, hits, extra, policy, stricter, draw_people(random))


CASES_PER_DRAW = 100
"""What hypothesis costs for a draw is more than what a case costs."""
CASES = int(os.environ.get("AICHECK_CASES", "4000"))
"""Of each property; `make test-long` looks at 20,000."""


def over_cases(check: Callable[[Drawn], None], count: int = CASES) -> Callable[[], None]:
    """A test that holds the check against so many random cases."""

    @functools.wraps(check)
    @settings(max_examples=count // CASES_PER_DRAW, deadline=None, database=None)
    @given(st.integers(0, 2**32 - 1))
    def run(seed: int) -> None:
        for offset in range(CASES_PER_DRAW):
            check(draw_case(seed + offset))

    del run.__wrapped__  # pytest would look for the check's own argument
    return run


over_fewer_cases = functools.partial(over_cases, count=min(CASES, 4_000))


def judge(summary: ChangeSummary, hits: tuple[Finding, ...], policy: Policy, people: People = NOBODY) -> Decision:
    return decide(summary, apply_policy(hits, policy), policy, people)


STRICTNESS = ("satisfied", "pending", "blocked")


def assert_not_lowered(added: str, before: Decision, after: Decision) -> None:
    assert level_rank(after.level) >= level_rank(before.level), added
    assert STRICTNESS.index(after.verdict) >= STRICTNESS.index(before.verdict), added


@over_cases
def test_no_addition_lowers(case: Drawn) -> None:
    """A finding, failure, marker, agent, escalation; a comment that the change adds comes with a finding of its own."""
    summary, hits, policy, people = case.summary, case.hits, case.policy, case.people
    plain = replace(case.extra, suppression=None)
    silenced = replace(plain, suppression=Suppression("a.py", 3, plain.rule, "mine", added=True))
    loud = judge(summary, (*hits, plain), policy, people)
    before = judge(summary, hits, policy, people)
    assert_not_lowered("finding", before, judge(summary, (*hits, case.extra), policy, people))
    assert_not_lowered("failure", before, judge(replace(summary, incomplete=True, unread=("a.py",)), hits, policy, people))
    assert_not_lowered("escalation", before, judge(summary, hits, case.stricter, people))
    assert_not_lowered("suppression", loud, judge(summary, (*hits, silenced, found("high", ADDED)), policy, people))
    assert_not_lowered("marker", before, judge(replace(summary, state="marked"), hits, policy, people))
    assert_not_lowered("agent", before, judge(replace(summary, state="attested", agent=True), hits, policy, people))
    implicated = reviewing(people, contributors=("se@acme.example", "op@acme.example"))
    assert_not_lowered("contributor", before, judge(summary, hits, policy, implicated))
    assert_not_lowered("label", before, judge(summary, hits, policy, reviewing(people, labels=(*people.review.labels, "database"))))
    assert_not_lowered("unknown branch", before, judge(summary, hits, policy, reviewing(people, branch="")))


@over_cases
def test_taking_an_approval_away_never_satisfies(case: Drawn) -> None:
    full = judge(case.summary, case.hits, case.policy, case.people)
    said = case.people.review.approvals
    for at, entry in enumerate(said):
        if entry.kind == "approved":
            less = reviewing(case.people, approvals=said[:at] + said[at + 1 :])
            after = judge(case.summary, case.hits, case.policy, less)
            assert STRICTNESS.index(after.verdict) >= STRICTNESS.index(full.verdict), entry


@over_fewer_cases
def test_no_word_of_a_reviewer_lowers_the_level(case: Drawn) -> None:
    alone = judge(case.summary, case.hits, case.policy, reviewing(case.people, approvals=()))
    assert level_rank(judge(case.summary, case.hits, case.policy, case.people).level) >= level_rank(alone.level)


@over_fewer_cases
def test_a_claim_of_human_is_worth_nothing(case: Drawn) -> None:
    undeclared = judge(replace(case.summary, state="unknown"), case.hits, case.policy)
    claimed = judge(replace(case.summary, state="declared-none"), case.hits, case.policy)
    assert (claimed.level, claimed.verdict, claimed.because) == (undeclared.level, undeclared.verdict, undeclared.because)


@over_cases
def test_same_values_same_bytes_in_any_order(case: Drawn) -> None:
    backwards = reviewing(case.people, approvals=tuple(reversed(case.people.review.approvals)))
    first = judge(case.summary, (*case.hits, case.extra), case.policy, case.people)
    second = judge(case.summary, (case.extra, *reversed(case.hits)), case.policy, backwards)
    assert msgspec.json.encode(first) == msgspec.json.encode(second)


@over_fewer_cases
def test_an_unknown_author_is_judged_strictest(case: Drawn) -> None:
    """Under the built-in escalations."""
    policy = POLICIES[0][0]
    known = judge(case.summary, case.hits, policy)
    unknown = judge(replace(case.summary, author_rank=""), case.hits, policy)
    assert level_rank(unknown.level) >= level_rank(known.level)
    assert judge(replace(case.summary, author_rank="wizard"), case.hits, policy).level == unknown.level


@over_fewer_cases
def test_acknowledging_clears_nothing_but_ack(case: Drawn) -> None:
    before = judge(case.summary, case.hits, case.policy)
    line = Acknowledgement(case.extra.rule, "risk", "revert", "beef")
    after = judge(replace(case.summary, acknowledgements=(*case.summary.acknowledgements, line)), case.hits, case.policy)
    assert after.level == before.level
    assert [need for need in after.needs if need.level != "ack"] == [need for need in before.needs if need.level != "ack"]
