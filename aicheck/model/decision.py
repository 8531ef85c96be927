"""Who must look, and why: the whole answer of a run."""

from typing import Literal

import msgspec

from aicheck.model.change import ChangeSet
from aicheck.model.coverage import Coverage, Failure
from aicheck.model.finding import Finding, Suppression
from aicheck.model.provenance import Attribution
from aicheck.model.rule import Rule

Level = Literal["none", "ack", "peer", "senior", "owner", "dual", "stop"]
LEVELS: tuple[Level, ...] = ("none", "ack", "peer", "senior", "owner", "dual", "stop")
"""Ascending."""
Verdict = Literal["satisfied", "pending", "blocked", "error"]


class Because(msgspec.Struct, frozen=True):
    """One escalation that applied."""

    escalation: str
    """Its id in the policy."""
    level: Level
    why: str
    findings: tuple[str, ...] = ()
    """Fingerprints of the findings that triggered it, sorted; empty for other causes."""


class Need(msgspec.Struct, frozen=True):
    """One required reviewer (or the author's acknowledgement)."""

    level: Level
    who: str
    """In words: `a senior engineer who did not write the change`."""
    met: bool
    cheapest: str
    """The cheapest way to clear it, one sentence."""
    escalations: tuple[str, ...]
    """The escalation ids that ask for it, in policy order."""
    missing: tuple[str, ...] = ()
    """The seats that nobody fills yet, in words; one for most needs."""
    candidates: tuple[str, ...] = ()
    """Up to five people who could fill the first of them, least loaded first; empty when no roster is known."""


class NotCounted(msgspec.Struct, frozen=True):
    """An approval that does not count."""

    by: str
    reason: str
    """Completes `the approval of X does not count: it ...`."""


class Override(msgspec.Struct, frozen=True):
    """An emergency override that holds."""

    by: str
    reason: str
    incident: str
    second: str
    """Who confirmed it; empty when nobody has yet."""
    expires: int
    """Seconds since 1970."""
    review_due: int
    """By when a senior must have reviewed what was merged."""


class Decision(msgspec.Struct, frozen=True):
    """The level is a label (the highest reached); the needs are what must happen."""

    level: Level
    verdict: Verdict
    because: tuple[Because, ...] = ()
    needs: tuple[Need, ...] = ()
    summary: str = ""
    """One line: who must look and why."""
    notes: tuple[str, ...] = ()
    """Sentences on how the decision was reached (no roster: ...)."""
    counted: tuple[str, ...] = ()
    """Logins whose approval counts, sorted."""
    not_counted: tuple[NotCounted, ...] = ()
    override: Override | None = None
    """Set when the verdict is `satisfied` only because somebody broke the glass."""
    observed: bool = False
    """True when the policy only observes: nothing is held up, whatever the verdict."""

    @property
    def lets_pass(self) -> bool:
        """Whether the change may go where it wants to."""
        return self.observed or self.verdict == "satisfied"


class Trusted(msgspec.Struct, frozen=True):
    """Where the rules of the judgement came from."""

    policy: str
    """`built-in`, or file and revision."""
    config: str
    rules_digest: str
    engines: tuple[tuple[str, str], ...]
    """(name, version) sorted by name."""
    roster: str = "none"


class Report(msgspec.Struct, frozen=True):
    """All that a run found out; reporters project it together with the decision and may not drop or judge."""

    version: str
    change: ChangeSet
    trusted: Trusted
    provenance: Attribution
    rules: tuple[Rule, ...]
    """Every rule of the catalogue in force, sorted by id."""
    findings: tuple[Finding, ...]
    """Sorted by path bytes, line, column, rule, fingerprint."""
    failures: tuple[Failure, ...]
    coverage: tuple[Coverage, ...]
    unused_suppressions: tuple[Suppression, ...] = ()


def level_rank(level: Level) -> int:
    """0 for none up to 6 for stop."""
    return LEVELS.index(level)
