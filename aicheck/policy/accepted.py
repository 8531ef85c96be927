"""Findings that the repository accepts for a while, in a file of its trusted side.

An entry only marks a finding as accepted. What the policy asks for without a finding stays, and so do findings about the judging
itself: those of the family `suppression-tampering`, and those in files that judge changes.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping

import msgspec
from msgspec.structs import replace

from aicheck.checks.suppression_tampering.suppression_added import SuppressionAdded
from aicheck.model.finding import Finding, Suppression

PROTECTED_FAMILY = SuppressionAdded.id.partition("/")[0]


class Accepted(msgspec.Struct, frozen=True):
    """One entry."""

    fingerprint: str
    path: str
    reason: str
    by: str
    """Who accepts it."""
    until: datetime.date
    """The last day on which it holds, in UTC."""
    source: str = ""
    """How messages call the file."""
    line: int = 0
    """Where it stands there; 0 when unknown."""

    def holds(self, now: int) -> bool:
        """Whether it holds at a moment in seconds since 1970; without a clock (0) it does not."""
        return now > 0 and datetime.datetime.fromtimestamp(now, datetime.UTC).date() <= self.until


class Standing(msgspec.Struct, frozen=True):
    """What entries are held against besides the finding."""

    now: int
    """Seconds since 1970; 0 when no clock may be asked."""
    moved_from: Mapping[str, str]
    """The before path of each path that moved to where code does no more harm."""
    judging: Collection[str] = ()
    """The changed paths that judge changes."""


def apply_accepted(
    findings: tuple[Finding, ...], accepted: Iterable[Accepted], standing: Standing
) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    """The findings in the same order, those with an entry marked; and the entries for findings of this change that do not hold."""
    entries = {(entry.fingerprint, entry.path): entry for entry in accepted}
    if not entries:
        return findings, ()
    marked, refused = [], []
    for finding in findings:
        path = finding.location.path
        found = (entries.get((finding.fingerprint, each)) for each in (path, standing.moved_from.get(path, path)))
        entry = next(filter(None, found), None)
        if entry is None or not finding.counts:
            marked.append(finding)
            continue
        suppression = Suppression(entry.source, entry.line, finding.rule, f"{entry.reason} ({entry.by})", added=False)
        problem = why_not(finding, standing.judging) or ("" if entry.holds(standing.now) else f"it ended on {entry.until}")
        if problem:
            refused.append(replace(suppression, problem=problem))
        marked.append(finding if problem else replace(finding, suppression=suppression))
    return tuple(marked), tuple(refused)


def why_not(finding: Finding, judging: Collection[str]) -> str:
    """Why no entry can accept a finding, as a clause; empty when one can."""
    if finding.rule.partition("/")[0] == PROTECTED_FAMILY:
        return f"findings of {PROTECTED_FAMILY} cannot be accepted"
    return "findings in files that judge changes cannot be accepted" if finding.location.path in judging else ""
