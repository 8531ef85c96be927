"""The record of decisions: any line that was altered, removed, moved or cut off is found."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest

from aicheck.gate.audit import append_record
from aicheck.gate.audit_check import read_records, recent_records, verify_record
from aicheck.gate.audit_lines import AuditError, tip_file


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "audit.jsonl"
    for number in range(5):
        append_record(file, {"kind": "decision", "head": f"{number}" * 40, "text": 'a "quoted" line\n\u202e'})
    return file


def test_what_was_written_is_whole_and_can_be_read(log: Path) -> None:
    verified = verify_record(log)
    assert (verified.tip.count, verified.problem) == (5, "")
    assert [row.values["head"][0] for row in read_records(log)] == list("01234")
    assert [values["n"] for values in recent_records(log)] == [1, 2, 3, 4, 5]
    assert log.read_bytes().isascii()


def swap(lines: list[bytes]) -> list[bytes]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


DAMAGE: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "a value altered": (lambda lines: [*lines[:2], lines[2].replace(b"2222", b"2322"), *lines[3:]], "line 3: it was altered"),
    "one digit of a digest": (lambda lines: [*lines[:4], lines[4][:-4] + b'z"}\n'], "line 5: it does not end in a digest"),
    "a line removed": (lambda lines: lines[:1] + lines[2:], "line 2: it does not follow the line before it"),
    "the first line removed": (lambda lines: lines[1:], "line 1: it does not follow the line before it"),
    "two lines swapped": (swap, "line 2: it does not follow the line before it"),
    "a line twice": (lambda lines: [*lines[:3], lines[2], *lines[3:]], "line 4: it does not follow the line before it"),
    "the last line removed": (lambda lines: lines[:-1], "5 lines were written and 4 are there"),
    "everything removed": (lambda lines: [], "5 lines were written and 0 are there"),
    "cut inside a line": (lambda lines: [*lines[:4], lines[4][:50]], "line 5: it is cut off"),
    "the last line end cut off": (lambda lines: [*lines[:4], lines[4][:-1]], "line 5: it is cut off"),
    "a strange line added": (lambda lines: [*lines, b"{}\n"], "line 6: it does not end in a digest"),
    "an empty line": (lambda lines: [*lines[:2], b"\n", *lines[2:]], "line 3: it does not end in a digest"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_found_and_nothing_is_written_behind_it(log: Path, name: str) -> None:
    change, problem = DAMAGE[name]
    log.write_bytes(b"".join(change(log.read_bytes().splitlines(keepends=True))))
    assert verify_record(log).problem.startswith(problem)
    if name.startswith(("the last", "everything", "cut", "one digit", "a strange")):
        before = log.read_bytes()
        with pytest.raises(AuditError, match="does not end as it was left"):
            append_record(log, {"kind": "decision"})
        assert log.read_bytes() == before


def test_any_single_byte_is_found(log: Path) -> None:
    data = log.read_bytes()
    for at in range(0, len(data), 7):
        log.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert verify_record(log).problem, at


def test_a_missing_tip_is_told(log: Path) -> None:
    tip_file(log).unlink()
    assert "nothing tells whether lines were cut off" in verify_record(log).problem
    with pytest.raises(AuditError, match="does not end as it was left"):
        append_record(log, {"kind": "decision"})


def test_a_record_that_was_cut_together_with_its_tip_lacks_the_digest_that_somebody_was_shown(log: Path) -> None:
    shown = append_record(log, {"kind": "decision"})
    assert verify_record(log, shown[:12]).problem == ""
    lines = log.read_bytes().splitlines(keepends=True)
    rows = list(read_records(log))
    log.write_bytes(b"".join(lines[:-1]))
    tip_file(log).write_text(f"5 {rows[4].digest}\n")
    assert verify_record(log).problem == ""
    assert verify_record(log, shown[:12]).problem == f"no line has the digest {shown[:12]}"


def test_a_crash_between_line_and_tip_loses_nothing(log: Path) -> None:
    tip = tip_file(log).read_text()
    append_record(log, {"kind": "decision"})
    tip_file(log).write_text(tip)
    assert verify_record(log).problem == ""
    append_record(log, {"kind": "decision"})
    assert (verify_record(log).tip.count, verify_record(log).problem) == (7, "")


def test_what_does_not_fit_into_a_line_is_not_written(log: Path) -> None:
    before = log.read_bytes()
    with pytest.raises(AuditError, match="cannot be kept"):
        append_record(log, {"text": "x" * (1 << 20)})
    assert log.read_bytes() == before


def _append_many(file: Path) -> None:
    for _ in range(20):
        append_record(file, {"kind": "decision"})


def test_several_at_once_do_not_mix(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_append_many, args=(file,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (verify_record(file).tip.count, verify_record(file).problem) == (60, "")
