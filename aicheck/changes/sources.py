"""Every way to name a change, each ending in the same ChangeSet."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aicheck.changes.commits import read_commits
from aicheck.changes.disk import SIZE_LIMIT, TOO_LARGE, Folder
from aicheck.changes.git import EMPTY_TREES, Entry, Git
from aicheck.changes.hunks import diff_lines
from aicheck.changes.moves import find_moves
from aicheck.changes.worktree import SUBMODULE, Side, as_committed, compare_index, compare_work_tree
from aicheck.errors import ChangeError, UsageError
from aicheck.model.change import ChangeSet, Commit, Content, ContentKind, FileChange, Hunk
from aicheck.model.path import path_bytes

NO_PATHS: tuple[str, ...] = ()


def from_work_tree(git: Git) -> ChangeSet:
    """Staged, unstaged and untracked files against HEAD."""
    return _make(git, compare_work_tree(git), ChangeSet((), "HEAD", "work tree", _head(git)))


def from_index(git: Git) -> ChangeSet:
    """What is staged, against HEAD."""
    return _make(git, compare_index(git), ChangeSet((), "HEAD", "index", _head(git)))


def from_commit(git: Git, revision: str) -> ChangeSet:
    """One commit against its first parent; a root commit against nothing."""
    head = git.resolve(revision)
    (commit,) = read_commits(git, [head])
    notes: tuple[str, ...] = ()
    if len(commit.parents) > 1:
        notes = (f"{head[:12]} is a merge of {len(commit.parents)} parents; it is compared with its first parent",)
    base = commit.parents[0] if commit.parents else ""
    if base and not git.has_commit(base):
        raise ChangeError(
            f"the parent of {head[:12]} is missing from this shallow clone; fetch it (git fetch --deepen=1; in CI: fetch-depth: 0)"
        )
    before = base or EMPTY_TREES[len(head)]
    return _make(git, _sides(git, before, head), ChangeSet((), base, head, base, (commit,), notes=notes))


def from_range(git: Git, base: str, head: str) -> ChangeSet:
    """What `head` adds since it left `base`, as a pull request does. Trusted is the tip of `base`."""
    base_tip, head_tip = git.resolve(base), git.resolve(head)
    bases = git.merge_bases(base_tip, head_tip)
    if not bases:
        hint = (
            "fetch the full history (git fetch --unshallow; in CI: fetch-depth: 0)"
            if git.is_shallow()
            else "name two branches of one history"
        )
        raise ChangeError(f"{base} and {head} have no common ancestor here; {hint}")
    notes: tuple[str, ...] = ()
    before = bases[0]
    if len(bases) > 1:
        before = base_tip
        notes = (f"{base} and {head} have {len(bases)} merge bases; compared with the tip of {base}, which is stricter",)
    commits = read_commits(git, git.commit_ids(base_tip, head_tip))
    return _make(git, _sides(git, before, head_tip), ChangeSet((), before, head_tip, base_tip, commits, notes=notes))


def from_folders(before: Path, after: Path) -> ChangeSet:
    """Two folders without git."""
    for folder in (before, after):
        if not folder.is_dir():
            raise UsageError(f"{folder} is not a folder; --before and --after name two folders")
    first, second = Folder(before), Folder(after)
    sides: dict[str, tuple[Side, Side]] = {}
    for path in sorted({*first.walk(), *second.walk()}, key=path_bytes):
        one, other = first.read(path), second.read(path)
        if one != other or (one is not None and one.data is None):
            sides[path] = (one, other)
    return _make(None, sides, ChangeSet((), "folder", "folder", str(before)))


def from_files(git: Git | None, paths: Sequence[Path], root: Path) -> ChangeSet:
    """Every given file as if it were new (`--all`); a folder stands for its files, inside a repository those not ignored.

    Paths in the result are relative to `root`, which must hold them all.
    """
    folder = Folder(root)
    wanted: set[str] = set()
    tracked = _tracked(git) if git is not None and git.repository.work_tree is not None else None
    for given in paths:
        if not os.path.lexists(given):
            raise UsageError(f"path {given} does not exist")
        absolute = Path(os.path.realpath(given.parent)) / given.name if given.name else Path(os.path.realpath(given))
        if not absolute.is_relative_to(folder.root):
            raise UsageError(f"path {given} lies outside {root}")
        below = absolute.relative_to(folder.root).as_posix()
        below = "" if below == "." else below
        if not absolute.is_dir() or absolute.is_symlink():
            wanted.add(below)
        elif tracked is None:
            wanted.update(folder.walk(below))
        else:
            wanted.update(path for path in tracked if _is_below(path, below))
    sides: dict[str, tuple[Side, Side]] = {path: (None, content) for path in wanted if (content := folder.read(path)) is not None}
    return _make(None, sides, ChangeSet((), "nothing", "files", _head(git) if git else ""))


def narrow(change: ChangeSet, paths: Iterable[str]) -> ChangeSet:
    """The part of a change that lies in `paths` (repository-relative files or folders); partial unless `paths` is empty."""
    wanted = tuple(paths)
    if not wanted:
        return change
    files = tuple(file for file in change.files if any(_is_below(file.path, path) for path in wanted))
    return replace(change, files=files, partial=True)


def read_trusted(git: Git | None, trusted: str, names: Sequence[str]) -> dict[str, bytes]:
    """The named files of the trusted side: a commit of the repository, or a folder. Missing ones are not in it."""
    if not trusted:
        return {}
    if git is None:
        folder = Folder(Path(trusted))
        contents = {name: folder.read(name) for name in names}
        return {name: content.data for name, content in contents.items() if content is not None and content.data is not None}
    found = git.objects([f"{trusted}:{name}" for name in names])
    return {name: found[f"{trusted}:{name}"] for name in names if f"{trusted}:{name}" in found}


def with_commits(change: ChangeSet, commits: tuple[Commit, ...]) -> ChangeSet:
    """The change with the commits that brought it."""
    return replace(change, commits=commits)


def _head(git: Git) -> str:
    return git.resolve("HEAD") if git.has_commits() else ""


def _tracked(git: Git) -> list[str]:
    return sorted({entry.path for entry in git.index() if not entry.skipped} | set(git.untracked()), key=path_bytes)


def _is_below(path: str, folder: str) -> bool:
    return folder in {"", "."} or path == folder or path.startswith(f"{folder}/")


def _sides(git: Git, before: str, after: str) -> dict[str, tuple[Side, Side]]:
    return dict(git.diff_trees(before, after))


@dataclass(frozen=True, slots=True)
class _Objects:
    """The stored contents that a change needs."""

    sizes: Mapping[str, int]
    data: Mapping[str, bytes]

    def content(self, side: Side) -> Content | None:
        """The content behind a stored entry; disk content as it is."""
        if side is None or isinstance(side, Content):
            return side
        if side.mode == SUBMODULE:
            return Content("submodule", executable=False, size=0, data=side.id.encode("ascii"))
        kind: ContentKind = "symlink" if side.mode == "120000" else "file"
        executable = side.mode == "100755"
        if side.id not in self.sizes:
            return Content(kind, executable, 0, None, "its object is missing")
        size = self.sizes[side.id]
        if size > SIZE_LIMIT:
            return Content(kind, executable, size, None, TOO_LARGE)
        return Content(kind, executable, size, self.data[side.id])


def _load(git: Git | None, sides: Mapping[str, tuple[Side, Side]]) -> _Objects:
    if git is None:
        return _Objects({}, {})
    ids = [side.id for pair in sides.values() for side in pair if isinstance(side, Entry) and side.mode != SUBMODULE]
    sizes = git.sizes(ids)
    return _Objects(sizes, git.objects([identifier for identifier, size in sizes.items() if size <= SIZE_LIMIT]))


def _make(git: Git | None, sides: Mapping[str, tuple[Side, Side]], change: ChangeSet) -> ChangeSet:
    """The change set with its files: contents loaded, hunks found, moves recognised."""
    objects = _load(git, sides)
    files = []
    for path in sorted(sides, key=path_bytes):
        before, after = (objects.content(side) for side in sides[path])
        if after is not None and isinstance(sides[path][1], Content) and before is not None:
            after = as_committed(before.data, after)
        if before is not None or after is not None:
            files.append(FileChange(path, before, after, _hunks(before, after)))
    return replace(change, files=mark_moves(files))


def mark_moves(files: Sequence[FileChange]) -> tuple[FileChange, ...]:
    """The files, added ones that continue a removed one marked with its path."""
    removed = {file.path: data for file in files if file.after is None and (data := _text(file.before)) is not None}
    added = {file.path: data for file in files if file.before is None and (data := _text(file.after)) is not None}
    moves = find_moves(removed, added) if removed and added else {}
    return tuple(replace(file, moved_from=moves[file.path]) if file.path in moves else file for file in files)


def _text(content: Content | None) -> bytes | None:
    return content.data if content is not None and content.kind == "file" else None


def _hunks(before: Content | None, after: Content | None) -> tuple[Hunk, ...]:
    sides = [content for content in (before, after) if content is not None]
    if any(content.kind != "file" or content.data is None or b"\0" in content.data[:8000] for content in sides):
        return ()
    return diff_lines((before.data or b"") if before else b"", (after.data or b"") if after else b"")
