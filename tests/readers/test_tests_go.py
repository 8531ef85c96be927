import pytest

from aicheck.model.facts import TestCase
from aicheck.readers.facts import read_tests
from aicheck.readers.unreadable import Unreadable


def read(text: str) -> dict[str, TestCase]:
    return {test.id: test for test in read_tests("pay/pay_test.go", "go", f"package pay\n{text}".encode())}


def test_functions_methods_and_rows_are_tests() -> None:
    found = read("""
        func TestA(t *testing.T) { if Fee(1) != 1 { t.Errorf("x") } }
        func (s *Suite) TestB() { s.Require().Equal(1, Fee(2)); require.NoError(s.T(), nil) }
        func TestRows(t *testing.T) {
            rows := []struct{ a int }{{1}, {2}, {3}}
            for _, row := range rows { t.Run("x", func(t *testing.T) { assert.Equal(t, row.a, Fee(row.a)) }) }
        }
        func helper(t *testing.T) {}
        func BenchmarkA(b *testing.B) {}
    """)
    assert set(found) == {"TestA", "Suite.TestB", "TestRows[0]", "TestRows[1]", "TestRows[2]"}
    assert all(test.assertions > 0 and "Fee" in test.subjects for test in found.values())


@pytest.mark.parametrize(
    "text",
    [
        'func TestA(t *testing.T) { t.Skip("x"); t.Error() }',
        "func TestA(t *testing.T) { // why\n\tt.SkipNow() }",
        "func TestA(t *testing.T) { return; t.Error() }",
        "//go:build ignore\nfunc TestA(t *testing.T) { t.Error() }",
    ],
)
def test_every_way_to_skip_is_seen(text: str) -> None:
    assert [test.skipped for test in read(text).values()] == [True]


def test_a_condition_is_no_skip_and_a_helper_that_takes_t_checks() -> None:
    found = read("""
        func TestA(t *testing.T) { if testing.Short() { t.Skip() }; runCase(t, 1) }
        func TestB(t *testing.T) { Fee(1) }
    """)
    assert {name: (test.skipped, test.assertions) for name, test in found.items()} == {"TestA": (False, 1), "TestB": (False, 0)}


def test_a_syntax_error_is_no_empty_test_file() -> None:
    with pytest.raises(Unreadable, match="syntax error at line"):
        read("func TestA(t *testing.T) {\n  if {\n    x :=\n  for (((\n")
