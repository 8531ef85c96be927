"""Everything that a rule file imports; the public face for plugin authors.

`cst` is LibCST, imported when a check first uses it, so that listing and explaining rules stays cheap. `ChangeFacts` and
`FilePair` come with much that a worker does without, and are imported when they are named.
"""

import importlib
from typing import TYPE_CHECKING, Any

from aicheck.authoring.base import (
    ChangeCheck,
    Check,
    DifferentialCheck,
    Hit,
    PythonCheck,
    RuffCode,
    bad,
    bad_change,
    good,
    good_change,
)
from aicheck.authoring.bounds import is_bounded, mentions
from aicheck.authoring.deferred import cst
from aicheck.authoring.deletions import DELETION_NEEDLES, Deletion, find_deletions
from aicheck.authoring.flow import after_failure, always_leaves, is_endless, is_true, leaves, leaving, loop_of, statements
from aicheck.authoring.guards import is_guarded
from aicheck.authoring.paths import Origin, PathReader
from aicheck.readers.python.arguments import Arguments, arguments_of, assigned_value, dictionary, literal
from aicheck.readers.python.names import walk_statements
from aicheck.readers.python.region import Region
from aicheck.readers.python.scopes import Binding, dotted_text, identifier
from aicheck.readers.python.walk import descend

if TYPE_CHECKING:
    from aicheck.authoring.change_facts import ChangeFacts, FilePair

__all__ = [
    "DELETION_NEEDLES",
    "Arguments",
    "Binding",
    "ChangeCheck",
    "ChangeFacts",
    "Check",
    "Deletion",
    "DifferentialCheck",
    "FilePair",
    "Hit",
    "Origin",
    "PathReader",
    "PythonCheck",
    "Region",
    "RuffCode",
    "after_failure",
    "always_leaves",
    "arguments_of",
    "assigned_value",
    "bad",
    "bad_change",
    "cst",
    "descend",
    "dictionary",
    "dotted_text",
    "find_deletions",
    "good",
    "good_change",
    "identifier",
    "is_bounded",
    "is_endless",
    "is_guarded",
    "is_true",
    "leaves",
    "leaving",
    "literal",
    "loop_of",
    "mentions",
    "statements",
    "walk_statements",
]


def __getattr__(name: str) -> Any:
    if name not in {"ChangeFacts", "FilePair"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("aicheck.authoring.change_facts"), name)
