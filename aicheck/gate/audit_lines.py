"""One line of the record of decisions, and the note beside it that says where the record ends.

A line is JSON that ends in its own digest, over its bytes up to there, and holds the digest of the line before it.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from aicheck.errors import AicheckError
from aicheck.regex import regex

LINE_LIMIT = 1 << 20
"""Bytes of one line."""
NOTHING = "0" * 64
"""Stands before the first line."""
_ENDING = regex(rb',"digest":"([0-9a-f]{64})"\}')
_ENDING_LENGTH = len(b',"digest":""}') + 64


class AuditError(AicheckError):
    """The record is damaged or cannot be written."""


class Tip(msgspec.Struct, frozen=True):
    """The end of a record."""

    count: int = 0
    digest: str = NOTHING


def tip_file(file: Path) -> Path:
    """Where the end is noted."""
    return file.with_name(f"{file.name}.tip")


def write_line(values: Mapping[str, Any]) -> tuple[bytes, str]:
    """A line with its end, and its digest. Raises AuditError for one that is too long."""
    body = json.dumps(values, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")
    if len(body) > LINE_LIMIT - _ENDING_LENGTH - 1:
        raise AuditError(f"a record of more than {LINE_LIMIT >> 20} MiB cannot be kept; push a smaller change")
    digest = hashlib.sha256(body).hexdigest()
    return body[:-1] + f',"digest":"{digest}"}}\n'.encode(), digest


def append_line(file: Path, line: bytes) -> None:
    """Write a line behind the others, whole or not at all. Raises AuditError or OSError."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        if os.write(descriptor, line) != len(line):
            os.ftruncate(descriptor, size)
            raise AuditError(f"{file} cannot be written: no space is left")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_tip(file: Path) -> Tip | None:
    """The end as it was noted, None where nothing was. Raises AuditError."""
    try:
        words = tip_file(file).read_text("ascii")[:200].split()
        return Tip(int(words[0]), words[1])
    except FileNotFoundError:
        return None
    except (ValueError, IndexError):
        raise AuditError(f"{tip_file(file)} is damaged; look at it: aicheck gate audit verify {file}") from None


def last_line(file: Path) -> bytes | None:
    """The last line with its end, None for a record without any."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - LINE_LIMIT))
            data = stream.read()
    except FileNotFoundError:
        return None
    return data[data[:-1].rfind(b"\n") + 1 :] if data else None


def read_line(line: bytes) -> tuple[dict[str, Any], str, str]:
    """(values, digest, what is wrong with the line by itself)."""
    if not line.endswith(b"\n"):
        return {}, "", "it is cut off"
    text = line[:-1]
    ending = _ENDING.fullmatch(text[-_ENDING_LENGTH:])
    if ending is None:
        return {}, "", "it does not end in a digest"
    body = text[:-_ENDING_LENGTH] + b"}"
    if hashlib.sha256(body).hexdigest().encode() != ending[1]:
        return {}, "", "it was altered"
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return {}, "", "it is no JSON"
    return (values, ending[1].decode(), "") if isinstance(values, dict) else ({}, "", "it is no JSON object")
