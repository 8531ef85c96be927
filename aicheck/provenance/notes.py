"""Reads git-ai notes (`refs/notes/ai`, schema authorship/3.x): attestations by line, `---`, and JSON that names the tools.

Format: git-ai standard 3.0.0. The lines are those of the annotated commit's own version of the file.
"""

import re

import msgspec

from aicheck.provenance.claims import Claim, FileClaims, Record, RecordError
from aicheck.regex import regex

KIND = "git-ai-note"
PLACE = "notes/ai"
NOTE_LIMIT = 16 << 20
"""Bytes of a note that is read; real repositories hold notes of 3 MiB."""
_SCHEMA = "authorship/3."
_SEPARATOR = regex(rb"^---\r?(?:\n|\Z)", re.MULTILINE)
_ENTRY = regex(r"  (\S{1,200}) (\d{1,9}(?:-\d{1,9})?(?:,\d{1,9}(?:-\d{1,9})?)*)")
_TOOL = regex(r"[A-Za-z0-9][\w .+-]{0,39}", re.ASCII)
_TOOL_NAMES = {"claude-code": "claude", "github-copilot": "copilot", "copilot-cli": "copilot", "codex-cli": "codex"}
"""How the signatures call the tools whose own name for themselves differs."""


class _Agent(msgspec.Struct):
    tool: str = ""


class _Session(msgspec.Struct):
    agent_id: _Agent | None = None


class _Metadata(msgspec.Struct):
    schema_version: str
    prompts: dict[str, _Session] | None = None
    sessions: dict[str, _Session] | None = None


_METADATA = msgspec.json.Decoder(_Metadata)


def parse_note(data: bytes) -> Record | None:
    """What a note claims; None for text that is no git-ai note. Raises RecordError for one that is malformed or too new."""
    separator = _SEPARATOR.search(data)
    if separator is None:
        return None
    if len(data) > NOTE_LIMIT:
        raise RecordError(f"is larger than {NOTE_LIMIT >> 20} MiB")
    metadata = _parse_metadata(data[separator.end() :])
    tools = {key: _tool(session) for part in (metadata.prompts, metadata.sessions) for key, session in (part or {}).items()}
    return Record(KIND, PLACE, _parse_files(data[: separator.start()].decode("utf-8", "surrogateescape"), tools))


def tool_name(text: str) -> str:
    """How evidence calls a tool that a record names; empty for what is no name."""
    name = text.strip()
    return _TOOL_NAMES.get(name.lower(), name.lower()) if _TOOL.fullmatch(name) else ""


def _parse_metadata(data: bytes) -> _Metadata:
    try:
        metadata = _METADATA.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise RecordError("does not end in the JSON that git-ai writes") from None
    if not metadata.schema_version.startswith(_SCHEMA):
        raise RecordError(f"has the unknown version {metadata.schema_version[:40]!r}")
    return metadata


def _parse_files(text: str, tools: dict[str, str]) -> tuple[FileClaims, ...]:
    files: dict[str, list[Claim]] = {}
    claims: list[Claim] | None = None
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        if not line:
            continue
        if not line.startswith(" "):
            claims = files.setdefault(_unquote(line, number), [])
        elif claims is None:
            raise RecordError(f"has lines of no file in its line {number}")
        else:
            claims += _parse_entry(line, number, tools)
    return tuple(FileClaims(path, tuple(claims)) for path, claims in files.items())


def _unquote(line: str, number: int) -> str:
    path = line[1:-1] if len(line) > 1 and line[0] == line[-1] == '"' else line
    if not path or "\0" in path:
        raise RecordError(f"names no file in its line {number}")
    return path


def _parse_entry(line: str, number: int, tools: dict[str, str]) -> list[Claim]:
    entry = _ENTRY.fullmatch(line)
    if entry is None:
        raise RecordError(f"has a line that is no attestation, its line {number}")
    key, ranges = entry.groups()
    ai = key != "human" and not key.startswith("h_")
    tool = tools.get(key.partition("::")[0], "") if ai else ""
    claims = []
    for piece in ranges.split(","):
        start, _, end = piece.partition("-")
        first, last = int(start), int(end or start)
        if not 0 < first <= last:
            raise RecordError(f"counts lines that cannot be in its line {number}")
        claims.append(Claim(first, last, ai, tool, number))
    return claims


def _tool(session: _Session) -> str:
    return tool_name(session.agent_id.tool) if session.agent_id else ""
