"""The text of one side of a file, and where in it a parser's offsets lie."""

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from aicheck.model.location import Span
from aicheck.readers.unreadable import Unreadable

if TYPE_CHECKING:
    from tree_sitter import Node

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class SourceText:
    """Decoded text. Lines end at line feeds only, as git and editors count them; a byte order mark takes no column.

    Raises Unreadable when the bytes are not UTF-8 or hold a NUL.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data.removeprefix(BYTE_ORDER_MARK)
        if b"\0" in self.data:
            raise Unreadable("holds a NUL byte")
        try:
            self.text = self.data.decode()
        except UnicodeDecodeError as error:
            raise Unreadable(f"not UTF-8 at line {self.data.count(10, 0, error.start) + 1}") from None
        self._lines = self.data.split(b"\n")
        self._ascii = self.data.isascii()
        self._starts = [0, *accumulate(len(line) + 1 for line in self.text.split("\n"))]

    def span(self, start: int, end: int) -> Span:
        """The span between two offsets in code points."""
        return Span(*self._place(start), *self._place(max(start, end)))

    def between(self, span: Span) -> str:
        """The text of a span."""
        return self.text[self._starts[span.line - 1] + span.column - 1 : self._starts[span.end_line - 1] + span.end_column - 1]

    def node_span(self, node: "Node") -> Span:
        """The span of a tree-sitter node (whose columns are bytes)."""
        return Span(*self._point(*node.start_point), *self._point(*node.end_point))

    def byte_span(self, start: tuple[int, int], end: tuple[int, int]) -> Span:
        """The span between two (1-based line, 0-based byte column) pairs, as `ast` has them."""
        return Span(*self._point(start[0] - 1, start[1]), *self._point(end[0] - 1, end[1]))

    def _place(self, offset: int) -> tuple[int, int]:
        offset = min(offset, len(self.text))
        line = bisect_right(self._starts, offset, hi=len(self._starts) - 1)
        return line, offset - self._starts[line - 1] + 1

    def _point(self, row: int, byte_column: int) -> tuple[int, int]:
        row = min(row, len(self._lines) - 1)  # `ast` counts lone carriage returns as lines too
        byte_column = min(byte_column, len(self._lines[row]))
        if self._ascii:
            return row + 1, byte_column + 1
        return row + 1, len(self._lines[row][:byte_column].decode(errors="replace")) + 1
