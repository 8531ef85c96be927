"""safeguard-removal/tests-removed."""

from collections.abc import Iterator

from aicheck.authoring import ChangeCheck, ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.lost_tests import Loss, find_losses, gained_tests, is_changed_source, is_shrinking, without_case
from aicheck.authoring.wording import clip, count
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location
from aicheck.model.rule import Severity

OUTWEIGHED = 2
"""With this many times as many new tests as removed ones the tests were worked over, not thinned out."""
PHRASES = {"removed": "removed", "skipped": "skipped now", "emptied": "left without a check"}
TAX_TESTS = "from shop.tax import tax\n\ndef test_a():\n    assert tax(1) == 1\n\ndef test_b():\n    assert tax(2) == 2\n"
CART_TEST = 'import { total } from "./cart";\nit("adds", () => { expect(total(1)).toBe(1); });\n'
FEE = "class Fee {{\n    static int of(int a) {{ return {}; }}\n}}\n"
FEE_TEST = "class FeeTest {{\n{}@Test\nvoid ofOne() {{ assertEquals(1, Fee.of(1)); }}\n}}\n"


class TestsRemoved(ChangeCheck):
    """Finds tests that a change deletes, skips or empties while it changes the source code as well.

    Not found: tests whose subject the change removes too, tests that moved to another file, were renamed or merged into
    a parametrized test with as many cases, and changes that touch nothing but tests. Where the source mostly shrinks, as
    when a feature is taken back, or twice as many tests are new, removed tests are only `medium`.
    """

    __test__ = False
    id = "safeguard-removal/tests-removed"
    title = "Tests removed, skipped or emptied together with a source change"
    why = "The test that would have shown the mistake goes in the same change that makes it, so a green run proves nothing."
    instead = "Keep the test and make it pass, or change what it expects in a change of its own that says why."
    severity = "high"
    fixed = True
    confidence = "medium"
    languages = ("go", "java", "javascript", "python", "typescript")
    cwe = (1164,)
    examples = (
        bad_change(
            {
                "shop/tax.py": "def tax(x):\n    return x * 0.19\n",
                "tests/test_tax.py": TAX_TESTS,
            },
            {
                "shop/tax.py": "def tax(x):\n    return x * 0.2\n",
                "tests/test_tax.py": "from shop.tax import tax\n\ndef test_b():\n    assert tax(2) == 2\n",
            },
            "the failing test is deleted",
        ),
        bad_change(
            {
                "src/cart.ts": "export const total = (a: number) => a;\n",
                "src/cart.test.ts": CART_TEST,
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
        bad_change(
            {"src/main/java/Fee.java": FEE.format("a"), "src/test/java/FeeTest.java": FEE_TEST.format("")},
            {"src/main/java/Fee.java": FEE.format("a + 1"), "src/test/java/FeeTest.java": FEE_TEST.format('@Disabled("flaky")\n')},
            "the test is disabled",
        ),
        good_change(
            {"src/main/java/Fee.java": FEE.format("a"), "src/test/java/FeeTest.java": FEE_TEST.format("")},
            {"src/main/java/Fee.java": FEE.format("a + 0"), "src/test/java/pay/FeeTest.java": FEE_TEST.format('@Tag("fee")\n')},
            "moved to another folder, with a tag",
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
                "tests/test_tax.py": TAX_TESTS,
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
                "src/menu.tsx": "export const SuggestionMenu = () => null;\n",
                "src/app.tsx": "export const size = 1;\n",
                "src/menu.test.tsx": 'import { SuggestionMenu } from "./menu";\nconst setup = () => render(<SuggestionMenu />);\n'
                'it("shows", () => { setup(); expect(screen.getByText("a")).toBeVisible(); });\n',
            },
            {"src/app.tsx": "export const size = 2;\n"},
            "the component is gone with them, which a helper renders",
        ),
        good_change(
            {
                "ids/ids.go": "package ids\n\nvar (\n\tResourceMatcher = regexp.MustCompile(`a`)\n"
                "\tUIDMatcher = regexp.MustCompile(`b`)\n)\n",
                "ids/ids_test.go": "package ids\n\nfunc TestResource(t *testing.T) {\n"
                '\tif !ResourceMatcher.MatchString("a") {\n\t\tt.Error("no")\n\t}\n}\n',
            },
            {
                "ids/ids.go": "package ids\n\nvar (\n\tUIDMatcher = regexp.MustCompile(`b+`)\n)\n",
                "ids/ids_test.go": "package ids\n",
            },
            "the variable of the package is gone with it",
        ),
        good_change(
            {
                "src/cart.js": "export function total(a) { return a; }\n",
                "src/cart.test.js": CART_TEST,
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
        if any(is_changed_source(pair) for pair in change.pairs):
            losses = list(find_losses(change))
            removed = sum(len(loss.tests) for _, loss in losses if loss.kind == "removed")
            is_milder = is_shrinking(change) or len(gained_tests(change)) >= OUTWEIGHED * removed
            for pair, loss in losses:
                yield self._match(pair, loss, "medium" if is_milder and loss.kind == "removed" else self.severity)

    def _match(self, pair: FilePair, loss: Loss, severity: Severity) -> Match:
        first = loss.tests[0]
        name = without_case(first.id)
        names = {without_case(test.id) for test in loss.tests}
        others = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
        before = next((test for test in pair.facts("before").tests if test.id == first.id), first)
        return self.match(
            Location(pair.before_path if loss.side == "before" else pair.path, loss.side, first.span),
            f"{count(len(names), 'test')} {PHRASES[loss.kind]} beside a source change: {clip(name, 26)}{others}",
            symbol=name,
            text=f"{loss.kind} {' '.join(sorted(names))}",
            before=Excerpt(pair.before_path, before.span.line, clip(pair.line("before", before.span.line), 200)),
            severity=severity,
        )
