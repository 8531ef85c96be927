"""A decision in words: what each need comes from, who could meet it, and which approvals count."""

from collections.abc import Mapping

import msgspec

from aicheck.model.decision import Because, Decision, Need
from aicheck.report.encode import visible

_LINE_LIMIT = 20
"""Findings of one escalation that are named."""


class Cause(msgspec.Struct, frozen=True):
    """A finding, as far as it explains a need."""

    rule: str
    path: str
    line: int
    message: str


def describe_decision(decision: Decision, causes: Mapping[str, Cause]) -> str:
    """Plain lines. `causes` are the findings by fingerprint; one that is missing is named by its fingerprint."""
    head = f"{decision.level} review, {decision.verdict}" if decision.level != "none" else f"no review, {decision.verdict}"
    lines = [
        f"{head}{' (observed only: nothing is held up)' if decision.observed else ''}",
        *([decision.summary] if decision.summary else []),
    ]
    because = {one.escalation: one for one in decision.because}
    for need in decision.needs:
        lines += ["", *_describe_need(need, because, causes)]
    asking = {name for need in decision.needs for name in need.escalations}
    covered = [one for one in decision.because if one.escalation not in asking]
    lines += [""] * bool(covered) + [f"{one.escalation} asks for {one.level}, which a need above covers: {one.why}" for one in covered]
    said = [f"the approval of {name} counts" for name in decision.counted]
    said += [f"the approval of {one.by} does not count: it {one.reason}" for one in decision.not_counted]
    if decision.override is not None:
        said.append(f"{decision.override.by} overrides the decision: {decision.override.reason}")
    said += decision.notes
    return "\n".join(visible(line) for line in [*lines, *([""] if said else []), *said])


def _describe_need(need: Need, because: Mapping[str, Because], causes: Mapping[str, Cause]) -> list[str]:
    lines = [f"{need.level}: {need.who}, {'met' if need.met else 'not met'}"]
    for name in need.escalations:
        reason = because.get(name)
        lines.append(f"  asked for by {name}" + (f": {reason.why}" if reason is not None else ""))
        found = reason.findings if reason is not None else ()
        lines += [f"    {_describe_cause(fingerprint, causes)}" for fingerprint in found[:_LINE_LIMIT]]
        lines += [f"    and {len(found) - _LINE_LIMIT} more findings"] * (len(found) > _LINE_LIMIT)
    if not need.met:
        lines += [f"  missing: {seat}" for seat in need.missing]
        lines += [f"  could be: {', '.join(need.candidates)}"] * bool(need.candidates)
        lines.append(f"  cheapest way: {need.cheapest}")
    return lines


def _describe_cause(fingerprint: str, causes: Mapping[str, Cause]) -> str:
    cause = causes.get(fingerprint)
    return f"{cause.path}:{cause.line}  {cause.rule}: {cause.message}" if cause is not None else f"finding {fingerprint}"
