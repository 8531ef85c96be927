"""The policy as a value, and what it does to findings."""

from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec.structs import replace

from aicheck.model.decision import Level
from aicheck.model.finding import Finding, Suppression
from aicheck.model.rule import Severity
from aicheck.policy.condition import Condition
from aicheck.policy.levels import RANKS

Undeclared = Literal["assisted", "report"]
UNDECLARED: tuple[Undeclared, ...] = ("assisted", "report")


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
    ranks: tuple[str, ...] = RANKS

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
    if not setting.off:
        return replace(finding, severity=severity)
    return replace(finding, severity=severity, suppression=Suppression(source, setting.line, setting.rule, setting.reason, added=False))
