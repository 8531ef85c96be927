"""Ending a scan early leaves no process and no temporary file behind, and the tree under judgement starts nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2]
HAZARD = "import shutil\nimport sys\n\n\n" + "".join(f"def clean{n}():\n    shutil.rmtree(sys.argv[{n}])\n\n\n" for n in range(40))
SECONDS = 60
"""A guard against hanging, not a measurement."""


def start(folder: Path, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), **variables}
    command = [sys.executable, "-m", "aicheck", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=pipe, stderr=pipe, preexec_fn=listen)  # noqa: PLW1509  one thread


def listen() -> None:
    """Undo what a shell does to the commands that it puts into the background: they ignore an interrupt."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are listed through /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_scan_takes_everything_with_it(tmp_path: Path, number: signal.Signals, code: int) -> None:
    tree, scratch = tmp_path / "tree", tmp_path / "scratch"
    tree.mkdir()
    scratch.mkdir()
    for index in range(200):
        (tree / f"m{index}.py").write_text(HAZARD)
    scan = start(tree, "scan", "--all", "--jobs", "2", TMPDIR=str(scratch))
    seen: set[int] = set()

    def is_reading() -> bool:
        seen.update(children(scan.pid))
        return any(b"aicheck.runners.worker" in read(pid) for pid in seen)

    wait_until(is_reading)
    scan.send_signal(number)
    _, errors = scan.communicate(timeout=SECONDS)
    assert (scan.returncode, errors.strip()) == (code, b"")
    wait_until(lambda: not any(b"aicheck.runners.worker" in read(pid) for pid in seen))
    assert list(scratch.iterdir()) == []


def read(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_nothing_is_imported_from_the_current_folder(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for name in ("pathlib", "click", "msgspec", "rich", "ruff", "semgrep", "libcst", "json"):
        (tmp_path / f"{name}.py").write_text(f"open({str(mark)!r}, 'w')\n")
    scan = start(tmp_path, "scan", "--all")
    _, errors = scan.communicate(timeout=SECONDS)
    assert (scan.returncode, errors) == (0, b"")
    assert not mark.exists()
