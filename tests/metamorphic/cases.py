"""Examples in other forms, scanned many at a time, and what did not end as it must."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from aicheck.config import DEFAULTS
from aicheck.model.decision import Report
from aicheck.model.rule import Example, Rule
from aicheck.policy.policy_file import default_policy
from aicheck.provenance.attribute import attribute_change
from aicheck.scan import Request, scan_together
from tests.changesets import catalogue, change_set, new_findings
from tests.metamorphic.transformation import Files, Transformation, language


class Case(msgspec.Struct, frozen=True):
    """One change to be scanned."""

    transformation: str
    rule: str
    example: int
    sides: str
    """Which sides of the example took the other form, for messages."""
    before: Files
    after: Files
    expected: bool | None
    """Whether the rule must be found; None: nothing may be found at all."""

    def __str__(self) -> str:
        kind = {True: "bad", False: "good", None: "any"}[self.expected]
        return f"{self.rule}, example {self.example} ({kind}), {self.transformation}, {self.sides}"


def still_cases(transformations: Iterable[Transformation]) -> Iterator[Case]:
    """Each example with one side or both sides in another form, of formats that its rule reads."""
    for transformation in transformations:
        for rule, number, example in _examples():
            case = Case(transformation.name, rule.id, number, "both sides", dict(example.before), dict(example.after), example.bad)
            if "both" in transformation.trials or ("one" in transformation.trials and not example.before):
                yield from _on_both_sides(case, transformation)
            if "one" in transformation.trials and example.before:
                after = transformation.apply(case.after)
                yield from [replace(case, sides="after side", after=after)] if after is not None else []


def _on_both_sides(case: Case, transformation: Transformation) -> Iterator[Case]:
    before, after = transformation.apply(case.before), transformation.apply(case.after)
    made = replace(case, before=case.before if before is None else before, after=case.after if after is None else after)
    shared = case.before.keys() & case.after.keys()
    is_alike = all((path in made.before) == (path in made.after) for path in shared)
    if (before, after) != (None, None) and is_alike and _languages(made) <= {*_languages(case), *catalogue().by_id()[case.rule].languages}:
        yield made


def _languages(case: Case) -> set[str]:
    return {language(path, text) for files in (case.before, case.after) for path, text in files.items()}


def silent_cases(transformations: Iterable[Transformation]) -> Iterator[Case]:
    """One side of every example against itself in another form: before and after in turn, so that each meets half of the forms."""
    for position, transformation in enumerate(transformations):
        if "silent" not in transformation.trials:
            continue
        seen = set()
        for rule, number, example in _examples():
            sides = [(name, dict(files)) for name, files in (("before side", example.before), ("after side", example.after)) if files]
            side, files = sides[(number + position) % len(sides)]
            key = tuple(sorted(files.items()))
            other = transformation.apply(files) if key not in seen else None
            seen.add(key)
            if other is not None:
                yield Case(transformation.name, rule.id, number, f"{side} against itself", files, other, None)


def _examples() -> Iterator[tuple[Rule, int, Example]]:
    return ((rule, number, example) for rule in catalogue().rules for number, example in enumerate(rule.examples))


def wrong(cases: Sequence[Case]) -> list[tuple[Case, str]]:
    """The cases that did not end as they must, and how they ended; not those whose example fails as it stands."""
    judged = ((case, _complaint(case, report)) for case, report in zip(cases, _scanned(cases), strict=True))
    failed = [(case, complaint) for case, complaint in judged if complaint]
    plain = {(case.rule, case.example): _as_it_stands(case) for case, _ in failed if case.expected is not None}
    reports = dict(zip(plain, _scanned(list(plain.values())), strict=True))
    broken = {key for key, case in plain.items() if _complaint(case, reports[key])}
    return [(case, complaint) for case, complaint in failed if case.expected is None or (case.rule, case.example) not in broken]


def _as_it_stands(case: Case) -> Case:
    example = catalogue().by_id()[case.rule].examples[case.example]
    return replace(case, before=dict(example.before), after=dict(example.after))


def _scanned(cases: Sequence[Case]) -> list[Report]:
    policy, attribution = default_policy(), attribute_change(())
    requests = [Request(change_set(case.before, case.after), attribution, catalogue(), DEFAULTS, policy, 1) for case in cases]
    return [report for report, _ in scan_together(requests)] if requests else []


def _complaint(case: Case, report: Report) -> str:
    if report.failures:
        return f"not read: {report.failures[0].reason}"
    found = sorted({finding.rule for finding in new_findings(report)})
    if case.expected is None:
        return f"found {', '.join(found)}" if found else ""
    if case.expected == (case.rule in found):
        return ""
    return "not found" if case.expected else "found"
