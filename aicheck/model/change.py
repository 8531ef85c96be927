"""What is judged: the files of a change with both sides, and the commits that brought it."""

from typing import Literal

import msgspec

ContentKind = Literal["file", "symlink", "submodule", "special"]


class Content(msgspec.Struct, frozen=True):
    """One side of one path, as git would store it."""

    kind: ContentKind
    """`special`: a FIFO, socket or device in the work tree, which git would not store."""
    executable: bool
    size: int
    """Bytes; 0 for submodules."""
    data: bytes | None
    """The stored bytes; a symlink's target; a submodule's commit id. None when they could not or must not be read."""
    unread: str = ""
    """Why `data` is None, in words for the coverage ledger (`larger than 5 MiB`, `object is missing`); else empty."""


class Hunk(msgspec.Struct, frozen=True):
    """One block of differing lines.

    Lines are 1-based. A count of 0 means that the side has nothing there; its line is then the one before which the other
    side's lines stand.
    """

    before_line: int
    before_count: int
    after_line: int
    after_count: int


class FileChange(msgspec.Struct, frozen=True):
    """Both sides of one changed path. At least one side is present; both when the path was modified."""

    path: str
    before: Content | None
    after: Content | None
    hunks: tuple[Hunk, ...] = ()
    """In file order. Empty for binary, unread and non-file sides."""
    moved_from: str | None = None
    """For an added path: the removed path of the same change that it most resembles (at least half of the lines)."""

    def side(self, side: str) -> Content | None:
        """The content of `before` or `after`."""
        return self.before if side == "before" else self.after

    @property
    def added(self) -> int:
        """Lines that only the after side has."""
        return sum(hunk.after_count for hunk in self.hunks)

    @property
    def removed(self) -> int:
        """Lines that only the before side has."""
        return sum(hunk.before_count for hunk in self.hunks)


class Identity(msgspec.Struct, frozen=True):
    """A name and e-mail address as the commit object holds them (no mailmap)."""

    name: str
    email: str


class Commit(msgspec.Struct, frozen=True):
    """One commit of the change."""

    id: str
    """40 or 64 hexadecimal digits."""
    parents: tuple[str, ...]
    author: Identity
    committer: Identity
    message: str
    """Subject and body; undecodable bytes are surrogate escapes."""
    committed: int = 0
    """When, in seconds since 1970; 0 when that is not known."""


class ChangeSet(msgspec.Struct, frozen=True):
    """Everything one run judges."""

    files: tuple[FileChange, ...]
    """Unique paths, sorted by their bytes."""
    base: str
    """The commit id of the before side, or words such as `index` or `folder`."""
    head: str
    """The commit id of the after side, or words such as `work tree`, `index`, `folder`, `patch`."""
    trusted: str
    """The commit id (or folder) that policy and settings are read from; empty when there is none."""
    commits: tuple[Commit, ...] = ()
    """The commits of the change, oldest first; empty where there are none (work tree, folders, patch)."""
    partial: bool = False
    """True when PATHS narrowed the change; a gate refuses a partial result."""
    notes: tuple[str, ...] = ()
    """Sentences that the user must know (`merge commit: compared with its first parent`)."""
