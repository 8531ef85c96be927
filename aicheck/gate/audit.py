"""The record of decisions: JSON lines that only ever grow, each holding the digest of the one before it.

A line ends in its own digest, over its bytes up to there. The file `NAME.tip` beside it says how many lines there are and
how the last one ends, so that lines cut off at the end are missed too. Whoever can write both files can rewrite them both:
keep a copy of the digests elsewhere (each pusher is shown one).
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from aicheck.errors import AicheckError, UsageError

LINE_LIMIT = 1 << 20
"""Bytes of one line."""
_RECENT_BYTES = 4 << 20
NOTHING = "0" * 64
"""Stands before the first line."""
_ENDING = re.compile(rb',"digest":"([0-9a-f]{64})"\}')
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


def append_record(file: Path, record: Mapping[str, Any]) -> str:
    """Add a line; its digest. Safe against others who do the same. Raises AuditError, and then nothing was added."""
    try:
        with _alone(file):
            tip = _find_end(file)
            body = _write_body({"n": tip.count + 1, "previous": tip.digest, **record})
            digest = hashlib.sha256(body).hexdigest()
            _append(file, body[:-1] + f',"digest":"{digest}"}}\n'.encode())
            _note_tip(file, Tip(tip.count + 1, digest))
            return digest
    except OSError as error:
        raise AuditError(f"the record of decisions {file} cannot be written: {error.strerror}") from None


def _write_body(values: Mapping[str, Any]) -> bytes:
    body = json.dumps(values, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode("ascii")
    if len(body) > LINE_LIMIT - _ENDING_LENGTH - 1:
        raise AuditError(f"a record of more than {LINE_LIMIT >> 20} MiB cannot be kept; push a smaller change")
    return body


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    descriptor = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _append(file: Path, line: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        if os.write(descriptor, line) != len(line):
            raise AuditError(f"the record of decisions {file} cannot be written: no space is left")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _note_tip(file: Path, tip: Tip) -> None:
    made = file.with_name(f"{file.name}.tip.new")
    made.write_text(f"{tip.count} {tip.digest}\n", encoding="ascii")
    made.replace(tip_file(file))


def _find_end(file: Path) -> Tip:
    """The end of a record that is whole, judged by its last line. A crash may have left the noted tip one line behind."""
    noted = _read_tip(file)
    last = _last_line(file)
    if last is None and noted is None:
        return Tip()
    problem = "damaged" if last is None or noted is None else ""
    if last is not None and noted is not None:
        values, digest, problem = _read_line(last)
        end = Tip(values.get("n", 0) if not problem else 0, digest)
        if not problem and (end == noted or (end.count, values.get("previous")) == (noted.count + 1, noted.digest)):
            return end
    raise AuditError(
        f"the record of decisions {file} does not end as it was left ({problem or 'lines are missing'}); "
        f"look at it: aicheck gate audit verify {file}"
    )


def _read_tip(file: Path) -> Tip | None:
    try:
        words = tip_file(file).read_text("ascii")[:200].split()
        return Tip(int(words[0]), words[1])
    except FileNotFoundError:
        return None
    except (ValueError, IndexError):
        raise AuditError(f"{tip_file(file)} is damaged; look at it: aicheck gate audit verify {file}") from None


def _last_line(file: Path) -> bytes | None:
    """The last line with its end, None for a record without any."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - LINE_LIMIT))
            data = stream.read()
    except FileNotFoundError:
        return None
    return data[data[:-1].rfind(b"\n") + 1 :] if data else None


def _read_line(line: bytes) -> tuple[dict[str, Any], str, str]:
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


class Verified(msgspec.Struct, frozen=True):
    """What a look at a whole record found."""

    tip: Tip
    problem: str = ""
    """One sentence; empty when every line is as it was written."""


class Row(msgspec.Struct, frozen=True):
    """One line of a record."""

    number: int
    values: dict[str, Any]
    digest: str
    problem: str = ""
    """What is wrong with it; then the others are empty."""


def read_records(file: Path) -> Iterator[Row]:
    """Each line up to the first with a problem. Raises UsageError when the file cannot be read."""
    previous, number = NOTHING, 0
    try:
        with file.open("rb") as stream:
            while line := stream.readline(LINE_LIMIT + 1):
                number += 1
                values, digest, problem = _read_line(line)
                if not problem and values.get("previous") != previous:
                    problem = "it does not follow the line before it: a line was removed, added or moved"
                elif not problem and values.get("n") != number:
                    problem = "its number is wrong"
                yield Row(number, values, digest, problem)
                if problem:
                    return
                previous = digest
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from None


def verify_record(file: Path, expected: str = "") -> Verified:
    """Look at every line. `expected`: the digest of a line that must be among them, or the beginning of one."""
    before = tip = Tip()
    is_there = not expected
    for row in read_records(file):
        if row.problem:
            return Verified(tip, f"line {row.number}: {row.problem}")
        before, tip = tip, Tip(row.number, row.digest)
        is_there = is_there or row.digest.startswith(expected)
    noted = _read_tip(file)
    if noted is None and tip.count:
        return Verified(tip, f"{tip_file(file).name} is missing, so nothing tells whether lines were cut off at the end")
    if noted is not None and noted not in (tip, before):  # a crash may have left it one line behind
        return Verified(tip, f"{noted.count} lines were written and {tip.count} are there: the end was cut off or replaced")
    return Verified(tip, "" if is_there else f"no line has the digest {expected}")


def recent_records(file: Path) -> Iterator[dict[str, Any]]:
    """The values of the last lines (4 MiB of them), oldest first; none where there is no record yet."""
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            start = max(0, size - _RECENT_BYTES)
            stream.seek(start)
            lines = stream.read().splitlines(keepends=True)
    except FileNotFoundError:
        return
    except OSError as error:
        raise AuditError(f"the record of decisions {file} cannot be read: {error.strerror}") from None
    for line in lines[1 if start else 0 :]:
        values, _, problem = _read_line(line)
        if problem:
            raise AuditError(f"a line of the record of decisions is damaged; look at it: aicheck gate audit verify {file}")
        yield values
