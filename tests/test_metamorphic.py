"""Another form of the same change is judged the same, and a change of nothing but the form is silent."""

from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.metamorphic import hcl, json_toml, lines, python, shell, source, text, yaml
from tests.metamorphic.cases import Case, silent_cases, still_cases, wrong
from tests.metamorphic.exclusions import EXCLUSIONS, Exclusion
from tests.metamorphic.transformation import Transformation

FAMILIES: dict[str, tuple[Transformation, ...]] = {
    "any": text.TRANSFORMATIONS,
    "yaml": yaml.TRANSFORMATIONS,
    "json-toml": json_toml.TRANSFORMATIONS,
    "hcl": hcl.TRANSFORMATIONS,
    "lines": lines.TRANSFORMATIONS,
    "shell": shell.TRANSFORMATIONS,
    "python": python.TRANSFORMATIONS,
    "source": source.TRANSFORMATIONS,
}
Cases = Callable[[Iterable[Transformation]], Iterator[Case]]


def exclusion_of(case: Case) -> Exclusion | None:
    return next((exclusion for exclusion in EXCLUSIONS if exclusion.covers(case.transformation, case.rule)), None)


@pytest.mark.parametrize("make", [still_cases, silent_cases], ids=["still-judged-the-same", "silent"])
@pytest.mark.parametrize("family", FAMILIES)
def test_form(family: str, make: Cases) -> None:
    cases = list(make(FAMILIES[family]))
    transformations = {
        transformation.name for transformation in FAMILIES[family] if make is still_cases or "silent" in transformation.trials
    }
    assert {case.transformation for case in cases} == transformations - {"any under another name", "any split into two files"} | (
        {case.transformation for case in cases}
    )
    failed = wrong(cases)
    complaints = [f"{case}: {complaint}" for case, complaint in failed.items() if exclusion_of(case) is None]
    assert not complaints, "\n".join(complaints)


def test_every_transformation_has_a_name_of_its_own() -> None:
    names = [transformation.name for family in FAMILIES.values() for transformation in family]
    assert len(names) == len(set(names))
