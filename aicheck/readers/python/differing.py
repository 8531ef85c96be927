"""Which regions of a file can differ in meaning between its two sides. Nothing is parsed for it."""

import keyword
from collections import Counter, defaultdict
from collections.abc import Iterable

from aicheck.readers.python.regions import Regions
from aicheck.readers.python.source import Outline
from aicheck.regex import regex

_WORD = regex(r"[^\W\d]\w*")
_COMMON = frozenset({*keyword.kwlist, "self", "cls"})
_ROUNDS = 4
"""How far a changed name is followed through the assignments of the module."""


def differing_symbols(before: Regions, after: Regions) -> frozenset[str] | None:
    """The symbols whose own text differs, or that use a name whose module-level meaning may differ; None: any may.

    A file that `ast` cannot read tells nothing.
    """
    if before.source.needs_whole or after.source.needs_whole:
        return None
    sides = [_by_symbol(side.source.outlines()) for side in (before, after)]
    changed = {symbol for symbol in sides[0].keys() | sides[1].keys() if sides[0].get(symbol) != sides[1].get(symbol)}
    words = _changed_words(*("\n".join(side.get("", ())) for side in sides))
    if words:
        changed |= {symbol for side in sides for symbol, texts in side.items() if not words.isdisjoint(_words_of(texts))}
    return frozenset(changed)


def _by_symbol(outlines: Iterable[Outline]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for outline in outlines:
        found[outline.symbol].append(outline.text)
    return found


def _changed_words(before: str, after: str) -> set[str]:
    """The names on module-level lines that only one side has, and those defined by means of them."""
    lines = [Counter(line for line in text.split("\n") if line.strip() not in ("", "pass")) for text in (before, after)]
    changed = (lines[0] - lines[1]) + (lines[1] - lines[0])
    words = _words_of(changed)
    rest = [found for line in lines[0] | lines[1] if (found := _words_of([line]))] if words else []
    for _ in range(_ROUNDS):
        size = len(words)
        for found in rest:
            if not words.isdisjoint(found):
                words |= found
        if len(words) == size:
            break
    return words


def _words_of(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in _WORD.findall(text)} - _COMMON
