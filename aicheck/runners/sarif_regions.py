"""Where in a file another tool's result stands, in aicheck's terms: lines that exist, columns in code points."""

from aicheck.model.location import WHOLE_FILE, Span
from aicheck.runners.sarif_log import Region

UTF16 = "utf16CodeUnits"
LINE_LIMIT = 10_000
"""Characters of a line up to which units are told apart."""


def find_span(region: Region | None, lines: tuple[str, ...], column_kind: str | None) -> Span:
    """The span of a region (section 3.30.5) kept within the file; the whole file where the region names no line.

    Columns are code points unless the log says otherwise; nearly no tool says, and those that were tried count them so.
    """
    if region is None or region.start_line is None:
        return WHOLE_FILE
    line = min(max(region.start_line, 1), len(lines))
    end_line = min(max(region.end_line or line, line), len(lines))
    column = _column(lines[line - 1], region.start_column or 1, column_kind)
    end_column = _column(lines[end_line - 1], region.end_column, column_kind)
    return Span(line, column, end_line, max(end_column, column) if end_line == line else end_column)


def _column(line: str, column: int | None, kind: str | None) -> int:
    """The 1-based code point column in the line or right behind it; None stands for the latter."""
    if column is None:
        return len(line) + 1
    units = max(column, 1) - 1
    if kind == UTF16 and not line.isascii() and len(line) <= LINE_LIMIT:
        return len(line.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore")) + 1
    return min(units, len(line)) + 1
