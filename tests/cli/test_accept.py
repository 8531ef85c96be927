"""`aicheck accept`, from the finding to a scan that accepts it."""

import json
import re
from pathlib import Path

import pytest

from tests.demo import aicheck, git

CODE = "import shutil\n\n\ndef drop(folder):\n    shutil.rmtree(folder)\n"
RULE = "broad-deletion/unproven-path"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A work tree with one finding that is not committed yet."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "app.py").write_text("")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    (tmp_path / "app.py").write_text(CODE)
    return tmp_path


def fingerprint(repository: Path) -> str:
    (line,) = aicheck("accept", cwd=repository).stdout.splitlines()
    found = re.fullmatch(rf"(1:[0-9a-f]{{32}})  app\.py:5  {RULE}: .*", line)
    assert found is not None, line
    return found[1]


def test_an_accepted_finding_counts_no_more_once_the_file_is_on_the_base_branch(repository: Path) -> None:
    name = fingerprint(repository)
    done = aicheck("accept", name[2:10], "--reason", "ours", "--until", "2999-01-31", "--by", "alice", cwd=repository)
    assert (done.returncode, done.stderr) == (0, "")
    git(repository, "add", ".aicheck")
    same = aicheck("scan", "--format", "json", cwd=repository)
    decision = json.loads(same.stdout)["decision"]
    assert {because["escalation"] for because in decision["because"]} == {"junior-ai-medium", "junior-ai-high", "rules-changed"}
    git(repository, "commit", "-q", "-m", "accept")
    after = aicheck("scan", "--format", "json", cwd=repository)
    report = json.loads(after.stdout)
    (finding,) = report["findings"]
    assert finding["suppression"]["path"] == ".aicheck/accepted.toml"
    assert finding["suppression"]["reason"] == "ours (alice)"
    assert (report["decision"]["level"], after.returncode) == ("none", 0)


def test_it_counts_again_when_it_has_ended(repository: Path) -> None:
    name = fingerprint(repository)
    assert aicheck("accept", name, "--reason", "ours", "--until", "2999-01-31", cwd=repository).returncode == 0
    file = repository / ".aicheck" / "accepted.toml"
    file.write_text(file.read_text().replace("2999", "2020"))
    git(repository, "add", ".aicheck")
    git(repository, "commit", "-q", "-m", "accept")
    done = aicheck("scan", cwd=repository)
    assert done.returncode == 1
    assert re.search(r"^unused +\.aicheck/accepted\.toml:\d+ +\S+: it ended on 2020-01-31", done.stdout, re.MULTILINE), done.stdout


def test_a_report_names_findings_as_well(repository: Path) -> None:
    report = repository / "report.json"
    report.write_text(aicheck("scan", "app.py", "--format", "json", cwd=repository).stdout)
    done = aicheck(
        "accept", fingerprint(repository), "--report", "report.json", "--reason", "ours", "--until", "2999-01-31", cwd=repository
    )
    assert done.returncode == 0, done.stderr
    report.write_text("{}")
    assert "is no output of" in aicheck("accept", "--report", "report.json", cwd=repository).stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--until", "2999-01-31"), "with a reason only"),
        (("--reason", "ours"), "for a while only"),
        (("--reason", "ours", "--until", "2020-01-31"), "has passed"),
        (("--reason", "...", "--until", "2999-01-31"), "with a reason only"),
    ],
)
def test_reason_and_date_are_asked_for(repository: Path, options: tuple[str, ...], words: str) -> None:
    done = aicheck("accept", fingerprint(repository), *options, cwd=repository)
    assert done.returncode == 2
    assert words in done.stderr
    assert not (repository / ".aicheck").exists()


def test_an_unknown_fingerprint_is_refused(repository: Path) -> None:
    for name in ("1:" + "0" * 32, "1:", "abc"):
        assert "no finding that counts here" in aicheck("accept", name, "--reason", "x", "--until", "2999-01-31", cwd=repository).stderr
