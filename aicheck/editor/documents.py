"""What the editor shows of one document: its text, what was found in it, and which scan said so."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from aicheck.changes.hunks import diff_lines, lines_before
from aicheck.editor.root import Judgement
from aicheck.editor.text import Text
from aicheck.model.coverage import Failure
from aicheck.model.decision import Decision, level_rank
from aicheck.model.finding import Finding
from aicheck.model.location import Location, Span
from aicheck.report.anchor import anchor, files_by_path

SLOW_ENGINES = frozenset({"semgrep"})


class View(msgspec.Struct, frozen=True):
    """What is shown for one version of a document."""

    version: int
    text: Text
    path: str
    """Relative to the repository; empty where the document lies in none, or none could be opened."""
    findings: tuple[Finding, ...] = ()
    """Those that count, with their place in this very text; sorted by place."""
    failures: tuple[Failure, ...] = ()
    judgement: Judgement | None = None
    """Of the buffer; its findings are the same values as those in `findings` as far as they are its own."""
    decision: Decision | None = None


class Saved(msgspec.Struct, frozen=True):
    """The last judgement of the whole change, and the texts that it was made of."""

    judgement: Judgement
    texts: tuple[tuple[str, str], ...]
    """(path, text) of the documents that were open, sorted."""


def look(version: int, text: Text, path: str, judgement: Judgement, saved: Saved | None) -> View:
    """What to show: the buffer's own findings, and those of the slower rules that still stand where they were found."""
    slow = _still_there(path, text, saved) if saved is not None else ()
    own = _located(path, judgement)
    known = {(finding.rule, finding.location.span) for finding in own}
    findings = (*own, *(finding for finding in slow if (finding.rule, finding.location.span) not in known))
    failures = tuple(failure for failure in judgement.report.failures if failure.path == path)
    decisions = (judgement.decision, *((saved.judgement.decision,) if saved is not None else ()))
    return View(
        version,
        text,
        path,
        tuple(sorted(findings, key=lambda finding: (finding.location.span, finding.rule))),
        failures,
        judgement,
        max(decisions, key=lambda decision: level_rank(decision.level)),
    )


def _located(path: str, judgement: Judgement) -> tuple[Finding, ...]:
    """The findings that count and are shown in a file, those about lost lines where the file now lacks them."""
    files = files_by_path(judgement.report.change)
    shown = ((finding, anchor(finding.location, files)) for finding in judgement.report.findings if finding.counts)
    return tuple(replace(finding, location=place) for finding, place in shown if place.path == path and place.side == "after")


def _still_there(path: str, text: Text, saved: Saved) -> Iterable[Finding]:
    """Findings of the slower rules on lines that have not changed since, moved to where these lines are now."""
    before = dict(saved.texts).get(path)
    report = saved.judgement.report
    kinds = {rule.id: rule.kind for rule in report.rules}
    slow = [one for one in _located(path, saved.judgement) if one.engine in SLOW_ENGINES or kinds.get(one.rule) == "change"]
    if before is None or not slow:
        return ()
    # `lines_before` asks for the older line of a newer one; here the saved text is the newer side of the question
    hunks = diff_lines(text.source.encode("utf-8", "replace"), before.encode("utf-8", "replace"))
    now = lines_before(hunks, [finding.location.span.line for finding in slow])
    return [_moved(finding, now[finding.location.span.line]) for finding in slow if finding.location.span.line in now]


def _moved(finding: Finding, line: int) -> Finding:
    span = finding.location.span
    there = Span(line, span.column, span.end_line + line - span.line, span.end_column)
    return replace(finding, location=Location(finding.location.path, "after", there), fix=finding.fix if there == span else None)
