"""The sentences of a decision. Paths come from the change: they are shown so that no control character passes."""

from collections.abc import Iterable

import msgspec

from aicheck.model.decision import Because, Level
from aicheck.model.finding import Finding
from aicheck.model.rule import is_imported
from aicheck.policy.condition import Condition
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.policy import Escalation

COVERED = "Whoever meets the need above meets this one too."
_SHOWN = 3
_PATH_LIMIT = 120
_ASK: dict[Level, str] = {
    "peer": "ask a second engineer to review",
    "senior": "ask a senior to review",
    "owner": "ask an owner to review",
    "dual": "ask two seniors to review",
}
_SUMMARY: dict[Level, str] = {
    "ack": "The author must acknowledge the risk in writing",
    "peer": "A second engineer must review this change",
    "senior": "A senior engineer must review this change",
    "owner": "An owner of the changed paths must review this change",
    "dual": "Two different senior engineers must review this change",
    "stop": "This change must not merge as it is",
}


def show_path(path: str) -> str:
    """A path from a hostile change as printable text, at most 120 characters."""
    if len(path) <= _PATH_LIMIT and path.isprintable():
        return path
    shown = "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode("ascii") for mark in path[:_PATH_LIMIT])
    return shown if len(shown) <= _PATH_LIMIT else shown[: _PATH_LIMIT - 1] + "\u2026"


def list_some(items: Iterable[str]) -> str:
    """The first items in words."""
    every = tuple(items)
    more = len(every) - _SHOWN
    if more > 0:
        return f"{', '.join(every[:_SHOWN])} and {more} more"
    return " and ".join((", ".join(every[:-1]), every[-1])) if len(every) > 1 else "".join(every)


def explain_why(escalation: Escalation, summary: ChangeSummary) -> str:
    """The policy's reason, with the paths that caused it where no finding did."""
    paths = causes_of(escalation.when, summary)
    return f"{escalation.why}: {list_some(map(show_path, paths))}" if paths else escalation.why


def causes_of(condition: Condition, summary: ChangeSummary) -> tuple[str, ...]:
    """The paths that made a condition hold where no finding did; empty when it is about the whole change."""
    if condition.judge_changed:
        return summary.judge_paths
    return summary.unread if condition.scan else ()


class Clearing(msgspec.Struct, frozen=True):
    """What a need has to be cleared of."""

    level: Level
    findings: tuple[Finding, ...]
    escalations: tuple[Escalation, ...]
    names: tuple[str, ...]
    """What an acknowledgement has to name, sorted."""


def cheapest_way(clearing: Clearing, summary: ChangeSummary) -> str:
    """The cheapest way to clear a need, one sentence."""
    steps = [*_fixes(clearing.findings), *_other_steps(clearing.escalations, summary)]
    if clearing.level == "ack":
        each = f" (and such a line for {list_some(clearing.names[1:])})" if clearing.names[1:] else ""
        steps.append(f"write in a commit message: Aicheck-Ack: {clearing.names[0]}; what can go wrong; how to undo it{each}")
    elif clearing.level in _ASK:
        steps.append(_ASK[clearing.level])
    text = ", or ".join(steps) or "take the change back"
    return f"{text[0].upper()}{text[1:]}."


def _fixes(findings: tuple[Finding, ...]) -> list[str]:
    if not findings:
        return []
    first = findings[0]
    place = f"{show_path(first.location.path)}:{first.location.span.line}"
    rules = sorted({finding.rule for finding in findings if not is_imported(finding.rule)})
    if len(findings) == 1:
        return [f"fix {place} or add the safeguard that `aicheck explain {first.rule}` names" if rules else f"fix {place}"]
    safeguards = f" or add the safeguards that `aicheck explain` names ({list_some(rules)})" if rules else ""
    return [f"fix the {len(findings)} findings{safeguards}"]


def _other_steps(escalations: tuple[Escalation, ...], summary: ChangeSummary) -> list[str]:
    steps = []
    if summary.unread and any(escalation.when.scan for escalation in escalations):
        steps.append(f"make {list_some(map(show_path, summary.unread))} readable")
    if summary.judge_paths and any(escalation.when.judge_changed for escalation in escalations):
        steps.append(f"move {list_some(map(show_path, summary.judge_paths))} to a change of its own")
    return steps


def summarize_decision(level: Level, because: tuple[Because, ...], pending: tuple[Level, ...]) -> str:
    """One line: who must look and why. `pending` are the levels whose need is not met, highest first."""
    if level == "none":
        return "Nobody needs to look beyond the normal review."
    if not pending:
        acknowledged = "The author has acknowledged the risk; nobody else needs to look beyond the normal review."
        return acknowledged if level == "ack" else "Everyone who must look has done so."
    reasons = [entry for entry in because if entry.level == pending[0]]
    found = len({fingerprint for entry in reasons for fingerprint in entry.findings})
    count = f" ({found} finding{'' if found == 1 else 's'})" if found else ""
    return f"{_SUMMARY[pending[0]]}: {'; '.join(dict.fromkeys(entry.why for entry in reasons))}{count}."
