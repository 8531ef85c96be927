"""Which reviewers a level asks for, who fills the seats, and who could."""

import functools
import hashlib
from collections.abc import Collection, Iterable

import msgspec

from aicheck.model.decision import Level
from aicheck.policy.approvals import ASSUMED_RANK, Reviewer
from aicheck.policy.explain import list_some, show_path
from aicheck.policy.levels import RANKS, rank_of
from aicheck.policy.roster import Roster

MOST_CANDIDATES = 5


class OwnerSet(msgspec.Struct, frozen=True):
    """Paths that the same people own."""

    paths: tuple[str, ...]
    owners: tuple[str, ...]
    """People and teams as the owners file names them; empty when nobody owns the paths."""


class Seat(msgspec.Struct, frozen=True):
    """One reviewer that a need asks for."""

    rank: str
    """This rank or above."""
    who: str
    """In words: `a senior who owns infra/`."""
    among: frozenset[str] | None = None
    """Logins; None for anybody of the rank."""
    distinct: bool = False
    """Whoever takes it may take no other seat of the same need."""


class Bench(msgspec.Struct, frozen=True, dict=True):
    """Who can be asked."""

    roster: Roster
    excluded: frozenset[str] = frozenset()
    """Logins of people who took part in the change."""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The policy's named groups."""
    load: tuple[tuple[str, int], ...] = ()
    head: str = ""
    """Makes the choice among equally loaded people rotate from change to change."""

    def exists(self, seat: Seat) -> bool:
        """Whether anybody on the roster could take the seat in some change."""
        return not self.roster.at_least(seat.rank).isdisjoint(seat.among or ())

    def eligible(self, seat: Seat) -> frozenset[str]:
        """Everybody on the roster who could take the seat."""
        logins = self.roster.at_least(seat.rank)
        return (logins if seat.among is None else logins & seat.among) - self.excluded

    def present(self, seat: Seat) -> tuple[str, ...]:
        """The eligible ones who are not away, least loaded first, at most five."""
        logins = self.eligible(seat) - self.roster.away
        loads = sorted(self._load.get(login, 0) for login in logins)[:MOST_CANDIDATES]
        least = [login for login in logins if loads and self._load.get(login, 0) <= loads[-1]]
        return tuple(sorted(least, key=lambda login: (self._load.get(login, 0), _turn(self.head, login)))[:MOST_CANDIDATES])

    @functools.cached_property
    def _load(self) -> dict[str, int]:
        return dict(self.load)


def _turn(head: str, login: str) -> bytes:
    return hashlib.sha256(f"{head}\0{login}".encode()).digest()


def seats_of(level: Level, owner_sets: Iterable[OwnerSet], bench: Bench) -> tuple[tuple[Seat, ...], tuple[str, ...]]:
    """The seats of a level over the paths that it is asked for, and what had to stand in for what (sentences)."""
    if level == "peer":
        return (Seat("mid", "a second engineer (mid-level or above) who had no part in the change"),), ()
    if level == "senior":
        return (_ANY_SENIOR,), ()
    if level not in ("owner", "dual"):
        return (), ()
    seats, notes = _owner_seats(owner_sets, bench)
    if level == "dual":
        last, note = _operations_seat(bench)
        seats, notes = (*seats, last), (*notes, note)
    return seats, tuple(dict.fromkeys(note for note in notes if note))


_ANY_SENIOR = Seat("senior", "a senior engineer who had no part in the change")


def _owner_seats(owner_sets: Iterable[OwnerSet], bench: Bench) -> tuple[tuple[Seat, ...], tuple[str, ...]]:
    """One seat for each set of owners; paths without a senior among them fall back to the group `owners`, then to any senior.

    Owners who took part in the change are not replaced: else naming them as co-authors would widen the choice.
    """
    seats: dict[Seat, None] = {}
    notes = []
    default = bench.roster.members(dict(bench.groups).get("owners", ()))
    for owned in owner_sets:
        seat = Seat("senior", f"a senior who owns {_some(owned.paths)}", bench.roster.members(owned.owners))
        if not bench.exists(seat):
            seat = Seat("senior", "a senior of the group owners", default)
            if not bench.exists(seat):
                seat = _ANY_SENIOR
            stands_in = "any senior" if seat.among is None else "the group owners"
            notes.append(f"no senior on the roster owns {_some(owned.paths)}, so {stands_in} stands in")
        elif not bench.eligible(seat):
            notes.append(f"every senior who owns {_some(owned.paths)} took part in the change: name a further owner")
        seats[seat] = None
    return tuple(seats) or (_ANY_SENIOR,), tuple(notes)


def _operations_seat(bench: Bench) -> tuple[Seat, str]:
    seat = Seat("senior", "a senior of the group ops", bench.roster.members(dict(bench.groups).get("ops", ())), distinct=True)
    if bench.exists(seat):
        return seat, ""
    second = Seat("senior", "a second, different senior engineer", distinct=True)
    return second, "no senior of an operations group is known, so a second, different senior is asked for"


def _some(paths: tuple[str, ...]) -> str:
    return list_some(map(show_path, paths)) or "the changed paths"


def unfilled(seats: tuple[Seat, ...], reviewers: Collection[Reviewer], *, known: bool) -> tuple[Seat, ...]:
    """The seats that nobody takes yet, as few as possible. One reviewer may take several, except distinct ones.

    `known` is False without a roster: then every reviewer counts as senior and as an owner.
    """
    shared = [seat for seat in seats if not seat.distinct]
    apart = [seat for seat in seats if seat.distinct]
    taken = _match(apart, reviewers, known=known)
    best: tuple[Seat, ...] = seats
    for choice in taken:
        rest = [reviewer for reviewer in reviewers if reviewer.login not in choice.values()]
        missing = tuple(seat for seat in shared if not any(_fits(one, seat, known=known) for one in rest))
        missing += tuple(seat for seat in apart if seat not in choice)
        best = min(best, missing, key=len)
    return best


def _match(apart: list[Seat], reviewers: Collection[Reviewer], *, known: bool) -> list[dict[Seat, str]]:
    """Every way to give the distinct seats to different reviewers, also leaving seats empty."""
    choices: list[dict[Seat, str]] = [{}]
    for seat in apart:
        fitting = [one.login for one in reviewers if _fits(one, seat, known=known)]
        choices += [choice | {seat: login} for choice in choices for login in fitting if login not in choice.values()]
    return choices


def _fits(reviewer: Reviewer, seat: Seat, *, known: bool) -> bool:
    rank = reviewer.rank if known else ASSUMED_RANK
    is_high = rank_of(rank, RANKS) >= rank_of(seat.rank, RANKS)
    return is_high and (not known or seat.among is None or reviewer.login in seat.among)
