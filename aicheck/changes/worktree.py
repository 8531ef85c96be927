"""The work tree as git would store it, compared with HEAD, without running any filter.

Files whose times, inode and size are those that git recorded are unchanged. Others are read; line ends that a checkout
converted and large files that a checkout filled in are recognised as what git stores for them. Contents that another
filter rewrites (`ident`, encodings, encryption) count as changed once their times differ from the recorded ones.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from aicheck.changes.disk import TOO_LARGE, Folder
from aicheck.changes.git import Git
from aicheck.changes.index_file import Seen, read_index_file
from aicheck.changes.repository import Repository, submodule_head
from aicheck.changes.tree import EXECUTABLE, FILE, SUBMODULE, SYMLINK, Entry, IndexEntry
from aicheck.errors import ChangeError
from aicheck.model.change import Content
from aicheck.regex import regex

LFS_POINTER = regex(rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,18})\n")
LFS_POINTER_LIMIT = 1024
"""Bytes; a larger object is not a pointer."""
LFS_UNREAD = "git-lfs content"

Side = Entry | Content | None
"""A stored entry, content that is only on disk, or nothing."""


class Comparison(msgspec.Struct, frozen=True):
    """The paths in which two sides differ, and what could not be compared."""

    sides: Mapping[str, tuple[Side, Side]]
    notes: tuple[str, ...] = ()


class _Disk:
    """The work tree's files, each as the entry that git would store where it equals one."""

    def __init__(self, repository: Repository, folder: Folder) -> None:
        self.folder = folder
        self._trusts_mode = repository.trusts_file_mode
        self._has_symlinks = repository.has_symlinks

    def side(self, path: str, stored: Entry | None, pointer: bytes = b"") -> Side:
        """What stands at a path: `stored` itself when git would store the same. `pointer` is its stored text when small."""
        if stored is not None and stored.mode == SUBMODULE:
            return self._submodule(path, stored)
        content = self.folder.read(path)
        if content is None or stored is None or content.kind == "special":
            return content
        if content.kind == "file":
            content = self._with_mode(content, stored)
        found = LFS_POINTER.fullmatch(pointer)
        if found and content.kind == "file" and content.data != pointer:
            return self._large_file(path, content, stored, found)
        return stored if self._is_stored(path, content, stored) else content

    def _with_mode(self, content: Content, stored: Entry) -> Content:
        """The content with what the file system cannot express taken from the stored entry."""
        if stored.mode == SYMLINK and not self._has_symlinks and content.data is not None:
            return replace(content, kind="symlink", executable=False)
        if not self._trusts_mode:
            return replace(content, executable=stored.mode == EXECUTABLE)
        return content

    def _large_file(self, path: str, content: Content, stored: Entry, pointer: "re.Match[bytes]") -> Side:
        """The pointer where the file holds what it points to; otherwise a content that git would store as another pointer."""
        is_same = content.size == int(pointer[2]) and self.folder.digest(path, "sha256") == pointer[1].decode("ascii")
        if is_same and _mode(content) == stored.mode:
            return stored
        return Content("file", content.executable, content.size, None, LFS_UNREAD)

    def _is_stored(self, path: str, content: Content, stored: Entry) -> bool:
        if _mode(content) != stored.mode:
            return False
        algorithm = "sha1" if len(stored.id) == 40 else "sha256"
        if content.unread == TOO_LARGE:
            return self.folder.digest(path, algorithm, b"blob %d\0" % content.size) == stored.id
        return any(_blob_id(form, algorithm) == stored.id for form in _forms(content))

    def _submodule(self, path: str, stored: Entry) -> Side:
        """The commit checked out, read from its files; one that is not checked out, or whose HEAD is not plain, is unchanged."""
        status = self.folder.status(path)
        if status is None or not stat.S_ISDIR(status.st_mode):
            return self.folder.read(path)
        commit = submodule_head(Path(self.folder.locate(path)))
        return stored if commit is None else Entry(SUBMODULE, commit)


def merged_index(git: Git) -> tuple[IndexEntry, ...]:
    """The index. Raises ChangeError while a merge is unresolved."""
    entries = git.index()
    conflict = next((entry for entry in entries if entry.stage), None)
    if conflict is not None:
        raise ChangeError(f"the index has unresolved conflicts ({conflict.path}); resolve them, then run aicheck again")
    return entries


def compare_index(git: Git, head: str) -> Comparison:
    """What is staged, against the commit `head` (empty: against nothing). Files only announced with `git add -N` are not staged."""
    before: dict[str, Side] = dict(git.tree(head)) if head else {}
    entries = merged_index(git)
    seen = read_index_file(git.index_file, _id_bytes(entries))
    after: dict[str, Side] = {entry.path: entry.entry for entry in entries if not _is_announced(entry, seen)}
    return Comparison(_differences(before, after))


def compare_work_tree(git: Git, head: str) -> Comparison:
    """What stands in the work tree (staged, unstaged, untracked), against the commit `head` (empty: against nothing).

    FIFOs and devices beside the files are in it although git would not store them; sockets are left-overs of programs.
    """
    before = git.tree(head) if head else {}
    folder = Folder(work_tree(git))
    disk = _Disk(git.repository, folder)
    entries = merged_index(git)
    after = _tracked(git, disk, entries)
    untracked = git.untracked()
    nested = [path for path in untracked if path.endswith("/")]
    names = [path for path in untracked if not path.endswith("/")]
    folders = _folders([*after, *names])
    pipes = [path for place in sorted(folders) for path in folder.pipes(place)]
    for path in [*names, *pipes]:
        if after.get(path) is None:
            after[path] = disk.side(path, before.get(path))
    sides = {
        path: (one, other)
        for path, (one, other) in _differences(before, after).items()
        if not (isinstance(other, Content) and isinstance(disk.side(path, before.get(path)), Entry))
    }
    notes = (f"repositories inside the work tree were not looked at: {', '.join(sorted(nested))}",) if nested else ()
    return Comparison(sides, notes)


def work_tree(git: Git) -> Path:
    """The top folder. Raises ChangeError in a bare repository."""
    if git.repository.work_tree is None:
        raise ChangeError("this is a bare repository without a work tree; judge a commit (--commit) or a range (--base and --head)")
    return git.repository.work_tree


def as_committed(before: Content | None, after: Content | None) -> Content | None:
    """Disk content with line feeds only, where every line of it ends in CR LF and the stored text has none."""
    if before is None or after is None or before.data is None or b"\r\n" in before.data:
        return after
    return _forms(after)[-1]


def _differences(before: Mapping[str, Side], after: Mapping[str, Side]) -> dict[str, tuple[Side, Side]]:
    return {path: (before.get(path), after.get(path)) for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def _tracked(git: Git, disk: _Disk, entries: tuple[IndexEntry, ...]) -> dict[str, Side]:
    seen = read_index_file(git.index_file, _id_bytes(entries))
    unclear = [entry for entry in entries if not entry.skipped and not _is_untouched(entry, disk.folder, seen)]
    sizes = git.sizes(entry.entry.id for entry in unclear if entry.entry.mode in {FILE, EXECUTABLE})
    small = git.objects([identifier for identifier, size in sizes.items() if size <= LFS_POINTER_LIMIT])
    after: dict[str, Side] = {entry.path: entry.entry for entry in entries}
    for entry in unclear:
        after[entry.path] = disk.side(entry.path, entry.entry, small.get(entry.entry.id, b""))
    return after


def _is_untouched(entry: IndexEntry, folder: Folder, seen: Mapping[bytes, Seen]) -> bool:
    recorded = seen.get(os.fsencode(entry.path))
    if recorded is None or not recorded.settled or recorded.announced or entry.entry.mode not in {FILE, EXECUTABLE}:
        return False
    status = folder.status(entry.path)
    if status is None or not stat.S_ISREG(status.st_mode):
        return False
    is_same_mode = (entry.entry.mode == EXECUTABLE) == bool(status.st_mode & stat.S_IXUSR)
    is_same_file = status.st_ino & 0xFFFFFFFF == recorded.inode and status.st_ctime_ns == recorded.ctime_ns
    return is_same_mode and is_same_file and status.st_mtime_ns == recorded.mtime_ns and status.st_size & 0xFFFFFFFF == recorded.size


def _is_announced(entry: IndexEntry, seen: Mapping[bytes, Seen]) -> bool:
    recorded = seen.get(os.fsencode(entry.path))
    return recorded is not None and recorded.announced


def _id_bytes(entries: tuple[IndexEntry, ...]) -> int:
    return len(entries[0].entry.id) // 2 if entries else 20


def _folders(paths: Iterable[str]) -> set[str]:
    folders = {""}
    for path in paths:
        parent = path.rpartition("/")[0]
        while parent not in folders:
            folders.add(parent)
            parent = parent.rpartition("/")[0]
    return folders


def _forms(content: Content) -> list[Content]:
    """The content, and the content with the line ends that a converting checkout would have changed."""
    data = content.data or b""
    if content.kind != "file" or b"\r\n" not in data or data.count(b"\r\n") != data.count(b"\n") or b"\0" in data[:8000]:
        return [content]
    plain = data.replace(b"\r\n", b"\n")
    return [content, replace(content, data=plain, size=len(plain))]


def _mode(content: Content) -> str:
    return SYMLINK if content.kind == "symlink" else EXECUTABLE if content.executable else FILE


def _blob_id(content: Content, algorithm: str) -> str:
    data = content.data
    return "" if data is None else hashlib.new(algorithm, b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
