"""What a rule hit, and what the comparison of both sides made of it."""

from typing import Literal

import msgspec

from aicheck.model.fix import Fix
from aicheck.model.location import Location
from aicheck.model.provenance import State
from aicheck.model.rule import Confidence, Engine, Severity

MESSAGE_LIMIT = 100
"""Longest message in characters."""
BaselineState = Literal["new", "unchanged", "absent"]


class Excerpt(msgspec.Struct, frozen=True):
    """A quoted place: where something stood before, or a second place of interest."""

    path: str
    line: int
    """1-based."""
    text: str
    """The line without its line end, at most 200 characters; raw (reporters encode it)."""


class Suppression(msgspec.Struct, frozen=True):
    """One finding accepted in the source."""

    path: str
    line: int
    rule: str
    reason: str
    added: bool
    """True when the change itself adds the comment; such a suppression does not count."""
    covers: int = 0
    """The 1-based line whose findings it accepts; 0 when it is not tied to a line (a rule that the policy switches off)."""
    problem: str = ""
    """One clause: why it accepts nothing (no reason given, no finding of that rule there); empty when it is in use."""


class Match(msgspec.Struct, frozen=True):
    """A place where a rule hit, on one side."""

    rule: str
    location: Location
    message: str
    """What was found here, under 100 characters, no advice."""
    symbol: str = ""
    """The qualified name of the definition, resource address, key path or test id it stands in."""
    text: str = ""
    """The matched text normalised (layout, comments and local names removed); what pairs it across the sides."""
    digest: str = ""
    """Of the whole definition it stands in, normalised; equal across sides when the definition only moved."""
    engine: Engine = "cst"
    before: Excerpt | None = None
    """For a differential match: what stood there before."""
    severity: Severity | None = None
    """When this match differs from its rule's severity (context shift)."""
    suppression: Suppression | None = None
    """For another tool's match: what that tool says accepts it."""
    fix: Fix | None = None
    """What the rule offers to do about it; only where the match stands on the after side."""


class Shift(msgspec.Struct, frozen=True):
    """A step of severity that the place of a finding made."""

    id: str
    """Of the row of the table of shifts."""
    by: int
    """Steps, negative for milder."""
    why: str
    """Completes `one step milder: ...`."""


class Finding(msgspec.Struct, frozen=True):
    """A match with its state. Findings are never dropped, only marked."""

    rule: str
    location: Location
    message: str
    severity: Severity
    confidence: Confidence
    state: BaselineState
    fingerprint: str
    engine: Engine
    line_text: str = ""
    """The source line at `location`, at most 200 characters, raw."""
    before: Excerpt | None = None
    provenance: State = "unknown"
    suppression: Suppression | None = None
    symbol: str = ""
    shifts: tuple[Shift, ...] = ()
    """What its place did to its severity, in the order applied."""
    fix: Fix | None = None

    @property
    def counts(self) -> bool:
        """True when it bears on the decision: new, and not validly suppressed."""
        return self.state == "new" and (self.suppression is None or self.suppression.added)


def shorten_message(message: str) -> str:
    """One line of at most `MESSAGE_LIMIT` characters, cut where names of the judged code made it longer."""
    line = " ".join(message.split())
    return line if len(line) <= MESSAGE_LIMIT else f"{line[: MESSAGE_LIMIT - 1]}…"
