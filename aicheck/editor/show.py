"""A view in the protocol's words: diagnostics, hovers, lenses. Pure."""

from collections.abc import Iterable

from lsprotocol import types

from aicheck.editor.documents import View
from aicheck.model.coverage import Failure
from aicheck.model.decision import Decision
from aicheck.model.finding import Finding
from aicheck.model.location import WHOLE_FILE, Span
from aicheck.model.rule import Rule, Severity
from aicheck.report.duty import NO_DUTY, describe, duties
from aicheck.report.encode import visible
from aicheck.report.markdown_text import code_span, escape_text, prose

SOURCE = "aicheck"
NOT_JUDGED = "not-judged"
EXPLAIN = "aicheck.explain"
EXPLAIN_DECISION = "aicheck.explainDecision"
_SEVERITIES: dict[Severity, types.DiagnosticSeverity] = {
    "critical": types.DiagnosticSeverity.Error,
    "high": types.DiagnosticSeverity.Error,
    "medium": types.DiagnosticSeverity.Warning,
    "low": types.DiagnosticSeverity.Information,
}


def diagnostics(view: View) -> list[types.Diagnostic]:
    """One for each finding, and one for the first thing that could not be judged."""
    rules = _rules(view)
    return [_diagnostic(view, finding, rules.get(finding.rule)) for finding in view.findings] + [
        _failed(view, failure) for failure in view.failures[:1]
    ]


def hover(view: View, position: types.Position) -> types.Hover | None:
    """Why the findings at a place matter and what to do instead; None where there is none."""
    here = [finding for finding in view.findings if _holds(shown_range(view, finding), position)]
    if not here:
        return None
    rules, owed = _rules(view), duties(view.decision) if view.decision is not None else {}
    text = "\n\n---\n\n".join(
        _explain(finding, rules.get(finding.rule), describe(finding, owed.get(finding.fingerprint, NO_DUTY))) for finding in here
    )
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), shown_range(view, here[0]))


def lens(view: View, uri: str) -> list[types.CodeLens]:
    """The decision over the first line; none where nobody has to look and nothing was found."""
    if view.decision is None or (view.decision.level == "none" and not view.findings):
        return []
    start = types.Position(0, 0)
    title = lens_title(view.decision, len(view.findings))
    return [types.CodeLens(types.Range(start, start), types.Command(title, EXPLAIN_DECISION, arguments=[uri]))]


def lens_title(decision: Decision, findings: int) -> str:
    """As in `needs a senior: 2 findings here`."""
    found = f"{findings} finding{'' if findings == 1 else 's'} here"
    if decision.verdict == "blocked" or decision.level == "stop":
        return f"aicheck: must not be merged: {found}"
    return f"aicheck: {_NEEDS.get(decision.level, 'nobody has to look')}: {found}"


_NEEDS = {
    "ack": "needs a line from the author",
    "peer": "needs a peer",
    "senior": "needs a senior",
    "owner": "needs an owner",
    "dual": "needs two seniors",
}


def decision_text(decision: Decision) -> str:
    """The decision in a few plain lines: what it is, why, and the cheapest way to clear each need."""
    lines = [visible(decision.summary) or "Nobody has to look at this change."]
    lines += [f"because {visible(because.why)} ({because.level})" for because in decision.because]
    lines += [visible(need.cheapest) for need in decision.needs if not need.met and need.cheapest]
    return "\n".join(dict.fromkeys(lines))


def rule_text(rule: Rule) -> str:
    """A rule in a few plain lines."""
    return f"{rule.title} ({rule.id})\n{rule.why}\nInstead: {rule.instead}"


def shown_range(view: View, finding: Finding) -> types.Range:
    """The range of a finding; one about a whole file is shown on its first line."""
    span = finding.location.span
    if span == WHOLE_FILE or span == Span(span.line, 1, span.line, 1):
        span = Span(span.line, 1, span.line, len(view.text.line(span.line)) + 1)
    if span.end_line > span.line:  # the first line tells enough, and a block under a wavy line hides what is in it
        span = Span(span.line, span.column, span.line, len(view.text.line(span.line)) + 1)
    return view.text.range(span)


def _diagnostic(view: View, finding: Finding, rule: Rule | None) -> types.Diagnostic:
    address = next((one for one in rule.references if one.startswith("https://")), "") if rule is not None else ""
    return types.Diagnostic(
        range=shown_range(view, finding),
        message=visible(finding.message),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(address) if address else None,
        source=SOURCE,
        data=finding.fingerprint,
    )


def _failed(view: View, failure: Failure) -> types.Diagnostic:
    line = failure.lines[0][0] if failure.lines else 1
    span = Span(line, 1, line, len(view.text.line(line)) + 1)
    return types.Diagnostic(
        range=view.text.range(span),
        message=visible(f"not judged ({failure.engine}): {failure.reason}"),
        severity=types.DiagnosticSeverity.Information,
        code=NOT_JUDGED,
        source=SOURCE,
    )


def _explain(finding: Finding, rule: Rule | None, duty: str) -> str:
    parts = [f"**{prose(rule.title)}** ({code_span(rule.id)})" if rule is not None else code_span(finding.rule)]
    parts.append(f"{escape_text(finding.message)}; {escape_text(duty)}.")
    if finding.before is not None and finding.before.text.strip():
        parts.append(f"Before the change: {code_span(finding.before.text.strip())}")
    if rule is not None:
        parts += [prose(rule.why), f"**Instead:** {prose(rule.instead)}"]
    return "\n\n".join(parts)


def _rules(view: View) -> dict[str, Rule]:
    return {rule.id: rule for rule in view.judgement.report.rules} if view.judgement is not None else {}


def _holds(around: types.Range, position: types.Position) -> bool:
    start, end = ((place.line, place.character) for place in (around.start, around.end))
    return start <= (position.line, position.character) <= end


def overlapping(view: View, asked: types.Range) -> Iterable[Finding]:
    """The findings that a range touches."""
    start, end = ((place.line, place.character) for place in (asked.start, asked.end))
    for finding in view.findings:
        shown = shown_range(view, finding)
        if (shown.start.line, shown.start.character) <= end and start <= (shown.end.line, shown.end.character):
            yield finding
