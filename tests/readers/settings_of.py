"""Settings of a text, for the tests of every format."""

from textwrap import dedent

from hypothesis import strategies as st

from aicheck.model.facts import Setting
from aicheck.readers.settings import read_settings
from aicheck.readers.unreadable import Unreadable

Values = dict[tuple[str, ...], tuple[str, str]]


def read(language: str, text: str, path: str = "file") -> dict[tuple[str, ...], Setting]:
    """By key; common indentation of the text is taken away."""
    return {setting.key: setting for setting in read_settings(path, language, dedent(text).encode())}


def values(language: str, text: str, path: str = "file") -> Values:
    """(value, type) by key."""
    return {key: (setting.value, setting.type) for key, setting in read(language, text, path).items()}


def texts(*pieces: str) -> st.SearchStrategy[bytes]:
    """Any bytes, and any order of pieces of a format."""
    return st.one_of(st.binary(max_size=60), st.lists(st.sampled_from(pieces), max_size=40).map(lambda found: "".join(found).encode()))


def check_inside(path: str, language: str, data: bytes) -> None:
    """Assert that the bytes are settings whose places lie in the file, or Unreadable."""
    try:
        found = read_settings(path, language, data)
    except Unreadable:
        return
    lines = data.removeprefix(b"\xef\xbb\xbf").decode().split("\n")
    for setting in found:
        span = setting.span
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
        assert span.end_line <= len(lines)
        assert span.column <= len(lines[span.line - 1]) + 1
        assert span.end_column <= len(lines[span.end_line - 1]) + 1
        "".join((*setting.key, setting.value)).encode()
