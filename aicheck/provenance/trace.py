"""Reads Agent Trace records (version 0.1 of the open format): one JSON object, a list of them, or one on each line.

A trace counts only for the commit that its `vcs.revision` names.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, TypeVar

import msgspec

from aicheck.provenance.claims import Claim, FileClaims, Record, RecordError
from aicheck.provenance.notes import tool_name

KIND = "agent-trace"
TRACE_LIMIT = 64 << 20
"""Bytes of a file of traces that is read."""
_VERSION = "0."

_Value = TypeVar("_Value")
_LineNumber = Annotated[int, msgspec.Meta(ge=1, le=999_999_999)]


class _Contributor(msgspec.Struct):
    type: Literal["human", "ai", "mixed", "unknown"] = "unknown"


class _Range(msgspec.Struct):
    start_line: _LineNumber
    end_line: _LineNumber
    contributor: _Contributor | None = None


class _Talk(msgspec.Struct):
    ranges: tuple[_Range, ...]
    contributor: _Contributor | None = None


class _File(msgspec.Struct):
    path: str
    conversations: tuple[_Talk, ...]


class _Revision(msgspec.Struct):
    type: str = "git"
    revision: str = ""


class _Tool(msgspec.Struct):
    name: str = ""


class _Trace(msgspec.Struct):
    version: str
    files: tuple[_File, ...]
    vcs: _Revision | None = None
    tool: _Tool | None = None


_TRACE = msgspec.json.Decoder(_Trace)
_TRACES = msgspec.json.Decoder(tuple[_Trace, ...])


class Trace(msgspec.Struct, frozen=True):
    """One record of a trace file."""

    revision: str
    """The commit id that its lines belong to; empty when it names none."""
    record: Record


def parse_traces(data: bytes, origin: str) -> tuple[Trace, ...]:
    """The records of a file in order. `origin` is how evidence calls the file. Raises RecordError when one cannot be read."""
    if len(data) > TRACE_LIMIT:
        raise RecordError(f"is larger than {TRACE_LIMIT >> 20} MiB")
    return tuple(_trace(trace, number, origin) for number, trace in _decode(data))


def _decode(data: bytes) -> Iterator[tuple[int, _Trace]]:
    """(1-based line, record); the line is 1 for all where the file is a single JSON value."""
    text = data.removeprefix(b"\xef\xbb\xbf").strip()
    if text.startswith(b"["):
        yield from ((1, trace) for trace in _decode_one(_TRACES, text, 1))
        return
    try:
        whole = _TRACE.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if b"\n" not in text:
            raise RecordError("is no Agent Trace: its line 1 is not such a record") from None
    else:
        yield 1, whole
        return
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield number, _decode_one(_TRACE, line, number)


def _decode_one(decoder: "msgspec.json.Decoder[_Value]", text: bytes, number: int) -> _Value:
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RecordError(f"is no Agent Trace: its line {number} is not such a record") from None


def _trace(trace: _Trace, number: int, origin: str) -> Trace:
    if not trace.version.startswith(_VERSION):
        raise RecordError(f"has the unknown version {trace.version[:40]!r}")
    if trace.vcs is not None and trace.vcs.type != "git":
        raise RecordError(f"belongs to no git repository but to {trace.vcs.type[:40]!r}")
    tool = tool_name(trace.tool.name) if trace.tool else ""
    files: dict[str, list[Claim]] = {}
    for file in trace.files:
        files.setdefault(file.path, []).extend(_claims(file.conversations, tool, number))
    record = Record(KIND, origin, tuple(FileClaims(path, tuple(claims)) for path, claims in files.items()))
    return Trace(trace.vcs.revision.strip().lower() if trace.vcs else "", record)


def _claims(talks: Sequence[_Talk], tool: str, number: int) -> Iterator[Claim]:
    """A range's own contributor counts before that of its conversation; who is not known claims nothing."""
    for talk in talks:
        for item in talk.ranges:
            who = item.contributor or talk.contributor or _Contributor()
            if item.end_line < item.start_line:
                raise RecordError(f"counts lines that cannot be in its line {number}")
            if who.type != "unknown":
                ai = who.type != "human"
                yield Claim(item.start_line, item.end_line, ai, tool if ai else "", number)
