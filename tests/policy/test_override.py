"""Break-glass: who may, for what, for how long, and what remains to be done."""

import pytest
from msgspec.structs import replace

from aicheck.model.decision import Decision
from aicheck.model.review import BreakGlass
from aicheck.policy.decide import decide
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.policy_file import load_policy

from .cases import KNOWN, found
from .people import EARLIER, HEAD, NOW, people, reviewing

TERMS = b"""
schema = 1
[break_glass]
who = ["@acme/sre"]
expire_hours = 2
[[escalate]]
id = "no"
to = "stop"
why = "frozen"
when = { files = 9 }
"""
POLICY = load_policy(TERMS, KNOWN)
GLASS = BreakGlass("@ops", "checkout is down", HEAD, NOW - 60, incident="INC-7")


def judge(glass: BreakGlass | None, **facts: object) -> Decision:
    summary = replace(ChangeSummary("marked", paths=("app.py",)), **facts)
    return decide(summary, (found("critical"),), POLICY, reviewing(people("jo@acme.example"), break_glass=glass))


def test_a_listed_person_overrides_and_the_record_says_so() -> None:
    decision = judge(GLASS)
    assert (decision.level, decision.verdict) == ("dual", "satisfied")
    assert decision.override is not None
    assert (decision.override.by, decision.override.incident, decision.override.second) == ("@ops", "INC-7", "")
    assert decision.override.review_due == GLASS.at + 24 * 3600
    assert any("second person has to confirm" in note for note in decision.notes)
    assert not any(need.met for need in decision.needs), "an override fills no seat"


def test_it_even_passes_a_stop() -> None:
    assert judge(None, files=9).verdict == "blocked"
    assert judge(GLASS, files=9).verdict == "satisfied"


def test_a_second_person_confirms_but_not_the_same_one() -> None:
    for second, name in (("@se", "@se"), ("@ops", ""), ("@stranger", "")):
        override = judge(replace(GLASS, second=second)).override
        assert override is not None and override.second == name


@pytest.mark.parametrize(
    ("glass", "words"),
    [
        (replace(GLASS, by="@se"), "does not list them"),
        (replace(GLASS, by="@stranger"), "does not list them"),
        (replace(GLASS, reason=" . "), "gives no reason"),
        (replace(GLASS, commit=EARLIER), "not for the head"),
        (replace(GLASS, at=NOW - 2 * 3600 - 1), "older than 2 hours"),
        (replace(GLASS, at=NOW + 4000), "dated in the future"),
    ],
)
def test_everything_else_is_refused_with_the_reason(glass: BreakGlass, words: str) -> None:
    decision = judge(glass)
    assert decision.verdict == "pending"
    assert decision.override is None
    assert any(words in note for note in decision.notes), decision.notes


def test_nobody_may_by_default() -> None:
    around = reviewing(people("jo@acme.example"), break_glass=GLASS)
    assert decide(ChangeSummary("marked"), (found("critical"),), load_policy(None, KNOWN), around).verdict == "pending"


def test_an_override_of_nothing_is_not_recorded() -> None:
    around = reviewing(people("jo@acme.example"), break_glass=GLASS)
    assert decide(ChangeSummary("marked"), (), POLICY, around).override is None
