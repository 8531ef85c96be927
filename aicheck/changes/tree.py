"""Entries of trees and the index, and the names that no tree may hold."""

import os
import re

import msgspec

from aicheck.errors import ChangeError

FILE, EXECUTABLE, SYMLINK, SUBMODULE, FOLDER = "100644", "100755", "120000", "160000", "040000"
_MODES = {"100644": FILE, "100664": FILE, "100755": EXECUTABLE, "120000": SYMLINK, "160000": SUBMODULE}
"""Known modes; `100664` is what old versions of git wrote for `100644`."""
_ABSENT = "000000"
_IGNORED_BY_HFS = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_SUSPECT = re.compile(rb"(?:\A|/)(?:/|\Z|\.{1,2}(?:/|\Z)|\.[gG\xe2\xef]|[gG][iI][tT]~|[\xe2\xef])|\0")
"""Finds every path that holds a forbidden part, and few others: most paths need one look."""
_HEADER = re.compile(rb":(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*")


class Entry(msgspec.Struct, frozen=True):
    """One path of a tree or index."""

    mode: str
    """One of the constants of this module; FOLDER only where a method says so."""
    id: str


class IndexEntry(msgspec.Struct, frozen=True):
    """One path of the index."""

    path: str
    entry: Entry
    stage: int
    """0; 1 to 3 for the sides of an unresolved merge."""
    skipped: bool
    """True for a skip-worktree entry of a sparse checkout: its absence on disk means nothing."""


def check_path(raw: bytes) -> str:
    """A path of a tree as text. Raises ChangeError for one that could leave the work tree or name its `.git` on some file system."""
    if _SUSPECT.search(raw) and (b"\0" in raw or any(_is_forbidden(part) for part in raw.split(b"/"))):
        raise ChangeError("malformed tree: it holds a name that is not a plain relative path")
    return os.fsdecode(raw)


def _is_forbidden(part: bytes) -> bool:
    if part in {b"", b".", b".."}:
        return True
    name = _IGNORED_BY_HFS.sub("", part.decode("utf-8", "replace")).lower()
    return name.split(":", 1)[0].rstrip(". ") in {".git", "git~1"}


def make_entry(mode: str, identifier: str) -> Entry | None:
    """The entry; None for the absent side of a comparison. Raises ChangeError for a mode that git does not write."""
    if mode == _ABSENT:
        return None
    if mode not in _MODES:
        raise ChangeError(f"malformed tree: it holds an entry with the unknown mode {mode}")
    return Entry(_MODES[mode], identifier)


def parse_differences(raw: bytes) -> dict[str, tuple[Entry | None, Entry | None]]:
    """Path -> both entries, from `diff-tree -r -z --raw`."""
    fields = raw.split(b"\0")
    changed: dict[str, tuple[Entry | None, Entry | None]] = {}
    for header, name in zip(fields[0::2], fields[1::2], strict=False):
        found = _HEADER.fullmatch(header)
        path = check_path(name)
        if found is None or path in changed:
            raise ChangeError("malformed tree: it holds one name twice, or an entry that git cannot compare")
        before_mode, after_mode, before_id, after_id = (part.decode("ascii") for part in found.groups())
        changed[path] = (make_entry(before_mode, before_id), make_entry(after_mode, after_id))
    return changed


def parse_tree(raw: bytes, id_bytes: int) -> dict[bytes, Entry]:
    """The direct entries of a tree object by name, folders included."""
    entries: dict[bytes, Entry] = {}
    offset = 0
    while offset < len(raw):
        mode, space, _ = raw[offset : offset + 8].partition(b" ")
        end = raw.find(b"\0", offset)
        if not space or end < 0 or end + 1 + id_bytes > len(raw):
            raise ChangeError("malformed tree: one of its entries is cut off")
        name = raw[offset + len(mode) + 1 : end]
        identifier = raw[end + 1 : end + 1 + id_bytes].hex()
        padded = mode.decode("ascii", "replace").rjust(6, "0")
        check_path(name)
        entry = Entry(FOLDER, identifier) if padded == FOLDER else make_entry(padded, identifier)
        if entry is None or name in entries or b"/" in name:
            raise ChangeError("malformed tree: it holds one name twice, or a name with a slash")
        entries[name] = entry
        offset = end + 1 + id_bytes
    return entries


def parse_listing(raw: bytes) -> dict[str, Entry]:
    """Path -> entry, from `ls-tree -r -z`."""
    entries: dict[str, Entry] = {}
    for line in raw.split(b"\0")[:-1]:
        header, _, name = line.partition(b"\t")
        mode, _, identifier = header.decode("ascii", "replace").split(" ")
        entry, path = make_entry(mode, identifier), check_path(name)
        if entry is None or path in entries:
            raise ChangeError("malformed tree: it holds one name twice")
        entries[path] = entry
    return entries


def parse_index(raw: bytes) -> tuple[IndexEntry, ...]:
    """The entries in their order, from `ls-files -s -t -z`."""
    entries = []
    for line in raw.split(b"\0")[:-1]:
        header, _, name = line.partition(b"\t")
        tag, mode, identifier, stage = header.decode("ascii", "replace").split(" ")
        entry = make_entry(mode, identifier)
        if entry is not None:
            entries.append(IndexEntry(check_path(name), entry, int(stage), tag == "S"))
    return tuple(entries)
