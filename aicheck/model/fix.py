"""What a rule offers to do about a finding: edits of the file that it stands in."""

from collections.abc import Iterable

import msgspec

from aicheck.model.location import Span


class Edit(msgspec.Struct, frozen=True, order=True):
    """One stretch of the after side and what takes its place. An empty span inserts before its place."""

    span: Span
    text: str


class Fix(msgspec.Struct, frozen=True):
    """Edits that belong together."""

    title: str
    """What they do, as a button says it: `Put timeout back to 30s`."""
    edits: tuple[Edit, ...]
    """Of the file of the finding's location; sorted, none overlaps another."""
    safe: bool = True
    """Whether they only put back what stood there before. Others are for a person to choose."""


def overlap(one: Iterable[Edit], other: Iterable[Edit]) -> bool:
    """Whether two fixes touch the same text, or insert at the same place."""
    return any(_touch(first.span, second.span) for first in one for second in other)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made; lines end at line feeds only. Raises ValueError for edits outside the text or over each other."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    parts: list[str] = []
    done = 0
    for edit in sorted(edits):
        start, end = (_offset(starts, line, column) for line, column in _corners(edit.span))
        if not done <= start <= end <= len(text):
            raise ValueError("the edits do not fit the text")
        parts += (text[done:start], edit.text)
        done = end
    return "".join((*parts, text[done:]))


def _offset(starts: list[int], line: int, column: int) -> int:
    if not 0 < line < len(starts) or column < 1 or starts[line - 1] + column > starts[line]:
        raise ValueError("the edits do not fit the text")
    return starts[line - 1] + column - 1


def _touch(one: Span, other: Span) -> bool:
    (start, end), (other_start, other_end) = _corners(one), _corners(other)
    return (start < other_end and other_start < end) or start == other_start


def _corners(span: Span) -> tuple[tuple[int, int], tuple[int, int]]:
    return (span.line, span.column), (span.end_line, span.end_column)
