"""Who took part in a change, and so cannot review it."""

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from aicheck.model.change import Commit
from aicheck.model.review import Review
from aicheck.policy.levels import RANKS, rank_of
from aicheck.policy.roster import Roster, normal_identity
from aicheck.regex import regex

Part = Literal["author", "contributor", "operator"]

_TRAILER = regex(
    r"^[ \t>]*(co-authored-by|co-developed-by|on-behalf-of|requested-by|prompted-by)[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE
)
_ADDRESS = regex(r"[^\s<>()@]{1,100}@[^\s<>()@]{1,150}")
_HANDLE = regex(r"(?<![\w.])@[A-Za-z0-9][\w-]{0,38}")
_FORGE_ADDRESS = regex(r"(?:\d{1,20}\+)?([^+@\s]{1,100})@users\.noreply\.[\w.-]+")
_WROTE = frozenset({"co-authored-by", "co-developed-by"})


class Participant(msgspec.Struct, frozen=True):
    """One identity that had a part in the change."""

    identity: str
    part: Part


def participants(commits: Iterable[Commit], review: Review) -> tuple[Participant, ...]:
    """Everyone who wrote, committed, co-wrote, pushed or asked for the change, each with the first part found, in that order."""
    found: dict[str, Part] = {}

    def add(part: Part, *identities: str) -> None:
        for identity in identities:
            for name in spellings(identity):
                found.setdefault(name, part)

    every = tuple(commits)
    add("author", review.author, *(commit.author.email for commit in every))
    add("contributor", *(commit.committer.email for commit in every), *review.contributors)
    add("operator", *review.operators)
    for commit in every:
        for key, value in _TRAILER.findall(commit.message):
            names = (*_ADDRESS.findall(value), *_HANDLE.findall(_ADDRESS.sub("", value)))
            add("contributor" if key.lower() in _WROTE else "operator", *names)
    return tuple(Participant(name, part) for name, part in found.items())


def spellings(identity: str) -> tuple[str, ...]:
    """An identity in the spellings that a roster may know: a forge's no-reply address stands for its login too."""
    name = normal_identity(identity)
    if not name:
        return ()
    login = _FORGE_ADDRESS.fullmatch(name)
    return (name, f"@{login[1]}") if login else (name,)


def find_part(identity: str, taking_part: Iterable[Participant], roster: Roster) -> Part | None:
    """The part that the person behind an identity had in the change, by any identity that the roster knows of them."""
    person = roster.find(identity)
    mine = {*spellings(identity), *((person.login, *person.identities) if person else ())}
    bare = {name.removeprefix("@") for name in mine}
    return next((one.part for one in taking_part if one.identity.removeprefix("@") in bare), None)


def lowest_author_rank(commits: Iterable[Commit], review: Review, roster: Roster) -> str:
    """The lowest rank among the authors: one of them being senior does not make the others so. Empty: not known."""
    names = [review.author] if review.author else [commit.author.email for commit in commits]
    people = [next((person for name in spellings(each) if (person := roster.find(name))), None) for each in dict.fromkeys(names)]
    if not people or any(person is None or not person.rank for person in people):
        return ""
    return min((person.rank for person in people if person), key=lambda rank: rank_of(rank, RANKS))
