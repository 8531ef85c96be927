"""Matches the lines of a message against the signatures. Decides nothing: a line yields the signature that it shows."""

import functools
import re
from collections.abc import Callable, Iterable

import msgspec

from aicheck.model.change import Identity
from aicheck.provenance.identity import Class, IdentityIndex
from aicheck.provenance.message import CREDIT_KEYS, Line
from aicheck.provenance.prescan import Prescan
from aicheck.provenance.signatures import PATTERN_FLAGS, Signature
from aicheck.provenance.vocabulary import is_negative, is_placeholder, name_tool
from aicheck.regex import regex

_FOOTER = regex(
    r"(?:this (?:commit|change|patch|pr|pull request|code) (?:was|is) )?"
    r"(?:co-)?(?:generated|made|created|written|built)\s(?:with|by|using)\s{1,4}"
    r"\[?([a-z][\w .-]{0,40}?)\]?"
    r"(?:\s{0,4}\([^()]{1,200}\)(?:\s{1,4}(?:via|and|using|with|[&+,|-])\s.{1,200})?|\s{1,4}<?https?://[^\s<>]{1,200}>?)?[\s.!*_]{0,8}",
    re.IGNORECASE,
)
"""A line that says only this; words may follow a link, not a bare name."""
_LINK = regex(
    r"(?:[\w -]{0,40}:\s{0,4}|[\w -]{0,40}:?\s{0,4}\[[^\[\]]{0,80}\]\()?[<(]?(https://[^\s<>()\[\]]{1,400})[>)]{0,2}[.\s]{0,4}",
    re.IGNORECASE,
)
"""A line that is only a link, perhaps with a label."""

LineMatch = tuple[Signature, str]
"""The signature and the tool that the line names (for a declaration: the declared one)."""
_Test = Callable[[Line], str | None]
"""The tool that a line names (perhaps empty), or None when it does not match."""


class People(msgspec.Struct, frozen=True):
    """What the author and the committer of a commit show."""

    author: Class
    known_person: bool
    """True when one of them is a person."""
    author_signature: Signature | None
    committer_signature: Signature | None
    """None also where the author committed."""

    @property
    def shown(self) -> bool:
        """True when one of the signatures is evidence."""
        return any(one is not None and one.is_evidence for one in (self.author_signature, self.committer_signature))


class SignatureIndex:
    """Signatures compiled for matching."""

    def __init__(self, signatures: Iterable[Signature]) -> None:
        signatures = tuple(signatures)
        self.identities = IdentityIndex(signatures)
        self.prescan = Prescan(signature for signature in signatures if signature.is_evidence)
        self._trailers: dict[str, list[tuple[int, Signature, _Test]]] = {}
        self._footers: dict[str, Signature] = {}
        self._links: list[tuple[Signature, re.Pattern[str]]] = []
        self._people: dict[tuple[Identity, Identity], People] = {}
        self._orders = {signature: order for order, signature in enumerate(signatures)}
        for order, signature in enumerate(signatures):
            self._add(order, signature)

    def _add(self, order: int, signature: Signature) -> None:
        if signature.match in ("trailer", "declaration"):
            test = _declaration_test(signature) if signature.match == "declaration" else _trailer_test(signature)
            for key in signature.keys:
                self._trailers.setdefault(key, []).append((order, signature, test))
        elif signature.match == "footer":
            for value in signature.values:
                self._footers.setdefault(value, signature)
        elif signature.match == "link":
            prefixes = "|".join(re.escape(value) for value in signature.values)
            self._links.append((signature, re.compile(f"(?:{prefixes})(?:{signature.pattern})", re.IGNORECASE)))

    def people(self, author: Identity, committer: Identity) -> People:
        """What two identities show. Remembered: most commits are by few."""
        found = self._people.get((author, committer))
        if found is None:
            found = self._people[author, committer] = self._look_at(author, committer)
        return found

    def _look_at(self, author: Identity, committer: Identity) -> People:
        author_class, author_signature = self.identities.look_at(author, "author")
        if committer == author:
            return People(author_class, author_class == "person", author_signature, None)
        committer_class, committer_signature = self.identities.look_at(committer, "committer")
        return People(author_class, "person" in (author_class, committer_class), author_signature, committer_signature)

    def match_line(self, line: Line) -> LineMatch | None:
        """The first signature in file order that the line shows. In a subject and in lists only an exact address counts."""
        found = self._credits(line)
        if not line.subject and not line.listed:
            found += self._declared(line)
        if found:
            _, signature, tool = min(found, key=lambda item: item[0])
            return signature, tool
        return None if line.subject else self._footer(line) or self._link(line)

    def _credits(self, line: Line) -> list[tuple[int, Signature, str]]:
        if line.key not in CREDIT_KEYS:
            return []
        name = line.value.partition("<")[0].partition("[")[0].strip()
        matched = (self.identities.find(Identity(name, email), "co-author") for email in line.emails)
        return [(self._orders[signature], signature, signature.tool) for signature in matched if signature is not None]

    def _declared(self, line: Line) -> list[tuple[int, Signature, str]]:
        if not line.value or (line.key in self._trailers and is_placeholder(line.value)):
            return []
        tested = ((order, signature, test(line)) for order, signature, test in self._trailers.get(line.key, ()))
        return [(order, signature, tool) for order, signature, tool in tested if tool is not None]

    def _footer(self, line: Line) -> LineMatch | None:
        match = _FOOTER.fullmatch(line.text)
        signature = self._footers.get(" ".join(match[1].lower().split())) if match else None
        return (signature, signature.tool) if signature else None

    def _link(self, line: Line) -> LineMatch | None:
        match = _LINK.fullmatch(line.text) if "https://" in line.text else None
        if match is None:
            return None
        return next(((signature, signature.tool) for signature, pattern in self._links if pattern.fullmatch(match[1])), None)


def _trailer_test(signature: Signature) -> _Test:
    if not signature.pattern:
        return lambda line: signature.tool if line.value else None
    pattern = re.compile(signature.pattern, PATTERN_FLAGS)
    return lambda line: signature.tool if pattern.fullmatch(line.value) else None


def _declaration_test(signature: Signature) -> _Test:
    if signature.strength == "denial":
        return lambda line: "" if is_negative(line.value) else None
    return functools.partial(_named_tool, signature)


def _named_tool(signature: Signature, line: Line) -> str | None:
    assert signature.vocabulary is not None  # the loader refuses a declaration without one
    has_address = "@" in line.value
    if has_address and signature.bare:
        return None
    named = name_tool(line.value, signature.vocabulary)
    if named is None or ((has_address or signature.bare) and not named.unmistakable):
        return None
    return signature.tool or named.tool


@functools.lru_cache(maxsize=4)
def index_signatures(signatures: tuple[Signature, ...]) -> SignatureIndex:
    """The index of a tuple of signatures, built once for each."""
    return SignatureIndex(signatures)
