"""`aicheck init`, as a new user runs it, and what the other verbs make of what it leaves."""

import json
import re
from pathlib import Path

import pytest

from tests.demo import aicheck, build_demo, git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The demo's history with owners."""
    folder = build_demo(tmp_path / "repository")
    (folder / "CODEOWNERS").write_text("* @alice @bob\n/terraform/ @carol @acme/sre\n/.aicheck/ @alice\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Owners")
    return folder


@pytest.mark.parametrize("options", [(), ("--blanket",)])
def test_what_it_leaves_is_sound_and_in_force_once_it_is_committed(repository: Path, options: tuple[str, ...]) -> None:
    done = aicheck("init", *options, cwd=repository)
    assert (done.returncode, done.stderr) == (0, "")
    assert "wrote .aicheck/policy.toml" in done.stdout
    assert "no CI job here runs aicheck yet" in done.stdout
    checked = aicheck("policy", "check", cwd=repository)
    assert checked.returncode == 0, checked.stdout
    assert "\n0 problems" in f"\n{checked.stdout}"

    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Who must look")
    (repository / "stockroom" / "greeting.py").write_text("GREETING = 'hello'\n")
    report = json.loads(aicheck("scan", "--format", "json", cwd=repository).stdout)
    assert "policy.toml at" in report["trusted"]["policy"]
    assert "people.toml at" in report["trusted"]["roster"]
    assert report["decision"]["level"] == ("senior" if options else "none")


def test_it_tells_what_would_have_escalated(repository: Path) -> None:
    printed = aicheck("init", cwd=repository).stdout
    found = re.search(
        r"Of the last (\d+) commits, (\d+) would have needed a senior or more, (\d+) less than that, and (\d+) nobody", printed
    )
    assert found is not None, printed
    total, senior, less, nobody = map(int, found.groups())
    assert total == len(git(repository, "rev-list", "--no-merges", "HEAD").split())
    assert senior + less + nobody == total
    assert senior >= 1
    assert len(re.findall(r"^  [0-9a-f]{12}  ", printed, re.MULTILINE)) == min(senior, 5)
    fewer = aicheck("init", "--history", "2", cwd=repository).stdout
    assert "Of the last 2 commits" in fewer


def test_nothing_is_overwritten(repository: Path) -> None:
    (repository / ".aicheck").mkdir()
    (repository / ".aicheck" / "policy.toml").write_text("schema = 1\n")
    printed = aicheck("init", "--history", "0", cwd=repository).stdout
    assert ".aicheck/policy.toml is there and is left as it is" in printed
    assert "wrote .aicheck/people.toml" in printed
    assert (repository / ".aicheck" / "policy.toml").read_text() == "schema = 1\n"


def test_it_looks_around(repository: Path) -> None:
    (repository / ".github" / "workflows").mkdir(parents=True, exist_ok=True)
    (repository / ".github" / "workflows" / "check.yml").write_text("jobs: {x: {steps: [{run: aicheck scan}]}}\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Check")
    printed = aicheck("init", "--history", "0", cwd=repository).stdout
    assert "no CI job" not in printed
    policy = (repository / ".aicheck" / "policy.toml").read_text()
    assert '".github/workflows/**"' in policy
    assert '"deploy/**", "migrations/**", "terraform/**"' in policy
    people = (repository / ".aicheck" / "people.toml").read_text()
    assert '\nsenior = ["@alice", "@bob", "@carol"]\n' in people
    assert "mara@example.com" in people


def test_without_a_commit_or_a_work_tree(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    git(tmp_path / "new", "init", "-q")
    done = aicheck("init", cwd=tmp_path / "new")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no history yet" in done.stdout
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    assert "no work tree to write into" in aicheck("init", cwd=tmp_path / "bare.git").stderr
