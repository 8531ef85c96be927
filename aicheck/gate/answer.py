"""What the pusher reads: the decision in a few lines, with the way to clear it. git puts `remote: ` before each."""

import time
from collections.abc import Iterable

import msgspec

from aicheck.model.decision import Decision, Need, Report
from aicheck.model.finding import Finding
from aicheck.model.rule import severity_rank
from aicheck.report.encode import cut, guard_lines, visible

MOST_FINDINGS = 5
MOST_NOTES = 6
SHOWN_ID = 12
_WIDTH = 200


class Where(msgspec.Struct, frozen=True):
    """What the answer is about."""

    ref: str
    head: str
    accepted: bool
    recorded: str = ""
    """The digest of its record; empty where none is kept."""


def write_answer(report: Report, decision: Decision, where: Where, notes: Iterable[str] = ()) -> str:
    """The lines about one update, with nothing in them that a terminal or a CI log would obey."""
    branch = where.ref.removeprefix("refs/heads/")
    verb = "accepted" if where.accepted else "refused"
    level = "no review" if decision.level == "none" else f"{decision.level} review"
    lines = [f"aicheck: {branch} {where.head[:SHOWN_ID]} is {verb}: {level}, {decision.verdict}{_mode(decision)}"]
    if decision.summary and not where.accepted:
        lines.append(f"  {decision.summary}")
    lines += _finding_lines(report)
    lines += [f"  could not be analyzed: {row.path}: {row.reason}" for row in report.coverage if row.outcome == "unanalyzed"][
        :MOST_FINDINGS
    ]
    for need in decision.needs:
        lines += _need_lines(need)
    lines += [f"  approved by {login}" for login in decision.counted]
    lines += [f"  the approval of {one.by} does not count: it {one.reason}" for one in decision.not_counted][:MOST_NOTES]
    lines += _override_lines(decision)
    lines += [f"  note: {note}" for note in (*notes, *decision.notes)][:MOST_NOTES]
    if not where.accepted and any(not need.met and need.level not in {"ack", "stop"} for need in decision.needs):
        lines.append(f"  to approve: aicheck gate git approve {where.head[:SHOWN_ID]} --branch {branch}, then push again")
    if where.recorded:
        lines.append(f"  recorded as {where.recorded[:SHOWN_ID]}")
    return guard_lines("\n".join(cut(visible(line), _WIDTH) for line in lines))


def _mode(decision: Decision) -> str:
    if decision.override is not None:
        return " by an override"
    return ", only observed" if decision.observed else ""


def _finding_lines(report: Report) -> list[str]:
    counting = sorted((one for one in report.findings if one.counts), key=_weight)
    shown = [
        f"  {one.location.path}:{one.location.span.line}  {one.severity}  {one.rule}: {one.message}" for one in counting[:MOST_FINDINGS]
    ]
    more = len(counting) - MOST_FINDINGS
    return [*shown, f"  and {more} more findings"] if more > 0 else shown


def _weight(finding: Finding) -> tuple[int, str, int, str]:
    return -severity_rank(finding.severity), finding.location.path, finding.location.span.line, finding.rule


def _need_lines(need: Need) -> list[str]:
    if need.met:
        return [f"  done: {need.who}"]
    lines = [f"  needed: {', and '.join(need.missing) or need.who}", f"  cheapest way: {need.cheapest}"]
    if need.candidates:
        others = f" (or {', '.join(need.candidates[1:])})" if need.candidates[1:] else ""
        lines.append(f"  ask {need.candidates[0]}{others}")
    return lines


def _override_lines(decision: Decision) -> list[str]:
    if decision.override is None:
        return []
    due = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(decision.override.review_due))
    return [f"  a senior has to review it by {due}: aicheck gate git status shows what is open"]
