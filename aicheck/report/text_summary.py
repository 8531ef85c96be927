"""What stands below the findings: what was read, who wrote it, where the rules came from, and the decision box."""

from rich.text import Text

from aicheck.model.coverage import Coverage, Failure
from aicheck.model.decision import Decision, Report, Verdict
from aicheck.model.provenance import State
from aicheck.report.encode import quote, visible
from aicheck.report.page import Page

MOST_LISTED = 20
"""More failures or pieces of evidence are counted, not listed; JSON and SARIF hold them all."""
_LEAD = "             "
_VERDICTS: dict[Verdict, str] = {"satisfied": "green", "pending": "yellow", "blocked": "red", "error": "red"}
_STATES: dict[State, str] = {
    "attested": "AI-assisted, attested",
    "marked": "AI-assisted, marked as such",
    "probable": "probably AI-assisted",
    "declared-none": "declared to be written without AI",
    "unknown": "unknown, no evidence of AI assistance",
}


def write(page: Page, report: Report, decision: Decision) -> None:
    """Change, coverage, provenance and trust as labelled lines, then the box."""
    _write_change(page, report)
    _write_coverage(page, report)
    _write_provenance(page, report)
    trusted = report.trusted
    engines = ", ".join(f"{name} {version}" for name, version in trusted.engines)
    page.prose(
        visible(f"policy {trusted.policy}, settings {trusted.config}, roster {trusted.roster}, {engines or 'no engines'}"),
        lead="judged by    ",
        style="bold",
    )
    page.line()
    _write_decision(page, decision)


def _write_change(page: Page, report: Report) -> None:
    change = report.change
    added, removed = (sum(getattr(file, side) for file in change.files) for side in ("added", "removed"))
    partial = ", only the paths that were asked for" if change.partial else ""
    files = f"{len(change.files)} file{'' if len(change.files) == 1 else 's'}"
    sides = f"{visible(_short(change.base))}..{visible(_short(change.head))}"
    page.prose(f"{sides}, {files}, {added} lines added, {removed} removed{partial}", lead="change       ", style="bold")
    for note in change.notes:
        page.prose(visible(note), lead=_LEAD)


def _short(revision: str) -> str:
    is_id = len(revision) in (40, 64) and all(digit in "0123456789abcdef" for digit in revision)
    return revision[:12] if is_id else revision


def _write_coverage(page: Page, report: Report) -> None:
    outcomes: dict[str, str] = {}
    for entry in report.coverage:  # a path is as well covered as its worse side
        if entry.outcome == "unanalyzed" or outcomes.get(entry.path, "not-applicable") == "not-applicable":
            outcomes[entry.path] = entry.outcome
    counts = [sum(outcome == wanted for outcome in outcomes.values()) for wanted in ("analyzed", "not-applicable", "unanalyzed")]
    parts = [f"{counts[0]} file{'' if counts[0] == 1 else 's'} analyzed"]
    parts += [f"{counts[1]} not applicable"] * bool(counts[1]) + [f"{counts[2]} could not be analyzed"] * bool(counts[2])
    page.prose(", ".join(parts), lead="coverage     ", style="bold")
    losses = [_lost_file(entry) for entry in report.coverage if entry.outcome == "unanalyzed"]
    named = {(entry.path, entry.side) for entry in report.coverage if entry.outcome == "unanalyzed"}
    losses += [_lost_work(failure) for failure in report.failures if (failure.path, failure.side) not in named]
    for loss in losses[:MOST_LISTED]:
        page.prose((loss, "red"), lead=_LEAD)
    if len(losses) > MOST_LISTED:
        page.prose((f"and {len(losses) - MOST_LISTED} more", "red"), lead=_LEAD)


def _lost_file(entry: Coverage) -> str:
    return f"{visible(entry.path)}{_of(entry.side)}: {visible(entry.reason)}"


def _lost_work(failure: Failure) -> str:
    where = f"{visible(failure.path)}{_of(failure.side)}" if failure.path else "the whole change"
    lost = f", without rule {visible(failure.rule)}" if failure.rule else ""
    return f"{where}: {visible(failure.engine)}: {visible(failure.reason)}{lost}"


def _of(side: str) -> str:
    return " (before the change)" if side == "before" else ""


def _write_provenance(page: Page, report: Report) -> None:
    found = report.provenance
    tools = f" ({', '.join(map(visible, found.tools))})" if found.tools else ""
    who = ", by an agent alone" if found.agent else ", by an automation account" if found.bot else ""
    page.prose(_STATES[found.state] + tools + who, lead="provenance   ", style="bold")
    for evidence in found.evidence[:MOST_LISTED]:
        revision, colon, place = evidence.source.partition(":")
        page.prose(visible(f"{_short(revision)}{colon}{place}: ") + quote(evidence.text), lead=_LEAD)
    if len(found.evidence) > MOST_LISTED:
        page.prose(f"and {len(found.evidence) - MOST_LISTED} more pieces of evidence", lead=_LEAD)


def _approval_lines(decision: Decision) -> list[Text]:
    lines = [Text(f"approved by {visible(login)}", style="green") for login in decision.counted]
    lines += [Text(visible(f"the approval of {entry.by} does not count: it {entry.reason}")) for entry in decision.not_counted]
    return [Text(), *lines] if lines else []


def _write_decision(page: Page, decision: Decision) -> None:
    style = _VERDICTS[decision.verdict]
    lines = [Text(visible(decision.summary), style="bold")] if decision.summary else []
    lines += [Text()] * bool(lines and decision.because)
    lines += [
        Text.assemble((f"{because.level:<7}", style), visible(because.why), (f"  {visible(because.escalation)}", "dim"))
        for because in decision.because
    ]
    for need in decision.needs:
        mark, state = ("done", "green") if need.met else ("needed", style)
        lines += [Text(), Text.assemble((f"{mark}: ", f"bold {state}"), visible(need.who))]
        if need.cheapest and not need.met:
            lines.append(Text.assemble(("cheapest way: ", "bold"), visible(need.cheapest)))
        if need.candidates and not need.met:
            lines.append(Text.assemble(("who can: ", "bold"), visible(", ".join(need.candidates))))
    lines += _approval_lines(decision)
    if decision.notes:
        lines += [Text(), *(Text(visible(note), style="dim") for note in decision.notes)]
    page.panel(
        lines, f"{decision.level} review, {decision.verdict}" if decision.level != "none" else f"no review, {decision.verdict}", style
    )
