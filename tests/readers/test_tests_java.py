import pytest

from aicheck.model.facts import TestCase
from aicheck.readers.facts import read_tests
from aicheck.readers.unreadable import Unreadable


def read(text: str, head: str = "") -> dict[str, TestCase]:
    return {test.id: test for test in read_tests("src/test/java/FeeTest.java", "java", f"{head}class FeeTest {{\n{text}\n}}\n".encode())}


def test_annotated_methods_nested_classes_and_rows_are_tests() -> None:
    found = read("""
        @Test public void one() { Assert.assertEquals(1, Fee.of(1)); }
        @org.junit.jupiter.api.Test void two() { assertThat(Fee.of(2)).isEqualTo(2); }
        @Nested class Large { @RepeatedTest(3) void three() { verify(bank).pay(Fee.of(3)); } }
        @ParameterizedTest @ValueSource(ints = {1, 2}) void rows(int a) { assertTrue(Fee.of(a) > 0); }
        void helper() { assertTrue(true); }
        @BeforeEach void setUp() { Fee.of(1); }
    """)
    assert set(found) == {"FeeTest.one", "FeeTest.two", "FeeTest.Large.three", "FeeTest.rows[0]", "FeeTest.rows[1]"}
    assert all(test.assertions > 0 and not test.skipped and "of" in test.subjects for test in found.values())


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("@Test @Disabled void a() { fail(); }", ""),
        ('@Ignore("slow") @Test public void a() { fail(); }', ""),
        ("@Test(enabled = false) public void a() { fail(); }", ""),
        ("@Test void a() { return; }", ""),
        ("@Test void a() { // why\n Assumptions.assumeTrue(false); fail(); }", ""),
        ("@Test void a() { fail(); }", '@Disabled("later")\n'),
    ],
)
def test_every_way_to_skip_is_seen(text: str, head: str) -> None:
    assert [test.skipped for test in read(text, head).values()] == [True]


def test_a_condition_is_no_skip_and_helpers_and_expected_errors_check() -> None:
    found = read("""
        @Test void a() { assumeTrue(System.getenv("CI") != null); same(Fee.of(1)); }
        @Test(expected = IOException.class) public void b() { Fee.of(1); }
        @Test void c() { Fee.of(1); }
        private void same(int fee) { assertEquals(1, fee); }
    """)
    assert {name: (test.skipped, test.assertions) for name, test in found.items()} == {
        "FeeTest.a": (False, 1),
        "FeeTest.b": (False, 1),
        "FeeTest.c": (False, 0),
    }


def test_a_syntax_error_is_no_empty_test_file() -> None:
    with pytest.raises(Unreadable, match="syntax error at line"):
        read("@Test void a( {{{ if (\n for (((\n")
