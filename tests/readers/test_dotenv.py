from hypothesis import given, settings

from aicheck.model.location import Span
from tests.readers.settings_of import check_inside, read, texts, values


def test_assignments_and_what_stands_around_them() -> None:
    text = "# note\nexport A=1\n  B = two words # note\nC='x # $y'\nD=\"a\\nb ${A}\"\nE=${A}-x\nF=\nG\n\nnot a setting\nA=2\n"
    assert values("dotenv", text) == {
        ("B",): ("two words", "string"),
        ("C",): ("x # $y", "string"),
        ("D",): ("a\nb ${A}", "string"),
        ("E",): ("${A}-x", "string"),
        ("F",): ("", "string"),
        ("G",): ("", "null"),
        ("not",): ("", "null"),
        ("A",): ("2", "number"),
    }


def test_quotes_over_several_lines() -> None:
    assert values("dotenv", 'KEY="-----\nabc=d\n-----"\r\nB=yes\r\n') == {
        ("KEY",): ("-----\nabc=d\n-----", "string"),
        ("B",): ("true", "boolean"),
    }


def test_columns_count_code_points() -> None:
    assert read("dotenv", "A=é\nB=é x\n")["B",].span == Span(2, 3, 2, 6)


def test_hostile_files_take_no_time() -> None:
    for data in (b'A="\\"\n' * 30_000, b"A='" * 60_000, b"A" * 300_000, b" " * 300_000, b"A=x" + b" #" * 100_000, b"export " * 50_000):
        check_inside(".env", "dotenv", data)


@settings(max_examples=150, deadline=None)
@given(texts("A", "=", '"', "'", "`", "\n", "\\", "#", " ", "export ", "${B}", "é", "\r", "\t", "{{ x }}"))
def test_any_bytes_are_settings_inside_the_file_or_unreadable(data: bytes) -> None:
    check_inside(".env", "dotenv", data)
