import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.readers.facts import read_facts
from aicheck.readers.unreadable import Unreadable

KINDS = ("settings", "resources", "tests", "commands")


@pytest.mark.parametrize(
    ("path", "language", "data", "kinds"),
    [
        ("a.yaml", "yaml", b"a: 1", ["settings"]),
        ("a.tf", "terraform", b"x = 1", ["settings", "resources"]),
        ("test_a.py", "python", b"def test_a(): assert 1", ["tests"]),
        ("app.py", "python", b"import os\nLIMIT = 3\nos.system('ls')", ["settings", "commands"]),
        ("app.ts", "typescript", b"export const LIMIT = 3;", ["settings"]),
        ("a.test.ts", "typescript", b'it("a", () => { expect(b).toBe(a); });', ["settings", "tests"]),
        ("a_test.go", "go", b"package a\nfunc TestA(t *testing.T) {}", ["tests"]),
        ("main.go", "go", b"package a\nconst Limit = 3", ["settings"]),
        ("run.sh", "shell", b"ls", ["commands"]),
        ("Dockerfile", "dockerfile", b"FROM a\nRUN ls", ["commands"]),
        ("Makefile", "makefile", b"all:\n\tls\n", ["commands"]),
        ("Procfile", "procfile", b"web: ls", ["commands"]),
        ("package.json", "json", b'{"scripts": {"a": "ls"}}', ["settings", "commands"]),
        ("main.rs", "rust", b"\xff", []),
    ],
)
def test_each_language_has_its_kinds_of_facts(path: str, language: str, data: bytes, kinds: list[str]) -> None:
    facts = read_facts(path, language, data)
    assert [name for name in KINDS if getattr(facts, name)] == kinds


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        ["python", "javascript", "typescript", "go", "terraform", "yaml", "json", "toml", "shell", "dockerfile", "makefile", ""]
    ),
    st.binary(max_size=80),
)
def test_any_bytes_are_facts_or_unreadable(language: str, data: bytes) -> None:
    try:
        read_facts("tests/test_x", language, data)
    except Unreadable as error:
        assert error.reason
        assert "\n" not in error.reason
