"""The review levels: who each asks for, and how they combine."""

from collections.abc import Iterable
from typing import Final

from aicheck.model.decision import Level, level_rank

RANKS: Final = ("junior", "mid", "senior", "principal")
"""Ranks of authors, ascending. Who is not known has the lowest."""

_WHO: Final[dict[Level, str]] = {
    "none": "nobody beyond the normal review",
    "ack": "the author, in writing",
    "peer": "a second engineer (mid-level or above) who had no part in the change",
    "senior": "a senior engineer who had no part in the change",
    "owner": "a senior engineer who had no part in the change, standing in for the owners",
    "dual": "two different senior engineers who had no part in the change",
    "stop": "nobody can: the change must not merge as it is",
}
_ROSTER_NOTES: Final[dict[Level, str]] = {
    "owner": "no roster and no owners are known, so any senior may stand in for an owner",
    "dual": "no roster and no operations group are known, so two different seniors are asked for",
}


def describe_reviewer(level: Level) -> str:
    """Who clears a need of this level where no roster is known, in words."""
    return _WHO[level]


def fallback_note(level: Level) -> str:
    """What the missing roster means for a need of this level, or an empty string."""
    return _ROSTER_NOTES.get(level, "")


def highest(levels: Iterable[Level]) -> Level:
    """The strictest of the levels; none when there are none."""
    return max(levels, key=level_rank, default="none")


def rank_of(rank: str, ranks: tuple[str, ...]) -> int:
    """The position of a rank; the lowest for one that is empty or not known."""
    return ranks.index(rank) if rank in ranks else 0
