"""The examples of the rules over facts are their tests."""

import pytest

from aicheck.authoring import Check
from aicheck.checks.config_rewrite.keys_lost import KeysLost
from aicheck.checks.config_rewrite.timeout_collapsed import TimeoutCollapsed
from aicheck.checks.deploy_config.capacity_collapsed import CapacityCollapsed
from aicheck.checks.safeguard_removal.deletion_protection_off import DeletionProtectionOff
from aicheck.checks.safeguard_removal.tests_removed import TestsRemoved
from aicheck.model.rule import Example
from tests.checks.harness import run_example

RULES: tuple[type[Check], ...] = (KeysLost, TimeoutCollapsed, CapacityCollapsed, DeletionProtectionOff, TestsRemoved)
CASES = [pytest.param(rule, example, id=f"{rule.id}: {example.note}") for rule in RULES for example in rule.examples]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_an_example_is_found_if_and_only_if_it_is_bad(rule: type[Check], example: Example) -> None:
    matches = run_example(rule, example)
    assert bool(matches) == example.bad, matches
    assert {match.rule for match in matches} <= {rule.id}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_two_examples_of_either_kind(rule: type[Check]) -> None:
    assert sum(example.bad for example in rule.rule().examples) >= 2
    assert sum(not example.bad for example in rule.rule().examples) >= 2
