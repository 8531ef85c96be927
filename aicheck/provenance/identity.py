"""Classifies the authors, committers and co-authors of commits: AI tool, ordinary automation or person.

Addresses and forge logins decide. A person called Claude or Devin is a person; a display name is looked at only where a
signature asks for it besides an exact address, and for Aider's suffix.
"""

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from aicheck.model.change import Identity
from aicheck.provenance.signatures import SHARED_IDS, Signature, Where
from aicheck.regex import regex

Class = Literal["ai", "bot", "person"]

FORGE_DOMAIN = "@users.noreply.github.com"
_FORGE_ADDRESS = regex(rf"(?:(\d{{1,20}})\+)?([^+@\s]{{1,100}}){re.escape(FORGE_DOMAIN)}")


class Account(msgspec.Struct, frozen=True):
    """What a forge's no-reply address says."""

    id: str
    """The numeric id; empty in old addresses."""
    login: str
    """Lower case; applications end in `[bot]`, which no person's login can."""


def parse_account(email: str) -> Account | None:
    """The account behind `ID+login@users.noreply.github.com`; None for any other address."""
    match = _FORGE_ADDRESS.fullmatch(email.strip().lower())
    return Account(match[1] or "", match[2]) if match else None


class IdentityIndex:
    """Finds the signature of an identity in constant time."""

    def __init__(self, signatures: Iterable[Signature]) -> None:
        self._exact: dict[tuple[str, str], list[tuple[int, Signature]]] = {}
        self._by_id: dict[str, list[Signature]] = {}
        self._suffixes: list[tuple[int, Signature]] = []
        for order, signature in enumerate(signatures):
            if signature.match == "name-suffix":
                self._suffixes.append((order, signature))
            elif signature.match in ("email", "login", "account"):
                for value in signature.values:
                    self._exact.setdefault((signature.match, value), []).append((order, signature))
                for number in signature.ids:
                    self._by_id.setdefault(number, []).append(signature)

    def find(self, identity: Identity, role: Where) -> Signature | None:
        """The first signature in file order that matches by address, login or suffix, else the first by numeric id."""
        return self._find(_Spelled(identity), role)

    def classify(self, identity: Identity) -> Class:
        """What stands behind an address, whatever its role. Aider's suffix does not make a person a machine."""
        return self._classify(_Spelled(identity))

    def look_at(self, identity: Identity, role: Where) -> tuple[Class, Signature | None]:
        """Both at once."""
        spelled = _Spelled(identity)
        return self._classify(spelled), self._find(spelled, role)

    def _find(self, spelled: "_Spelled", role: Where) -> Signature | None:
        found = [item for item in self._addressed(spelled) if role in item[1].where]
        found += [item for item in self._suffixes if role in item[1].where and spelled.name.endswith(item[1].values)]
        if found:
            return min(found, key=lambda item: item[0])[1]
        return self._numbered(spelled.account, role)

    def _classify(self, spelled: "_Spelled") -> Class:
        found = self._addressed(spelled)
        signature = min(found, key=lambda item: item[0])[1] if found else self._numbered(spelled.account, None)
        if signature is not None and signature.strength != "ignore":
            return "bot" if signature.strength == "bot" else "ai"
        return "bot" if spelled.account is not None and spelled.account.login.endswith("[bot]") else "person"

    def _addressed(self, spelled: "_Spelled") -> list[tuple[int, Signature]]:
        found = list(self._exact.get(("email", spelled.email), ()))
        if (account := spelled.account) is not None:
            found += self._exact.get(("login", account.login), ())
            found += self._exact.get(("account", f"{account.id}+{account.login}"), ())
        return [(order, signature) for order, signature in found if not signature.names or spelled.name in signature.names]

    def _numbered(self, account: Account | None, role: Where | None) -> Signature | None:
        if account is None or account.id in SHARED_IDS:
            return None
        return next((signature for signature in self._by_id.get(account.id, ()) if role is None or role in signature.where), None)


class _Spelled:
    """An identity as signatures spell it."""

    __slots__ = ("account", "email", "name")

    def __init__(self, identity: Identity) -> None:
        self.name, self.email = identity.name.strip().lower(), identity.email.strip().lower()
        self.account = parse_account(self.email) if FORGE_DOMAIN in self.email else None
