from textwrap import dedent

import pytest

from aicheck.model.facts import TestCase
from aicheck.readers.facts import read_tests
from aicheck.readers.unreadable import Unreadable


def read(text: str) -> dict[str, TestCase]:
    return {test.id: test for test in read_tests("tests/test_app.py", "python", dedent(text).encode())}


def test_functions_methods_and_cases_are_tests() -> None:
    found = read("""
        import pytest
        def test_a(): assert 1
        class TestB:
            def test_c(self): assert 1
            def helper(self): assert 1
        class Suite(unittest.TestCase):
            async def test_d(self): self.assertEqual(1, 1)
        class Plain:
            def test_no(self): assert 1
        @pytest.mark.parametrize("x", [1, 2])
        @pytest.mark.parametrize("y", (1, 2, 3))
        def test_e(x, y): assert x
        @pytest.mark.parametrize("x", CASES)
        def test_f(x): assert x
    """)
    assert set(found) == {"test_a", "TestB.test_c", "Suite.test_d", *(f"test_e[{n}]" for n in range(6)), "test_f"}


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skip\ndef test_a(): assert 1",
        "@pytest.mark.skip(reason='x')\ndef test_a(): assert 1",
        "@pytest.mark.xfail\ndef test_a(): assert 1",
        "@pytest.mark.skipif(True, reason='x')\ndef test_a(): assert 1",
        "@unittest.skip('x')\nclass TestA:\n    def test_a(self): assert 1",
        "def test_a():\n    'doc'\n    pytest.skip('x')\n    assert 1",
        "def test_a():\n    return\n    assert 1",
        "class TestA(TestCase):\n    def test_a(self):\n        self.skipTest('x')",
        "class TestA(TestCase):\n    def setUp(self):\n        raise SkipTest\n    def test_a(self): assert 1",
        "class TestA:\n    __test__ = False\n    def test_a(self): assert 1",
        "pytestmark = pytest.mark.skip\ndef test_a(): assert 1",
        "pytest.skip('x', allow_module_level=True)\ndef test_a(): assert 1",
    ],
)
def test_every_way_to_skip_is_seen(text: str) -> None:
    assert [test.skipped for test in read(text).values()] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skipif(sys.platform == 'win32', reason='x')\ndef test_a(): assert 1",
        "@pytest.mark.slow\ndef test_a(): assert 1",
        "def test_a():\n    if not HAS_DB:\n        pytest.skip('x')\n    assert 1",
        "pytestmark = pytest.mark.django_db\ndef test_a(): assert 1",
    ],
)
def test_a_real_condition_is_no_skip(text: str) -> None:
    assert [test.skipped for test in read(text).values()] == [False]


def test_assertions_are_counted_through_helpers_of_the_file() -> None:
    found = read("""
        from tests.helpers import run_case
        def same(a, b): assert a == b
        def test_three():
            assert 1
            with pytest.raises(ValueError): f()
            mock.assert_called_once()
        def test_helper(): same(1, 2)
        def test_nested():
            def run(): assert 1
        def test_method_of_another(app): app.run()
        def test_elsewhere(): run_case(1)
        def test_none(): print(1)
    """)
    assert {name: test.assertions for name, test in found.items()} == {
        "test_three": 3,
        "test_helper": 1,
        "test_nested": 1,
        "test_method_of_another": 0,
        "test_elsewhere": -1,
        "test_none": 0,
    }


def test_subjects_are_real_names_of_what_is_not_a_test_library() -> None:
    (test,) = read("""
        import os
        import pytest
        from shop.tax import tax as t
        def test_a():
            with mock.patch("shop.db.fetch"): pass
            assert t(os.sep) == Order().cancel()
    """).values()
    assert {"tax", "fetch", "cancel"} <= set(test.subjects)
    assert not {"pytest", "os", "t"} & set(test.subjects)


def test_a_coding_cookie_is_honoured_and_columns_are_code_points() -> None:
    (test,) = read_tests("test_x.py", "python", "# coding: latin-1\ndef test_ä(): assert 'ü'".encode("latin-1"))
    assert (test.id, test.span.line, test.span.end_column) == ("test_ä", 2, 25)


def test_only_paths_of_tests_hold_tests() -> None:
    assert read_tests("app/orders.py", "python", b"def test_a(): assert 1") == ()


@pytest.mark.parametrize(
    ("data", "reason"), [(b"def test_a(:", "syntax error at line 1"), (b"x = " + b"-" * 200_000 + b"1", "nested too deeply")]
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_tests("test_a.py", "python", data)
    assert caught.value.reason.startswith(reason)
