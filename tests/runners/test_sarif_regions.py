"""Regions as spans within the file, columns in code points."""

import pytest

from aicheck.model.location import WHOLE_FILE, Span
from aicheck.runners.sarif_log import Region
from aicheck.runners.sarif_regions import UTF16, find_span

LINES = ("a = '😀'; b = 1", "", "c = 2")


@pytest.mark.parametrize(
    ("region", "kind", "span"),
    [
        (Region(1), None, Span(1, 1, 1, 15)),
        (Region(1, 10, 1, 11), None, Span(1, 10, 1, 11)),
        (Region(1, 11, 1, 12), UTF16, Span(1, 10, 1, 11)),
        (Region(1, 7, 1, 8), UTF16, Span(1, 6, 1, 7)),
        (Region(1, 10, None, None), "unicodeCodePoints", Span(1, 10, 1, 15)),
        (Region(1, 3, 3, 2), None, Span(1, 3, 3, 2)),
        (Region(3, 4, 1, 1), None, Span(3, 4, 3, 4)),
        (Region(2, 5, 2, 9), None, Span(2, 1, 2, 1)),
        (Region(0, -3, -1, -1), None, Span(1, 1, 1, 1)),
        (Region(99, 1, 10**30, 10**30), None, Span(3, 1, 3, 6)),
        (Region(None, 3), None, WHOLE_FILE),
        (None, None, WHOLE_FILE),
    ],
)
def test_region(region: Region | None, kind: str | None, span: Span) -> None:
    assert find_span(region, LINES, kind) == span
