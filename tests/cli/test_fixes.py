"""`scan --fix`, `--diff` and `--stdin-filename` in a real repository."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_main import SOURCE, aicheck, assert_one_sentence, git

BEFORE = "db:\n  host: a.example\n  timeout: 30s\n  pool: 5\n"
AFTER = "db:\n  host: a.example\n  pool: 5\n"
RULE = "safeguard-removal/timeout-setting-removed"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "app.yaml").write_text(BEFORE)
    (folder / "load.py").write_text("import requests\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Start")
    (folder / "app.yaml").write_text(AFTER)
    (folder / "load.py").write_text("import requests\n\nrequests.get('https://a.example')\n")
    return folder


def rules(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [finding["rule"] for finding in json.loads(done.stdout)["findings"] if finding["state"] == "new"]


def test_fix_writes_the_safe_fixes_and_reports_what_is_left(repository: Path) -> None:
    (repository / "app.yaml").chmod(0o640)
    done = aicheck("scan", "--fix", "--format", "json", cwd=repository)
    assert (repository / "app.yaml").read_text() == BEFORE
    assert (repository / "app.yaml").stat().st_mode & 0o777 == 0o640
    assert "timeout" not in (repository / "load.py").read_text()
    assert rules(done) == ["safeguard-removal/request-without-timeout"]
    assert "fixed 1 finding" in done.stderr
    assert sorted(path.name for path in repository.iterdir()) == [".git", "app.yaml", "load.py"]


def test_unsafe_fixes_write_something_new(repository: Path) -> None:
    done = aicheck("scan", "--fix", "--unsafe-fixes", "--format", "json", cwd=repository)
    assert (repository / "load.py").read_text().endswith("requests.get('https://a.example', timeout=10)\n")
    assert rules(done) == []


def test_diff_writes_nothing_and_can_be_applied(repository: Path) -> None:
    done = aicheck("scan", "--diff", "--unsafe-fixes", cwd=repository)
    assert (repository / "app.yaml").read_text() == AFTER
    assert "+  timeout: 30s" in done.stdout
    assert "would fix 2 findings" in done.stderr
    subprocess.run(["git", "apply", "-"], input=done.stdout, text=True, cwd=repository, check=True, env=os.environ)
    assert (repository / "app.yaml").read_text() == BEFORE


def test_diff_of_files_without_a_final_line_feed_can_be_applied(repository: Path) -> None:
    (repository / "app.yaml").write_text(AFTER.rstrip())
    done = aicheck("scan", "--diff", cwd=repository)
    subprocess.run(["git", "apply", "-"], input=done.stdout, text=True, cwd=repository, check=True, env=os.environ)
    assert (repository / "app.yaml").read_text() == BEFORE.rstrip()


def test_line_ends_of_a_checkout_stay(repository: Path) -> None:
    (repository / "app.yaml").write_bytes(AFTER.replace("\n", "\r\n").encode())
    aicheck("scan", "--fix", cwd=repository)
    assert (repository / "app.yaml").read_bytes() == BEFORE.replace("\n", "\r\n").encode()


def test_a_file_behind_a_link_is_not_written(repository: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text(AFTER)
    (repository / "app.yaml").unlink()
    (repository / "app.yaml").symlink_to(outside)
    aicheck("scan", "--fix", cwd=repository)
    assert outside.read_text() == AFTER


@pytest.mark.parametrize(
    "arguments",
    [("--fix", "--diff"), ("--unsafe-fixes",), ("--diff", "--format", "json"), ("--fix", "--staged"), ("--fix", "--commit", "HEAD")],
)
def test_options_that_do_not_go_together(repository: Path, arguments: tuple[str, ...]) -> None:
    assert_one_sentence(aicheck("scan", *arguments, cwd=repository), 2)
    assert (repository / "app.yaml").read_text() == AFTER


def test_standard_input_is_judged_as_the_named_file(repository: Path) -> None:
    (repository / "app.yaml").write_text(BEFORE)
    done = subprocess_with_input(repository, AFTER, "--stdin-filename", "app.yaml", "--format", "concise")
    assert done.stdout.startswith("app.yaml:2:9: medium: ")
    assert done.stdout.endswith(f"[{RULE}]\n")
    assert done.stdout.count("\n") == 1


def test_standard_input_is_judged_against_the_merge_base(repository: Path) -> None:
    git(repository, "checkout", "-q", "-b", "agent/work")
    git(repository, "commit", "-q", "-a", "-m", "No timeout")
    alone = subprocess_with_input(repository, AFTER, "--stdin-filename", "app.yaml", "--format", "json")
    with_base = subprocess_with_input(repository, AFTER, "--stdin-filename", "app.yaml", "--base", "main", "--format", "json")
    assert rules(alone) == []
    assert rules(with_base) == [RULE]


def test_standard_input_may_be_any_bytes(repository: Path) -> None:
    done = subprocess_with_input(repository, "db: \x1b[31m{\n", "--stdin-filename", "new/\x1b]0;x.yaml", "--format", "concise")
    assert "\x1b" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def subprocess_with_input(folder: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "aicheck", "scan", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.run(command, cwd=folder, input=text, capture_output=True, text=True, check=False, env=environment)
