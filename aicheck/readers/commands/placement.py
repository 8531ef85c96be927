"""From an offset inside a scalar's text to its place in the file.

Knows how YAML and JSON write a text (plain, quoted, literal and folded blocks) and nothing of what the text means.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from aicheck.model.location import Span
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf
from aicheck.regex import regex

_PROPERTIES = regex(r"(?:[&!]\S*\s+)+")
"""Anchor and tag in front of a scalar (YAML 1.2.2, section 6.9)."""
_BREAK = regex(r"\r\n|[\n\r\x85\u2028\u2029]")
_SINGLE_ESCAPE = regex(r"''")
_DOUBLE_ESCAPE = regex(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\Z|.)"
)
_NO_ESCAPE = regex(r"(?!)")
_FOLD = regex(r"[ \n]*")

_Pieces = list[tuple[int, int]]
"""(offset in the scalar's text, offset in its source) where a stretch begins that stands in the file letter by letter."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the characters of one scalar stand."""

    source: SourceText
    whole: Span
    """What stands for every part when the text could not be followed through the file."""
    starts: tuple[int, ...] = ()
    """Ascending offsets in the scalar's text."""
    targets: tuple[int, ...] = ()
    """The offset in the file of each of them."""

    def span(self, start: int, end: int) -> Span:
        """The span in the file of a stretch of the scalar's text (offsets in code points, end exclusive)."""
        if not self.starts:
            return self.whole
        return self.source.span(self._target(start), self._target(max(start, end - 1)) + 1)

    def _target(self, offset: int) -> int:
        piece = max(bisect_right(self.starts, offset) - 1, 0)
        target = self.targets[piece] + max(offset - self.starts[piece], 0)
        return min(target, self.targets[piece + 1]) if piece + 1 < len(self.targets) else target


class Placer:
    """Places the scalars of one file."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._line_starts = [0, *accumulate(len(line) + 1 for line in source.text.split("\n"))]

    def offset(self, span: Span) -> int:
        """The offset in code points at which a span begins."""
        return self._line_starts[span.line - 1] + span.column - 1

    def place(self, leaf: Leaf) -> Placement:
        """The placement of a scalar that YAML or JSON was read into. Linear in the scalar's size."""
        raw = self._source.between(leaf.span)
        properties = _PROPERTIES.match(raw)
        begin = properties.end() if properties else 0
        pieces = _pieces(raw[begin:], leaf.value)
        base = self.offset(leaf.span) + begin
        return Placement(self._source, leaf.span, tuple(start for start, _ in pieces), tuple(base + target for _, target in pieces))


def _pieces(raw: str, value: str) -> _Pieces:
    style = raw[:1]
    if style == "|":
        return _literal_pieces(raw, value)
    if style == ">":
        return _folded_pieces(raw, value)
    if style == '"':
        return _flow_pieces(raw[:-1], value, _DOUBLE_ESCAPE)
    if style == "'":
        return _flow_pieces(raw[:-1], value, _SINGLE_ESCAPE)
    return _flow_pieces(raw, value, _NO_ESCAPE)


def _literal_pieces(raw: str, value: str) -> _Pieces:
    """Each line of a `|` block is its text behind the block's indentation, whatever that is."""
    pieces = []
    at = 0
    for (start, line), (_, text) in zip(list(_lines(raw))[1:], _lines(value), strict=False):
        if not line.endswith(text):
            return []
        pieces.append((at, start + len(line) - len(text)))
        at += len(text) + 1
    return pieces


def _folded_pieces(raw: str, value: str) -> _Pieces:
    """Each line of a `>` block stands in the text behind white space that folding made."""
    pieces = []
    at = 0
    for start, line in list(_lines(raw))[1:]:
        text = line.lstrip(" ")
        if not text:
            continue
        at = _skip_fold(value, at)
        if not value.startswith(text, at):
            return []
        pieces.append((at, start + len(line) - len(text)))
        at += len(text)
    return pieces


def _flow_pieces(raw: str, value: str, escape: re.Pattern[str]) -> _Pieces:
    """The runs between line folds and escapes of a plain or quoted scalar; `raw` without its closing quote."""
    pieces = []
    lines = list(_lines(raw))
    at = 0
    for number, (start, line) in enumerate(lines):
        text = line if number == len(lines) - 1 else line.rstrip(" \t")
        position = len(text) - len(text.lstrip(" \t")) if number else int(escape is not _NO_ESCAPE)
        if number and text[position:] and not escape.match(text, position):
            at = _skip_fold(value, at)
        for found in [*escape.finditer(text, position), None]:
            run = text[position : found.start() if found else len(text)]
            if not value.startswith(run, at):
                return []
            if run:
                pieces.append((at, start + position))
                at += len(run)
            if found:
                pieces.append((at, start + found.start()))
                at += int(found.group() != "\\")
                position = found.end()
    return pieces


def _skip_fold(value: str, at: int) -> int:
    found = _FOLD.match(value, at)
    return found.end() if found else at


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """(offset, line without its break) by the line breaks that YAML 1.1 knows."""
    start = 0
    for found in _BREAK.finditer(text):
        yield start, text[start : found.start()]
        start = found.end()
    yield start, text[start:]
