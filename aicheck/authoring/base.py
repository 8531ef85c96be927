"""The kinds of check, and what each must say about itself.

A rule file holds one subclass: metadata, examples and the check. The examples are its tests and its documentation.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec

from aicheck.errors import RuleError
from aicheck.model.facts import Call
from aicheck.model.finding import Excerpt, Match, shorten_message
from aicheck.model.fix import Fix
from aicheck.model.location import Location, Span
from aicheck.model.rule import SEVERITIES, Confidence, Engine, Example, Kind, Rule, Severity, When

if TYPE_CHECKING:
    from aicheck.authoring.change_facts import ChangeFacts, FilePair
    from aicheck.readers.python import Region


def bad(code: str, note: str = "", *, path: str = "app.py") -> Example:
    """A file that a snapshot rule must find when it is added."""
    return Example(True, (), ((path, code),), note)


def good(code: str, note: str = "", *, path: str = "app.py") -> Example:
    """A look-alike file that a snapshot rule must stay silent on."""
    return Example(False, (), ((path, code),), note)


def bad_change(before: str | Mapping[str, str], after: str | Mapping[str, str], note: str = "", *, path: str = "app.py") -> Example:
    """A change that the rule must find. A mapping is {path: text}; plain text stands for one file at `path`."""
    return Example(True, _files(before, path), _files(after, path), note)


def good_change(before: str | Mapping[str, str], after: str | Mapping[str, str], note: str = "", *, path: str = "app.py") -> Example:
    """A look-alike change that the rule must stay silent on."""
    return Example(False, _files(before, path), _files(after, path), note)


def _files(text: str | Mapping[str, str], path: str) -> tuple[tuple[str, str], ...]:
    return ((path, text),) if isinstance(text, str) else tuple(sorted(text.items()))


class Hit(msgspec.Struct, frozen=True):
    """What a Python check yields; the runner adds rule, path, symbol and the normalised text."""

    span: Span
    message: str
    text: str = ""
    """What pairs this hit across the sides; by default the text of the span with local names normalised.
    Give a stable one (`while`) where the span holds code that may change without changing the hazard."""
    severity: Severity | None = None
    fix: Fix | None = None
    """What to do about it, as edits of the file."""


class Check:
    """What every rule says about itself. Subclass one of the kinds below, not this."""

    id: ClassVar[str]
    title: ClassVar[str]
    why: ClassVar[str]
    instead: ClassVar[str]
    severity: ClassVar[Severity]
    confidence: ClassVar[Confidence] = "high"
    languages: ClassVar[tuple[str, ...]] = ()
    cwe: ClassVar[tuple[int, ...]] = ()
    since: ClassVar[str] = "0.1.0"
    references: ClassVar[tuple[str, ...]] = ()
    security: ClassVar[bool] = False
    fixed: ClassVar[bool] = False
    needles: ClassVar[Sequence[Sequence[str]]] = ()
    when: ClassVar[When] = "added"
    examples: ClassVar[tuple[Example, ...]] = ()

    engine: ClassVar[Engine]
    kind: ClassVar[Kind]

    @classmethod
    def rule(cls) -> Rule:
        """The catalogue's value of this check. Raises RuleError when the metadata is incomplete."""
        missing = [name for name in ("id", "title", "why", "instead", "severity") if not getattr(cls, name, "")]
        if missing:
            raise RuleError(f"rule {cls.__module__}.{cls.__qualname__} has no {', '.join(missing)}")
        if cls.severity not in SEVERITIES:
            raise RuleError(f"rule {cls.id} has the unknown severity {cls.severity!r}")
        return Rule(
            id=cls.id,
            title=cls.title,
            why=cls.why,
            instead=cls.instead,
            severity=cls.severity,
            confidence=cls.confidence,
            engine=cls.engine,
            kind=cls.kind,
            languages=tuple(sorted(cls.languages)),
            needles=tuple(tuple(group) for group in cls.needles),
            when=cls.when,
            cwe=cls.cwe,
            since=cls.since,
            references=cls.references,
            examples=cls.examples,
            security=cls.security,
            fixed=cls.fixed,
            source=cls.__module__,
        )

    @classmethod
    def match(
        cls,
        location: Location,
        message: str,
        *,
        symbol: str = "",
        text: str = "",
        before: Excerpt | None = None,
        severity: Severity | None = None,
    ) -> Match:
        """The only way to make a match; refuses an empty message and cuts one that the judged code's names made too long."""
        if not message:
            raise RuleError(f"rule {cls.id} made an empty message")
        return Match(
            rule=cls.id,
            location=location,
            message=shorten_message(message),
            symbol=symbol,
            text=text,
            engine=cls.engine,
            before=before,
            severity=severity,
        )


class PythonCheck(Check):
    """A snapshot rule over Python, run by LibCST on the regions that hold its needles.

    `needles` is required: a region is parsed only when each group has a member in the region's text.
    """

    engine = "cst"
    kind = "snapshot"
    languages = ("python",)
    anywhere: ClassVar[Sequence[str]] = ()
    """A word that begins with one of these must stand somewhere in a file before it is parsed for this rule; empty: nothing need."""
    in_tests: ClassVar[bool] = True
    """Whether code of tests is looked at too, as its path says."""

    @classmethod
    def worth_parsing(cls, text: bytes) -> bool:  # noqa: ARG003  a default that takes everything
        """Whether a file that holds the words may hold a hit, judged by its bytes, in linear time."""
        return True

    @classmethod
    def candidate(cls, node: ast.AST) -> bool:  # noqa: ARG003  a default that looks at nothing
        """Whether a region may hold a hit, judged by its cheap stdlib `ast` node (a function, or the module).

        Not asked for a file that only LibCST can read.
        """
        return True

    def check(self, region: Region) -> Iterator[Hit]:
        """Yield a hit for each hazard in the region. Must not keep state between calls."""
        raise NotImplementedError


class DifferentialCheck(Check):
    """A rule that compares both sides of one file through its facts."""

    engine = "facts"
    kind = "differential"
    restores: ClassVar[bool] = False
    """Whether putting back the line that a match names as standing before is a cure. It is offered as the match's fix, where
    the match has none of its own."""

    @classmethod
    def concerns(cls, call: Call) -> bool:  # noqa: ARG003  a default that takes everything
        """Whether a Python call, on either side, makes the calls of its callee worth comparing; its span is not known yet.

        Calls of a callee that concerns no rule are not in the facts.
        """
        return True

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Yield a match (location on the after side where it can) for each loss. `change` shows what moved elsewhere."""
        raise NotImplementedError


class ChangeCheck(Check):
    """A rule that judges the change set as a whole."""

    engine = "facts"
    kind = "change"

    def judge(self, change: ChangeFacts) -> Iterator[Match]:
        """Yield a match for each hazard."""
        raise NotImplementedError


class RuffCode(Check):
    """Codes adopted from ruff that mean one thing; ruff runs them on both sides and only new matches count.

    Matches of several of its codes on one line are one.
    """

    engine = "ruff"
    kind = "snapshot"
    languages = ("python",)
    codes: ClassVar[tuple[str, ...]]
    found: ClassVar[str] = ""
    """The message of every match; empty: ruff's own, which may hold a name or a value but also advice."""
    severities: ClassVar[Mapping[str, Severity]] = {}
    """Of codes that do not share the rule's severity."""
    words: ClassVar[tuple[str, str]] = ("", "")
    """A regular expression (linear) for what ruff marked, and what takes its place: the fix, where the whole of it matches."""
    argument: ClassVar[str] = ""
    """The argument that the call which ruff marked lacks: the fix, where `words` are none."""

    @classmethod
    def adopts(cls, message: str, line: str, column: int) -> bool:  # noqa: ARG003  a default that takes everything
        """Whether a match is one of this rule's, judged by ruff's own message and the line that it begins in, at `column` (1-based)."""
        return True


class BuiltInCheck(Check):
    """A rule that aicheck's own pipeline applies, because it is about aicheck itself; the class holds only what it says."""

    engine = "aicheck"
    kind = "change"
