"""Workflow commands of GitHub Actions: annotations on the lines of a pull request, the decision last.

GitHub shows the first ten errors and the first ten warnings of a step, so the worst come first.
"""

from aicheck.model.coverage import Failure
from aicheck.model.decision import Decision, Report
from aicheck.model.finding import Finding
from aicheck.model.location import Location
from aicheck.model.rule import Severity, severity_rank
from aicheck.report.anchor import anchor, files_by_path
from aicheck.report.duty import NO_DUTY, Duty, describe, duties
from aicheck.report.encode import command_data, command_property, quote, visible

_COMMANDS: dict[Severity, str] = {"critical": "error", "high": "error", "medium": "warning", "low": "notice"}


def render(report: Report, decision: Decision) -> str:
    """One command a line: new findings by severity, failures, the decision.

    An annotation speaks about the change, so findings that do not count are left to the other formats.
    """
    files = files_by_path(report.change)
    titles = {rule.id: rule.title for rule in report.rules}
    owed = duties(decision)
    counting = sorted((finding for finding in report.findings if finding.counts), key=lambda finding: -severity_rank(finding.severity))
    lines = [
        _annotate(finding, anchor(finding.location, files), titles.get(finding.rule, ""), owed.get(finding.fingerprint, NO_DUTY))
        for finding in counting
    ]
    lines += [_warn(failure) for failure in report.failures]
    return "\n".join((*lines, _conclude(decision))) + "\n"


def _annotate(finding: Finding, place: Location, title: str, duty: Duty) -> str:
    span = place.span
    properties = {
        "file": place.path,
        "line": str(span.line),
        "endLine": str(span.end_line),
        "col": str(span.column) if span.line == span.end_line else "",  # GitHub refuses columns of several lines
        "title": f"{title} ({finding.rule})" if title else finding.rule,
    }
    text = f"{visible(finding.message)}; {visible(describe(finding, duty))}"
    if place != finding.location:
        text += f"\nIt stood at {visible(finding.location.path)}:{finding.location.span.line} before."
    if finding.before is not None:
        text += f"\nBefore: {quote(finding.before.text.strip())}"
    return _command(_COMMANDS[finding.severity], properties, text)


def _command(name: str, properties: dict[str, str], message: str) -> str:
    listed = ",".join(f"{key}={command_property(value)}" for key, value in properties.items() if value)
    return f"::{name} {listed}::{command_data(message)}"


def _conclude(decision: Decision) -> str:
    name = "notice" if decision.verdict == "satisfied" else "error"
    text = "\n".join(
        (
            visible(decision.summary or decision.verdict),
            *(visible(need.cheapest) for need in decision.needs if not need.met and need.cheapest),
        )
    )
    return _command(name, {"title": f"aicheck: {decision.level}, {decision.verdict}"}, text)


def _warn(failure: Failure) -> str:
    lost = f"rule {failure.rule}" if failure.rule else "this file" if failure.path else "the change"
    return _command(
        "warning",
        {"file": failure.path, "title": "aicheck: not analyzed"},
        visible(f"{failure.engine} could not judge {lost}: {failure.reason}"),
    )
