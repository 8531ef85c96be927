"""Doubling a note at most doubles the time to read it, give or take: the best of several runs, on notes that take long."""

import time
from collections.abc import Callable

import pytest

from aicheck.provenance.claims import RecordError
from aicheck.provenance.notes import parse_note

PIECES = {
    "entries": "a.py\n" + "  s_1::t_1 1-2,4\n",
    "ranges": "1,",
    "files": "some/file.py\n",
    "blanks": " ",
    "dashes": "---",
    "lines of dashes": "----\n",
    "carriage returns": "\r",
    "quotes": '"\n',
    "digits": "9",
    "braces": "{",
}
END = b'\n---\n{"schema_version":"authorship/3.0.0"}'
ATTEMPTS = 12


def best_time(run: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def read(note: bytes) -> None:
    try:
        parse_note(note)
    except RecordError:
        return


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
@pytest.mark.parametrize("start", ["", "a.py\n  s_1 "])
def test_a_note_of_twice_the_length_takes_little_more_than_twice_the_time(piece: str, start: str) -> None:
    once, twice = (start.encode() + piece.encode() * (size // len(piece)) + END for size in (1 << 20, 2 << 20))
    ratios = []
    for _ in range(ATTEMPTS):
        ratios.append(best_time(lambda: read(twice)) / max(best_time(lambda: read(once)), 0.002))
        if ratios[-1] <= 2.5:
            return
    pytest.fail(f"twice the length took {ratios} times as long")
