"""The text of a document as the protocol counts it: lines end at LF, CRLF or CR, columns are units of the negotiated encoding."""

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property

import msgspec
from lsprotocol import types

from aicheck.model.location import Span
from aicheck.regex import regex

LINE_END = regex(r"\r\n|\r|\n")
MARK = "\ufeff"
Encoding = types.PositionEncodingKind | str
_UNITS = {types.PositionEncodingKind.Utf8: "utf-8", types.PositionEncodingKind.Utf16: "utf-16-le"}


class Text(msgspec.Struct, frozen=True, dict=True):
    """One version of a document."""

    source: str
    encoding: Encoding = types.PositionEncodingKind.Utf16

    def edited(self, changes: Iterable[types.TextDocumentContentChangeEvent]) -> "Text":
        """The text after the changes, each of which counts in the text that the one before it made."""
        text = self
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                start, end = text.offset(change.range.start), text.offset(change.range.end)
                text = Text(text.source[:start] + change.text + text.source[max(start, end) :], self.encoding)
            else:
                text = Text(change.text, self.encoding)
        return text

    def offset(self, position: types.Position) -> int:
        """The code point at a position; places beyond a line or the text are its end."""
        if position.line >= len(self._starts):
            return len(self.source)
        start = self._starts[position.line]
        line = self._line(position.line)
        return start + self._points(line, position.character)

    def position(self, offset: int) -> types.Position:
        """The position of a code point."""
        line = bisect_right(self._starts, offset) - 1
        return types.Position(line, self._measure(self.source[self._starts[line] : offset]))

    def range(self, span: Span) -> types.Range:
        """A span of a finding: lines that end at line feeds only, code points, the byte order mark not counted."""
        return types.Range(self.position(self._place(span.line, span.column)), self.position(self._place(span.end_line, span.end_column)))

    def line(self, number: int) -> str:
        """Line `number` (1-based, ending at line feeds only) without its end; empty when there is none."""
        lines = self._plain_starts
        if not 0 < number < len(lines):
            return ""
        return self.source[lines[number - 1] : lines[number] - 1].rstrip("\r").removeprefix(MARK)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in LINE_END.finditer(self.source))]

    @cached_property
    def _plain_starts(self) -> list[int]:
        starts = [0]
        for line in self.source.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        return starts

    def _place(self, line: int, column: int) -> int:
        starts = self._plain_starts
        row = min(max(line, 1), len(starts) - 1)
        mark = 1 if row == 1 and self.source.startswith(MARK) else 0
        return min(starts[row - 1] + mark + max(column, 1) - 1, starts[row] - 1)

    def _line(self, number: int) -> str:
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.source)
        return self.source[self._starts[number] : end].rstrip("\r\n")

    def _measure(self, text: str) -> int:
        name = _UNITS.get(self.encoding)  # type: ignore[call-overload]
        if name is None or text.isascii():
            return len(text)
        return len(text.encode(name, "surrogatepass")) // (2 if name == "utf-16-le" else 1)

    def _points(self, line: str, units: int) -> int:
        """How many code points of a line so many units are; half a character counts as none of it."""
        if line.isascii() or self.encoding not in _UNITS:
            return min(units, len(line))
        measured = 0
        for number, character in enumerate(line):
            measured += self._measure(character)
            if measured > units:
                return number
        return len(line)
