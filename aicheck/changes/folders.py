"""Changes without history: two folders, or files as if each were new."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from aicheck.changes.assemble import assemble
from aicheck.changes.disk import TOO_LARGE, Folder
from aicheck.changes.git import Git
from aicheck.changes.worktree import Side
from aicheck.errors import UsageError
from aicheck.model.change import ChangeSet, Content
from aicheck.model.path import path_bytes


def from_folders(before: Path, after: Path) -> ChangeSet:
    """Two folders without git. `.git` is left out of both."""
    for folder in (before, after):
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder; --before and --after name two folders")
    first, second = Folder(before), Folder(after)
    sides: dict[str, tuple[Side, Side]] = {}
    for path in sorted({*first.walk(), *second.walk()}, key=path_bytes):
        one, other = first.read(path), second.read(path)
        if one != other or not _is_equal(path, one, first, second):
            sides[path] = (one, other)
    return assemble(None, sides, ChangeSet((), "folder", "folder", str(before)))


def from_files(git: Git | None, paths: Sequence[Path], root: Path) -> ChangeSet:
    """Every given file as if it were new (`--all`); a folder stands for its files, inside a repository those not ignored.

    Paths in the result are relative to `root`, which must hold them all. Raises UsageError.
    """
    folder = Folder(root)
    tracked = _listed(git, root)
    wanted: set[str] = set()
    for given in paths:
        below = _relative(given, folder)
        status = folder.status(below)
        if status is None or not stat.S_ISDIR(status.st_mode):
            wanted.add(below)
        elif tracked is None:
            wanted.update(folder.walk(below))
        else:
            wanted.update(path for path in tracked if is_below(path, below))
    sides: dict[str, tuple[Side, Side]] = {path: (None, content) for path in wanted if (content := folder.read(path)) is not None}
    return assemble(None, sides, ChangeSet((), "nothing", "files", git.head() if git is not None else ""))


def is_below(path: str, folder: str) -> bool:
    """Whether a path is `folder` or lies in it, by whole components; everything lies in the empty path and in `.`."""
    return folder in {"", "."} or path == folder or path.startswith(f"{folder.rstrip('/')}/")


def _is_equal(path: str, content: Content | None, first: Folder, second: Folder) -> bool:
    """Whether contents that look alike are: what was too large to read is compared by digest, what cannot be read is not equal."""
    if content is None or content.data is not None or content.kind == "special":
        return content is None or not content.unread.startswith("folder")
    digest = first.digest(path, "sha256") if content.unread == TOO_LARGE else ""
    return digest != "" and digest == second.digest(path, "sha256")


def _relative(given: Path, folder: Folder) -> str:
    if not os.path.lexists(given):
        raise UsageError(f"path {given} does not exist")
    absolute = Path(os.path.normpath(Path.cwd() / given))
    absolute = Path(os.path.realpath(absolute.parent)) / absolute.name
    if not absolute.is_relative_to(folder.root):
        raise UsageError(f"path {given} lies outside {folder.root}")
    below = absolute.relative_to(folder.root).as_posix()
    return "" if below == "." else below


def _listed(git: Git | None, root: Path) -> list[str] | None:
    """The files that git knows or would offer to add, relative to `root`; None where there is no work tree around it."""
    work_tree = git.repository.work_tree if git is not None else None
    top = Path(os.path.realpath(root))
    if git is None or work_tree is None or not top.is_relative_to(work_tree):
        return None
    prefix = "" if top == work_tree else f"{top.relative_to(work_tree).as_posix()}/"
    names = {entry.path for entry in git.index() if not entry.skipped} | {path for path in git.untracked() if not path.endswith("/")}
    return sorted((path.removeprefix(prefix) for path in names if path.startswith(prefix)), key=path_bytes)
