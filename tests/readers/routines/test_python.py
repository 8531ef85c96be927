"""Routines: what holds calls back, and which of a file's functions a change touches."""

import pytest

from aicheck.model.routines import Check, Routine
from aicheck.readers.routines import read_routines
from aicheck.readers.unreadable import Unreadable


def routine(code: str, symbol: str = "f", *, is_test: bool = False) -> Routine:
    _, after = read_routines(None, code.encode(), is_test=is_test)
    return next(one for one in after if one.symbol == symbol)


def guarding(code: str, name: str) -> list[str]:
    """The sources of the guards in force at the first call of this name."""
    found = routine(code)
    act = next(act for act in found.acts if act.name == name)
    return [found.guards[position].text for position in act.guards]


def test_what_left_before_and_what_stands_around_hold_a_call_back() -> None:
    code = "def f(a, b, c):\n    if not a or b:\n        return\n    if c and a.ok:\n        g(a)\n    h()\n"
    assert guarding(code, "g") == ["not a", "b", "c", "a.ok"]
    assert guarding(code, "h") == ["not a", "b"]


def test_a_branch_that_only_speaks_holds_nothing_back() -> None:
    assert guarding("def f(a):\n    if not a:\n        print(a)\n    g(a)\n", "g") == []


@pytest.mark.parametrize(
    "code",
    [
        "def f(a):\n    ensure_inside(a)\n    g(a)\n",
        "async def f(a):\n    await ensure_inside(a)\n    g(a)\n",
        "def f(a):\n    try:\n        ensure_inside(a)\n    except KeyError:\n        raise\n    g(a)\n",
    ],
)
def test_a_check_that_is_called_for_its_effect_is_a_guard(code: str) -> None:
    assert guarding(code, "g") == ["ensure_inside(a)"]


def test_the_end_of_a_chain_of_branches_stands_under_all_of_them() -> None:
    code = "def f(a):\n    if a == 1:\n        x()\n    elif a == 2:\n        y()\n    else:\n        g(a)\n"
    assert guarding(code, "g") == ["a == 2"]
    assert guarding(code, "y") == ["a == 2"]


def test_a_long_chain_of_branches_is_read() -> None:
    chain = "".join(f"    elif a == {number}:\n        g({number})\n" for number in range(150))
    assert routine(f"def f(a):\n    if a is None:\n        pass\n{chain}").symbol == "f"


def test_names_come_through_imports_and_instances() -> None:
    code = "import boto3 as cloud\n\ndef f():\n    client = cloud.client('s3')\n    client.delete_bucket(Bucket='b')\n"
    assert [act.callee for act in routine(code).acts] == ["boto3.client", "boto3.client.delete_bucket"]


def test_only_what_differs_comes_with_its_class_and_the_module() -> None:
    before = "class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 2\n\ndef h():\n    return 3\n"
    sides = read_routines(before.encode(), before.replace("return 1", "return 4").encode())
    assert [[one.symbol for one in side] for side in sides] == [["", "A", "A.f"], ["", "A", "A.f"]]


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(Unreadable):
        read_routines(b"def f(:\n", b"x = 1\n")


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("assert g() == 3", Check("equal", "g()", "3", 0, 2)),
        ("assert len(g()) == 3", Check("length", "g()", "3", 0, 2)),
        ("assert abs(g() - 3) < 0.5", Check("close", "g()", "3", 0.5, 2)),
        ("self.assertAlmostEqual(g(), 3, places=2)", Check("close", "g()", "3", 0.005, 2)),
        ("assert g() in (3, 4)", Check("one of", "g()", "(3, 4)", 0, 2)),
        ("assert g() is not None", Check("given", "g()", "", 0, 2)),
        ("m.assert_called_once_with(3, a=4)", Check("called with", "m", "3, a=4", 0, 2)),
    ],
)
def test_a_check_says_what_it_demands(statement: str, check: Check) -> None:
    assert routine(f"def test_f(self, m):\n    {statement}\n", "test_f", is_test=True).checks == (check,)
