"""Reading suppression comments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.readers.language import NAMES, SUFFIXES
from aicheck.readers.suppressions import SuppressionComment, read_suppressions

RULE = "unbounded-retry/retry-without-stop"


def read(text: str, language: str = "python") -> tuple[SuppressionComment, ...]:
    return read_suppressions("app.py", language, text.encode("utf-8", "surrogateescape"))


def summed(text: str, language: str = "python") -> list[tuple[int, int, str, str]]:
    return [(comment.line, comment.covers, comment.rule, comment.reason) for comment in read(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"x = 1  # aicheck: ignore[{RULE}] the caller bounds it", [(1, 1, RULE, "the caller bounds it")]),
        (f"# aicheck: ignore[{RULE}] bounded\nx = 1", [(1, 2, RULE, "bounded")]),
        (f"def f():\n    # aicheck:ignore [{RULE}]: bounded\n    x()", [(2, 3, RULE, "bounded")]),
        ("x()  # aicheck: ignore[a/b, c/d] why", [(1, 1, "a/b", "why"), (1, 1, "c/d", "why")]),
        ("x()  # aicheck: ignore[a/b, a/b] why", [(1, 1, "a/b", "why")]),
        ("# aicheck: ignore[a/b] one\n# aicheck: ignore[c/d] two\nx()", [(1, 3, "a/b", "one"), (2, 3, "c/d", "two")]),
        ("x()  # noqa: E501  # aicheck: ignore[a/b] - see #12", [(1, 1, "a/b", "see #12")]),
        ("x()  # aicheck: ignore[a/b] \u2014 why", [(1, 1, "a/b", "why")]),
        ("'''\n# aicheck: ignore[a/b] in a string\n'''\n", []),
        ('x = "# aicheck: ignore[a/b] in a string"\n', []),
        ("x = 'it\\'s # aicheck: ignore[a/b] in a string'\n", []),
        ("x = r'\\' # aicheck: ignore[a/b] still in it'\n", []),
        ("x = '''a' # aicheck: ignore[a/b] still in it'''\n", []),
        ("x = 'a' 'b'  # aicheck: ignore[a/b] why\n", [(1, 1, "a/b", "why")]),
        ("x = ''  # aicheck: ignore[a/b] why\n", [(1, 1, "a/b", "why")]),
        ('"""doc"""\r\n\r\nx()  # aicheck: ignore[a/b] why\r\ny()\r\n', [(3, 3, "a/b", "why")]),
        ("a = 1\x0c\u2028\nx()  # aicheck: ignore[a/b] why", [(2, 2, "a/b", "why")]),
        ("x()  # say aicheck: ignore[a/b] to be quiet", []),
        ("x()  # aicheck: ignored", []),
        ("# aicheck: ignore[a/b] at the end", [(1, 1, "a/b", "at the end")]),
        ("\ufeff# aicheck: ignore[a/b] after a mark\nx()", [(1, 2, "a/b", "after a mark")]),
    ],
)
def test_python(text: str, expected: list[tuple[int, int, str, str]]) -> None:
    assert summed(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x()  # aicheck: ignore", "names no rule;"),
        ("x()  # aicheck: ignore the warning", "names no rule;"),
        ("x()  # aicheck: ignore[] why", "names no rule;"),
        ("x()  # aicheck: ignore[a/*] why", "names no rule id"),
        ("x()  # aicheck: ignore[E501] why", "names no rule id"),
        ("x()  # aicheck: ignore[a/b]", "gives no reason"),
        ("x()  # aicheck: ignore[a/b] --", "gives no reason"),
        ("x()  # aicheck: ignore[a/b] why", ""),
    ],
)
def test_what_cannot_accept_anything_says_why(text: str, words: str) -> None:
    (comment,) = read(text)
    assert comment.problem.startswith(words)
    assert bool(comment.problem) is bool(words)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("yaml", "replicas: 0  # aicheck: ignore[a/b] why", [(1, 1, "a/b", "why")]),
        ("yaml", "url: x#aicheck: ignore[a/b] why", []),
        ("javascript", "// aicheck: ignore[a/b] why\nx()", [(1, 2, "a/b", "why")]),
        ("typescript", "x() // aicheck: ignore[a/b] why", [(1, 1, "a/b", "why")]),
        ("javascript", "x() /* aicheck: ignore[a/b] why */ + y()", [(1, 1, "a/b", "why")]),
        ("css", "/* aicheck: ignore[a/b] why */\nb {}", [(1, 2, "a/b", "why")]),
        ("javascript", "{/* aicheck: ignore[a/b] why */}\n<b/>", [(1, 2, "a/b", "why")]),
        ("javascript", "# aicheck: ignore[a/b] why\nx()", []),
        ("go", "x() // aicheck: ignore[a/b] why", [(1, 1, "a/b", "why")]),
        ("sql", "DROP TABLE t; -- aicheck: ignore[a/b] why", [(1, 1, "a/b", "why")]),
        ("html", "<!-- aicheck: ignore[a/b] why -->\n<p>", [(1, 2, "a/b", "why")]),
        ("text", "# aicheck: ignore[a/b] a heading", []),
        ("ini", "; aicheck: ignore[a/b] why\nx = 1", [(1, 2, "a/b", "why")]),
        ("terraform", "x = 1 # aicheck: ignore[a/b] why", [(1, 1, "a/b", "why")]),
        ("dockerfile", "# aicheck: ignore[a/b] why\nRUN x", [(1, 2, "a/b", "why")]),
        ("dockerfile", "RUN x # aicheck: ignore[a/b] not a comment there", []),
        ("notebook", '"source": ["x()  # aicheck: ignore[a/b] why"]', []),
        ("", "x  # aicheck: ignore[a/b] why", [(1, 1, "a/b", "why")]),
        ("some-new-language", "x -- aicheck: ignore[a/b] why", [(1, 1, "a/b", "why")]),
    ],
)
def test_other_languages(language: str, text: str, expected: list[tuple[int, int, str, str]]) -> None:
    assert summed(text, language) == expected


def test_every_language_has_its_comment_leader() -> None:
    for language in (*SUFFIXES, *NAMES):
        comments = [read(f"{leader} aicheck: ignore[a/b] why", language) for leader in ("#", "//", "<!--", "--", ";")]
        assert any(comments) is (language not in ("lockfile", "notebook")), language
        assert not all(comments), language


def place(text: str) -> str:
    return read(text)[0].place


COMMENT = "# aicheck: ignore[a/b] why"


def test_place_is_the_covered_line_under_its_headers() -> None:
    here = place(f"def f():\n    x()  {COMMENT}\n")
    assert place(f"import y\n\n\ndef  f():\n\n        x()   {COMMENT}\n") == here
    assert place(f"def g():\n    x()  {COMMENT}\n") != here
    assert place(f"def f():\n    z()  {COMMENT}\n") != here
    assert place(f"def f():\n    if a:\n        x()  {COMMENT}\n") != here


def test_column_is_where_the_comment_starts() -> None:
    (comment,) = read(f"\u00e9 = '\u20ac'  {COMMENT}")
    assert comment.column == 10


def test_undecodable_bytes_are_kept() -> None:
    (comment,) = read_suppressions("a.sh", "shell", b"rm x # aicheck: ignore[a/b] \xff why")
    assert comment.reason == "\udcff why"


def test_hostile_sizes_stay_linear() -> None:
    marker = "aicheck: ignore[a/b] why"
    for text in ("'" * 500_000, "'''" + "\\" * 500_000, '"' + "\\\n" * 200_000, "#" * 500_000, "--" * 200_000, " " * 500_000):
        for language in ("python", "sql", "yaml"):
            assert len(read(f"{text}{marker}", language)) <= 1
    deep = "\n".join(" " * depth + "if x:" for depth in range(1000))
    assert len(read(f"{deep}\n# {marker}")) == 1


@given(st.text("#'\"\\\n\r aicheck:gnor[]/b", max_size=80), st.sampled_from(["python", "yaml", "javascript", "?"]))
def test_any_text_gives_ordered_comments_inside_the_file(text: str, language: str) -> None:
    comments = read(f"{text}# aicheck: ignore[a/b] x", language)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert [comment.line for comment in comments] == sorted(comment.line for comment in comments)
    assert all(1 <= comment.line <= comment.covers <= lines for comment in comments)
