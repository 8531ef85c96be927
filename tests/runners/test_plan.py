"""Which side of which file is read: nothing that a change does to a file's name or head ends its reading."""

from typing import Literal

import pytest

from aicheck.config import DEFAULTS
from aicheck.model.change import ChangeSet, Content, FileChange
from aicheck.model.coverage import Coverage
from aicheck.policy.policy_file import default_policy
from aicheck.provenance.attribute import attribute_change
from aicheck.runners.plan import plan_reading
from aicheck.scan import Request, scan
from tests.changesets import Files, catalogue, content, new_findings, scan_files

SHEBANG = "#!/usr/bin/env python3\n"
DELETION = "import shutil\nimport sys\n\n\ndef clean():\n    shutil.rmtree(sys.argv[1])\n"
TESTS = """\
from shop.orders import total


def test_total():
    assert total([1, 2]) == 3


def test_empty():
    assert total([]) == 0
"""
BEFORE: Files = {"shop/orders.py": "def total(items):\n    return sum(items)\n", "tests/test_orders.py": TESTS}
AFTER: Files = {"shop/orders.py": "def total(items):\n    return sum(items) + 1\n"}


def rules(before: Files, after: Files) -> list[str]:
    report, _ = scan_files(before, after)
    return [finding.rule for finding in new_findings(report)]


def test_taking_away_the_interpreter_line_does_not_end_the_reading() -> None:
    assert rules({"bin/clean": f"{SHEBANG}import sys\n"}, {"bin/clean": DELETION}) == ["broad-deletion/unproven-path"]


@pytest.mark.parametrize("moved", [TESTS, TESTS.replace("def test_", "def check_")])
def test_tests_that_move_to_where_nobody_runs_them_are_lost(moved: str) -> None:
    assert rules(BEFORE, AFTER) == ["safeguard-removal/tests-removed"]
    assert rules(BEFORE, {**AFTER, "shop/notes_on_orders.py": moved}) == ["safeguard-removal/tests-removed"]
    assert rules(BEFORE, {**AFTER, "tests/unit/test_orders.py": TESTS}) == []


def test_a_file_renamed_to_a_generated_one_was_none_before() -> None:
    text = "web:\n  replicas: 6\n  image: a\n  timeout: 3\n"
    report, _ = scan_files({"deploy/app.yaml": text}, {"deploy/app.generated.yaml": text.replace("6", "0")})
    assert [(row.path, row.outcome) for row in report.coverage] == [
        ("deploy/app.generated.yaml", "not-applicable"),
        ("deploy/app.yaml", "analyzed"),
    ]


@pytest.mark.parametrize("kind", ["symlink", "submodule"])
def test_tests_replaced_by_a_link_are_lost(kind: Literal["symlink", "submodule"]) -> None:
    path = "tests/test_orders.py"
    source = FileChange("shop/orders.py", content(BEFORE["shop/orders.py"]), content(AFTER["shop/orders.py"]))
    tests = FileChange(path, content(TESTS), Content(kind, executable=False, size=4, data=b"away"))
    change = ChangeSet((source, tests), "before", "after", "")
    report, _ = scan(Request(change, attribute_change(()), catalogue(), DEFAULTS, default_policy(), 1))
    assert [finding.rule for finding in new_findings(report)] == ["safeguard-removal/tests-removed"]


@pytest.mark.parametrize(
    ("path", "outcome"), [("bin/deploy", "unanalyzed"), ("notes.md", "not-applicable"), ("logo.png", "not-applicable")]
)
def test_a_lost_file_is_left_out_only_when_its_name_tells_the_language(path: str, outcome: str) -> None:
    lost = Content("file", executable=True, size=0, data=None, unread="object is missing")
    plan = plan_reading(ChangeSet((FileChange(path, None, lost),), "before", "after", ""), DEFAULTS, catalogue())
    reason = "object is missing" if outcome == "unanalyzed" else plan.coverage[0].reason
    assert plan.coverage == (Coverage(path, "after", outcome, reason),)  # type: ignore[arg-type]
