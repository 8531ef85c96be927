import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.report.line_hash import line_hashes

LINES = (b" hello; \t", b"world!!!", b"", b"", b"  \t\tGreetings", b" End", b"")
EXPECTED = (
    "e9496ae3ebfced30",
    "fb7c023a8b9ccb3f",
    "ce8ba1a563dcdaca",
    "e20e36e16fcb0cc8",
    "b3edc88f2938467e",
    "c8e28b0b4002a3a0",
    "c129715d7a2bc9a3",
)
"""Values that GitHub's action computes for these lines."""


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_github_computes_the_same(end: bytes) -> None:
    assert line_hashes(end.join(LINES), range(1, 8)) == {number: f"{value}:1" for number, value in enumerate(EXPECTED, start=1)}


def test_equal_lines_are_counted_and_the_end_of_the_file_differs() -> None:
    hashes = line_hashes(b"Lorem ipsum dolor sit amet.\n" * 10, range(1, 12))
    assert [hashes[number] for number in (1, 2, 6, 7, 11)] == [
        "a7f2ff13bc495cf2:1",
        "a7f2ff13bc495cf2:2",
        "a7f2ff13bc495cf2:6",
        "a7f2ff1481e87703:1",
        "c129715d7a2bc9a3:1",
    ]


def test_lines_that_are_not_there_have_none() -> None:
    assert line_hashes(b"", {1, 2}) == {1: "c129715d7a2bc9a3:1"}
    assert line_hashes(b"a\n", ()) == {}


@given(st.binary(max_size=80), st.integers(1, 5))
def test_any_bytes_have_hashes_and_white_space_does_not_count(data: bytes, line: int) -> None:
    spaced = data.replace(b"a", b" a\t")
    assert line_hashes(data, {line}) == line_hashes(spaced, {line})
