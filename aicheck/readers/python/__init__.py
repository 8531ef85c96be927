"""Reads Python: `ast` as an index of the whole file, LibCST for the regions that a rule asks for.

Importing this package does not import LibCST; parsing a region does.
"""

from aicheck.readers.python.calls import Needles, read_calls
from aicheck.readers.python.region import Region
from aicheck.readers.python.regions import read_regions
from aicheck.readers.python.source import Outline, PythonSource

__all__ = ["Needles", "Outline", "PythonSource", "Region", "read_calls", "read_regions"]
