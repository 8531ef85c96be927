"""The policy as a value, and what it does to findings."""

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec.structs import replace

from aicheck.model.decision import Level
from aicheck.model.finding import Finding, Suppression
from aicheck.model.rule import Severity, severity_rank
from aicheck.policy.condition import Condition
from aicheck.policy.levels import RANKS

Undeclared = Literal["assisted", "report"]
UNDECLARED: tuple[Undeclared, ...] = ("assisted", "report")
Mode = Literal["enforce", "observe"]
MODES: tuple[Mode, ...] = ("enforce", "observe")


class Escalation(msgspec.Struct, frozen=True):
    """One entry that asks for a level when its condition holds."""

    id: str
    when: Condition
    to: Level
    why: str


class RuleSetting(msgspec.Struct, frozen=True):
    """What the policy says about one rule."""

    rule: str
    severity: Severity | None = None
    """Replaces the severity of every finding of the rule."""
    off: bool = False
    reason: str = ""
    """Never empty when `off`."""
    line: int = 0
    """Where the policy file says so; 0 when unknown."""
    raises: bool = False
    """True: a finding that is more severe stays so. As in a policy that extends another."""


class ApprovalTerms(msgspec.Struct, frozen=True):
    """Which approvals count."""

    on: Literal["head", "patch-id"] = "head"
    """`patch-id`: also one given for an earlier commit that changed exactly the same against the base."""
    expire_hours: int = 72
    changes_requested_blocks: bool = True


class BreakGlassTerms(msgspec.Struct, frozen=True):
    """Who may override the decision in an emergency."""

    who: tuple[str, ...] = ()
    """People and teams; empty: nobody."""
    expire_hours: int = 4
    second_person: bool = True
    review_within_hours: int = 24


class Policy(msgspec.Struct, frozen=True):
    """Who must look when."""

    source: str
    """`built-in`, or how messages call the policy file."""
    escalations: tuple[Escalation, ...]
    """In policy order, the built-in ones first. Unique ids."""
    undeclared: Undeclared = "assisted"
    """How a change without a sign of AI assistance counts: as assisted, or only its critical findings."""
    rules: tuple[RuleSetting, ...] = ()
    """Sorted by rule; unique."""
    labels: tuple[str, ...] = ()
    """Labels of a pull request that say that AI took part, besides those known to everybody."""
    ranks: tuple[str, ...] = RANKS
    mode: Mode = "enforce"
    """`observe`: the decision is made and shown, and nothing is held up by it."""
    unknown_author: str = RANKS[0]
    """The rank of an author whom the roster does not know."""
    max_age_days: int | None = None
    """A roster that was confirmed longer ago counts as none; None: it never ages."""
    approvals: ApprovalTerms = ApprovalTerms()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(name, people and teams), sorted by name. `ops` reviews at level dual; `owners` stands in for missing owners."""
    break_glass: BreakGlassTerms = BreakGlassTerms()

    def switched_off(self) -> dict[str, RuleSetting]:
        """The settings of the rules that do not count."""
        return {setting.rule: setting for setting in self.rules if setting.off}


def apply_policy(findings: Iterable[Finding], policy: Policy) -> tuple[Finding, ...]:
    """The findings with the policy's severities, those of switched-off rules marked as suppressed by it. None is dropped."""
    settings = {setting.rule: setting for setting in policy.rules}
    return tuple(_apply(finding, settings.get(finding.rule), policy.source) for finding in findings)


def _apply(finding: Finding, setting: RuleSetting | None, source: str) -> Finding:
    if setting is None:
        return finding
    severity = setting.severity or finding.severity
    if setting.raises:
        severity = max(severity, finding.severity, key=severity_rank)
    if not setting.off:
        return replace(finding, severity=severity)
    return replace(finding, severity=severity, suppression=Suppression(source, setting.line, setting.rule, setting.reason, added=False))
