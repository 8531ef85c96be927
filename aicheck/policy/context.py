"""Where a finding stands shifts its severity: one table for all rules, each shift recorded in the finding.

A place never makes a finding, and what a change adds elsewhere never shifts it.
"""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec.structs import replace

from aicheck.config import Section, matches_any, open_document
from aicheck.errors import PolicyError
from aicheck.model.finding import Finding, Shift
from aicheck.model.rule import SEVERITIES, Rule, Severity, severity_rank
from aicheck.policy.target import TARGETS
from aicheck.readers.place import PRODUCTION_WORDS, Place, environment_of, place_of, words_of


class ContextShift(msgspec.Struct, frozen=True):
    """A row of the table. It fits where one of its conditions holds."""

    id: str
    by: int
    """Steps of severity, negative for milder."""
    why: str
    """Completes `one step milder: ...`."""
    places: tuple[Place, ...] = ()
    """Places of the file, or of the environment that the symbol names."""
    words: tuple[str, ...] = ()
    """Words of the path's folders or of the symbol."""
    paths: tuple[str, ...] = ()
    """Glob patterns."""
    production: bool = False
    """True for a path or symbol with a word for production."""
    most: Severity = "critical"
    """An upward shift ends here."""


class _Context(msgspec.Struct, frozen=True):
    path: str
    places: frozenset[Place]
    words: frozenset[str]


def shift_findings(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> tuple[Finding, ...]:
    """The findings with the severities that their places give them."""
    return tuple(finding if rules[finding.rule].fixed else _shift(finding, rules[finding.rule].most) for finding in findings)


@functools.cache
def load_shifts() -> tuple[ContextShift, ...]:
    """The rows of the table, in file order."""
    source = "the table of context shifts"
    root = open_document(source, Path(__file__).with_name("shifts.toml").read_bytes(), PolicyError)
    return tuple(_read_shift(entry) for entry in root.tables("shift"))


def _read_shift(entry: Section) -> ContextShift:
    entry.allow("id", "by", "why", "places", "words", "paths", "production", "most")
    for place in (places := entry.texts("places")):
        entry.check_choice("places", place, TARGETS)
    return ContextShift(
        id=entry.required("id"),
        by=int(cast("Any", entry.values["by"])),
        why=entry.required("why"),
        places=cast("tuple[Place, ...]", places),
        words=entry.texts("words"),
        paths=entry.texts("paths"),
        production=entry.flag("production"),
        most=cast("Severity", entry.choice("most", SEVERITIES) or SEVERITIES[-1]),
    )


def _shift(finding: Finding, most: Severity) -> Finding:
    context = _context_of(finding)
    fitting = [row for row in load_shifts() if _fits(row, context)]
    rank = severity_rank(finding.severity)
    shifts: list[Shift] = []
    for row in sorted(fitting, key=lambda row: row.by):
        limit = min(severity_rank(row.most), severity_rank(most)) if row.by > 0 else len(SEVERITIES) - 1
        moved = min(max(rank + row.by, 0), max(limit, rank))
        if moved != rank:
            shifts.append(Shift(row.id, moved - rank, row.why))
        rank = moved
    return replace(finding, severity=SEVERITIES[rank], shifts=tuple(shifts)) if shifts else finding


def _context_of(finding: Finding) -> _Context:
    path = finding.location.path
    symbol_words = words_of(finding.symbol)
    folders = words_of(path.rpartition("/")[0])
    return _Context(path, frozenset({place_of(path), environment_of(symbol_words)}), folders | symbol_words)


def _fits(row: ContextShift, context: _Context) -> bool:
    is_production = bool(context.words & PRODUCTION_WORDS)
    if row.production:
        return is_production
    if row.places:
        return bool(context.places.intersection(row.places))
    return (bool(context.words.intersection(row.words)) and not is_production) or matches_any(row.paths, context.path)
