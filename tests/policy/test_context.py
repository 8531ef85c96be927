"""Where a finding stands shifts its severity, and says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aicheck.model.rule import SEVERITIES, Rule, Severity, severity_rank
from aicheck.policy.context import load_shifts, shift_findings

from .cases import RETRY, found

RULE = Rule(RETRY, "title", "why", "instead", "high", "high", "facts", "differential", ())


def shifted(path: str, severity: Severity = "high", symbol: str = "", *, fixed: bool = False) -> tuple[Severity, tuple[str, ...]]:
    finding = replace(found(severity, path=path), symbol=symbol)
    (moved,) = shift_findings([finding], {RETRY: replace(RULE, fixed=fixed)})
    return moved.severity, tuple(shift.id for shift in moved.shifts)


@pytest.mark.parametrize(
    ("path", "severity", "expected"),
    [
        ("shop/app.py", "high", ("high", ())),
        ("tests/test_app.py", "high", ("low", ("test",))),
        ("tests/test_app.py", "critical", ("medium", ("test",))),
        ("tests/test_app.py", "low", ("low", ())),
        ("docs/examples/run.py", "high", ("low", ("example",))),
        ("overlays/dev/web.yaml", "high", ("low", ("development",))),
        ("overlays/staging/web.yaml", "high", ("medium", ("staging",))),
        ("overlays/production/web.yaml", "medium", ("high", ("production",))),
        ("overlays/production/web.yaml", "low", ("medium", ("production",))),
        ("overlays/production/web.yaml", "high", ("high", ())),
        ("overlays/production/web.yaml", "critical", ("critical", ())),
        ("dev-tools/production/web.yaml", "medium", ("high", ("production",))),
        ("ci/ephemeral/cluster.tf", "high", ("low", ("ephemeral",))),
        ("renovate.json", "high", ("medium", ("tool",))),
        ("src/deep/tsconfig.build.json", "medium", ("low", ("tool",))),
    ],
)
def test_places(path: str, severity: Severity, expected: tuple[Severity, tuple[str, ...]]) -> None:
    assert shifted(path, severity) == expected


def test_an_environment_that_the_symbol_names_counts_as_a_place() -> None:
    assert shifted("values.yaml", "high", "environments.staging.replicas") == ("medium", ("staging",))
    assert shifted("values.yaml", "medium", "environments.prod.replicas") == ("high", ("production",))
    assert shifted("main.tf", "high", "aws_db_instance.ephemeral") == ("low", ("ephemeral",))


def test_a_fixed_rule_stays_as_severe_as_it_is() -> None:
    assert shifted("tests/test_app.py", "high", fixed=True) == ("high", ())


def test_no_place_makes_a_rule_worse_than_it_says() -> None:
    rules = {RETRY: replace(RULE, most="medium")}
    findings = [found(severity, path="overlays/production/web.yaml") for severity in SEVERITIES]
    assert [finding.severity for finding in shift_findings(findings, rules)] == ["medium", "medium", "high", "critical"]


def test_the_table_is_well_formed() -> None:
    rows = load_shifts()
    assert len({row.id for row in rows}) == len(rows)
    assert all(row.by != 0 and (row.places or row.words or row.paths or row.production) for row in rows)


@given(st.text(max_size=30), st.sampled_from(SEVERITIES), st.text(max_size=20))
def test_the_steps_recorded_are_the_steps_made(path: str, severity: Severity, symbol: str) -> None:
    finding = replace(found(severity, path=path), symbol=symbol)
    (moved,) = shift_findings([finding], {RETRY: RULE})
    assert severity_rank(moved.severity) - severity_rank(severity) == sum(shift.by for shift in moved.shifts)
    assert severity_rank(moved.severity) <= max(severity_rank("high"), severity_rank(severity))
