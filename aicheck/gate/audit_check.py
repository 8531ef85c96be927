"""Reading the record of decisions back, and finding what was done to it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from aicheck.errors import UsageError
from aicheck.gate.audit_lines import LINE_LIMIT, NOTHING, AuditError, Tip, read_line, read_tip, tip_file

_RECENT_BYTES = 4 << 20


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
                values, digest, problem = read_line(line)
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
    noted = read_tip(file)
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
        values, _, problem = read_line(line)
        if problem:
            raise AuditError(f"a line of the record of decisions is damaged; look at it: aicheck gate audit verify {file}")
        yield values
