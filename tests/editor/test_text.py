"""Positions and edits in the units of each encoding, against a model that counts one character at a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from aicheck.editor.text import LINE_END, Text
from aicheck.model.location import Span

ENCODINGS = ("utf-8", "utf-16", "utf-32")
TEXTS = st.text(alphabet=st.sampled_from("ab \n\r\u2028\x0cä𝄞"), max_size=40)


def units(text: str, encoding: str) -> int:
    sizes = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
    name, size = sizes[encoding]
    return len(text.encode(name)) // size


@given(TEXTS, st.integers(0, 40), st.sampled_from(ENCODINGS))
def test_a_position_and_its_offset_belong_together(source: str, at: int, encoding: str) -> None:
    at = min(at, len(source))
    position = Text(source, encoding).position(at)
    before = LINE_END.split(source[:at])
    if source[at - 1 : at + 1] != "\r\n":  # a place inside of a line end is none
        assert position.line == len(before) - 1
        assert position.character == units(before[-1], encoding)
        assert Text(source, encoding).offset(position) == at


@given(TEXTS, st.integers(0, 50), st.integers(0, 50), st.sampled_from(ENCODINGS))
def test_any_position_lies_in_the_text(source: str, line: int, character: int, encoding: str) -> None:
    assert 0 <= Text(source, encoding).offset(types.Position(line, character)) <= len(source)


@given(TEXTS, st.integers(0, 50), st.integers(0, 50), TEXTS)
def test_any_edit_gives_a_text(source: str, line: int, end: int, new: str) -> None:
    change = types.TextDocumentContentChangePartial(range=types.Range(types.Position(line, end), types.Position(end, line)), text=new)
    assert new in Text(source).edited([change]).source


def test_changes_count_one_after_the_other() -> None:
    start = types.Range(types.Position(0, 0), types.Position(0, 0))
    whole = types.TextDocumentContentChangeWholeDocument("x\n")
    first, second = (types.TextDocumentContentChangePartial(range=start, text=text) for text in ("a", "b"))
    assert Text("old").edited([whole, first, second]).source == "bax\n"


@pytest.mark.parametrize(
    ("source", "span", "start"),
    [
        ("\ufeffab\n", Span(1, 2, 1, 3), types.Position(0, 2)),
        ("a\rb\nc", Span(2, 1, 2, 2), types.Position(2, 0)),
        ("𝄞x", Span(1, 2, 1, 3), types.Position(0, 2)),
        ("a\r\nb", Span(2, 1, 2, 2), types.Position(1, 0)),
        ("a", Span(9, 9, 9, 9), types.Position(0, 1)),
    ],
)
def test_the_range_of_a_span(source: str, span: Span, start: types.Position) -> None:
    assert Text(source).range(span).start == start
