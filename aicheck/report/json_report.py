"""The JSON report, schema version 1: keys are only ever added.

Paths are those of git. Bytes that are not UTF-8 are percent-encoded, see `encode.json_path`; all other text stands as
it was found, escaped as JSON demands, in plain ASCII.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from aicheck.model.decision import Decision, Report, Trusted
from aicheck.model.finding import Excerpt, Finding, Suppression
from aicheck.model.fix import Fix
from aicheck.model.provenance import Attribution
from aicheck.model.rule import Rule
from aicheck.report.encode import QUOTE_LIMIT, cut, dump_json, json_path, json_text

SCHEMA = 1


def render(report: Report, decision: Decision) -> str:
    """The whole report and its decision as one JSON object."""
    rules = {rule.id: rule for rule in report.rules}
    return dump_json(
        {
            "schema": SCHEMA,
            "version": report.version,
            "change": _change(report),
            "trusted": _trusted(report.trusted),
            "provenance": attribution_value(report.provenance),
            "findings": [_finding(finding, rules.get(finding.rule)) for finding in report.findings],
            "failures": [
                {"path": json_path(f.path), "side": f.side, "engine": f.engine, "reason": f.reason, "rule": f.rule} for f in report.failures
            ],
            "coverage": [{"path": json_path(c.path), "side": c.side, "outcome": c.outcome, "reason": c.reason} for c in report.coverage],
            "unused_suppressions": [suppression_value(suppression) for suppression in report.unused_suppressions],
            "decision": decision_value(decision),
        }
    )


def decision_value(decision: Decision) -> dict[str, Any]:
    """The decision as JSON values."""
    return {
        "level": decision.level,
        "verdict": decision.verdict,
        "summary": decision.summary,
        "because": [
            {"escalation": because.escalation, "level": because.level, "why": because.why, "findings": list(because.findings)}
            for because in decision.because
        ],
        "needs": [
            {
                "level": need.level,
                "who": need.who,
                "met": need.met,
                "cheapest": need.cheapest,
                "escalations": list(need.escalations),
                "missing": list(need.missing),
                "candidates": list(need.candidates),
            }
            for need in decision.needs
        ],
        "notes": list(decision.notes),
        "approvals": {
            "counted": list(decision.counted),
            "not_counted": [{"by": entry.by, "reason": entry.reason} for entry in decision.not_counted],
        },
        "override": None if decision.override is None else msgspec.structs.asdict(decision.override),
        "observed": decision.observed,
    }


def attribution_value(attribution: Attribution) -> dict[str, Any]:
    """A provenance as JSON values."""
    return {
        "state": attribution.state,
        "bot": attribution.bot,
        "tools": list(attribution.tools),
        "evidence": [
            {"kind": evidence.kind, "source": evidence.source, "strength": evidence.strength, "text": _quotation(evidence.text)}
            for evidence in attribution.evidence
        ],
    }


def suppression_value(suppression: Suppression) -> dict[str, Any]:
    """A suppression as JSON values."""
    return {
        "path": json_path(suppression.path),
        "line": suppression.line,
        "rule": suppression.rule,
        "reason": suppression.reason,
        "added": suppression.added,
        "problem": suppression.problem,
    }


def _change(report: Report) -> dict[str, Any]:
    change = report.change
    return {
        "base": change.base,
        "head": change.head,
        "files": len(change.files),
        "added": sum(file.added for file in change.files),
        "removed": sum(file.removed for file in change.files),
        "partial": change.partial,
        "notes": list(change.notes),
    }


def _trusted(trusted: Trusted) -> dict[str, Any]:
    return {
        "policy": trusted.policy,
        "config": trusted.config,
        "roster": trusted.roster,
        "rules_digest": trusted.rules_digest,
        "engines": dict(sorted(trusted.engines)),
    }


def _finding(finding: Finding, rule: Rule | None) -> dict[str, Any]:
    span = finding.location.span
    return {
        **_rule_texts(finding.rule, rule),
        "path": json_path(finding.location.path),
        "side": finding.location.side,
        "line": span.line,
        "end_line": span.end_line,
        "column": span.column,
        "end_column": span.end_column,
        "severity": finding.severity,
        "shifts": [{"id": shift.id, "by": shift.by, "why": shift.why} for shift in finding.shifts],
        "confidence": finding.confidence,
        "state": finding.state,
        "message": finding.message,
        "before": None if finding.before is None else _excerpt(finding.before),
        "provenance": finding.provenance,
        "fingerprint": finding.fingerprint,
        "suppression": None if finding.suppression is None else suppression_value(finding.suppression),
        "engine": finding.engine,
        "fix": None if finding.fix is None else _fix(finding.fix),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": json_text(fix.title),
        "safe": fix.safe,
        "edits": [
            {
                "line": edit.span.line,
                "column": edit.span.column,
                "end_line": edit.span.end_line,
                "end_column": edit.span.end_column,
                "text": json_text(edit.text),
            }
            for edit in fix.edits
        ],
    }


def _rule_texts(rule_id: str, rule: Rule | None) -> Mapping[str, str]:
    """The rule's own texts; empty for a rule of an engine that the catalogue does not hold."""
    title, why, instead = (rule.title, rule.why, rule.instead) if rule else ("", "", "")
    return {"rule": rule_id, "family": rule_id.partition("/")[0], "title": title, "why": why, "instead": instead}


def _excerpt(excerpt: Excerpt) -> dict[str, Any]:
    return {"path": json_path(excerpt.path), "line": excerpt.line, "text": _quotation(excerpt.text)}


def _quotation(text: str) -> str:
    return cut(json_text(text), QUOTE_LIMIT)
