import json
import re
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aicheck.report.encode import command_data, command_property, dump_json, guard_lines, json_path, quote, uri, visible

ANY_TEXT = st.text(st.characters(), max_size=60) | st.text("\x1b\x9b\n\r\t:#%,[]ab \u202e\ud800\udce9\u200b", max_size=30)
PATHS = st.binary(min_size=1, max_size=30).map(lambda data: data.decode("utf-8", "surrogateescape"))
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
RUNNER_COMMAND = re.compile(r"^\s*::[a-z-]+[^\n]*::|##\[", re.MULTILINE)


@given(ANY_TEXT)
def test_visible_text_is_one_harmless_line(text: str) -> None:
    assert not FORBIDDEN.search(visible(text))
    assert "##[" not in visible(text)
    assert visible(visible(text)) == visible(text)


@given(st.binary(max_size=40))
def test_any_bytes_become_visible(data: bytes) -> None:
    assert not FORBIDDEN.search(visible(data.decode("utf-8", "surrogateescape")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcödé 日本 😀", "plain ünïcödé 日本 😀"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u202eevil", "\\u202eevil"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
        ("\x9b1m\x7f", "\\x9b1m\\x7f"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\U000e0041", "\\U000e0041"),
        ("##[error]no ##vso[x] ## heading", "#\\x23[error]no #\\x23vso[x] ## heading"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY_TEXT | st.text("\x00", min_size=190, max_size=300))
def test_quotations_are_short(text: str) -> None:
    assert len(quote(text)) <= 200
    assert not FORBIDDEN.search(quote(text))


@given(ANY_TEXT.map(lambda text: text.replace("\x1b", "")))
@example("  ::error::x")
@example("\u00a0##[error]x")
@example("\u3000::error file=a::b")
def test_guarded_lines_start_no_command(text: str) -> None:
    guarded = guard_lines(text)
    assert not RUNNER_COMMAND.search(guarded)
    assert not any(line.lstrip().startswith(("::", "##")) for line in guarded.split("\n"))


def test_guarding_looks_past_colour_codes_and_keeps_the_rest() -> None:
    assert guard_lines("\x1b[31m::error::\x1b[0m\nstd::fs::read") == "\x1b[31m\\x3a:error::\x1b[0m\nstd::fs::read"


@given(ANY_TEXT)
def test_command_parts_stay_on_one_line(text: str) -> None:
    assert not FORBIDDEN.search(command_data(text))
    encoded = command_property(text)
    assert not FORBIDDEN.search(encoded)
    assert ":" not in encoded
    assert "," not in encoded


def test_command_encoding() -> None:
    assert command_data("50%\nnext\r") == "50%25%0Anext\\r"
    assert command_property("a:b,c%0A\n") == "a%3Ab%2Cc%250A\\n"


@given(PATHS)
@example("100%25.txt")
@example("%\udcff")
@example("%A\udcff")
def test_json_paths_give_their_bytes_back(path: str) -> None:
    encoded = json_path(path)
    assert unquote_to_bytes(encoded) == path.encode("utf-8", "surrogateescape")
    assert not re.search("[\ud800-\udfff]", encoded)


@given(PATHS.filter(lambda path: not path.startswith("/")))
def test_uris_give_their_bytes_back(path: str) -> None:
    assert unquote_to_bytes(uri(path)) == path.encode("utf-8", "surrogateescape")
    assert re.fullmatch(r"[A-Za-z0-9_.~/%-]*", uri(path))


def test_uris_are_relative() -> None:
    assert uri("/etc/passwd") == "etc/passwd"
    assert uri("http://x/a b#c?d") == "http%3A//x/a%20b%23c%3Fd"
    assert uri("//host/share") == "host/share"


@given(
    st.recursive(
        ANY_TEXT | st.integers() | st.none(), lambda values: st.lists(values, max_size=3) | st.dictionaries(ANY_TEXT, values, max_size=3)
    )
)
def test_json_is_plain_ascii_that_reads_back(value: object) -> None:
    text = dump_json({"value": value})
    assert re.fullmatch(r"[\n -~]*", text)
    assert "##" not in text
    json.dumps(json.loads(text), ensure_ascii=False).encode()  # fails on a lone surrogate


def test_json_keeps_text_as_it_is() -> None:
    assert json.loads(dump_json({"a": "##[error] \x1b\u202e 😀"}))["a"] == "##[error] \x1b\u202e 😀"
