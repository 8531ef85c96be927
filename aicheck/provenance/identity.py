"""Classifies the authors, committers and co-authors of commits: AI tool, ordinary automation or person.

Addresses and forge logins decide. A person called Claude or Devin is a person; a display name is looked at only where a
signature asks for it besides an exact address, and for Aider's suffix.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from aicheck.model.change import Identity
from aicheck.provenance.signatures import SHARED_IDS, Signature, Where
from aicheck.regex import regex

Class = Literal["ai", "bot", "person"]

_FORGE_ADDRESS = regex(r"(?:(\d{1,20})\+)?([^+@\s]{1,100})@users\.noreply\.github\.com")


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
        name, email = identity.name.strip().lower(), identity.email.strip().lower()
        account = parse_account(email)
        found = self._addressed(name, email, account, role)
        found += [(order, signature) for order, signature in self._suffixes if role in signature.where and name.endswith(signature.values)]
        if found:
            return min(found, key=lambda item: item[0])[1]
        return self._numbered(account, role)

    def classify(self, identity: Identity) -> Class:
        """What stands behind an address, whatever its role. Aider's suffix does not make a person a machine."""
        account = parse_account(identity.email)
        name, email = identity.name.strip().lower(), identity.email.strip().lower()
        found = self._addressed(name, email, account, None)
        signature = min(found, key=lambda item: item[0])[1] if found else self._numbered(account, None)
        if signature is not None and signature.strength != "ignore":
            return "bot" if signature.strength == "bot" else "ai"
        return "bot" if account is not None and account.login.endswith("[bot]") else "person"

    def _addressed(self, name: str, email: str, account: Account | None, role: Where | None) -> list[tuple[int, Signature]]:
        keys = [("email", email)]
        if account is not None:
            keys += [("login", account.login), ("account", f"{account.id}+{account.login}")]
        return [
            (order, signature)
            for key in keys
            for order, signature in self._exact.get(key, ())
            if (role is None or role in signature.where) and (not signature.names or name in signature.names)
        ]

    def _numbered(self, account: Account | None, role: Where | None) -> Signature | None:
        if account is None or account.id in SHARED_IDS:
            return None
        return next((signature for signature in self._by_id.get(account.id, ()) if role is None or role in signature.where), None)
