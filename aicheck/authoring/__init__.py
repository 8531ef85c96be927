"""Everything that a rule file imports; the public face for plugin authors.

`cst` is LibCST, imported when a check first uses it, so that listing and explaining rules stays cheap.
"""

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
from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.deferred import cst

__all__ = [
    "ChangeCheck",
    "ChangeFacts",
    "Check",
    "DifferentialCheck",
    "FilePair",
    "Hit",
    "PythonCheck",
    "RuffCode",
    "bad",
    "bad_change",
    "cst",
    "good",
    "good_change",
]
