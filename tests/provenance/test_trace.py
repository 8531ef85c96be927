"""Agent Trace files: the vector of the format, its three shapes, and what is rejected."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.provenance.claims import Claim, FileClaims, RecordError
from aicheck.provenance.trace import parse_traces

RANGES = [{"start_line": 1, "end_line": 2}, {"start_line": 5, "end_line": 5, "contributor": {"type": "human"}}]
TRACE: dict[str, Any] = {
    "version": "0.1.0",
    "id": "00000000-0000-4000-8000-000000000001",
    "timestamp": "2026-01-01T00:00:00Z",
    "files": [{"path": "a.py", "conversations": [{"contributor": {"type": "ai"}, "ranges": RANGES}]}],
}
REVISION = "a" * 40


def make_trace(**changed: object) -> bytes:
    return json.dumps(TRACE | changed).encode()


def with_ranges(*ranges: dict[str, Any], **talk: object) -> bytes:
    return make_trace(files=[{"path": "a.py", "conversations": [{"ranges": list(ranges), **talk}]}])


def claims(data: bytes) -> list[FileClaims]:
    return [file for trace in parse_traces(data, "t.json") for file in trace.record.files]


def test_a_range_may_have_its_own_contributor() -> None:
    assert claims(make_trace()) == [FileClaims("a.py", (Claim(1, 2, True, "", 1), Claim(5, 5, False, "", 1)))]


def test_tool_and_revision() -> None:
    (trace,) = parse_traces(
        make_trace(vcs={"type": "git", "revision": REVISION.upper()}, tool={"name": "Cursor", "version": "1"}), "t.json"
    )
    assert (trace.revision, trace.record.files[0].claims[0].tool, trace.record.place) == (REVISION, "cursor", "t.json")


def test_one_record_a_line_or_a_list() -> None:
    lines = make_trace() + b"\n\n" + make_trace(vcs={"revision": REVISION}) + b"\n"
    assert [trace.revision for trace in parse_traces(lines, "t.jsonl")] == ["", REVISION]
    assert [file.claims[0].line for file in claims(lines)] == [1, 3]
    assert len(parse_traces(b"[" + make_trace() + b"," + make_trace() + b"]", "t.json")) == 2
    assert parse_traces(json.dumps(TRACE, indent=2).encode(), "t.json") == parse_traces(make_trace(), "t.json")


def test_mixed_counts_as_ai_and_unknown_as_nothing() -> None:
    line = {"start_line": 1, "end_line": 1}
    assert claims(with_ranges(line, contributor={"type": "mixed"}))[0].claims == (Claim(1, 1, True, "", 1),)
    assert claims(with_ranges(line, contributor={"type": "unknown"}))[0].claims == ()
    assert claims(with_ranges(line))[0].claims == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"version": "0.1.0"}',
        make_trace() + b"\n{broken",
        make_trace(version="1.0.0"),
        make_trace(vcs={"type": "hg", "revision": "1"}),
        with_ranges({"start_line": 0, "end_line": 1}),
        with_ranges({"start_line": 3, "end_line": 2}),
        with_ranges({"start_line": 1, "end_line": 2}, contributor={"type": "robot"}),
        make_trace(files=[{"path": "a.py", "conversations": [{}]}]),
    ],
)
def test_what_is_no_trace_is_rejected(data: bytes) -> None:
    with pytest.raises(RecordError):
        parse_traces(data, "t.json")


@settings(deadline=None)
@given(
    st.one_of(st.binary(max_size=200), st.lists(st.sampled_from([make_trace(), b"\n", b"[", b",", b"]", b"{"]), max_size=6).map(b"".join))
)
def test_any_bytes_are_read_or_rejected(data: bytes) -> None:
    try:
        parse_traces(data, "t.json")
    except RecordError:
        return
