"""The ledger: what was looked at, what could not be, and why."""

from typing import Literal

import msgspec

from aicheck.model.location import Side

Outcome = Literal["analyzed", "not-applicable", "unanalyzed"]


class Failure(msgspec.Struct, frozen=True, order=True):
    """An engine or rule that could not do its work on one side of one file (or on the whole change: empty path)."""

    path: str
    side: Side
    engine: str
    """`read`, `cst`, `facts`, `semgrep`, `ruff`, ..."""
    reason: str
    """One clause without a full stop; no path of this machine, no traceback."""
    rule: str = ""
    """The rule that was lost; empty when every rule of the engine was."""
    lines: tuple[tuple[int, int], ...] = ()
    """(first, last) 1-based line ranges that could not be read; empty when none of the file could."""


class Coverage(msgspec.Struct, frozen=True, order=True):
    """How one side of one changed path ended."""

    path: str
    side: Side
    outcome: Outcome
    reason: str = ""
    """The written rule behind `not-applicable`, the cause behind `unanalyzed`; for `analyzed` which lines outside the change
    could not be read, empty when all were."""
