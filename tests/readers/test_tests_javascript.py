import pytest

from aicheck.model.facts import TestCase
from aicheck.readers.facts import read_tests
from aicheck.readers.unreadable import Unreadable


def read(text: str, language: str = "javascript") -> dict[str, TestCase]:
    return {test.id: test for test in read_tests("src/app.test.js", language, text.encode())}


def test_suites_cases_and_equal_names_make_ids() -> None:
    found = read("""
        describe("cart", () => {
          it("adds", () => { expect(1).toBe(1); });
          it("adds", () => { expect(1).toBe(1); });
          describe("tax", function () { test.each([1, 2])("of %i", (n) => { expect(n).toBe(1); }); });
        });
        it.each(rows)(`row`, (n) => { assert.equal(n, 1); });
        test("named", body);
    """)
    assert set(found) == {"cart > adds", "cart > adds#2", "cart > tax > of %i[0]", "cart > tax > of %i[1]", "row", "named"}
    assert found["named"].assertions == -1


@pytest.mark.parametrize(
    "text",
    [
        'it.skip("a", () => { expect(1); });',
        'xit("a", () => { expect(1); });',
        'test.todo("a");',
        'describe.skip("s", () => { it("a", () => { expect(1); }); });',
        'xdescribe("s", () => { describe("t", () => { it("a", () => { expect(1); }); }); });',
        'it("a", () => { return; expect(1); });',
        'it("a", function () { this.skip(); expect(1); });',
        'test("a", { skip: true }, () => { expect(1); });',
        'test.fixme("a", async () => { expect(1); });',
    ],
)
def test_every_way_to_skip_is_seen(text: str) -> None:
    assert [test.skipped for test in read(text).values()] == [True]


def test_only_is_no_skip_and_checks_are_counted() -> None:
    found = read("""
        import { total as sum } from "./cart";
        import { render } from "@testing-library/react";
        import { checkAll } from "./test-helpers";
        function same(a) { expect(a).toBe(1); }
        it.only("two", () => { expect(sum(1)).not.toBe(2); assert.ok(1); });
        it("helper", () => { same(1); });
        it("elsewhere", () => { checkAll(render()); });
        it("none", () => { sum(1); });
    """)
    assert {name: (test.skipped, test.assertions) for name, test in found.items()} == {
        "two": (False, 2),
        "helper": (False, 1),
        "elsewhere": (False, -1),
        "none": (False, 0),
    }
    assert "total" in found["two"].subjects
    assert "render" not in found["two"].subjects


def test_typescript_and_tsx() -> None:
    assert set(read('const a = <number>b;\nit("a", () => { expect(a as number).toBe(1); });', "typescript")) == {"a"}
    assert set(read('it("a", () => { expect(<App on={1} />).toBe(1); });', "typescript")) == {"a"}


def test_a_syntax_error_is_no_empty_test_file() -> None:
    with pytest.raises(Unreadable, match="syntax error at line"):
        read('it("a", () => { expect(1); });\nit("b", () => {')
