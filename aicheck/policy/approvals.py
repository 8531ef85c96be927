"""Which approvals count, and why the others do not."""

from collections.abc import Iterable

import msgspec

from aicheck.model.decision import NotCounted
from aicheck.model.review import Approval, Review
from aicheck.policy.participants import Part, Participant, find_part
from aicheck.policy.policy import ApprovalTerms
from aicheck.policy.roster import Roster

ASSUMED_RANK = "senior"
"""Without a roster: whoever may approve at all (write access, a trusted key) counts as one."""
CLOCK_SKEW = 300
"""Seconds that a clock elsewhere may be ahead."""
_SHORT = 12


class Reviewer(msgspec.Struct, frozen=True):
    """Somebody whose approval counts."""

    login: str
    rank: str


class Counted(msgspec.Struct, frozen=True):
    """What all approvals come to."""

    reviewers: tuple[Reviewer, ...] = ()
    """Sorted by login, unique."""
    not_counted: tuple[NotCounted, ...] = ()
    """Sorted, unique."""
    objecting: tuple[str, ...] = ()
    """Logins of those who asked for changes and have not approved since."""


def count_approvals(review: Review, taking_part: tuple[Participant, ...], roster: Roster, terms: ApprovalTerms) -> Counted:
    """The reviewers whose word holds for the head of the change.

    Taking an approval away never makes another one count, and an approval counts unless its giver said something else later.
    """
    reviewers: dict[str, Reviewer] = {}
    refused: set[NotCounted] = set()
    for approval in review.approvals:
        if approval.kind != "approved":
            continue
        reason = _refusal(approval, taking_part, roster) or _staleness(approval, review, terms)
        if reason or (reason := _withdrawal(approval, review, roster)):
            refused.add(NotCounted(_login(approval.by, roster), reason))
            continue
        person = roster.find(approval.by)
        login = _login(approval.by, roster)
        reviewers[login] = Reviewer(login, person.rank if person else ASSUMED_RANK)
    objecting = _objecting(review, taking_part, roster) if terms.changes_requested_blocks else ()
    ordered = sorted(refused, key=lambda one: (one.by, one.reason))
    return Counted(tuple(reviewers[login] for login in sorted(reviewers)), tuple(ordered), objecting)


def _refusal(approval: Approval, taking_part: Iterable[Participant], roster: Roster) -> str:
    """Why a person's word does not count whatever they said it of; empty when it may."""
    if approval.bot:
        return "is of an automation account"
    if part := find_part(approval.by, taking_part, roster):
        return f"is of {_PARTS[part]}"
    return "is of nobody whom the roster gives a rank" if _is_nobody(approval, roster) else ""


def _is_nobody(approval: Approval, roster: Roster) -> bool:
    person = roster.find(approval.by)
    return approval.bot or (bool(roster.people) and (person is None or not person.rank))


_PARTS: dict[Part, str] = {
    "author": "the author of the change",
    "contributor": "a contributor to the change",
    "operator": "the person who drove the agent",
}


def _staleness(approval: Approval, review: Review, terms: ApprovalTerms) -> str:
    if approval.commit != review.head:
        same = terms.on == "patch-id" and approval.patch_id and approval.patch_id == review.patch_id
        if not same:
            return f"was given for {approval.commit[:_SHORT] or 'no commit'}, not for the head"
    if approval.at and review.now:
        if approval.at > review.now + CLOCK_SKEW:
            return "is dated in the future"
        if review.now - approval.at > terms.expire_hours * 3600:
            return f"is older than {terms.expire_hours} hours"
    return ""


def _withdrawal(approval: Approval, review: Review, roster: Roster) -> str:
    mine = _login(approval.by, roster)
    later = (each for each in review.approvals if each.kind != "approved" and each.at >= approval.at and _login(each.by, roster) == mine)
    last = max(later, key=lambda each: (each.at, each.kind), default=None)
    if last is None:
        return ""
    return "was taken back" if last.kind == "dismissed" else "was followed by a request for changes"


def _objecting(review: Review, taking_part: tuple[Participant, ...], roster: Roster) -> tuple[str, ...]:
    """Those whose request for changes stands: not approved since, nor dismissed by somebody who had no part in the change.

    Whoever had a part in it may object too: else naming them as co-authors would silence them.
    """
    found = set()
    for request in review.approvals:
        if request.kind != "changes-requested" or _is_nobody(request, roster):
            continue
        login = _login(request.by, roster)
        since = [each for each in review.approvals if each.at > request.at and _login(each.by, roster) == login]
        if not any(_settles(each, taking_part, roster) for each in since):
            found.add(login)
    return tuple(sorted(found))


def _settles(later: Approval, taking_part: tuple[Participant, ...], roster: Roster) -> bool:
    if later.kind == "dismissed":
        return bool(later.dismissed_by) and find_part(later.dismissed_by, taking_part, roster) is None
    return later.kind == "approved"


def _login(identity: str, roster: Roster) -> str:
    person = roster.find(identity)
    return person.login if person else identity.strip()
