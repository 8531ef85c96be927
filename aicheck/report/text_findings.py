"""The findings part of the text report."""

from msgspec.structs import replace
from rich.cells import cell_len

from aicheck.model.decision import Decision, Report
from aicheck.model.finding import Finding
from aicheck.model.location import WHOLE_FILE, Span
from aicheck.model.rule import Rule, Severity, severity_rank
from aicheck.report.duty import NO_DUTY, Duty, describe, duties
from aicheck.report.encode import cut, quote, visible
from aicheck.report.page import Page

PLACES_PER_RULE = 20
"""More places of one rule are counted, not listed; JSON and SARIF hold them all."""
_STYLES: dict[Severity, str] = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
_TAB = "    "
_ELLIPSIS = "…"


def write(page: Page, report: Report, decision: Decision) -> None:
    """Counting findings, worst first and rule by rule, then one line each for what was accepted or was there before."""
    rules = {rule.id: rule for rule in report.rules}
    owed = duties(decision)
    for group in _by_rule([finding for finding in report.findings if finding.counts]):
        for number, finding in enumerate(group[:PLACES_PER_RULE]):
            _write_finding(page, finding, owed.get(finding.fingerprint, NO_DUTY))
            if number == 0:
                _write_advice(page, rules.get(finding.rule))
            page.line()
        if len(group) > PLACES_PER_RULE:
            page.line((f"  and {len(group) - PLACES_PER_RULE} more places of {visible(group[0].rule)}", "dim"))
            page.line()
    _write_rest(page, report)


def _by_rule(findings: list[Finding]) -> list[list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: -severity_rank(finding.severity)):
        groups.setdefault(finding.rule, []).append(finding)
    return list(groups.values())


def _write_finding(page: Page, finding: Finding, duty: Duty) -> None:
    span = finding.location.span
    place = visible(finding.location.path) + ("" if span == WHOLE_FILE else f":{span.line}:{span.column}")
    style = _STYLES[finding.severity]
    page.line((place, "bold"), "  ", (finding.severity, style), "  ", (visible(finding.rule), "dim"))
    page.prose(visible(finding.message), lead="  ")
    _write_source(page, finding, style)
    for shift in finding.shifts:
        steps = f"{abs(shift.by)} step{'s' * (abs(shift.by) > 1)} {'milder' if shift.by < 0 else 'worse'}"
        page.prose(f"{steps}: {visible(shift.why)}", lead="  place    ", style="dim")
    if finding.suppression is not None:
        page.prose(
            f"The change itself accepts this ({quote(finding.suppression.reason)}); that does not count.", lead="  note     ", style="dim"
        )
    if duty.level != "none":
        page.prose(visible(describe(finding, duty)), lead="  review   ", style="dim")


def _write_source(page: Page, finding: Finding, style: str) -> None:
    span = finding.location.span
    gone = finding.location.side == "before"
    if gone and finding.before is not None and (finding.before.path, finding.before.line) == (finding.location.path, span.line):
        finding = replace(finding, before=None)  # the same line, which has its marker below
    labelled = gone or finding.before is not None
    digits = len(str(max(span.line, finding.before.line if finding.before else 0)))
    if finding.before is not None:
        elsewhere = finding.before.path != finding.location.path
        text = _fit(page, finding.before.text, Span(1, 1, 1, 1), digits + 12)[0]
        page.line((f"  before {finding.before.line:>{digits}} {page.bar} ", "dim"), (text, "red"))
        if elsewhere:
            page.line((f"  {'':>{digits + 7}} {page.bar} in {visible(finding.before.path)}", "dim"))
    if not finding.line_text:
        return
    label = ("before " if gone else "after  ") if labelled else ""
    margin = len(label) + digits
    text, indent, carets = _fit(page, finding.line_text, span, margin + 5)
    page.line((f"  {label}{span.line:>{digits}} {page.bar} ", "dim"), (text, "red" if gone else "green" if labelled else ""))
    if carets:
        page.line((f"  {'':>{margin}} {page.bar} ", "dim"), " " * indent, ("^" * carets, style))


def _fit(page: Page, line: str, span: Span, margin: int) -> tuple[str, int, int]:
    """A source line made visible and cut to the page, with the cells before its span and the cells the span takes."""
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    parts = [_cells(part) for part in (line[: span.column - 1], line[span.column - 1 : max(end, 0)], line[max(end, span.column - 1) :])]
    room = page.width - margin
    before, marked, after = parts
    if cell_len(before) + min(cell_len(marked), room // 2) > room:  # show the end of what stands before the span
        before = _ELLIPSIS + before[-(room // 3) :]
    text = _crop(before + marked + after, room)
    indent = cell_len(before)
    return text, indent, max(0, min(cell_len(marked), cell_len(text) - indent))


def _cells(text: str) -> str:
    return visible(text.replace("\t", _TAB))


def _crop(text: str, room: int) -> str:
    if cell_len(text) <= room:
        return text
    kept = text[:room]
    while cell_len(kept) > room - 1:
        kept = kept[:-1]
    return kept + _ELLIPSIS


def _write_advice(page: Page, rule: Rule | None) -> None:
    if rule is not None:
        page.prose(visible(rule.why), lead="  why      ", style="dim")
        page.prose(visible(rule.instead), lead="  instead  ", style="dim")


def _write_rest(page: Page, report: Report) -> None:
    accepted = [finding for finding in report.findings if finding.state == "new" and not finding.counts]
    for finding in accepted:
        reason = finding.suppression.reason if finding.suppression else ""
        place = f"{visible(finding.location.path)}:{finding.location.span.line}"
        page.prose(f"accepted  {place}  {visible(finding.rule)}: {cut(visible(reason), 80)}")
    for suppression in report.unused_suppressions:
        place = f"{visible(suppression.path)}:{suppression.line}"
        page.prose(f"unused    {place}  {visible(suppression.rule)}: {visible(suppression.problem or 'it accepts nothing')}")
    resolved = sum(finding.state == "absent" for finding in report.findings)
    old = sum(finding.state == "unchanged" for finding in report.findings)
    counts = [_count(resolved, "finding", "resolved")] * bool(resolved) + [_count(old, "finding", "there before")] * bool(old)
    if counts:
        page.line(", ".join(counts))
    if accepted or report.unused_suppressions or counts:
        page.line()


def _count(number: int, noun: str, what: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'} {what}"
