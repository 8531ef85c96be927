"""What the decision means for one finding: who must look at it, and in which words."""

from collections.abc import Mapping

import msgspec

from aicheck.model.decision import Decision, Level, level_rank
from aicheck.model.finding import Finding


class Duty(msgspec.Struct, frozen=True):
    """The part of the decision that one finding caused."""

    level: Level = "none"
    """The highest level among its escalations."""
    escalations: tuple[str, ...] = ()
    """Ids, in the order of the decision."""
    why: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    """The reviewers of the highest level in words, the decision's order; those of lower levels are met with them."""
    met: bool = True
    """True when nobody has to look any more."""


NO_DUTY = Duty()


def duties(decision: Decision) -> Mapping[str, Duty]:
    """The duty under the fingerprint of each finding that caused one."""
    reasons: dict[str, list[int]] = {}
    for index, because in enumerate(decision.because):
        for fingerprint in because.findings:
            reasons.setdefault(fingerprint, []).append(index)
    return {fingerprint: _duty(decision, indexes) for fingerprint, indexes in reasons.items()}


def _duty(decision: Decision, indexes: list[int]) -> Duty:
    causes = [decision.because[index] for index in indexes]
    ids = tuple(dict.fromkeys(cause.escalation for cause in causes))
    level = max((cause.level for cause in causes), key=level_rank)
    needs = [need for need in decision.needs if need.level == level and not set(ids).isdisjoint(need.escalations)]
    return Duty(
        level=level,
        escalations=ids,
        why=tuple(dict.fromkeys(cause.why for cause in causes)),
        who=tuple(dict.fromkeys(need.who for need in needs)),
        met=all(need.met for need in needs),
    )


def describe(finding: Finding, duty: Duty) -> str:
    """One clause for the end of a sentence about the finding: who must look, or why nobody has to."""
    if finding.state == "absent":
        return "the change removed it"
    if finding.state == "unchanged":
        return "it was there before the change"
    if not finding.counts:
        return "accepted, so nobody has to look"
    if duty.level == "stop":
        return "the change must not be merged with it"
    if duty.level == "none" or not duty.who:
        return "nobody is asked to review it"
    who = " and ".join(duty.who)
    return f"cleared by {who}" if duty.met else f"{who} must look at it"
