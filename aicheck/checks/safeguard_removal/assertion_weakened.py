"""safeguard-removal/assertion-weakened."""

import re
from collections import Counter
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.lost_tests import is_changed_source
from aicheck.authoring.routine_check import RoutineCheck
from aicheck.authoring.routine_steps import RoutineStep
from aicheck.authoring.wording import clip
from aicheck.model.finding import Match
from aicheck.model.routines import Check
from aicheck.regex import regex

STRENGTH = {
    "equal": 5,
    "called with": 5,
    "close": 4,
    "identical": 5,
    "length": 3,
    "contains": 3,
    "matches": 3,
    "raises": 3,
    "order": 2,
    "one of": 2,
    "type": 1,
    "called": 2,
    "unequal": 1,
    "given": 1,
    "truth": 1,
    "other": 2,
}
BROAD = regex(r"^(?:Exception|BaseException)$|^\(.*\bException\b.*\)$")
LOOSER = 5
"""A tolerance that grows by this factor lets another result through."""
WORDS = regex(r"[A-Za-z_]\w*")


class AssertionWeakened(RoutineCheck):
    """Finds tests that stay but demand less than before: truth for a value, a wide tolerance, any error for one kind.

    Only where the change touches source code as well. Silent where a test gains as many checks as it loses strength, where
    what it looked at is gone, and where the value alone was changed.
    """

    __test__ = False
    id = "safeguard-removal/assertion-weakened"
    title = "A test demands less than before"
    why = "The wrong result that the change makes would have failed the old assertion, and passes the new one."
    instead = "Keep the exact value, tolerance or error, or say in a change of its own why the looser one is right."
    severity = "high"
    confidence = "medium"
    restores = True
    fixed = True
    cwe = (1164,)
    examples = (
        bad_change(
            {"shop/tax.py": "RATE = 0.19\n", "tests/test_tax.py": "def test_tax():\n    assert tax(100) == 19\n"},
            {"shop/tax.py": "RATE = 0.2\n", "tests/test_tax.py": "def test_tax():\n    assert tax(100)\n"},
            "a value became mere truth",
        ),
        bad_change(
            {
                "shop/tax.py": "RATE = 0.19\n",
                "tests/test_tax.py": "import pytest as pt\n\nclass TestTax:\n    def test_tax(self):\n"
                "        assert tax(1) == pt.approx(0.19, abs=0.005)\n",
            },
            {
                "shop/tax.py": "RATE = 0.2\n",
                "tests/test_tax.py": "import pytest as pt\n\nclass TestTax:\n    def test_tax(self):\n"
                "        assert tax(1) == pt.approx(\n            0.19,\n            abs=1.0,\n        )\n",
            },
            "a tolerance two hundred times as wide",
        ),
        bad_change(
            {
                "shop/tax.py": "RATE = 0.19\n",
                "tests/test_tax.py": "import pytest\n\nasync def test_tax():\n    with pytest.raises(TypeError):\n        await tax('x')\n",
            },
            {
                "shop/tax.py": "RATE = 0.2\n",
                "tests/test_tax.py": "import pytest\n\nasync def test_tax():\n    with pytest.raises(Exception):\n        await tax('x')\n",
            },
            "any error will do",
        ),
        bad_change(
            {
                "shop/tax.py": "RATE = 0.19\n",
                "tests/test_tax.py": "class TaxTest(TestCase):\n    def test_tax(self):\n        self.assertEqual(tax(100), 19)\n",
            },
            {
                "shop/tax.py": "RATE = 0.2\n",
                "tests/test_tax.py": "class TaxTest(TestCase):\n    def test_tax(self):\n        self.assertIsNotNone(tax(100))\n",
            },
            "unittest",
        ),
        good_change(
            {"shop/tax.py": "RATE = 0.19\n", "tests/test_tax.py": "def test_tax():\n    assert tax(100) == 19\n"},
            {"shop/tax.py": "RATE = 0.2\n", "tests/test_tax.py": "def test_tax():\n    assert tax(100) == 20\n"},
            "another value",
        ),
        good_change(
            {"shop/tax.py": "RATE = 0.19\n", "tests/test_tax.py": "def test_tax():\n    assert tax(1) == pytest.approx(0.19, abs=0.1)\n"},
            {"shop/tax.py": "RATE = 0.2\n", "tests/test_tax.py": "def test_tax():\n    assert tax(1) == pytest.approx(0.2, abs=0.001)\n"},
            "a tighter tolerance",
        ),
        good_change(
            {"shop/tax.py": "RATE = 0.19\n", "tests/test_tax.py": "def test_tax():\n    assert tax(100) == 19\n    assert tax(0) == 0\n"},
            {
                "shop/tax.py": "RATE = 0.2\n",
                "tests/test_tax.py": "def check(given, wanted):\n    assert tax(given) == wanted\n\ndef test_tax():\n    check(100, 19)\n"
                "    check(0, 0)\n",
            },
            "extracted to a helper",
        ),
        good_change(
            {"tests/test_tax.py": "def test_tax():\n    assert tax(100) == 19\n"},
            {"tests/test_tax.py": "def test_tax():\n    assert tax(100)\n"},
            "nothing but the test changes",
        ),
        good_change(
            {"shop/tax.py": "RATE = 0.19\n", "tests/test_tax.py": "def test_tax():\n    assert tax(100)\n"},
            {"shop/tax.py": "RATE = 0.2\n", "tests/test_tax.py": "def test_tax():\n    assert tax(100) == 20\n    assert tax(0) == 0\n"},
            "stronger, and more cases",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each test."""
        if not any(is_changed_source(other) for other in change.pairs):
            return
        for step in change.routine_steps.of(pair.path):
            found = _weakened(step)
            if found is not None:
                before, how = found
                yield self.match_step(step, f"{how}: `{clip(before.subject, 40)}`", lost=_shown(before), line=before.line)


def _weakened(step: RoutineStep) -> tuple[Check, str] | None:
    """The first check that demands less now, and how to say so."""
    lost, gained = _differences(step)
    if not lost or not gained or len(gained) > len(lost) + 1:
        return None
    if sum(STRENGTH[one.form] for one in gained) > sum(STRENGTH[one.form] for one in lost):
        return None
    for before in lost:
        same = [after for after in gained if _is_same(before, after)]
        if same and not any(_strong_as(before, after) for after in same):
            return before, _how(before, same[0])
    return None


def _differences(step: RoutineStep) -> tuple[list[Check], list[Check]]:
    """The checks that only one side has."""
    before, after = (Counter(_key(one) for one in side.checks) for side in (step.before, step.after))
    spare_after, spare_before = after - before, before - after
    return _take(step.before.checks, spare_before), _take(step.after.checks, spare_after)


def _take(checks: tuple[Check, ...], spare: Counter[tuple[object, ...]]) -> list[Check]:
    taken = []
    for one in checks:
        if spare[_key(one)] > 0:
            spare[_key(one)] -= 1
            taken.append(one)
    return taken


def _key(check: Check) -> tuple[object, ...]:
    return check.form, check.subject, check.expected, check.tolerance, check.detail


def _is_same(before: Check, after: Check) -> bool:
    """Whether both look at the same: an equal subject, or one that is the start of the other; of errors the only ones."""
    if before.form == "raises" or after.form == "raises":
        return before.form == after.form
    if before.subject == after.subject:
        return True
    shorter, longer = sorted((before.subject, after.subject), key=len)
    return len(shorter) > 2 and longer.startswith(shorter) and not re.match(r"\w", longer[len(shorter) :])


def _strong_as(before: Check, after: Check) -> bool:  # noqa: PLR0911  one return for each form
    if before.form == after.form == "close":
        return after.tolerance < before.tolerance * LOOSER
    if before.form == after.form == "raises":
        return not (BROAD.match(after.subject) and not BROAD.match(before.subject)) and not (before.detail and not after.detail)
    if before.form == "equal" and after.form == "close":
        return after.tolerance < 0.01
    if before.form in {"order", "other"}:
        return after.form not in {"truth", "given", "type"}
    if before.form == "length" and after.form in {"equal", "contains"}:
        return True
    if before.form == "identical" and before.expected in {"True", "False"}:
        return after.form in {"identical", "equal"} or (before.expected == "True" and after.form == "truth")
    return STRENGTH[after.form] >= STRENGTH[before.form]


def _how(before: Check, after: Check) -> str:
    if before.form == "close":
        return (
            f"Tolerance widened from {before.tolerance:g} to {after.tolerance:g}"
            if after.form == "close"
            else "A value is no longer compared"
        )
    if before.form == "raises":
        return "Any message will do now" if before.detail and not after.detail else f"Any {clip(after.subject, 20)} will do now"
    return {
        "truth": "Only truth is asserted now",
        "given": "Any value but None passes now",
        "called": "Arguments are no longer checked",
    }.get(after.form, "A weaker assertion stands here now")


def _shown(check: Check) -> str:
    return f"{check.subject} {check.form} {check.expected}".strip()
