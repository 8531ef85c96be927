"""The load of reviews that a history would have brought, as values."""

import msgspec

from aicheck.model.decision import Level


class Tally(msgspec.Struct, frozen=True):
    """What one way of judging asks for, over some changes."""

    asked: int = 0
    """Changes with any need at all."""
    to_senior: int = 0
    """Changes at level senior or above."""
    sign_offs: int = 0
    """Seniors asked, one change that asks for two counted twice."""
    peer_reviews: int = 0
    acknowledgements: int = 0
    stopped: int = 0


class Row(msgspec.Struct, frozen=True):
    """Some of the changes, judged both ways."""

    name: str
    changes: int
    blanket: Tally
    policy: Tally


class LevelRow(msgspec.Struct, frozen=True):
    """The changes whose highest need is of this level."""

    level: Level
    blanket: int
    policy: int


class Period(msgspec.Struct, frozen=True):
    """The senior sign-offs of some weeks in a row."""

    start: str
    """Its first Monday, as in 2026-03-02 (UTC)."""
    blanket: int
    policy: int


class Cause(msgspec.Struct, frozen=True):
    """What the policy's needs rest on."""

    name: str
    """A rule, or an escalation that no finding caused."""
    asked: int
    """Changes in which it asked for anything."""
    to_senior: int
    """Changes that it sent to a senior or above."""
    alone: int
    """Those of them that nothing else sent there."""


class Sent(msgspec.Struct, frozen=True):
    """One change that the policy sends to a senior or above."""

    repo: str
    sha: str
    committed: int
    subject: str
    level: Level
    causes: tuple[str, ...]
    path: str
    """Where the first of its causes stands; empty for one without a finding."""
    line: int


class Load(msgspec.Struct, frozen=True):
    """The sums."""

    total: Row
    errors: int
    """Commits whose change could not be established; in none of the sums."""
    undated: int
    """Changes in no week."""
    weeks: int
    """From the first to the last change, quiet ones too; at least 1."""
    first: str
    """Monday of the first week (UTC), and of the last; empty without a dated change."""
    last: str
    busiest_blanket: int
    """Senior sign-offs in the busiest week."""
    busiest_policy: int
    levels: tuple[LevelRow, ...]
    """All seven, ascending."""
    ranks: tuple[Row, ...]
    """By the author's rank, ascending, `unknown` last; only those that occur."""
    provenance: tuple[Row, ...]
    """`shown` (signs of AI assistance) and `not shown`; only those that occur."""
    period_weeks: int
    """How many weeks each period spans."""
    periods: tuple[Period, ...]
    """Ascending, without gaps, at most 52."""
    causes: tuple[Cause, ...]
    """Those that sent most to a senior first."""
    sent: tuple[Sent, ...]
    """The strictest first, then the newest."""
