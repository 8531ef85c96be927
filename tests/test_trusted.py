"""What is read from the trusted side: the commit, never the work tree."""

import json
from pathlib import Path

import pytest

from tests.demo import aicheck, git

SHARED = 'schema = 1\n[[escalate]]\nid = "docs"\nwhen = { paths = ["docs/**"] }\nto = "senior"\nwhy = "docs are law here"\n'
LOOSE = "schema = 1\n"


def make(folder: Path, files: dict[str, str]) -> str:
    """A repository with one commit; its id."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    return commit(folder, files)


def commit(folder: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "change")
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.fixture
def pinned(tmp_path: Path) -> tuple[Path, str]:
    """A repository whose policy extends that of the one beside it, which has moved on since; and the pinned commit."""
    pin = make(tmp_path / "policies", {".aicheck/policy.toml": SHARED})
    commit(tmp_path / "policies", {".aicheck/policy.toml": LOOSE})
    repository = tmp_path / "service"
    make(repository, {".aicheck/policy.toml": f'schema = 1\nextends = "../policies@{pin}"\n', "docs/a.txt": "a\n"})
    (repository / "docs" / "a.txt").write_text("b\n")
    return repository, pin


def test_an_extended_policy_comes_from_its_pinned_commit(pinned: tuple[Path, str]) -> None:
    repository, pin = pinned
    report = json.loads(aicheck("scan", "--format", "json", cwd=repository).stdout)
    assert [because["escalation"] for because in report["decision"]["because"]] == ["docs"]
    assert f"extending .aicheck/policy.toml of ../policies@{pin[:12]}" in report["trusted"]["policy"]


def test_the_commit_may_be_in_the_repository_itself(pinned: tuple[Path, str], tmp_path: Path) -> None:
    repository, pin = pinned
    git(repository, "fetch", "-q", "../policies", "main:refs/policies/main")
    (tmp_path / "policies").rename(tmp_path / "gone")
    report = json.loads(aicheck("scan", "--format", "json", cwd=repository).stdout)
    assert report["decision"]["level"] == "senior"
    git(repository, "update-ref", "-d", "refs/policies/main")
    git(repository, "reflog", "expire", "--expire=now", "--all")
    git(repository, "gc", "-q", "--prune=now")
    done = aicheck("scan", cwd=repository)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"policies@{pin[:12]} is extended and not here" in done.stderr


def test_a_pinned_commit_without_a_policy_is_an_error(tmp_path: Path) -> None:
    pin = make(tmp_path / "policies", {"readme": "x\n"})
    repository = tmp_path / "service"
    make(repository, {".aicheck/policy.toml": f'schema = 1\nextends = "../policies@{pin}:team.toml"\n'})
    done = aicheck("scan", cwd=repository)
    assert done.returncode == 2
    assert "that commit has no such file" in done.stderr


ROSTER = 'schema = 1\n[rank]\nsenior = ["@alice", "@bob"]\n'
OWNED = {".aicheck/people.toml": ROSTER, ".github/CODEOWNERS": "/.aicheck/ @alice\n", "CODEOWNERS": "* @bob\n"}


def test_owners_come_from_the_first_owners_file_of_the_commit(tmp_path: Path) -> None:
    make(tmp_path / "repo", OWNED)
    (tmp_path / "repo" / ".github" / "CODEOWNERS").write_text("/.aicheck/ @bob\n")
    (tmp_path / "repo" / ".aicheck" / "people.toml").write_text(ROSTER + "\n")
    decision = json.loads(aicheck("scan", "--format", "json", ".aicheck", cwd=tmp_path / "repo").stdout)["decision"]
    assert [(need["level"], need["missing"], need["candidates"]) for need in decision["needs"]] == [
        ("owner", ["a senior who owns .aicheck/people.toml"], ["@alice"])
    ]


def test_an_owners_file_that_is_too_long_to_be_read_to_its_end_is_an_error(tmp_path: Path) -> None:
    make(tmp_path / "repo", OWNED | {".github/CODEOWNERS": "# line\n" * 20_001, "a.txt": "a\n"})
    done = aicheck("scan", cwd=tmp_path / "repo")
    assert done.returncode == 2
    assert "CODEOWNERS at " in done.stderr
    assert "more than 20000 lines" in done.stderr
