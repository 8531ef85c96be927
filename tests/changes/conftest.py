"""Real git repositories with fixed dates and identities, and no settings but their own."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from aicheck.changes.git import Git, open_repository
from aicheck.model.change import ChangeSet, FileChange

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_COMMITTER_NAME": "Grace",
    "GIT_COMMITTER_EMAIL": "grace@example.com",
    "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_DATE": "1700000000 +0000",
}


class Repo:
    """One repository under test."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *arguments: str | bytes, given: bytes | None = None, check: bool = True) -> bytes:
        done = subprocess.run(["git", *arguments], cwd=self.path, env=ENVIRONMENT, input=given, capture_output=True, check=False)
        assert done.returncode == 0 or not check, done.stderr.decode()
        return done.stdout

    def text(self, *arguments: str, given: bytes | None = None) -> str:
        return self.git(*arguments, given=given).decode().strip()

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, data in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data.encode() if isinstance(data, str) else data)

    def commit(self, files: Mapping[str, str | bytes] | None = None, message: str = "change") -> str:
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.text("rev-parse", "HEAD")

    def open(self) -> Git:
        return open_repository(self.path)


MakeRepo = Callable[..., Repo]


@pytest.fixture
def make_repo(tmp_path: Path) -> MakeRepo:
    def make(name: str = "repo", *options: str) -> Repo:
        path = tmp_path / name
        path.mkdir(parents=True)
        repo = Repo(path)
        repo.git("init", "-q", "-b", "main", *options)
        return repo

    return make


@pytest.fixture
def repo(make_repo: MakeRepo) -> Repo:
    return make_repo()


def by_path(change: ChangeSet) -> dict[str, FileChange]:
    return {file.path: file for file in change.files}


def sides(change: ChangeSet) -> dict[str, tuple[bytes | None, bytes | None]]:
    """Path -> the data of both sides."""
    return {file.path: (file.before.data if file.before else None, file.after.data if file.after else None) for file in change.files}
