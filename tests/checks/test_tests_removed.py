import pytest

from aicheck.checks.safeguard_removal.tests_removed import TestsRemoved
from tests.checks.harness import run_change

SOURCE = ("def tax(x):\n    return x\n\ndef fee(x):\n    return x\n", "def tax(x):\n    return x + 1\n\ndef fee(x):\n    return x\n")
HEAD = "from shop.tax import tax, fee\n"
ONE = "def test_one():\n    assert tax(1) == 1\n"
TWO = "def test_two():\n    assert fee(2) == 2\n"


def messages(before: str, after: str | None, source: tuple[str, str | None] = SOURCE, path: str = "tests/test_tax.py") -> list[str]:
    later = {"shop/tax.py": source[1], path: after}
    found = run_change(
        TestsRemoved, {"shop/tax.py": source[0], path: before}, {name: text for name, text in later.items() if text is not None}
    )
    return [match.message for match in found]


def test_a_deleted_file_of_tests_is_one_finding() -> None:
    assert messages(HEAD + ONE + TWO, None) == ["2 tests removed beside a source change: test_one and 1 more"]


def test_emptied_and_skipped_tests_are_found_apart() -> None:
    after = HEAD + "def test_one():\n    tax(1)\n" + "@pytest.mark.skip\n" + TWO
    assert messages(HEAD + ONE + TWO, after) == [
        "1 test skipped now beside a source change: test_two",
        "1 test left without a check beside a source change: test_one",
    ]


@pytest.mark.parametrize(
    "after",
    [
        HEAD + ONE + TWO + "def test_three():\n    assert tax(3)\n",
        HEAD + TWO + ONE,
        HEAD + ONE.replace("test_one", "test_first") + TWO,
        HEAD + "class TestTax:\n    def test_one(self):\n        assert tax(1) == 2\n" + TWO,
        HEAD + ONE.replace("assert tax(1) == 1", "same(tax(1), 1)") + TWO + "def same(a, b):\n    assert a == b\n",
        HEAD + "from tests.helpers import same\n" + ONE.replace("assert tax(1) == 1", "same(tax(1), 1)") + TWO,
        "def broken(:\n",
    ],
    ids=["added", "reordered", "renamed", "into a class", "helper in the file", "helper elsewhere", "unreadable"],
)
def test_what_is_no_loss_is_silent(after: str) -> None:
    assert messages(HEAD + ONE + TWO, after) == []


def test_a_test_that_was_skipped_or_checked_nothing_before_is_no_loss() -> None:
    assert messages(HEAD + "@pytest.mark.skip\n" + ONE + "def test_two():\n    tax(1)\n", HEAD) == []


def test_the_subject_may_take_its_test_along() -> None:
    assert messages(HEAD + TWO, None, (SOURCE[0], "def tax(x):\n    return x + 1\n")) == []
    assert messages(HEAD + ONE, None, (SOURCE[0], "def tax(x):\n    return x + 1\n")) != []


def test_a_change_of_nothing_but_tests_documents_or_examples_is_silent() -> None:
    before = {"tests/test_tax.py": HEAD + ONE, "README.md": "a", "examples/run.py": "a = 1"}
    assert run_change(TestsRemoved, before, {"README.md": "b", "examples/run.py": "a = 2"}) == ()


def test_tests_that_go_with_a_feature_are_milder() -> None:
    feature = "".join(f"    step_{number}()\n" for number in range(20))
    before = {"shop/tax.py": f"def tax(x):\n{feature}    return x\n", "tests/test_tax.py": HEAD + ONE}
    (match,) = run_change(TestsRemoved, before, {"shop/tax.py": "def tax(x):\n    return x\n"})
    assert match.severity == "medium"


def test_removed_tests_that_new_ones_outweigh_are_milder() -> None:
    new = "".join(f"def test_new{number}():\n    assert {number}\n" for number in range(2))
    changed = {"shop/tax.py": SOURCE[1], "tests/test_tax.py": HEAD + TWO + new}
    (match,) = run_change(TestsRemoved, {"shop/tax.py": SOURCE[0], "tests/test_tax.py": HEAD + ONE + TWO}, changed)
    assert match.severity == "medium"


def test_the_place_of_a_removed_test_is_shown_on_the_before_side() -> None:
    changed = {"shop/tax.py": SOURCE[1], "tests/test_tax.py": HEAD + TWO}
    (match,) = run_change(TestsRemoved, {"shop/tax.py": SOURCE[0], "tests/test_tax.py": HEAD + ONE + TWO}, changed)
    assert (match.location.side, match.location.span.line, match.symbol) == ("before", 2, "test_one")
    assert match.before is not None
    assert match.before.text == "def test_one():"
