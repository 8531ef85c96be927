"""Tables of cases that a policy is tested with: what is known of a change, and what must come of it. Strict, as the policy file is."""

import datetime
from collections.abc import Collection
from typing import Any, Final, Literal, cast

import msgspec

from aicheck.config import Section, did_you_mean, open_document
from aicheck.errors import PolicyError
from aicheck.model.decision import LEVELS, Decision, Level, Verdict
from aicheck.model.finding import Finding
from aicheck.model.location import Location, Span
from aicheck.model.review import Approval, Review
from aicheck.model.rule import SEVERITIES, Severity, is_imported
from aicheck.policy.acknowledge import Acknowledgement
from aicheck.policy.decide import decide
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.levels import RANKS
from aicheck.policy.participants import lowest_author_rank
from aicheck.policy.people import People
from aicheck.policy.policy import Policy, apply_policy
from aicheck.policy.roster import Roster
from aicheck.readers.owners import OwnerLine
from aicheck.readers.ownership import Owners

SCHEMA: Final = 1
SOME_RULE: Final = "case/finding"
"""Stands for the rule of a finding whose rule a case does not name."""
HEAD: Final = "f" * 40
EARLIER: Final = "e" * 40
_MOST = 10_000_000
_VERDICTS: Final[tuple[Verdict, ...]] = ("satisfied", "pending", "blocked")
_WRITTEN: Final = ("undeclared", "assisted", "agent", "human")
_KEYS: Final = (
    *("name", "author", "rank", "provenance", "findings", "paths", "owners", "files", "lines_deleted", "unread", "judge_changed"),
    *("labels", "branch", "at", "acknowledged", "contributors", "operators", "approved_by", "approved_earlier_by"),
    *("level", "verdict", "because"),
)


class PolicyCase(msgspec.Struct, frozen=True):
    """One case."""

    name: str
    summary: ChangeSummary
    findings: tuple[Finding, ...]
    review: Review
    owners: tuple[str, ...]
    """Of every changed path."""
    level: Level
    verdict: Verdict | Literal[""]
    """Empty: not asked."""
    because: tuple[str, ...] | None
    """The escalations that must apply, sorted; None: not asked."""


def load_cases(data: bytes, source: str, known_rules: Collection[str]) -> tuple[PolicyCase, ...]:
    """The cases in file order.

    ```toml
    schema = 1
    [[case]]
    name = "a junior's AI-assisted change, reviewed"
    rank = "junior"
    provenance = "assisted"
    findings = ["high", { rule = "dns-edge/record-removed", severity = "high", path = "zones/example.org" }]
    approved_by = ["@alice"]
    level = "senior"
    verdict = "satisfied"
    because = ["junior-ai-high"]
    ```

    Raises PolicyError for whatever is not understood.
    """
    root = open_document(source, data, PolicyError)
    root.allow("schema", "case")
    if root.count("schema", 1_000) != SCHEMA:
        root.fail("schema", f"must begin with schema = {SCHEMA}")
    sections = root.tables("case")
    if not sections:
        root.fail("case", "has no [[case]]")
    return tuple(_read_case(section, known_rules) for section in sections)


def run_case(case: PolicyCase, policy: Policy, roster: Roster) -> Decision:
    """What the policy decides about a case."""
    people = People(roster, case.review, (), Owners((OwnerLine("*", case.owners, Span(1, 1, 1, 2)),)))
    rank = case.summary.author_rank or lowest_author_rank((), case.review, roster)
    summary = msgspec.structs.replace(case.summary, author_rank=rank or (policy.unknown_author if roster.people else ""))
    return decide(summary, apply_policy(case.findings, policy), policy, people)


def differences(case: PolicyCase, decision: Decision) -> tuple[str, ...]:
    """What the case expected and did not get, in words."""
    got = tuple(sorted({one.escalation for one in decision.because}))
    found = [f"level {decision.level} instead of {case.level}"] * (decision.level != case.level)
    found += [f"verdict {decision.verdict} instead of {case.verdict}"] * (case.verdict not in {"", decision.verdict})
    if case.because is not None and got != case.because:
        found.append(f"because of {', '.join(got) or 'nothing'} instead of {', '.join(case.because) or 'nothing'}")
    return tuple(found)


def _read_case(section: Section, known_rules: Collection[str]) -> PolicyCase:
    name = section.required("name")
    section = Section(section.document, section.path, f"case {name!r}", section.values)
    section.allow(*_KEYS)
    level = section.required("level")
    section.check_choice("level", level, LEVELS)
    written = section.choice("provenance", _WRITTEN) or _WRITTEN[0]
    findings = _read_findings(section, known_rules)
    return PolicyCase(
        name,
        _read_summary(section, written, findings),
        tuple(msgspec.structs.replace(finding, provenance=_STATES[written]) for finding in findings),
        _read_review(section),
        section.texts("owners"),
        cast("Level", level),
        cast("Any", section.choice("verdict", _VERDICTS)),
        _read_because(section),
    )


_STATES: Final[dict[str, Any]] = {"undeclared": "unknown", "assisted": "marked", "agent": "marked", "human": "declared-none"}


def _read_summary(section: Section, written: str, findings: tuple[Finding, ...]) -> ChangeSummary:
    paths = tuple(sorted({*section.texts("paths"), *section.texts("unread"), *(finding.location.path for finding in findings)}))
    judging = section.flag("judge_changed")
    acknowledged = tuple(Acknowledgement(name, "risk", "rollback", HEAD) for name in section.texts("acknowledged"))
    return ChangeSummary(
        state=_STATES[written],
        agent=written == "agent",
        author_rank=section.choice("rank", RANKS),
        author_kind="bot" if written == "agent" else "person",
        paths=paths,
        lines_removed=section.count("lines_deleted", _MOST) or 0,
        files=section.count("files", _MOST) or len(paths),
        incomplete=bool(section.texts("unread")),
        unread=section.texts("unread"),
        judge_paths=(paths or ("CODEOWNERS",)) if judging else (),
        acknowledgements=acknowledged,
    )


def _read_review(section: Section) -> Review:
    given = [*((by, HEAD) for by in section.texts("approved_by")), *((by, EARLIER) for by in section.texts("approved_earlier_by"))]
    return Review(
        head=HEAD,
        now=_read_moment(section),
        author=section.text("author"),
        contributors=section.texts("contributors"),
        operators=section.texts("operators"),
        approvals=tuple(Approval(by, commit) for by, commit in given),
        labels=section.texts("labels"),
        branch=section.text("branch"),
    )


def _read_moment(section: Section) -> int:
    value = section.values.get("at")
    if value is None:
        return 0
    if not isinstance(value, datetime.datetime) or value.tzinfo is None:
        section.fail("at", "must have a time with its offset as 'at': at = 2026-11-27T16:00:00Z")
    return int(value.timestamp())


def _read_because(section: Section) -> tuple[str, ...] | None:
    if section.values.get("because") == []:
        return ()
    return tuple(sorted(set(section.texts("because")))) or None


def _read_findings(section: Section, known_rules: Collection[str]) -> tuple[Finding, ...]:
    items = section.values.get("findings", [])
    if not isinstance(items, list):
        section.fail("findings", "must have a list as 'findings': a severity, or { rule, severity, path } each")
    found = []
    for number, item in enumerate(items, 1):
        values = {"severity": item} if isinstance(item, str) else item
        if not isinstance(values, dict):
            section.fail("findings", "has a finding that is neither a severity nor a table")
        entry = Section(section.document, (*section.path, "findings"), f"{section.where}, finding {number},", values)
        entry.allow("rule", "severity", "path", "symbol")
        rule = entry.text("rule") or SOME_RULE
        if rule not in known_rules and rule != SOME_RULE and not is_imported(rule):
            entry.fail("rule", f"names the unknown rule {rule!r}{did_you_mean(rule, known_rules)}")
        severity = entry.required("severity")
        entry.check_choice("severity", severity, SEVERITIES)
        found.append(_finding(number, rule, cast("Severity", severity), entry))
    return tuple(found)


def _finding(number: int, rule: str, severity: Severity, entry: Section) -> Finding:
    location = Location(entry.text("path") or "app.py", "after", Span(number, 1, number, 2))
    return Finding(rule, location, "of the case", severity, "high", "new", f"1:{number:032x}", "facts", symbol=entry.text("symbol"))
