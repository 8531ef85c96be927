"""Spans for many places of one text: as `SourceText` has them, but of long lines in constant time."""

from aicheck.model.location import Span
from aicheck.readers.source_text import SourceText

STRIDE = 1_024
"""Bytes between the places of a long line whose column is remembered."""
CONTINUATION = bytes(range(0x80, 0xC0))
"""The bytes that only continue a code point of UTF-8."""


class Positions:
    """Turns (0-based line, 0-based byte column) pairs into spans."""

    def __init__(self, source: SourceText) -> None:
        self._lines = source.data.split(b"\n")
        self._ascii = source.data.isascii()
        self._columns: dict[int, list[int]] = {}
        """Line -> code points before every STRIDE-th byte of it."""

    def span(self, start: tuple[int, int], end: tuple[int, int]) -> Span:
        """The span between two places, both cut to the text."""
        return Span(*self._point(*start), *self._point(*end))

    def _point(self, row: int, column: int) -> tuple[int, int]:
        row = min(row, len(self._lines) - 1)  # `ast` counts lone carriage returns as lines too
        line = self._lines[row]
        column = min(column, len(line))
        if self._ascii:
            return row + 1, column + 1
        before = 0
        if len(line) > STRIDE:
            before = self._remembered(row)[column // STRIDE]
            line, column = line[column - column % STRIDE : column], column % STRIDE
        return row + 1, before + _code_points(line[:column]) + 1

    def _remembered(self, row: int) -> list[int]:
        columns = self._columns.get(row)
        if columns is None:
            line = self._lines[row]
            columns = self._columns[row] = [0]
            for start in range(0, len(line), STRIDE):
                columns.append(columns[-1] + _code_points(line[start : start + STRIDE]))
        return columns


def _code_points(text: bytes) -> int:
    return len(text.translate(None, CONTINUATION))
