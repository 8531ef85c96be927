"""Where reports go: what stands there is replaced whole, or one sentence says why it cannot be."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from aicheck.cli.output import parse_outputs, prepare, replace_file
from aicheck.errors import UsageError

SOURCE = Path(__file__).parents[2]


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Two folders to compare, one line apart."""
    for side, text in (("before", "x = 1\n"), ("after", "x = 2\n")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "app.py").write_text(text)
    return tmp_path


def scan_in_shell(folders: Path, rest: str) -> subprocess.CompletedProcess[str]:
    command = f"'{sys.executable}' -m aicheck scan --before before --after after {rest}"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.run(["sh", "-c", command], cwd=folders, env=environment, capture_output=True, text=True, check=False)


def test_a_closed_standard_output_changes_no_answer(folders: Path) -> None:
    done = scan_in_shell(folders, "--format text --format json=out.json >&-")
    assert (done.returncode, done.stderr) == (0, "")
    assert (folders / "out.json").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_full_disk_is_one_sentence(folders: Path) -> None:
    done = scan_in_shell(folders, "> /dev/full")
    assert done.returncode == 2
    assert done.stderr.startswith("aicheck: nothing more can be written: No space left")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("wanted", "sentence"), [(("json=folder",), "is a folder"), (("json=x", "sarif=./x"), "cannot share one file")])
def test_a_file_that_cannot_be_the_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: tuple[str, ...], sentence: str) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=sentence):
        parse_outputs(wanted)


def test_a_fifo_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    prepare(parse_outputs((f"json={fifo}",)))
    replace_file(fifo, "{}")
    assert os.read(reader, 10) == b"{}\n"
    os.close(reader)
    assert stat.S_ISFIFO(fifo.stat().st_mode)


def test_the_null_device_stays() -> None:
    prepare(parse_outputs(("json=/dev/null",)))
    replace_file(Path("/dev/null"), "{}")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    precious, link = tmp_path / "precious", tmp_path / "out.json"
    precious.write_text("mine")
    link.symlink_to(precious)
    prepare(parse_outputs((f"json={link}",)))
    replace_file(link, "{}")
    assert (precious.read_text(), link.read_text(), link.is_symlink()) == ("mine", "{}\n", False)


def test_a_report_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        replace_file(tmp_path / "out.json", "\ud800")
    assert list(tmp_path.iterdir()) == []
