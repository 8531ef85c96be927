from msgspec.structs import replace

from aicheck.model.decision import Because, Decision, Need
from aicheck.report.duty import NO_DUTY, describe, duties
from tests.report.sample import ACCEPTED, DECISION, FINDINGS, OWNER, SENIOR

RETRY = FINDINGS[4]


def test_a_finding_has_the_duty_of_its_escalations() -> None:
    owed = duties(DECISION)
    assert owed[FINDINGS[3].fingerprint].who == (OWNER,)
    assert owed[RETRY.fingerprint].level == "senior"
    assert describe(RETRY, owed[RETRY.fingerprint]) == f"{SENIOR} must look at it"
    assert FINDINGS[0].fingerprint not in owed


def test_of_two_escalations_the_higher_one_says_who() -> None:
    because = (Because("a", "peer", "x", (RETRY.fingerprint,)), Because("b", "dual", "y", (RETRY.fingerprint,)))
    decision = Decision(
        "dual", "pending", because, (Need("peer", "a peer", True, "", ("a",)), Need("dual", "two people", False, "", ("b",)))
    )
    duty = duties(decision)[RETRY.fingerprint]
    assert (duty.level, duty.escalations, duty.met) == ("dual", ("a", "b"), False)
    assert describe(RETRY, duty) == "two people must look at it"


def test_the_words_follow_the_state() -> None:
    met = replace(DECISION, needs=tuple(replace(need, met=True) for need in DECISION.needs))
    stopped = Decision("stop", "blocked", (Because("a", "stop", "x", (RETRY.fingerprint,)),))
    assert describe(RETRY, duties(met)[RETRY.fingerprint]) == f"cleared by {SENIOR}"
    assert describe(RETRY, duties(stopped)[RETRY.fingerprint]) == "the change must not be merged with it"
    assert describe(RETRY, NO_DUTY) == "nobody is asked to review it"
    assert describe(replace(RETRY, state="absent"), NO_DUTY) == "the change removed it"
    assert describe(replace(RETRY, state="unchanged"), NO_DUTY) == "it was there before the change"
    assert describe(replace(RETRY, suppression=ACCEPTED), NO_DUTY) == "accepted, so nobody has to look"
