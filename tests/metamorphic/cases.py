"""Examples × transformations, scanned many at a time, and what did not end as it must."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from aicheck.config import DEFAULTS
from aicheck.model.decision import Report
from aicheck.model.rule import Example, Rule
from aicheck.policy.policy_file import default_policy
from aicheck.provenance.attribute import attribute_change
from aicheck.scan import Request, scan_together
from tests.changesets import catalogue, change_set, new_findings
from tests.metamorphic.transformation import Files, Transformation


class Case(msgspec.Struct, frozen=True):
    """One change to be scanned."""

    transformation: str
    rule: str
    example: str
    """Number and kind, for messages."""
    before: Files
    after: Files
    expected: bool | None
    """Whether the rule must be found; None: nothing may be found at all."""


def still_cases(transformations: Iterable[Transformation]) -> Iterator[Case]:
    """Each example with one side in another form, and where that says more with both sides in it."""
    for transformation in transformations:
        for rule, number, example in examples():
            before, after = dict(example.before), dict(example.after)
            label = f"example {number} ({'bad' if example.bad else 'good'})"
            other_before, other_after = transformation.apply(before), transformation.apply(after)
            if other_after is not None and transformation.keeps_meaning and before:
                yield Case(transformation.name, rule.id, f"{label}, after side", before, other_after, example.bad)
            if (transformation.is_deep or not before) and (other_before is not None or other_after is not None):
                made = (before if other_before is None else other_before), (after if other_after is None else other_after)
                if all((path in made[0]) == (path in made[1]) for path in before.keys() & after.keys()):
                    yield Case(transformation.name, rule.id, f"{label}, both sides", *made, example.bad)


def silent_cases(transformations: Iterable[Transformation]) -> Iterator[Case]:
    """Every side of every example, against itself in another form."""
    for transformation in transformations:
        if not transformation.keeps_meaning:
            continue
        seen = set()
        for rule, number, example in examples():
            for side, files in (("before", dict(example.before)), ("after", dict(example.after))):
                key = tuple(sorted(files.items()))
                other = transformation.apply(files) if key not in seen else None
                seen.add(key)
                if other is not None:
                    yield Case(transformation.name, rule.id, f"example {number}, {side} side with itself", files, other, None)


def examples() -> Iterator[tuple[Rule, int, Example]]:
    """Every example of every rule, with its number."""
    return ((rule, number, example) for rule in catalogue().rules for number, example in enumerate(rule.examples))


def wrong(cases: Sequence[Case]) -> list[tuple[Case, str]]:
    """The cases that did not end as they must, and how they ended."""
    policy = default_policy()
    attribution = attribute_change(())
    requests = [Request(change_set(case.before, case.after), attribution, catalogue(), DEFAULTS, policy, 1) for case in cases]
    reports = [report for report, _ in scan_together(requests)] if requests else []
    judged = ((case, _complaint(case, report)) for case, report in zip(cases, reports, strict=True))
    return [(case, complaint) for case, complaint in judged if complaint]


def _complaint(case: Case, report: Report) -> str:
    if report.failures:
        return f"not read: {report.failures[0].reason}"
    found = sorted({finding.rule for finding in new_findings(report)})
    if case.expected is None:
        return f"found {', '.join(found)}" if found else ""
    if case.expected == (case.rule in found):
        return ""
    return "not found" if case.expected else "found"
