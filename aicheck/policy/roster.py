"""The people who may review, as a value: ranks, identities, teams."""

import base64
import binascii
import functools
import hashlib
from collections.abc import Iterable
from typing import Literal

import msgspec

from aicheck.policy.levels import RANKS, rank_of
from aicheck.regex import regex

Source = Literal["roster", "team", "default"]


class Person(msgspec.Struct, frozen=True):
    """One human account."""

    login: str
    """With its `@`, in lower case; unique in a roster."""
    rank: str = ""
    """Empty: known by name only, which counts as the lowest."""
    identities: tuple[str, ...] = ()
    """Further ones, in lower case except key fingerprints: e-mail addresses, logins, `SHA256:...` (also of a whole key)."""
    away: bool = False
    """True: is not proposed as a reviewer; what they approve counts all the same."""


class Roster(msgspec.Struct, frozen=True, dict=True):
    """Who works here. Without people it is not known who anybody is."""

    people: tuple[Person, ...] = ()
    """Sorted by login."""
    teams: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(team, logins of its members), both with `@`, sorted."""
    source: str = "none"
    """How messages call where it came from."""
    updated: int = 0
    """When it was last confirmed, in seconds since 1970; 0 when it does not say."""

    @functools.cached_property
    def _by_identity(self) -> dict[str, Person]:
        return {name: person for person in self.people for name in (person.login, *person.identities)}

    @functools.cached_property
    def _members(self) -> dict[str, frozenset[str]]:
        return {team: frozenset(logins) for team, logins in self.teams}

    @functools.cached_property
    def _by_bare_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for person in self.people:
            for name in (person.login, *person.identities):
                bare = name.removeprefix("@")
                found[bare] = (*found.get(bare, ()), person.login)
        return found

    @functools.cached_property
    def away(self) -> frozenset[str]:
        """The logins of those who are not proposed."""
        return frozenset(person.login for person in self.people if person.away)

    @functools.cached_property
    def _by_rank(self) -> tuple[frozenset[str], ...]:
        ranks = [(rank_of(person.rank, RANKS), person.login) for person in self.people if person.rank]
        return tuple(frozenset(login for rank, login in ranks if rank >= lowest) for lowest in range(len(RANKS)))

    def find(self, identity: str) -> Person | None:
        """The person behind a login (with or without `@`), an e-mail address or a key fingerprint; None when nobody is known by it."""
        name = normal_identity(identity)
        return self._by_identity.get(name) or self._by_identity.get(f"@{name}")

    def members(self, names: tuple[str, ...]) -> frozenset[str]:
        """The logins of the people behind names of people and teams; a name that nobody bears adds nobody."""
        found: set[str] = set()
        for name in names:
            team = self._members.get(normal_identity(name))
            if team is not None:
                found |= team
            elif person := self.find(name):
                found.add(person.login)
        return frozenset(found)

    def knows(self, name: str) -> bool:
        """True for a team of this roster, or for a person by any of their identities."""
        return normal_identity(name) in self._members or self.find(name) is not None

    def at_least(self, rank: str) -> frozenset[str]:
        """The logins of everybody of this rank and above."""
        return self._by_rank[rank_of(rank, RANKS)]

    def bearing(self, names: Iterable[str]) -> frozenset[str]:
        """The logins of everybody who bears one of these names, whether the `@` is written or not."""
        return frozenset(login for name in names for login in self._by_bare_name.get(name.removeprefix("@"), ()))


NO_ROSTER = Roster()


_PUBLIC_KEY = regex(r"(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]{1,60} ([A-Za-z0-9+/]{16,10000}={0,2})(?: .*)?")


def normal_identity(identity: str) -> str:
    """The spelling that identities are compared in: lower case, but for keys their fingerprint.

    A public key may stand as its file has it: `ssh-ed25519 AAAA... comment`.
    """
    text = identity.strip()
    if text.startswith("SHA256:"):
        return text
    key = _PUBLIC_KEY.fullmatch(text) if " " in text else None
    if key is None:
        return text.lower()
    try:
        return fingerprint_of(base64.b64decode(key[1], validate=True))
    except binascii.Error:
        return text.lower()


def fingerprint_of(key: bytes) -> str:
    """The fingerprint of a public key (its binary form), as ssh-keygen prints it."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(key).digest()).decode('ascii').rstrip('=')}"
