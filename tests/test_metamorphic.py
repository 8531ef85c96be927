"""Another form of the same change is judged the same, and a change of nothing but the form is silent."""

from fnmatch import fnmatch

import pytest

from tests.changesets import catalogue
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


def exclusion_of(case: Case) -> Exclusion | None:
    return next((exclusion for exclusion in EXCLUSIONS if exclusion.covers(case.transformation, case.rule)), None)


@pytest.mark.parametrize("family", FAMILIES)
def test_another_form_changes_nothing(family: str) -> None:
    """All transformations of a family at once: starting the engines costs more than hundreds of small changes."""
    cases = [*still_cases(FAMILIES[family]), *silent_cases(FAMILIES[family])]
    assert {case.transformation for case in cases} == {transformation.name for transformation in FAMILIES[family]}
    failed = [(case, complaint, exclusion_of(case)) for case, complaint in wrong(cases)]
    complaints = "\n".join(f"{case}: {complaint}" for case, complaint, exclusion in failed if exclusion is None)
    assert not complaints, f"\n{complaints}"
    needed = {exclusion for _, _, exclusion in failed}
    assert {exclusion for case in cases if (exclusion := exclusion_of(case))} <= needed, "an exclusion is not needed any more"


@pytest.mark.parametrize("exclusion", EXCLUSIONS, ids=lambda exclusion: f"{exclusion.transformation}-{exclusion.rule}")
def test_an_exclusion_covers_something(exclusion: Exclusion) -> None:
    names = [transformation.name for family in FAMILIES.values() for transformation in family]
    assert any(fnmatch(name, exclusion.transformation) for name in names)
    assert any(fnmatch(rule.id, exclusion.rule) for rule in catalogue().rules)


def test_every_transformation_has_a_name_of_its_own() -> None:
    names = [transformation.name for family in FAMILIES.values() for transformation in family]
    assert len(names) == len(set(names))
