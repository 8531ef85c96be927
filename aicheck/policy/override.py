"""Break-glass: a listed person overrides the decision in an emergency, and what follows from it."""

from aicheck.model.decision import Override
from aicheck.model.review import BreakGlass, Review
from aicheck.policy.approvals import CLOCK_SKEW
from aicheck.policy.people import Panel
from aicheck.policy.policy import BreakGlassTerms

_HOUR = 3600
_SHORT = 12


def judge_override(panel: Panel, terms: BreakGlassTerms) -> tuple[Override | None, str]:
    """The override when it holds, and a sentence about it; (None, "") when nobody asked for one."""
    asked = panel.people.review.break_glass
    if asked is None:
        return None, ""
    person = panel.roster.find(asked.by)
    name = person.login if person else asked.by
    problem = "the policy does not list them in [break_glass]"
    if person is not None and person.login in panel.roster.members(terms.who):
        problem = _problem(asked, panel.people.review, terms)
    if problem:
        return None, f"the override of {name} does not count: {problem}"
    second = panel.roster.find(asked.second) if asked.second else None
    confirmed = second.login if second and second.rank and second.login != name else ""
    expires, due = asked.at + terms.expire_hours * _HOUR, asked.at + terms.review_within_hours * _HOUR
    waiting = "" if confirmed or not terms.second_person else "; a second person has to confirm it before it expires"
    duty = f"a senior reviews it within {terms.review_within_hours} hours{waiting}"
    override = Override(name, asked.reason, asked.incident, confirmed, expires, due)
    return override, f"{name} overrides the decision ({asked.reason}); {duty}"


def _problem(asked: BreakGlass, review: Review, terms: BreakGlassTerms) -> str:
    """Why a listed person's override does not hold; empty when it does."""
    if not any(map(str.isalnum, asked.reason)):
        return "it gives no reason"
    if asked.commit != review.head:
        return f"it is for {asked.commit[:_SHORT] or 'no commit'}, not for the head"
    if asked.at > review.now + CLOCK_SKEW:
        return "it is dated in the future"
    if review.now > asked.at + terms.expire_hours * _HOUR:
        return f"it is older than {terms.expire_hours} hours"
    return ""
