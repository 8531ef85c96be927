import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.model.facts import NO_FACTS
from aicheck.readers.facts import read_facts
from aicheck.readers.unreadable import Unreadable


@pytest.mark.parametrize(
    ("path", "language", "data", "kind"),
    [
        ("a.yaml", "yaml", b"a: 1", "settings"),
        ("a.tf", "terraform", b"x = 1", "resources"),
        ("test_a.py", "python", b"def test_a(): assert 1", "tests"),
        ("a.test.ts", "typescript", b'it("a", () => { expect(1); });', "tests"),
        ("a_test.go", "go", b"package a\nfunc TestA(t *testing.T) {}", "tests"),
    ],
)
def test_each_language_has_its_kind_of_facts(path: str, language: str, data: bytes, kind: str) -> None:
    facts = read_facts(path, language, data)
    assert [name for name in ("settings", "resources", "tests", "definitions") if getattr(facts, name)] == [kind]


def test_source_that_is_no_test_has_no_facts_here_and_is_not_parsed() -> None:
    assert read_facts("app.py", "python", b"def broken(:") == NO_FACTS
    assert read_facts("main.rs", "rust", b"\xff") == NO_FACTS


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["python", "javascript", "typescript", "go", "terraform", "yaml", "json", "toml", ""]), st.binary(max_size=80))
def test_any_bytes_are_facts_or_unreadable(language: str, data: bytes) -> None:
    try:
        read_facts("tests/test_x", language, data)
    except Unreadable as error:
        assert error.reason
        assert "\n" not in error.reason
