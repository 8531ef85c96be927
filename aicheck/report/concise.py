"""One line for each finding, `PATH:LINE:COLUMN: SEVERITY: MESSAGE [RULE]`, for editors and whatever reads a compiler's output."""

from aicheck.model.decision import Decision, Report
from aicheck.model.finding import Finding
from aicheck.report.anchor import anchor, files_by_path
from aicheck.report.duty import NO_DUTY, Duty, describe, duties
from aicheck.report.encode import guard_lines, visible


def render(report: Report, decision: Decision) -> str:
    """The findings that count, in the report's order, then what could not be judged; empty when there is neither.

    Columns are 1-based code points. Nothing but findings and failures is printed: the exit code says the rest.
    """
    files = files_by_path(report.change)
    owed = duties(decision)
    lines = []
    for finding in report.findings:
        if finding.counts:
            place = anchor(finding.location, files)
            at = f"{visible(place.path)}:{place.span.line}:{place.span.column}"
            lines.append(f"{at}: {finding.severity}: {_text(finding, owed.get(finding.fingerprint, NO_DUTY))}")
    lines += [f"{visible(failure.path)}:1:1: failure: {visible(failure.engine)}: {visible(failure.reason)}" for failure in report.failures]
    return guard_lines("".join(f"{line}\n" for line in lines))


def _text(finding: Finding, duty: Duty) -> str:
    return f"{visible(finding.message)}; {visible(describe(finding, duty))} [{finding.rule}]"
