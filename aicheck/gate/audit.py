"""The record of decisions: JSON lines that only ever grow, each holding the digest of the one before it.

The file `NAME.tip` beside it says how many lines there are and how the last one ends, so that lines cut off at the end are
missed too. Whoever can write both files can write them anew: the digest that each pusher is shown is a witness elsewhere.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aicheck.gate.audit_lines import AuditError, Tip, append_line, last_line, read_line, read_tip, tip_file, write_line


def append_record(file: Path, record: Mapping[str, Any]) -> str:
    """Add a line; its digest. Safe against others who do the same. Raises AuditError, and then nothing was added."""
    try:
        with _alone(file):
            tip = _find_end(file)
            line, digest = write_line({"n": tip.count + 1, "previous": tip.digest, **record})
            append_line(file, line)
            _note_tip(file, Tip(tip.count + 1, digest))
            return digest
    except OSError as error:
        raise AuditError(f"the record of decisions {file} cannot be written: {error.strerror}") from None


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    descriptor = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _note_tip(file: Path, tip: Tip) -> None:
    made = file.with_name(f"{file.name}.tip.new")
    made.write_text(f"{tip.count} {tip.digest}\n", encoding="ascii")
    made.replace(tip_file(file))


def _find_end(file: Path) -> Tip:
    """The end of a record that is whole, judged by its last line. A crash may have left the noted tip one line behind."""
    noted = read_tip(file)
    last = last_line(file)
    if last is None and noted is None:
        _note_tip(file, Tip())
        return Tip()
    if last is None and noted == Tip():
        return Tip()
    problem = "damaged" if last is None or noted is None else ""
    if last is not None and noted is not None:
        values, digest, problem = read_line(last)
        end = Tip(values.get("n", 0) if not problem else 0, digest)
        if not problem and (end == noted or (end.count, values.get("previous")) == (noted.count + 1, noted.digest)):
            return end
    raise AuditError(
        f"the record of decisions {file} does not end as it was left ({problem or 'lines are missing'}); "
        f"look at it: aicheck gate audit verify {file}"
    )
