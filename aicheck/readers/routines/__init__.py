"""The functions, classes and module level of Python files that a change touches, read with the standard library's `ast`."""

from aicheck.readers.routines.python import read_routines

__all__ = ["read_routines"]
