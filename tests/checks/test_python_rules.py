"""The examples of the Python rules, and what must not change their outcome."""

import pytest

from aicheck.authoring import PythonCheck
from aicheck.model.finding import Match
from aicheck.model.rule import Example
from aicheck.plugins import collect_checks
from aicheck.runners.cst import check_python

CHECKS = tuple(check for check in collect_checks() if issubclass(check, PythonCheck))
EXAMPLES = [pytest.param(check, example, id=f"{check.id}-{position}") for check in CHECKS for position, example in enumerate(check.examples)]
BAD = [pytest.param(check, example, id=f"{check.id}-{position}") for check in CHECKS for position, example in enumerate(check.examples) if example.bad]


def find(check: type[PythonCheck], code: str | bytes, path: str = "app.py") -> tuple[Match, ...]:
    data = code.encode() if isinstance(code, str) else code
    matches, failures = check_python(path, "after", data, [check])
    assert failures == ()
    return matches


@pytest.mark.parametrize(("check", "example"), EXAMPLES)
def test_examples(check: type[PythonCheck], example: Example) -> None:
    path, code = example.after[0]
    assert bool(find(check, code, path)) == example.bad
