"""Everybody around one change, put together once for the decision."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from aicheck.model.change import Commit
from aicheck.model.review import NO_REVIEW, Review
from aicheck.policy.approvals import Counted, count_approvals
from aicheck.policy.participants import Participant, participants
from aicheck.policy.policy import Policy
from aicheck.policy.roster import NO_ROSTER, Roster
from aicheck.policy.seats import Bench, OwnerSet
from aicheck.readers.ownership import NO_OWNERS, Owners

_DAY = 86_400


class People(msgspec.Struct, frozen=True):
    """What is known of authors, reviewers and owners."""

    roster: Roster = NO_ROSTER
    review: Review = NO_REVIEW
    commits: tuple[Commit, ...] = ()
    owners: Owners = NO_OWNERS


NOBODY = People()


class Panel(msgspec.Struct, frozen=True):
    """The people of a change under a policy."""

    people: People
    roster: Roster
    """Without ranks when it is older than the policy allows."""
    taking_part: tuple[Participant, ...]
    counted: Counted
    bench: Bench
    stale: bool = False

    @property
    def knows_ranks(self) -> bool:
        """False when there is no roster: then whoever may approve counts as a senior."""
        return bool(self.roster.people)

    def owner_sets(self, paths: Iterable[str]) -> tuple[OwnerSet, ...]:
        """The paths by who owns them, in the order in which the owners are first met."""
        sets: dict[tuple[str, ...], list[str]] = {}
        for path in paths:
            for owners in self.people.owners.owner_sets(path):
                sets.setdefault(owners, []).append(path)
        return tuple(OwnerSet(tuple(some), owners) for owners, some in sets.items())


def seat_panel(people: People, policy: Policy) -> Panel:
    """Find out who took part, which approvals count, and who could be asked."""
    review = people.review
    stale = _is_stale(people, policy)
    roster = replace(people.roster, people=tuple(replace(one, rank="") for one in people.roster.people)) if stale else people.roster
    taking_part = participants(people.commits, review)
    counted = count_approvals(review, taking_part, roster, policy.approvals)
    excluded = roster.bearing(one.identity for one in taking_part)
    bench = Bench(roster, excluded, policy.groups, review.load, review.head)
    return Panel(people, roster, taking_part, counted, bench, stale)


def _is_stale(people: People, policy: Policy) -> bool:
    if policy.max_age_days is None or not people.roster.people or not people.review.now:
        return False
    return people.review.now - people.roster.updated > policy.max_age_days * _DAY
