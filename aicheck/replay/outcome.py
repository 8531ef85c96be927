"""What a replay reads and finds."""

import csv
from collections.abc import Iterable

import msgspec

from aicheck.errors import UsageError
from aicheck.model.decision import Decision, Level, Report, Verdict
from aicheck.model.provenance import State
from aicheck.model.rule import Severity

FIRST_MOMENT, LAST_MOMENT = 1_112_832_000, 4_102_444_800
"""2005-04-07, the day of git's first commit, and 2100-01-01, in seconds since 1970."""
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


class Reason(msgspec.Struct, frozen=True):
    """An escalation that applied."""

    escalation: str
    level: Level
    rules: tuple[str, ...]
    """The rules whose findings it rests on, sorted; empty for other causes."""


class About(msgspec.Struct, frozen=True):
    """What adding up asks about a commit, besides its outcome."""

    committed: int
    """In seconds since 1970; 0 when that is not known."""
    subject: str
    """First line of the message, at most 100 characters; hostile."""
    author_rank: str
    """Empty: the roster does not know the author, or there is none."""
    provenance: State
    blanket: Level
    """What the blanket rule alone would have asked for."""
    because: tuple[Reason, ...]
    standards: str = ""
    """The digest of the policy and roster that all commits were held against; empty where each has its parent's."""


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
    about: About | None = None
    """None for a change that could not be established."""

    @property
    def target(self) -> Target:
        """The commit that it is about."""
        return Target(self.repo, self.sha, self.label)


def is_credible(moment: int) -> bool:
    """False for the date of a commit that only a wrong clock can have given it."""
    return FIRST_MOMENT <= moment < LAST_MOMENT


def read_targets(lines: Iterable[str], source: str) -> tuple[Target, ...]:
    """The commits of a tab-separated table with the columns repo, sha and label; others are passed by.

    Raises UsageError naming the file when a column is missing.
    """
    table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise UsageError(f"{source} has no column {missing[0]}; the first line must name repo, sha and label, separated by tabs")
    return tuple(Target(row["repo"], row["sha"], row["label"]) for row in table if row["sha"])


def conclude(target: Target, report: Report, decision: Decision, about: About) -> Outcome:
    """The outcome of a finished scan."""
    hits = tuple(
        Hit(finding.rule, finding.severity, finding.location.path, finding.location.span.line)
        for finding in report.findings
        if finding.counts
    )
    unread = [f"{row.path}: {row.reason}" for row in report.coverage if row.outcome == "unanalyzed"]
    failed = [f"{failure.path}: {failure.reason}" for failure in report.failures]
    failures = tuple(dict.fromkeys(unread + failed))
    return Outcome(target.repo, target.sha, target.label, decision.level, decision.verdict, hits, failures, about)
