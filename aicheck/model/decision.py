"""Who must look, and why: the whole answer of a run."""

from dataclasses import dataclass
from typing import Literal

from aicheck.model.change import ChangeSet
from aicheck.model.coverage import Coverage, Failure
from aicheck.model.finding import Finding, Suppression
from aicheck.model.provenance import Attribution
from aicheck.model.rule import Rule

Level = Literal["none", "ack", "peer", "senior", "owner", "dual", "stop"]
LEVELS: tuple[Level, ...] = ("none", "ack", "peer", "senior", "owner", "dual", "stop")
"""Ascending."""
Verdict = Literal["satisfied", "pending", "blocked", "error"]


@dataclass(frozen=True, slots=True)
class Because:
    """One escalation that applied."""

    escalation: str
    """Its id in the policy."""
    level: Level
    why: str
    findings: tuple[str, ...] = ()
    """Fingerprints of the findings that triggered it, sorted; empty for other causes."""


@dataclass(frozen=True, slots=True)
class Need:
    """One required reviewer (or the author's acknowledgement)."""

    level: Level
    who: str
    """In words: `a senior engineer who did not write the change`."""
    met: bool
    cheapest: str
    """The cheapest way to clear it, one sentence."""
    escalations: tuple[str, ...]
    """The escalation ids that ask for it, in policy order."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The level is a label (the highest reached); the needs are what must happen."""

    level: Level
    verdict: Verdict
    because: tuple[Because, ...] = ()
    needs: tuple[Need, ...] = ()
    summary: str = ""
    """One line: who must look and why."""
    notes: tuple[str, ...] = ()
    """Sentences on how the decision was reached (no roster: ...)."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """Where the rules of the judgement came from."""

    policy: str
    """`built-in`, or file and revision."""
    config: str
    rules_digest: str
    engines: tuple[tuple[str, str], ...]
    """(name, version) sorted by name."""
    roster: str = "none"


@dataclass(frozen=True, slots=True)
class Report:
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
