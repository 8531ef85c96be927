"""From the differing entries of two sides to a change set: contents loaded, hunks found, moves recognised."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from aicheck.changes.disk import SIZE_LIMIT, TOO_LARGE
from aicheck.changes.git import Git
from aicheck.changes.hunks import diff_lines
from aicheck.changes.moves import find_moves
from aicheck.changes.tree import EXECUTABLE, FOLDER, SUBMODULE, SYMLINK, Entry
from aicheck.changes.worktree import Side, as_committed
from aicheck.model.change import ChangeSet, Content, ContentKind, FileChange, Hunk
from aicheck.model.path import path_bytes

BATCH_BYTES = 64 << 20
"""Bytes asked of git in one call."""
TOTAL_BYTES = 512 << 20
"""Bytes of stored contents that one change may hold in memory; what comes after them, in order of path, is not read."""
MISSING = "object is missing"
TOO_MUCH = f"the change holds more than {TOTAL_BYTES >> 20} MiB"
BINARY_PROBE = 8000
"""Bytes in which a NUL makes a file binary, as git counts."""


class Stored(msgspec.Struct, frozen=True):
    """The stored contents that a change needs, by object id."""

    sizes: Mapping[str, int]
    data: Mapping[str, bytes]

    def content(self, side: Side) -> Content | None:
        """The content behind a stored entry; disk content as it is."""
        if side is None or isinstance(side, Content):
            return side
        if side.mode == SUBMODULE:
            return Content("submodule", executable=False, size=0, data=side.id.encode("ascii"))
        kind: ContentKind = "symlink" if side.mode == SYMLINK else "file"
        executable = side.mode == EXECUTABLE
        if side.id not in self.sizes:
            return Content(kind, executable, 0, None, MISSING)
        size = self.sizes[side.id]
        if size > SIZE_LIMIT:
            return Content(kind, executable, size, None, TOO_LARGE)
        if side.id not in self.data:
            return Content(kind, executable, size, None, TOO_MUCH)
        return Content(kind, executable, size, self.data[side.id])


def load(git: Git | None, sides: Iterable[Side]) -> Stored:
    """The contents of stored entries, sizes first; nothing without a repository."""
    ids = list(dict.fromkeys(side.id for side in sides if isinstance(side, Entry) and side.mode not in {SUBMODULE, FOLDER}))
    if git is None or not ids:
        return Stored({}, {})
    sizes = git.sizes(ids)
    batches: list[list[str]] = [[]]
    total = batch = 0
    for identifier in ids:
        size = sizes.get(identifier, SIZE_LIMIT + 1)
        if size > SIZE_LIMIT or total + size > TOTAL_BYTES:
            continue
        if batch + size > BATCH_BYTES:
            batches.append([])
            batch = 0
        batches[-1].append(identifier)
        total, batch = total + size, batch + size
    data = {identifier: found for group in batches for identifier, found in git.objects(group).items()}
    return Stored(sizes, data)


def assemble(git: Git | None, sides: Mapping[str, tuple[Side, Side]], frame: ChangeSet, *, from_checkout: bool = False) -> ChangeSet:
    """`frame` with its files. `from_checkout`: the after side was checked out and may have converted line ends."""
    paths = sorted(sides, key=path_bytes)
    stored = load(git, (side for path in paths for side in sides[path]))
    files = []
    for path in paths:
        before, after = (stored.content(side) for side in sides[path])
        if from_checkout and isinstance(sides[path][1], Content):
            after = as_committed(before, after)
        if before is not None or after is not None:
            files.append(FileChange(path, before, after, _hunks(before, after)))
    return replace(frame, files=mark_moves(files))


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
    if any(content.kind != "file" or content.data is None or b"\0" in content.data[:BINARY_PROBE] for content in sides):
        return ()
    return diff_lines((before.data or b"") if before else b"", (after.data or b"") if after else b"")
