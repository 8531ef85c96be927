"""What a replay reads and finds."""

import csv
from collections.abc import Iterable

import msgspec

from aicheck.errors import UsageError
from aicheck.model.decision import Decision, Level, Report, Verdict
from aicheck.model.rule import Severity

COLUMNS = ("repo", "sha", "label")


class Target(msgspec.Struct, frozen=True, order=True):
    """One commit to scan."""

    repo: str
    """`owner/name`, or a folder when history of one repository is replayed."""
    sha: str
    label: str
    """What is known of it (`dangerous`, `control`), or empty."""


class Hit(msgspec.Struct, frozen=True):
    """A finding that counted."""

    rule: str
    severity: Severity
    path: str
    line: int
    """1-based."""


class Outcome(msgspec.Struct, frozen=True):
    """What the scan of one commit came to."""

    repo: str
    sha: str
    label: str
    level: Level
    verdict: Verdict
    """`error` when the change could not be established; `failures` says why."""
    rules: tuple[Hit, ...] = ()
    failures: tuple[str, ...] = ()

    @property
    def target(self) -> Target:
        """The commit that it is about."""
        return Target(self.repo, self.sha, self.label)


def read_targets(lines: Iterable[str], source: str) -> tuple[Target, ...]:
    """The commits of a tab-separated table with the columns repo, sha and label; others are passed by.

    Raises UsageError naming the file when a column is missing.
    """
    table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise UsageError(f"{source} has no column {missing[0]}; the first line must name repo, sha and label, separated by tabs")
    return tuple(Target(row["repo"], row["sha"], row["label"]) for row in table if row["sha"])


def conclude(target: Target, report: Report, decision: Decision) -> Outcome:
    """The outcome of a finished scan."""
    hits = tuple(
        Hit(finding.rule, finding.severity, finding.location.path, finding.location.span.line)
        for finding in report.findings
        if finding.counts
    )
    unread = [f"{row.path}: {row.reason}" for row in report.coverage if row.outcome == "unanalyzed"]
    failed = [f"{failure.path}: {failure.reason}" for failure in report.failures]
    return Outcome(target.repo, target.sha, target.label, decision.level, decision.verdict, hits, tuple(dict.fromkeys(unread + failed)))
