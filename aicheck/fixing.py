"""Which of the offered fixes hold: each is made in memory and the change is judged again before anybody sees or keeps it.

A fix holds when its finding is gone, no other one has come, and nothing became unreadable. Writes nothing.
"""

import codecs
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from aicheck.changes.hunks import diff_lines
from aicheck.changes.rewrite import Rewriting
from aicheck.model.change import ChangeSet, Content, FileChange
from aicheck.model.decision import Decision, Report
from aicheck.model.finding import Finding
from aicheck.model.fix import Edit, apply_edits, overlap
from aicheck.runners.isolation import StandingWorkers
from aicheck.scan import Request, scan_together

MOST_FIXES = 50
"""More in one change are left for the next run: where they do not hold together, each costs a scan of its own."""

Judged = tuple[Report, Decision]


class Fixed(msgspec.Struct, frozen=True):
    """The change with the fixes that hold."""

    change: ChangeSet
    fixed: tuple[Finding, ...]
    """Whose fixes were made, in the order of the report."""
    refused: tuple[Finding, ...]
    """Whose fixes do not hold, or stand in another one's way."""
    rewritings: tuple[Rewriting, ...]
    """The files that differ from the judged change; one may be as it was before the change."""
    judged: Judged
    """The judgement of `change`: what is left."""


def fix_change(request: Request, judged: Judged, *, unsafe: bool = False) -> Fixed:
    """Make the safe fixes of a judged change, with `unsafe` all of them."""
    report, _ = judged
    offered = [finding for finding in report.findings if is_offered(finding, unsafe=unsafe)]
    chosen = _apart(offered)[:MOST_FIXES]
    after = _judge(request, chosen) if chosen else judged
    if after is None or not _is_better(report, after[0], chosen):
        chosen = [finding for finding in chosen if holds(request, report, finding)]
        after = _judge(request, chosen) if chosen else judged
    if after is None or not _is_better(report, after[0], chosen):
        chosen, after = [], judged
    refused = tuple(finding for finding in offered if finding not in chosen)
    change = make_fixes(request.change, chosen)
    return Fixed(change, tuple(chosen), refused, _rewritings(request.change, chosen), after)


def is_offered(finding: Finding, *, unsafe: bool) -> bool:
    """Whether a finding that counts has a fix that may be made without being asked for, or any with `unsafe`."""
    return finding.fix is not None and finding.counts and (unsafe or finding.fix.safe)


def holds(request: Request, report: Report, finding: Finding, standing: StandingWorkers | None = None) -> bool:
    """Whether the fix of one finding cures it and harms nothing."""
    after = _judge(request, [finding], standing)
    return after is not None and _is_better(report, after[0], [finding])


def make_fixes(change: ChangeSet, findings: Iterable[Finding]) -> ChangeSet:
    """The change with the fixes of these findings made. Raises ValueError where one does not fit its file."""
    files = _edited(change, findings)
    return replace(change, files=tuple(file for file in files if file.before != file.after))


def _edited(change: ChangeSet, findings: Iterable[Finding]) -> list[FileChange]:
    edits: dict[str, list[Edit]] = defaultdict(list)
    for finding in findings:
        edits[finding.location.path] += finding.fix.edits if finding.fix else ()
    return [_edit(file, edits[file.path]) if file.path in edits else file for file in change.files]


def _rewritings(change: ChangeSet, findings: Iterable[Finding]) -> tuple[Rewriting, ...]:
    sides = ((file.path, file.after, other.after) for file, other in zip(change.files, _edited(change, findings), strict=True))
    return tuple(
        Rewriting(path, was.data, now.data)
        for path, was, now in sides
        if was is not None and now is not None and was.data is not None and now.data is not None and was.data != now.data
    )


def with_after(file: FileChange, data: bytes) -> FileChange:
    """A file of a change with other bytes on its after side."""
    content = file.after or Content("file", executable=False, size=0, data=b"")
    before = file.before.data if file.before is not None else None
    return replace(file, after=replace(content, data=data, size=len(data), unread=""), hunks=diff_lines(before or b"", data))


def _edit(file: FileChange, edits: Sequence[Edit]) -> FileChange:
    data = file.after.data if file.after is not None else None
    if data is None:
        raise ValueError(f"{file.path} has no text to edit")
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return with_after(file, mark + apply_edits(data.removeprefix(mark).decode(), edits).encode())


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    """Those that do not touch what an earlier one edits; of equal fixes each counts, since one edit makes them all."""
    chosen: list[Finding] = []
    for finding in findings:
        same_file = [other.fix.edits for other in chosen if other.location.path == finding.location.path and other.fix]
        if finding.fix is not None and not any(overlap(finding.fix.edits, edits) for edits in same_file):
            chosen.append(finding)
    return chosen


def _judge(request: Request, findings: Sequence[Finding], standing: StandingWorkers | None = None) -> Judged | None:
    """The judgement of the change with these fixes made; None where they cannot be made."""
    try:
        change = make_fixes(request.change, findings)
    except ValueError:
        return None
    return scan_together([replace(request, change=change, progress=None)], standing)[0]


def _is_better(before: Report, after: Report, fixed: Iterable[Finding]) -> bool:
    """Counts by rule and file: what tells equal findings of one definition apart is their order, which a fix changes."""
    cured = _count(fixed)
    known, left = (_count(finding for finding in report.findings if finding.counts) for report in (before, after))
    return all(number <= known[key] - cured[key] for key, number in left.items()) and len(after.failures) <= len(before.failures)


def _count(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    return Counter((finding.rule, finding.location.path) for finding in findings)
