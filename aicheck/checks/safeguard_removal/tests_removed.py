"""safeguard-removal/tests-removed."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from aicheck.authoring import ChangeCheck, ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.wording import clip, count
from aicheck.model.facts import TestCase
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location, Side
from aicheck.readers.language import SOURCE_LANGUAGES
from aicheck.readers.place import Place, place_of

SOURCE_PLACES: frozenset[Place] = frozenset({"production", "migration", "script"})
CASE = re.compile(r"\[\d+\]$")
"""The end of a parametrized test's id."""
DEFINED = re.compile(
    r"^[ \t]*(?:export[ \t]+|default[ \t]+|async[ \t]+|public[ \t]+|private[ \t]+|static[ \t]+|abstract[ \t]+)*"
    r"(?:(?:def|class|function\*?|func(?:[ \t]*\([^()\n]*\))?|const|let|var|type|interface|enum|struct|fn)[ \t]+(\w+)|(\w+)[ \t]*(?:=(?!=)|\())",
    re.MULTILINE,
)
"""A name that a line of source defines, in any of the languages read; calls at the start of a line come along harmlessly."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Tests of one file that check nothing any more."""

    kind: str
    """`removed`, `skipped` or `emptied`."""
    side: Side
    tests: tuple[TestCase, ...]


class TestsRemoved(ChangeCheck):
    """Finds tests that a change deletes, skips or empties while it changes the source code as well.

    Not found: tests whose subject the change removes too, tests that moved to another file, were renamed or merged into
    a parametrized test with as many cases, and changes that touch nothing but tests.
    """

    __test__ = False
    id = "safeguard-removal/tests-removed"
    title = "Tests removed, skipped or emptied together with a source change"
    why = "The test that would have shown the mistake goes in the same change that makes it, so a green run proves nothing."
    instead = "Keep the test and make it pass, or change what it expects in a change of its own that says why."
    severity = "high"
    confidence = "medium"
    languages = ("go", "javascript", "python", "typescript")
    cwe = (1164,)
    examples = (
        bad_change(
            {
                "shop/tax.py": "def tax(x):\n    return x * 0.19\n",
                "tests/test_tax.py": "from shop.tax import tax\n\ndef test_tax():\n    assert tax(100) == 19\n\ndef test_zero():\n    assert tax(0) == 0\n",
            },
            {
                "shop/tax.py": "def tax(x):\n    return x * 0.2\n",
                "tests/test_tax.py": "from shop.tax import tax\n\ndef test_zero():\n    assert tax(0) == 0\n",
            },
            "the failing test is deleted",
        ),
        bad_change(
            {
                "src/cart.ts": "export const total = (a: number) => a;\n",
                "src/cart.test.ts": 'import { total } from "./cart";\nit("adds", () => { expect(total(1)).toBe(1); });\n',
            },
            {
                "src/cart.ts": "export const total = (a: number) => a + 1;\n",
                "src/cart.test.ts": 'import { total } from "./cart";\nit.skip("adds", () => { expect(total(1)).toBe(1); });\n',
            },
            "the test is skipped",
        ),
        bad_change(
            {
                "pay/pay.go": "package pay\n\nfunc Fee(a int) int { return a }\n",
                "pay/pay_test.go": 'package pay\n\nfunc TestFee(t *testing.T) {\n\tif Fee(1) != 1 {\n\t\tt.Error("fee")\n\t}\n}\n',
            },
            {
                "pay/pay.go": "package pay\n\nfunc Fee(a int) int { return a * 2 }\n",
                "pay/pay_test.go": "package pay\n\nfunc TestFee(t *testing.T) {\n\tFee(1)\n}\n",
            },
            "the test checks nothing",
        ),
        good_change(
            {
                "shop/tax.py": "def tax(x):\n    return x\n\ndef old_tax(x):\n    return 0\n",
                "tests/test_tax.py": "from shop.tax import old_tax\n\ndef test_old():\n    assert old_tax(1) == 0\n",
            },
            {"shop/tax.py": "def tax(x):\n    return x\n"},
            "the subject is removed too",
        ),
        good_change(
            {
                "shop/tax.py": "def tax(x):\n    return x\n",
                "tests/test_tax.py": "from shop.tax import tax\n\ndef test_a():\n    assert tax(1) == 1\n\ndef test_b():\n    assert tax(2) == 2\n",
            },
            {
                "shop/tax.py": "def tax(x):\n    return x + 0\n",
                "tests/test_tax.py": "import pytest\nfrom shop.tax import tax\n\n@pytest.mark.parametrize('x', [1, 2])\ndef test_tax(x):\n"
                "    assert tax(x) == x\n",
            },
            "fewer functions, as many cases",
        ),
        good_change(
            {
                "src/cart.js": "export function total(a) { return a; }\n",
                "src/cart.test.js": 'import { total } from "./cart";\nit("adds", () => { expect(total(1)).toBe(1); });\n',
            },
            {
                "src/cart.js": "export function total(a) { return a + 1; }\n",
                "test/cart.test.js": 'import { total } from "../src/cart";\nit("adds", () => { expect(total(1)).toBe(2); });\n',
            },
            "moved to another file",
        ),
        good_change(
            {"tests/test_tax.py": "from shop.tax import tax\n\ndef test_a():\n    assert tax(1) == 1\n"},
            {"tests/test_tax.py": "from shop.tax import tax\n\ndef test_b():\n    assert tax(2) == 2\n"},
            "no source is touched",
        ),
    )

    def judge(self, change: ChangeFacts) -> Iterator[Match]:
        """One match for each test file and way of losing tests."""
        if not any(_is_changed_source(pair) for pair in change.pairs):
            return
        gone = _names_gone(change)
        gained = _gained_tests(change)
        for pair in change.pairs:
            for loss in _losses(pair, gone, gained):
                yield self._match(pair, loss)

    def _match(self, pair: FilePair, loss: Loss) -> Match:
        first = loss.tests[0]
        path = pair.before_path if loss.side == "before" else pair.path
        others = f" and {len(loss.tests) - 1:,} more" if len(loss.tests) > 1 else ""
        was = {"removed": "removed", "skipped": "skipped now", "emptied": "left without a check"}[loss.kind]
        before = next((test for test in pair.facts("before").tests if test.id == first.id), first)
        return self.match(
            Location(path, loss.side, first.span),
            f"{count(len(loss.tests), 'test')} {was} beside a source change: {clip(_base(first.id), 30)}{others}",
            symbol=_base(first.id),
            text=f"{loss.kind} {' '.join(sorted({_base(test.id) for test in loss.tests}))}",
            before=Excerpt(pair.before_path, before.span.line, clip(pair.line("before", before.span.line), 200)),
        )


def _losses(pair: FilePair, gone: frozenset[str], gained: list[TestCase]) -> Iterator[Loss]:
    """The tests of a file that went, now skip, or check nothing, each group in file order; uses up what `gained` replaces."""
    after = {test.id: test for test in pair.facts("after").tests}
    bases = {_base(name) for name in after}
    removed, skipped, emptied = [], [], []
    for test in pair.facts("before").tests:
        later = after.get(test.id)
        if test.skipped or not test.assertions or (gone & set(test.subjects)):
            continue
        if later is None:
            if _base(test.id) not in bases and pair.before is not None and _is_known_after(pair) and not _replaced(test, gained):
                removed.append(test)
        elif later.skipped:
            skipped.append(later)
        elif later.assertions == 0:
            emptied.append(later)
    groups: tuple[tuple[str, Side, list[TestCase]], ...] = (("removed", "before", removed), ("skipped", "after", skipped), ("emptied", "after", emptied))
    yield from (Loss(kind, side, tuple(tests)) for kind, side, tests in groups if tests)


def _is_known_after(pair: FilePair) -> bool:
    """Whether the after side was read, or is not there; an unreadable one has not lost its tests."""
    return pair.after is not None or pair.change.after is None


def _replaced(test: TestCase, gained: list[TestCase]) -> bool:
    """Whether a new test does the work of a lost one: the same name, or a common subject and a check; it is used up."""
    name = _bare(test.id)
    for position, other in enumerate(gained):
        if _bare(other.id) == name or set(other.subjects) & set(test.subjects):
            del gained[position]
            return True
    return False


def _gained_tests(change: ChangeFacts) -> list[TestCase]:
    """Working tests that only the after side has."""
    gained: list[TestCase] = []
    for pair in change.pairs:
        known = {test.id for test in pair.facts("before").tests}
        gained += [test for test in pair.facts("after").tests if test.id not in known and not test.skipped and test.assertions]
    return gained


def _is_changed_source(pair: FilePair) -> bool:
    """Whether a file of program text outside the tests exists after the change and differs."""
    if pair.language not in SOURCE_LANGUAGES or place_of(pair.path) not in SOURCE_PLACES or pair.change.after is None:
        return False
    return pair.before_source != pair.after_source


def _names_gone(change: ChangeFacts) -> frozenset[str]:
    """Names that the source defined before and nowhere defines after (and the names of modules that went)."""
    sources = [pair for pair in change.pairs if pair.language in SOURCE_LANGUAGES and place_of(pair.path) != "test"]
    before = Counter(name for pair in sources for name in _defined(pair.before_source or ""))
    after = {name for pair in sources for name in _defined(pair.after_source or "")}
    modules = {PurePosixPath(pair.before_path).stem for pair in sources if pair.change.after is None}
    return frozenset(name for name in before if name not in after) | frozenset(modules)


def _defined(source: str) -> Iterable[str]:
    return (found[1] or found[2] for found in DEFINED.finditer(source))


def _base(identifier: str) -> str:
    """The id of a test without its case."""
    return CASE.sub("", identifier)


def _bare(identifier: str) -> str:
    """The name of a test without the classes or suites around it."""
    return re.split(r" > |\.", _base(identifier))[-1]
