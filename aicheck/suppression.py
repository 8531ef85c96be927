"""Which findings the source itself accepts. Nothing is dropped: an accepted finding is marked and stays.

A comment accepts a finding of its rule on the line it covers, when it gives a reason and stood there before the change,
over the same code. One that the change adds accepts nothing and is itself a finding.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from aicheck.checks.suppression_tampering.suppression_added import SuppressionAdded
from aicheck.model.change import FileChange
from aicheck.model.finding import Finding, Match, Suppression
from aicheck.model.location import WHOLE_FILE, Location, Span
from aicheck.model.path import path_bytes
from aicheck.readers.suppressions import SuppressionComment

_SHOWN_RULE = 60
"""Characters of a rule id in a message, which must stay under 100."""


def compare_suppressions(
    before: Iterable[SuppressionComment], after: Iterable[SuppressionComment], files: Iterable[FileChange] = ()
) -> tuple[Suppression, ...]:
    """The comments of the after side, each marked as added unless the before side of its file has it over the same code.

    Where a change copies such a comment, all copies count as added: none can be told to be the accepted one.
    `files` tells which added path continues which removed one; a move that it leaves out carries nothing along. To judge
    a whole tree as it stands rather than a change, give the same comments as both sides.
    """
    moved_from = {file.path: file.moved_from for file in files if file.moved_from is not None}
    known = Counter((comment.path, comment.rule, comment.reason, comment.place) for comment in before)
    keyed = [(_key(comment, moved_from), comment) for comment in sorted(after, key=_order)]
    wanted = Counter(key for key, _ in keyed)
    return tuple(
        Suppression(comment.path, comment.line, comment.rule, comment.reason, wanted[key] > known[key], comment.covers, comment.problem)
        for key, comment in keyed
    )


def _key(comment: SuppressionComment, moved_from: Mapping[str, str]) -> tuple[str, str, str, str]:
    return moved_from.get(comment.path, comment.path), comment.rule, comment.reason, comment.place


def added_suppression_matches(before: Iterable[SuppressionComment], after: Iterable[SuppressionComment]) -> tuple[Match, ...]:
    """A match for each comment that the change adds, in order of path and line.

    A comment that only moved (same rule and reason elsewhere before) is none, nor is one that cannot accept anything.
    """
    known = Counter((comment.rule, comment.reason) for comment in before)
    matches: list[Match] = []
    for comment in sorted(after, key=_order):
        if comment.problem:
            continue
        if known[comment.rule, comment.reason] > 0:
            known[comment.rule, comment.reason] -= 1
            continue
        span = Span(comment.line, comment.column, comment.line, comment.column + 1)
        message = f"new comment silences {comment.rule[:_SHOWN_RULE]}"
        location = Location(comment.path, "after", span)
        matches.append(SuppressionAdded.match(location, message, text=f"{comment.rule} {comment.reason}"))
    return tuple(matches)


def apply_suppressions(
    findings: tuple[Finding, ...], suppressions: tuple[Suppression, ...]
) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
    """The findings, in the same order, each with the suppression that names it, and the suppressions that accept nothing.

    A comment that stood there before wins over an added one. Findings about the suppressing itself, about a file as a
    whole, or on the before side cannot be accepted by a comment.
    """
    by_place: dict[tuple[str, int, str], Suppression] = {}
    for suppression in suppressions:
        place = (suppression.path, suppression.covers, suppression.rule)
        if not suppression.problem and (place not in by_place or by_place[place].added):
            by_place[place] = suppression
    used: set[Suppression] = set()
    marked: list[Finding] = []
    for finding in findings:
        suppression_here = by_place.get((finding.location.path, finding.location.span.line, finding.rule))
        if suppression_here is None or not _can_be_accepted(finding):
            marked.append(finding)
        else:
            used.add(suppression_here)
            marked.append(replace(finding, suppression=suppression_here))
    return tuple(marked), tuple(_explain(suppression) for suppression in suppressions if suppression not in used)


def _can_be_accepted(finding: Finding) -> bool:
    at = finding.location
    return finding.rule != SuppressionAdded.id and at.side == "after" and at.span != WHOLE_FILE and finding.suppression is None


def _explain(suppression: Suppression) -> Suppression:
    return suppression if suppression.problem else replace(suppression, problem=f"no finding of this rule on line {suppression.covers}")


def _order(comment: SuppressionComment) -> tuple[bytes, int, int, str]:
    return path_bytes(comment.path), comment.line, comment.column, comment.rule
