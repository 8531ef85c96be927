"""Where something stands in one side of a change."""

from dataclasses import dataclass
from typing import Literal

Side = Literal["before", "after"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text: 1-based lines, 1-based columns in Unicode code points, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A span in one side of one file."""

    path: str
    """Relative to the repository, `/` separated; bytes that are not UTF-8 are surrogate escapes (`os.fsdecode`)."""
    side: Side
    span: Span


WHOLE_FILE = Span(1, 1, 1, 1)
"""The span of a match that concerns the file as a whole."""
