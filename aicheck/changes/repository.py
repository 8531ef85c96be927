"""Finds the git directory without asking git, so that nothing inside a tree can choose it."""

import os
import re
from pathlib import Path

import msgspec

from aicheck.errors import ChangeError
from aicheck.regex import regex

POINTER_LIMIT = 4096
"""Bytes of a `.git` file, `commondir` or HEAD that are read."""
CONFIG_LIMIT = 1 << 20
PACKED_LIMIT = 64 << 20
_OFF = r"^\s*{}\s*=\s*(?:false|no|off|0)\s*(?:[#;].*)?$"
_HEX = regex(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Repository(msgspec.Struct, frozen=True):
    """Where a repository's parts lie. All paths are absolute and resolved."""

    git_dir: Path
    common_dir: Path
    """Differs from `git_dir` only in a linked worktree."""
    work_tree: Path | None
    """None in a bare repository."""

    @property
    def trusts_file_mode(self) -> bool:
        """False where `core.fileMode` says that the file system has no executable bits."""
        return not self._is_off("filemode")

    @property
    def has_symlinks(self) -> bool:
        """False where `core.symlinks` says that symbolic links are checked out as small files."""
        return not self._is_off("symlinks")

    def _is_off(self, key: str) -> bool:
        text = _read_bytes(self.common_dir / "config", CONFIG_LIMIT).decode("utf-8", "replace")
        return re.search(_OFF.format(key), text, re.IGNORECASE | re.MULTILINE) is not None


def find_repository(start: Path) -> Repository:
    """The repository that `start` lies in. Raises ChangeError when there is none.

    A bare repository that stands inside a work tree may have come with it: it counts only when `start` is its folder.
    """
    folder = Path(os.path.realpath(start))
    bare: Path | None = None
    for candidate in (folder, *folder.parents):
        marker = candidate / ".git"
        if marker.is_dir() and _is_git_dir(marker):
            return _repository(marker, candidate) if bare != folder else _repository(folder, None)
        if marker.is_file():
            return _repository(_follow(marker), candidate) if bare != folder else _repository(folder, None)
        if candidate.name == ".git" and _is_git_dir(candidate):
            return _repository(candidate, candidate.parent)
        if bare is None and _is_git_dir(candidate):
            bare = candidate
    if bare is not None:
        return _repository(bare, None)
    raise ChangeError(f"{start} is not in a git repository; run aicheck inside one, or compare two folders with --before and --after")


def is_unborn(repository: Repository) -> bool:
    """Whether HEAD names a branch that does not exist yet (and not one that is broken)."""
    reference = _branch(repository.git_dir)
    if reference is None or (repository.common_dir / reference).is_file():
        return False
    return reference not in _packed(repository.common_dir)


def head_branch(repository: Repository) -> str:
    """The full name of the branch that HEAD stands for, whether it exists yet or not; empty when HEAD is detached."""
    return _branch(repository.git_dir) or ""


def follow_reference(repository: Repository, reference: str) -> str:
    """The branch that another name stands for (`git symbolic-ref`); the name itself when it stands for nothing else."""
    seen = {reference}
    while (text := _read(repository.common_dir / reference)).startswith("ref:"):
        reference = text.removeprefix("ref:").strip()
        if reference in seen or not reference.startswith("refs/") or ".." in reference:
            break
        seen.add(reference)
    return reference


def read_head(git_dir: Path) -> str | None:
    """The commit id that HEAD of a git directory points to, read from its files; None when that is not plain to see."""
    common = _common(git_dir)
    reference = _branch(git_dir)
    if reference is None:
        name = _read(git_dir / "HEAD")
        return name if _HEX.fullmatch(name) else None
    loose = _read(common / reference)
    return loose if _HEX.fullmatch(loose) else _packed(common).get(reference)


def submodule_head(folder: Path) -> str | None:
    """The commit id checked out in a submodule's folder; None when it is not checked out."""
    marker = folder / ".git"
    try:
        git_dir = _follow(marker) if marker.is_file() else marker
    except ChangeError:
        return None
    return read_head(git_dir) if _is_git_dir(git_dir) else None


def _branch(git_dir: Path) -> str | None:
    """The reference that HEAD stands for; None when it is detached or strange."""
    name = _read(git_dir / "HEAD")
    reference = name.removeprefix("ref:").strip()
    is_plain = name.startswith("ref:") and reference.startswith("refs/") and ".." not in reference
    return reference if is_plain else None


def _packed(common: Path) -> dict[str, str]:
    """Reference -> id, from `packed-refs`."""
    lines = os.fsdecode(_read_bytes(common / "packed-refs", PACKED_LIMIT)).split("\n")
    parts = (line.split(" ", 1) for line in lines if not line.startswith(("#", "^")))
    return {part[1].strip(): part[0] for part in parts if len(part) == 2 and _HEX.fullmatch(part[0])}


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
    return os.fsdecode(_read_bytes(file, POINTER_LIMIT).split(b"\n", 1)[0]).strip()


def _read_bytes(file: Path, limit: int) -> bytes:
    """The beginning of a regular file; empty when there is none."""
    try:
        if not file.is_file():
            return b""
        with file.open("rb") as stream:
            return stream.read(limit)
    except OSError:
        return b""
