"""What the record of decisions keeps of one update: by what it was judged, what came out, and who had a part in it."""

from collections.abc import Mapping
from typing import Any

import aicheck
from aicheck.gate.judge import Around, Judged
from aicheck.policy.participants import participants
from aicheck.report.encode import cut, json_path, json_text
from aicheck.report.json_report import decision_value

MOST_FINDINGS = 500
MOST_PATHS = 2000
_TEXT = 500


def describe(judged: Judged, around: Around, ref: str, accepted: bool) -> dict[str, Any]:
    """The record of a decision as JSON values."""
    report, decision = judged.report, judged.decision
    counting = [one for one in report.findings if one.counts]
    return {
        "kind": "decision",
        "at": around.now,
        "ref": json_text(ref),
        "base": report.change.base,
        "head": report.change.head,
        "accepted": accepted,
        "version": report.version,
        "digests": {**dict(judged.digests), "rules": report.trusted.rules_digest},
        "engines": dict(report.trusted.engines),
        "policy": report.trusted.policy,
        "roster": report.trusted.roster,
        "pusher": _text(around.pusher.identity),
        "part": [{"who": _text(one.identity), "part": one.part} for one in participants(judged.people.commits, judged.people.review)],
        "provenance": report.provenance.state,
        "findings": [
            {"fingerprint": one.fingerprint, "rule": one.rule, "severity": one.severity, "path": json_path(one.location.path)}
            for one in counting[:MOST_FINDINGS]
        ],
        "findings_count": len(counting),
        "unanalyzed": sum(row.outcome == "unanalyzed" for row in report.coverage),
        "paths": [json_path(file.path) for file in report.change.files[:MOST_PATHS]],
        "paths_count": len(report.change.files),
        "decision": decision_value(decision),
    }


def describe_other(around: Around, ref: str, ids: tuple[str, str], **more: Any) -> Mapping[str, Any]:
    """The record of an update that was not judged: the first commits of a branch, one that is never allowed, one that failed."""
    return {
        "kind": "update",
        "at": around.now,
        "ref": json_text(ref),
        "base": ids[0],
        "head": ids[1],
        "version": aicheck.__version__,
        "pusher": _text(around.pusher.identity),
        **more,
    }


def _text(text: str) -> str:
    return cut(json_text(text), _TEXT)
