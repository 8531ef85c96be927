"""Reads Python: `ast` as an index of the whole file, LibCST for the regions that a rule asks for.

Importing this package does not import LibCST; `Region` and what yields regions do.
"""

from typing import TYPE_CHECKING

from aicheck.model.facts import Call
from aicheck.readers.python.source import Outline, PythonSource

if TYPE_CHECKING:
    from aicheck.readers.python.region import BrokenRegion, Region

__all__ = ["BrokenRegion", "Needles", "Outline", "PythonSource", "Region", "read_calls"]

Needles = tuple[tuple[str, ...], ...]
"""A conjunction of disjunctions: each group needs a member in the text."""


def read_calls(before: bytes | None, after: bytes | None, needles: tuple[Needles, ...]) -> tuple[tuple[Call, ...], tuple[Call, ...]]:
    """The calls of both sides in every definition that holds some rule's needles on either side. Raises Unreadable."""
    from aicheck.readers.python.calls import read_calls  # brings LibCST in

    return read_calls(before, after, needles)
