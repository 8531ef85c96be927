"""Entries of trees and the index, and the names that no tree may hold."""

import os
import re

import msgspec

from aicheck.errors import ChangeError
from aicheck.regex import regex

FILE, EXECUTABLE, SYMLINK, SUBMODULE, FOLDER = "100644", "100755", "120000", "160000", "040000"
_MODES = {"100644": FILE, "100664": FILE, "100755": EXECUTABLE, "120000": SYMLINK, "160000": SUBMODULE}
"""Known modes; `100664` is what old versions of git wrote for `100644`."""
_ABSENT = "000000"
_IGNORED_BY_HFS = regex("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_SUSPECT = regex(rb"(?:\A|/)(?:/|\Z|\.{1,2}(?:/|\Z)|\.[gG\xe2\xef]|[gG][iI][tT]~|[\xe2\xef])|\0")
"""Finds every path that holds a forbidden part, and few others: most paths need one look."""


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


def compare_entries(before: bytes, after: bytes, *, id_bytes: int) -> dict[bytes, tuple[Entry | None, Entry | None]]:
    """Name -> both entries (folders included) where two tree objects differ; only those entries are looked at closely."""
    sides = [set(raw_entries(raw, id_bytes)) for raw in (before, after)]
    found: dict[bytes, tuple[Entry | None, Entry | None]] = {}
    for number, only in enumerate((sides[0] - sides[1], sides[1] - sides[0])):
        for mode, name, identifier in sorted(only, key=lambda entry: entry[1]):
            pair = list(found.get(name, (None, None)))
            check_path(name)
            padded = mode.decode("ascii").rjust(6, "0")
            entry = Entry(FOLDER, identifier.hex()) if padded == FOLDER else make_entry(padded, identifier.hex())
            if entry is None or pair[number] is not None or b"/" in name:
                raise ChangeError("malformed tree: it holds one name twice, or a name with a slash")
            pair[number] = entry
            found[name] = (pair[0], pair[1])
    return {name: pair for name, pair in found.items() if pair[0] != pair[1]}


def raw_entries(raw: bytes, id_bytes: int) -> list[tuple[bytes, bytes, bytes]]:
    """(mode, name, id) of each entry of a tree object."""
    entries = re.findall(rb"([0-7]{5,6}) ([^\0]+)\0(.{%d})" % id_bytes, raw, re.DOTALL)
    if sum(len(mode) + len(name) + id_bytes + 2 for mode, name, _ in entries) != len(raw):
        raise ChangeError("malformed tree: one of its entries is cut off")
    if len({name for _, name, _ in entries}) != len(entries):
        raise ChangeError("malformed tree: it holds one name twice, or a name with a slash")
    return entries


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
