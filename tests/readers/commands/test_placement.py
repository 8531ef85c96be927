import json

from hypothesis import given
from hypothesis import strategies as st

from aicheck.readers import json_tree, yaml_tree
from aicheck.readers.commands.placement import Placer
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf, MapNode


def placed(text: str, part: str, *, is_json: bool = False) -> tuple[str, int, int]:
    """(what the file holds where `part` of the value of `key` was placed, its line, its column)."""
    source = SourceText(text.encode())
    (document,) = (json_tree if is_json else yaml_tree).read_documents(source)
    assert isinstance(document, MapNode)
    leaf = document.items["key"]
    assert isinstance(leaf, Leaf)
    start = leaf.value.index(part)
    span = Placer(source).place(leaf).span(start, start + len(part))
    return source.between(span), span.line, span.column


def test_plain_and_quoted() -> None:
    assert placed("a: 1\nkey: go rm x", "rm") == ("rm", 2, 9)
    assert placed("key: 'go rm x'", "rm") == ("rm", 1, 10)
    assert placed('key: "go rm x"', "rm") == ("rm", 1, 10)
    assert placed("key: &anchor !!str 'go rm x'", "rm") == ("rm", 1, 24)


def test_wide_characters_count_as_one_column() -> None:
    assert placed("é: 1\nkey: 😀é rm x", "rm") == ("rm", 2, 9)


def test_escapes_in_front_of_a_part() -> None:
    assert placed("key: 'it''s rm x'", "rm") == ("rm", 1, 13)
    assert placed('key: "a\\n\\"b\\u00e9 rm x"', "rm") == ("rm", 1, 20)
    assert placed('{"key": "a\\n\\ud83d\\ude00 rm x"}', "rm", is_json=True) == ("rm", 1, 26)


def test_folded_quotes_and_plain_texts() -> None:
    assert placed('key: "one\n   two \\\n   three\n\n   rm x"', "rm") == ("rm", 5, 4)
    assert placed("key: one\n   two\n   rm x\n", "rm") == ("rm", 3, 4)


def test_literal_blocks() -> None:
    assert placed("key: |\n  one\n\n    two\n  rm x\n", "rm") == ("rm", 5, 3)
    assert placed("key: |2-  # remark\n    one\n   rm x\n\n\n", "rm") == ("rm", 3, 4)
    assert placed("key: &a |+\n\n  one\n  rm x\n\n", "rm") == ("rm", 4, 3)


def test_folded_blocks() -> None:
    assert placed("key: >-\n  one\n  two\n\n  rm x\n", "rm") == ("rm", 5, 3)
    assert placed("key: >\n  one\n    more\n\n    more\n  rm x\n", "rm") == ("rm", 6, 3)


def test_carriage_returns_and_a_byte_order_mark() -> None:
    assert placed("\ufeffkey: |\r\n  one\r\n  rm x\r\nz: 1\r\n", "rm") == ("rm", 3, 3)
    assert placed("key: >\r\n  one\r\n  rm x\r\n", "rm") == ("rm", 3, 3)


def test_a_part_over_two_lines_reaches_into_the_second() -> None:
    source = SourceText(b"key: >-\n  rm\n  x\n")
    (document,) = yaml_tree.read_documents(source)
    assert isinstance(document, MapNode)
    leaf = document.items["key"]
    assert isinstance(leaf, Leaf)
    span = Placer(source).place(leaf).span(0, 4)
    assert (span.line, span.column, span.end_line, span.end_column) == (2, 3, 3, 4)


def test_what_cannot_be_followed_stands_for_itself_as_a_whole() -> None:
    source = SourceText(b"key: no\n")
    (document,) = yaml_tree.read_documents(source)
    assert isinstance(document, MapNode)
    leaf = document.items["key"]
    assert isinstance(leaf, Leaf)
    assert leaf.value == "false"
    assert Placer(source).place(leaf).span(1, 3) == leaf.span


LINES = st.lists(st.text(alphabet="ab é😀'\"\\#:-", max_size=8), min_size=1, max_size=6)


@given(LINES, st.integers(1, 4), st.sampled_from(["\n", "\r\n"]), st.sampled_from("|>"), st.sampled_from(["", "-", "+"]))
def test_every_word_of_a_block_is_found_where_it_stands(lines: list[str], indent: int, end: str, style: str, chomp: str) -> None:
    body = end.join(" " * indent + line for line in ["first", *lines, "last"])
    source = SourceText(f"key: {style}{indent}{chomp}{end}{body}{end}".encode())
    (document,) = yaml_tree.read_documents(source)
    assert isinstance(document, MapNode)
    leaf = document.items["key"]
    assert isinstance(leaf, Leaf)
    placement = Placer(source).place(leaf)
    start = 0
    for word in leaf.value.split():
        start = leaf.value.index(word, start)
        assert source.between(placement.span(start, start + len(word))) == word
        start += len(word)


@given(st.text(max_size=30))
def test_a_quoted_text_never_breaks_it(text: str) -> None:
    source = SourceText(json.dumps({"key": text}).encode())
    (document,) = json_tree.read_documents(source)
    assert isinstance(document, MapNode)
    leaf = document.items["key"]
    assert isinstance(leaf, Leaf)
    placement = Placer(source).place(leaf)
    for start, letter in enumerate(leaf.value):
        if letter.isascii() and letter.isalnum():
            assert source.between(placement.span(start, start + 1)) == letter
