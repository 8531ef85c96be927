"""Finds the git directory without asking git, so that nothing inside a tree can choose it."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from aicheck.errors import ChangeError

POINTER_LIMIT = 4096
"""Bytes of a `.git` file, `commondir` or HEAD that are read."""
_FILE_MODE = re.compile(r"^\s*filemode\s*=\s*(false|no|off|0)\s*(?:[#;].*)?$", re.IGNORECASE | re.MULTILINE)
_HEX = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a repository's parts lie. All paths are absolute and resolved."""

    git_dir: Path
    common_dir: Path
    """Differs from `git_dir` only in a linked worktree."""
    work_tree: Path | None
    """None in a bare repository."""

    @property
    def trusts_file_mode(self) -> bool:
        """False where `core.fileMode` says that the file system has no executable bits."""
        try:
            text = (self.common_dir / "config").read_text("utf-8", "replace")
        except OSError:
            return True
        return _FILE_MODE.search(text) is None


def find_repository(start: Path) -> Repository:
    """The repository that `start` lies in. Raises ChangeError when there is none."""
    folder = Path(os.path.realpath(start))
    for candidate in (folder, *folder.parents):
        marker = candidate / ".git"
        if marker.is_dir() and _is_git_dir(marker):
            return _repository(marker, candidate)
        if marker.is_file():
            return _repository(_follow(marker), candidate)
        if _is_git_dir(candidate):
            return _repository(candidate, None if candidate.name != ".git" else candidate.parent)
    raise ChangeError(f"{start} is not in a git repository; run aicheck inside one, or compare two folders with --before and --after")


def read_head(git_dir: Path) -> str | None:
    """The commit id that HEAD of a git directory points to, read from its files; None when that is not plain to see."""
    common = _common(git_dir)
    name = _read(git_dir / "HEAD")
    if not name.startswith("ref: "):
        return name if _HEX.fullmatch(name) else None
    reference = name.removeprefix("ref: ")
    if ".." in reference or not reference.startswith("refs/"):
        return None
    loose = _read(common / reference)
    if _HEX.fullmatch(loose):
        return loose
    try:
        packed = (common / "packed-refs").read_text("utf-8", "replace")
    except OSError:
        return None
    lines = (line.split(" ", 1) for line in packed.splitlines() if not line.startswith(("#", "^")))
    return next((parts[0] for parts in lines if parts[1:] == [reference] and _HEX.fullmatch(parts[0])), None)


def submodule_head(folder: Path) -> str | None:
    """The commit id checked out in a submodule's folder; None when it is not checked out."""
    marker = folder / ".git"
    try:
        git_dir = _follow(marker) if marker.is_file() else marker
    except ChangeError:
        return None
    return read_head(git_dir) if _is_git_dir(git_dir) else None


def _repository(git_dir: Path, work_tree: Path | None) -> Repository:
    git_dir = Path(os.path.realpath(git_dir))
    return Repository(git_dir, _common(git_dir), work_tree)


def _common(git_dir: Path) -> Path:
    pointer = _read(git_dir / "commondir")
    return Path(os.path.realpath(git_dir / pointer)) if pointer else git_dir


def _is_git_dir(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (
        (folder / "commondir").is_file() or ((folder / "objects").is_dir() and (folder / "refs").is_dir())
    )


def _follow(marker: Path) -> Path:
    """The git directory that a `.git` file names."""
    text = _read(marker)
    target = marker.parent / text.removeprefix("gitdir: ")
    if not text.startswith("gitdir: ") or not _is_git_dir(target):
        raise ChangeError(f"{marker} does not name a git directory; repair it with git worktree repair or git submodule update")
    return Path(os.path.realpath(target))


def _read(file: Path) -> str:
    """The first line of a small file; empty when it cannot be read."""
    try:
        with file.open("rb") as stream:
            data = stream.read(POINTER_LIMIT)
    except OSError:
        return ""
    return os.fsdecode(data.split(b"\n", 1)[0]).strip()
