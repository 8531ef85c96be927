"""The work tree as git would store it, compared with HEAD, without running any filter.

Files whose size and time are those that git recorded are unchanged. Others are read; line ends that a checkout converted
and large files that a checkout filled in are recognised as what git stores for them.
"""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from aicheck.changes.disk import Folder
from aicheck.changes.git import Entry, Git, IndexEntry
from aicheck.changes.index_file import Seen, read_stat_data
from aicheck.changes.repository import submodule_head
from aicheck.errors import ChangeError
from aicheck.model.change import Content

LFS_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-.*\n)*oid sha256:([0-9a-f]{64})\nsize (\d+)\n")
LFS_POINTER_LIMIT = 1024
"""Bytes; a larger object is not a pointer."""
SUBMODULE = "160000"

Side = Entry | Content | None
"""A stored entry, content that is only on disk, or nothing."""


@dataclass(frozen=True, slots=True)
class _Tree:
    """What one comparison needs to know about the work tree."""

    git: Git
    folder: Folder
    seen: Mapping[bytes, Seen]
    stored: Mapping[str, bytes]
    """Small objects by id: those that may be pointers to large files, and those that disk content is compared with."""


def merged_index(git: Git) -> tuple[IndexEntry, ...]:
    """The index. Raises ChangeError while a merge is unresolved."""
    entries = git.index()
    conflict = next((entry for entry in entries if entry.stage), None)
    if conflict is not None:
        raise ChangeError(f"the index has unresolved conflicts ({conflict.path}); resolve them, then run aicheck again")
    return entries


def compare_index(git: Git) -> dict[str, tuple[Side, Side]]:
    """What is staged, against HEAD."""
    head: dict[str, Side] = dict(git.tree("HEAD")) if git.has_commits() else {}
    staged: dict[str, Side] = {entry.path: entry.entry for entry in merged_index(git)}
    return {path: (head.get(path), staged.get(path)) for path in head.keys() | staged.keys() if head.get(path) != staged.get(path)}


def compare_work_tree(git: Git) -> dict[str, tuple[Side, Side]]:
    """What stands in the work tree (staged, unstaged, untracked), against HEAD."""
    head = git.tree("HEAD") if git.has_commits() else {}
    entries = merged_index(git)
    after = _tracked(git, entries)
    folder = Folder(_work_tree(git))
    for path in git.untracked():
        content = folder.read(path)
        if content is not None:
            after[path] = _like_stored(content, head.get(path), git)
    changed = {}
    for path in head.keys() | after.keys():
        before_side, after_side = head.get(path), after.get(path)
        if before_side != after_side and not _is_same(git, before_side, after_side):
            changed[path] = (before_side, after_side)
    return changed


def _work_tree(git: Git) -> Path:
    if git.repository.work_tree is None:
        raise ChangeError("this is a bare repository without a work tree; judge a commit (--commit) or a range (--base and --head)")
    return git.repository.work_tree


def _tracked(git: Git, entries: tuple[IndexEntry, ...]) -> dict[str, Side]:
    folder = Folder(_work_tree(git))
    id_bytes = len(entries[0].entry.id) // 2 if entries else 20
    seen = read_stat_data(git.repository.git_dir / "index", id_bytes)
    unclear = [entry for entry in entries if not entry.skipped and not _is_untouched(entry, folder, seen)]
    ids = [entry.entry.id for entry in unclear if entry.entry.mode != SUBMODULE]
    small = [identifier for identifier, size in git.sizes(ids).items() if size <= LFS_POINTER_LIMIT]
    tree = _Tree(git, folder, seen, git.objects(small))
    after: dict[str, Side] = {entry.path: entry.entry for entry in entries}
    for entry in unclear:
        after[entry.path] = _on_disk(tree, entry)
    return after


def _is_untouched(entry: IndexEntry, folder: Folder, seen: Mapping[bytes, Seen]) -> bool:
    recorded = seen.get(os.fsencode(entry.path))
    status = folder.status(entry.path)
    if recorded is None or status is None or entry.entry.mode == SUBMODULE:
        return False
    same = status.st_mtime_ns == recorded.mtime_ns and status.st_size & 0xFFFFFFFF == recorded.size
    return same and (entry.entry.mode == "100755") == bool(status.st_mode & 0o100)


def _on_disk(tree: _Tree, entry: IndexEntry) -> Side:
    stored = entry.entry
    if stored.mode == SUBMODULE:
        commit = submodule_head(tree.folder.root / entry.path)
        return stored if commit is None else Entry(SUBMODULE, commit)
    content = tree.folder.read(entry.path)
    if content is None:
        return None
    pointer = LFS_POINTER.fullmatch(tree.stored.get(stored.id, b""))
    if pointer:
        return _large_file(content, stored, pointer)
    return _like_stored(content, stored, tree.git)


def _large_file(content: Content, stored: Entry, pointer: "re.Match[bytes]") -> Side:
    """The pointer itself where the file holds what it points to; otherwise a content that git would store as another pointer."""
    if content.size != int(pointer[2]) and content.data != pointer[0]:
        return Content("file", content.executable, content.size, None, "its content is kept by Git LFS")
    if content.data is None or content.data == pointer[0] or hashlib.sha256(content.data).hexdigest().encode() == pointer[1]:
        return stored
    return Content("file", content.executable, content.size, None, "its content is kept by Git LFS")


def _like_stored(content: Content, stored: Entry | None, git: Git) -> Side:
    """The stored entry where the content is the same, line ends and untracked file modes aside; else the content."""
    if not git.repository.trusts_file_mode:
        content = replace(content, executable=stored is not None and stored.mode == "100755")
    if stored is None or content.data is None:
        return content
    for form in _forms(content):
        if _entry(form, len(stored.id)) == stored:
            return stored
    return content


def _forms(content: Content) -> list[Content]:
    """The content, and the content with the line ends that a converting checkout would have changed."""
    data = content.data or b""
    if content.kind != "file" or b"\r\n" not in data or data.count(b"\r\n") != data.count(b"\n") or b"\0" in data[:8000]:
        return [content]
    plain = data.replace(b"\r\n", b"\n")
    return [content, replace(content, data=plain, size=len(plain))]


def _entry(content: Content, id_length: int) -> Entry:
    data = content.data or b""
    hasher = hashlib.sha1(usedforsecurity=False) if id_length == 40 else hashlib.sha256()
    hasher.update(b"blob %d\0" % len(data) + data)
    mode = "120000" if content.kind == "symlink" else "100755" if content.executable else "100644"
    return Entry(mode, hasher.hexdigest())


def _is_same(git: Git, before: Side, after: Side) -> bool:
    return isinstance(before, Entry) and isinstance(after, Content) and isinstance(_like_stored(after, before, git), Entry)


def as_committed(before: bytes | None, after: Content) -> Content:
    """Disk content with line feeds only, where every line of it ends in CR LF and the stored text has none."""
    forms = _forms(after)
    return forms[-1] if before is not None and b"\r\n" not in before else after
