"""LibCST under the name `cst`, imported when an attribute of it is first used."""

from aicheck.readers.python.deferred import cst

__all__ = ["cst"]
