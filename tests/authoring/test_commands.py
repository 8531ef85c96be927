"""How much it matters where a command runs."""

import pytest

from aicheck.authoring.commands import is_throwaway, placed
from aicheck.model.facts import Command, Where
from aicheck.model.location import Span
from aicheck.model.rule import Severity


def command(line: str, where: Where = "deploy", condition: str = "", symbol: str = "") -> Command:
    return Command(tuple(line.split()), Span(1, 1, 1, 2), symbol, where, condition=condition)


@pytest.mark.parametrize(
    ("where", "condition", "expected"),
    [
        ("deploy", "", "high"),
        ("start-up", "", "high"),
        ("job", "", "high"),
        ("build", "", "medium"),
        ("developer", "", "low"),
        ("test", "", None),
        ("deploy", "inputs.action == 'destroy'", "medium"),
        ("job", '[ "$REPLY" = y ]', "medium"),
    ],
)
def test_places(where: Where, condition: str, expected: Severity | None) -> None:
    assert placed("high", command("terraform destroy", where, condition)) == expected


@pytest.mark.parametrize(
    "line", ["kubectl delete ns e2e", "helm uninstall pr-17", "dropdb -h localhost shop", "az group delete -n preview-4"]
)
def test_what_nobody_misses(line: str) -> None:
    assert is_throwaway(command(line))
    assert placed("critical", command(line)) == "low"


@pytest.mark.parametrize("line", ["kubectl delete ns shop", "kubectl delete ns prod-test", "terraform destroy"])
def test_what_somebody_misses(line: str) -> None:
    assert not is_throwaway(command(line))


def test_a_condition_counts_only_where_it_says_what_holds() -> None:
    assert is_throwaway(command("terraform destroy", condition="env.STAGE == 'preview'"))
    assert not is_throwaway(command("terraform destroy", condition="env.STAGE != 'preview'"))
    assert not is_throwaway(command("terraform destroy", condition="env.STAGE == 'preview' || github.ref == 'main'"))
