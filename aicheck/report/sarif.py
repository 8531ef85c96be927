"""The report as a SARIF 2.1.0 log. Equal inputs give equal bytes: no time, host or absolute path is in it.

Two profiles. `full` holds everything. `github` holds what code scanning can show: GitHub reads neither baseline states
nor suppressions, so a finding that is gone or accepted would become an open alert there.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from aicheck.errors import EXIT_INCOMPLETE, EXIT_INTERNAL, EXIT_PENDING, EXIT_SATISFIED
from aicheck.model.coverage import Failure
from aicheck.model.decision import Decision, Report, Verdict
from aicheck.model.finding import Finding
from aicheck.model.rule import severity_rank
from aicheck.report.encode import dump_json, uri, visible
from aicheck.report.json_report import attribution_value, decision_value, suppression_value
from aicheck.report.sarif_results import ROOT, physical_location, results
from aicheck.report.sarif_rules import NOTIFICATION_INDEX, driver, extensions, taxonomies

Profile = Literal["full", "github"]
SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
GITHUB_MOST_RESULTS = 5000
_EXIT_CODES: dict[Verdict, int] = {"satisfied": EXIT_SATISFIED, "pending": EXIT_PENDING, "blocked": EXIT_PENDING, "error": EXIT_INCOMPLETE}


class SarifOptions(msgspec.Struct, frozen=True):
    """What the caller knows and the report does not."""

    profile: Profile = "full"
    scope: str = "change"
    """Names the stream of results: `aicheck/SCOPE/` is the category under which a new upload replaces the last one."""
    repository_uri: str = ""
    """The absolute URI of the repository, for `versionControlProvenance`, which may not stand without one."""
    exit_code: int | None = None
    """The code the process ends with, when it is not the one that the verdict means."""


DEFAULT = SarifOptions()


def render(report: Report, decision: Decision, options: SarifOptions = DEFAULT) -> str:
    """The log of one run."""
    findings = report.findings if options.profile == "full" else _for_github(report.findings)
    run: dict[str, Any] = {
        "tool": {"driver": driver(report.version, report.rules), "extensions": extensions(report)},
        "invocations": [_invocation(report, decision, options)],
        "automationDetails": {"id": f"aicheck/{uri(options.scope)}/"},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The top folder of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": results(report, findings, decision),
        "properties": _run_properties(report, decision, options.profile),
    }
    if weaknesses := taxonomies(report.rules):
        run["taxonomies"] = weaknesses
    if options.repository_uri:
        run["versionControlProvenance"] = [
            {
                "repositoryUri": options.repository_uri,
                "revisionId": visible(report.change.head),
                "mappedTo": {"uriBaseId": ROOT},
                "properties": {"base": visible(report.change.base), "head": visible(report.change.head)},
            }
        ]
    return _log(run)


def failed_run(message: str, version: str) -> str:
    """The log of a run that aicheck itself did not survive: no results, and not to be taken for a clean one."""
    notification = {
        "descriptor": {"id": "aicheck/internal-error", "index": NOTIFICATION_INDEX["aicheck/internal-error"]},
        "level": "error",
        "message": {"text": visible(message) or "Internal error."},
    }
    return _log(
        {
            "tool": {"driver": driver(version, ())},
            "invocations": [{"executionSuccessful": False, "exitCode": EXIT_INTERNAL, "toolExecutionNotifications": [notification]}],
            "columnKind": "unicodeCodePoints",
            "results": [],
        }
    )


def _log(run: dict[str, Any]) -> str:
    return dump_json({"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]})


def _for_github(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that count, in the report's order; the worst where there are more than GitHub keeps."""
    counting = [finding for finding in findings if finding.counts]
    if len(counting) <= GITHUB_MOST_RESULTS:
        return counting
    ordered = sorted(range(len(counting)), key=lambda index: (-severity_rank(counting[index].severity), index))
    return [counting[index] for index in sorted(ordered[:GITHUB_MOST_RESULTS])]


def _invocation(report: Report, decision: Decision, options: SarifOptions) -> dict[str, Any]:
    rule_index = {rule.id: index for index, rule in enumerate(report.rules)}
    failed = {(failure.path, failure.side) for failure in report.failures}
    unread = [
        Failure(entry.path, entry.side, "read", entry.reason)
        for entry in report.coverage
        if entry.outcome == "unanalyzed" and (entry.path, entry.side) not in failed
    ]
    losses = (*report.failures, *unread)
    return {
        "executionSuccessful": not losses and decision.verdict != "error",
        "exitCode": _EXIT_CODES[decision.verdict] if options.exit_code is None else options.exit_code,
        "toolExecutionNotifications": [_notification(failure, rule_index) for failure in losses],
    }


def _notification(failure: Failure, rule_index: dict[str, int]) -> dict[str, Any]:
    identity = "aicheck/not-analyzed" if failure.engine == "read" else "aicheck/engine-failed"
    value: dict[str, Any] = {
        "descriptor": {"id": identity, "index": NOTIFICATION_INDEX[identity]},
        "level": "error",
        "message": {"text": f"{visible(failure.engine)} failed: {visible(failure.reason)}."},
    }
    if failure.path:
        value["locations"] = [{"physicalLocation": physical_location(failure.path)}]
    if failure.rule in rule_index:
        value["associatedRule"] = {"id": failure.rule, "index": rule_index[failure.rule]}
    value["properties"] = {"side": failure.side, "engine": failure.engine}
    return value


def _run_properties(report: Report, decision: Decision, profile: Profile) -> dict[str, Any]:
    change = report.change
    values: dict[str, Any] = {
        "aicheck/decision": decision_value(decision),
        "aicheck/provenance": attribution_value(report.provenance),
        "aicheck/change": {"base": change.base, "head": change.head, "partial": change.partial, "notes": list(change.notes)},
        "aicheck/trusted": {
            "policy": report.trusted.policy,
            "config": report.trusted.config,
            "roster": report.trusted.roster,
            "rulesDigest": report.trusted.rules_digest,
        },
    }
    if profile == "full":
        values["aicheck/coverage"] = [
            {"uri": uri(entry.path), "side": entry.side, "outcome": entry.outcome, "reason": entry.reason} for entry in report.coverage
        ]
        values["aicheck/unusedSuppressions"] = [suppression_value(suppression) for suppression in report.unused_suppressions]
    return values
