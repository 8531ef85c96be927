"""The results of a SARIF log: one for each finding."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from aicheck.model.change import FileChange
from aicheck.model.decision import Decision, Level, Report
from aicheck.model.finding import Finding, Suppression
from aicheck.model.fix import Fix
from aicheck.model.location import WHOLE_FILE, Location, Span
from aicheck.model.provenance import State
from aicheck.report.anchor import anchor, files_by_path
from aicheck.report.duty import NO_DUTY, Duty, describe, duties
from aicheck.report.encode import quote, uri, visible
from aicheck.report.line_hash import line_hashes
from aicheck.report.sarif_rules import LEVELS

ROOT = "%SRCROOT%"
"""The usual name of the folder that relative URIs start from; it has no address, because that would tell of this machine."""

_RANKS: dict[Level, float] = {"none": 10.0, "ack": 30.0, "peer": 45.0, "senior": 70.0, "owner": 80.0, "dual": 90.0, "stop": 100.0}
"""The priority of the review that a finding asks for (0 to 100); how sure we are is the rule's precision."""
_ASSISTED: dict[State, str] = {"attested": "yes", "marked": "yes", "probable": "yes", "declared-none": "no", "unknown": "unknown"}


class Context(msgspec.Struct, frozen=True):
    """What every result is made from, looked up once."""

    files: Mapping[str, FileChange]
    rule_index: Mapping[str, int]
    duties: Mapping[str, Duty]
    hashes: Mapping[tuple[str, int], str]
    """GitHub's line hash of (path, line) on the after side."""


def results(report: Report, findings: Sequence[Finding], decision: Decision) -> list[dict[str, Any]]:
    """A result for each of `findings`, in their order."""
    files = files_by_path(report.change)
    places = [anchor(finding.location, files) for finding in findings]
    context = Context(files, {rule.id: index for index, rule in enumerate(report.rules)}, duties(decision), _hashes(places, files))
    return [_result(finding, place, context) for finding, place in zip(findings, places, strict=True)]


def _hashes(places: list[Location], files: Mapping[str, FileChange]) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for place in places:
        wanted.setdefault(place.path, set()).add(place.span.line)
    hashes: dict[tuple[str, int], str] = {}
    for path, lines in wanted.items():
        file = files.get(path)
        if file is not None and file.after is not None and file.after.data is not None:
            hashes.update({(path, line): value for line, value in line_hashes(file.after.data, lines).items()})
    return hashes


def _result(finding: Finding, place: Location, context: Context) -> dict[str, Any]:
    duty = context.duties.get(finding.fingerprint, NO_DUTY)
    related = _related(finding, place)
    links = f" It stood [here before the change]({related[0]['id']})." if related else ""
    value: dict[str, Any] = {
        "ruleId": finding.rule,
        **({"ruleIndex": context.rule_index[finding.rule]} if finding.rule in context.rule_index else {}),
        "kind": "fail",
        "level": LEVELS[finding.severity],
        "rank": _RANKS[duty.level],
        "message": {"text": f"{_unlinked(visible(finding.message))}; {_unlinked(visible(describe(finding, duty)))}.{links}"},
        "locations": [
            {"physicalLocation": physical_location(place.path, place.span, _marked_text(finding) if place == finding.location else "")}
        ],
    }
    if related:
        value["relatedLocations"] = related
    line_hash = context.hashes.get((place.path, place.span.line))
    value["partialFingerprints"] = {"aicheck/v1": finding.fingerprint, **({"primaryLocationLineHash": line_hash} if line_hash else {})}
    value["baselineState"] = finding.state
    value["suppressions"] = [_suppression(finding.suppression)] if finding.suppression else []
    if finding.fix is not None:
        value["fixes"] = [_fix(finding.location.path, finding.fix)]
    value["properties"] = _properties(finding, duty)
    return value


def _fix(path: str, fix: Fix) -> dict[str, Any]:
    """A fix; the inserted texts stand as they are, since a tool writes them."""
    replacements = [
        {
            "deletedRegion": {
                "startLine": edit.span.line,
                "startColumn": edit.span.column,
                "endLine": edit.span.end_line,
                "endColumn": edit.span.end_column,
            },
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    return {
        "description": {"text": f"{visible(fix.title)}."},
        "artifactChanges": [{"artifactLocation": {"uri": uri(path), "uriBaseId": ROOT}, "replacements": replacements}],
        "properties": {"safe": fix.safe},
    }


def _properties(finding: Finding, duty: Duty) -> dict[str, Any]:
    return {
        "aicheck/escalation": {
            "level": duty.level,
            "escalations": list(duty.escalations),
            "why": [visible(why) for why in duty.why],
            "who": [visible(who) for who in duty.who],
            "satisfied": duty.met,
        },
        "aicheck/provenance": {"state": finding.provenance, "assisted": _ASSISTED[finding.provenance]},
        "aicheck/finding": {
            "side": finding.location.side,
            "severity": finding.severity,
            "shifts": [f"{shift.by:+d} {shift.id}: {shift.why}" for shift in finding.shifts],
            "confidence": finding.confidence,
            "engine": finding.engine,
            "symbol": visible(finding.symbol),
            "line": quote(finding.line_text),
        },
    }


def physical_location(path: str, span: Span | None = None, text: str = "") -> dict[str, Any]:
    """A place; without a span the whole file, of which SARIF's readers show the first line."""
    value: dict[str, Any] = {"artifactLocation": {"uri": uri(path), "uriBaseId": ROOT}}
    if span is not None:
        value["region"] = {"startLine": span.line}
        if span != WHOLE_FILE and span != Span(span.line, 1, span.line, 1):
            value["region"] |= {"startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column}
        if text:
            value["region"]["snippet"] = {"text": quote(text)}
    return value


def _related(finding: Finding, place: Location) -> list[dict[str, Any]]:
    """The places on the before side: where the finding truly stands, if it is shown elsewhere, and what it replaced."""
    spots: list[tuple[str, Span, str]] = []
    if place != finding.location:
        spots.append((finding.location.path, finding.location.span, _marked_text(finding)))
    before = finding.before
    if before is not None and (before.path, before.line) not in [(path, span.line) for path, span, _ in spots]:
        spots.append((before.path, Span(before.line, 1, before.line, 1), before.text))
    return [
        {
            "id": number,
            "physicalLocation": physical_location(path, span, text),
            "message": {"text": f"Before the change: {_unlinked(quote(text.strip()))}" if text.strip() else "Before the change."},
            "properties": {"side": "before"},
        }
        for number, (path, span, text) in enumerate(spots, start=1)
    ]


def _marked_text(finding: Finding) -> str:
    span = finding.location.span
    return finding.line_text[span.column - 1 : span.end_column - 1] if span.line == span.end_line else ""


def _suppression(suppression: Suppression) -> dict[str, Any]:
    return {
        "kind": "inSource" if suppression.covers else "external",
        "status": "rejected" if suppression.added else "accepted",
        "justification": quote(suppression.reason),
        "location": {"physicalLocation": physical_location(suppression.path, Span(suppression.line, 1, suppression.line, 1))},
    }


def _unlinked(text: str) -> str:
    """Text in which nothing is a link: SARIF and GitHub read `[text](1)` in messages."""
    return text.replace("](", "\\](")
