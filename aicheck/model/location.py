"""Where something stands in one side of a change."""

from typing import Literal

import msgspec

Side = Literal["before", "after"]


class Span(msgspec.Struct, frozen=True, order=True):
    """A stretch of text: 1-based lines, 1-based columns in Unicode code points, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Location(msgspec.Struct, frozen=True, order=True):
    """A span in one side of one file."""

    path: str
    """Relative to the repository, `/` separated; bytes that are not UTF-8 are surrogate escapes (`os.fsdecode`)."""
    side: Side
    span: Span


WHOLE_FILE = Span(1, 1, 1, 1)
"""The span of a match that concerns the file as a whole."""
