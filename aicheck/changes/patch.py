"""Parses patches: what git diff, git format-patch (several mails, too) and diff -u write. Reads text only; `apply.py` applies it.

Lines of hunks are counted, never guessed, so no line of a file can pass for a header. What stands between the files is
passed over as git does, except where it says that a difference was left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from aicheck.changes.hunks import split_lines
from aicheck.changes.mail import Mail, read_mail, starts_mail
from aicheck.changes.patch_names import Names, line_names, read_name, title_names
from aicheck.errors import ChangeError
from aicheck.model.change import Commit
from aicheck.regex import regex

_HUNK = regex(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_LEFT_OUT = regex(
    rb"Only in .+: .+|Submodule .+ [0-9a-f]+\.{2,3}[0-9a-f]+.*|diff --(?:cc|combined) .+|File .+ is a .+ while file .+ is a .+"
)
"""Lines that stand for a difference without showing it."""
_BINARY = regex(rb"Binary files (.+) and (.+) differ")
_MODES = {b"100644", b"100755", b"120000", b"160000"}
_MODE_HEADER = regex(rb"(old|new|deleted file|new file) mode (\d+)|index [0-9a-f]+\.\.[0-9a-f]+( \d+)?")
_NAME_HEADER = regex(rb"(rename|copy) (from|to) (.+)")
_OTHER_HEADER = regex(rb"(?:dis)?similarity index \d+%")


class PatchHunk(msgspec.Struct, frozen=True):
    """One hunk as written."""

    number: int
    """1-based within its file."""
    before_line: int
    lines: tuple[tuple[bytes, bytes], ...]
    """(` `, `-` or `+`; the line with its line feed, or without where the file ends without one)."""

    @property
    def wanted(self) -> tuple[bytes, ...]:
        """The lines of the before side."""
        return tuple(text for sign, text in self.lines if sign != b"+")


class FilePatch(msgspec.Struct, frozen=True):
    """What a patch says about one file."""

    names: Names
    mode: str = ""
    """The mode after it; empty where it stays."""
    is_copy: bool = False
    is_binary: bool = False
    hunks: tuple[PatchHunk, ...] = ()


class Section(msgspec.Struct, frozen=True):
    """The files of one mail, or of a patch that is no mail."""

    files: tuple[FilePatch, ...]
    commit: Commit | None


class Patch(msgspec.Struct, frozen=True):
    """A whole patch: sections apply one after the other."""

    sections: tuple[Section, ...]

    @property
    def commits(self) -> tuple[Commit, ...]:
        """What the mails say about themselves; ids are empty."""
        return tuple(section.commit for section in self.sections if section.commit is not None)

    def candidates(self) -> tuple[str, ...]:
        """Every path that the patch may mean."""
        names = {name for section in self.sections for file in section.files for name in file.names.candidates()}
        return tuple(sorted(names))


@dataclass
class _Reader:
    """The lines of a patch and how far they were read."""

    lines: list[bytes]
    at: int = 0
    files: list[FilePatch] = field(default_factory=list)

    def peek(self) -> bytes:
        """The next line without its line end; empty at the end."""
        return self.lines[self.at].rstrip(b"\r\n") if self.at < len(self.lines) else b""

    def ended(self) -> bool:
        return self.at >= len(self.lines)

    def broken(self) -> ChangeError:
        return ChangeError(f"the patch is corrupt at line {self.at + 1}; make it again with git diff or git format-patch")


def parse_patch(data: bytes) -> Patch:
    """The patch as values. Raises ChangeError for a text that is none, is corrupt, or leaves a difference out."""
    if data and data.count(b"\r\n") == data.count(b"\n"):
        data = data.replace(b"\r\n", b"\n")  # the transport did that: a patch's own lines end with a line feed
    reader = _Reader(split_lines(data))
    sections: list[Section] = []
    mail: Mail | None = None
    while not reader.ended():
        if starts_mail(reader.lines, reader.at):
            sections += _section(reader, mail)
            mail = read_mail(reader.lines, reader.at)
            reader.at = mail.end
        else:
            _read_block(reader)
    sections += _section(reader, mail)
    if not sections and data.strip():
        raise ChangeError("the patch holds no change that aicheck understands; make it with git diff, git format-patch or diff -u")
    return Patch(tuple(sections))


def _section(reader: _Reader, mail: Mail | None) -> list[Section]:
    files, reader.files = tuple(reader.files), []
    return [Section(files, mail.commit if mail else None)] if files or mail else []


def _read_block(reader: _Reader) -> None:
    """One file, or one line that belongs to none."""
    line = reader.peek()
    following = reader.lines[reader.at + 1] if reader.at + 1 < len(reader.lines) else b""
    binary = _BINARY.fullmatch(line)
    if line.startswith(b"diff --git "):
        reader.files.append(_read_git_file(reader))
    elif line.startswith(b"--- ") and following.startswith(b"+++ "):
        reader.files.append(_read_plain_file(reader))
    elif binary:
        reader.at += 1
        reader.files.append(FilePatch(line_names(binary[1], binary[2]), is_binary=True))
    elif _LEFT_OUT.fullmatch(line):
        raise ChangeError(f"the patch leaves a difference out at line {reader.at + 1}; make it with git diff, or diff -ruN")
    elif _HUNK.match(line):
        raise reader.broken()
    else:
        reader.at += 1


def _read_git_file(reader: _Reader) -> FilePatch:
    title = title_names(reader.peek())
    reader.at += 1
    file = FilePatch(title or Names(None, None))
    while not reader.ended() and (changed := _apply_header(file, reader)) is not None:
        file = changed
        reader.at += 1
    line = reader.peek()
    if line == b"GIT binary patch":
        _skip_binary(reader)
        file = replace(file, is_binary=True)
    elif _BINARY.fullmatch(line):
        reader.at += 1
        file = replace(file, is_binary=True)
    elif line.startswith(b"--- "):
        plain = _read_plain_file(reader)
        if title is not None and not title.agree(plain.names):
            raise reader.broken()
        file = replace(file, hunks=plain.hunks)
        if title is None and not file.names.renamed:
            file = replace(file, names=plain.names)
    if file.names.before is None and file.names.after is None:
        raise reader.broken()
    return file


def _apply_header(file: FilePatch, reader: _Reader) -> FilePatch | None:
    """The file with one extended header line applied; None where they end."""
    line = reader.peek()
    mode = _MODE_HEADER.fullmatch(line)
    if mode:
        value = (mode[2] or mode[3] or b"").strip()
        if value and value not in _MODES:
            raise ChangeError(f"the patch has a file mode that git does not write at line {reader.at + 1}")
        kind = mode[1] or b""
        names = replace(
            file.names, is_new=file.names.is_new or kind == b"new file", is_deleted=file.names.is_deleted or kind == b"deleted file"
        )
        is_after = kind in {b"new", b"new file"}
        return replace(file, names=names, mode=value.decode("ascii") if is_after else file.mode)
    name = _NAME_HEADER.fullmatch(line)
    if name:
        names = file.names.with_rename(name[2], read_name(name[3])[0])
        return replace(file, names=names, is_copy=file.is_copy or name[1] == b"copy")
    return file if _OTHER_HEADER.fullmatch(line) else None


def _read_plain_file(reader: _Reader) -> FilePatch:
    """A `---` and `+++` line with their hunks."""
    before = reader.peek()[4:]
    reader.at += 1
    if not reader.peek().startswith(b"+++ "):
        raise reader.broken()
    names = line_names(before, reader.peek()[4:])
    reader.at += 1
    hunks = tuple(_read_hunks(reader))
    if not hunks or (names.before is None and names.after is None):
        raise reader.broken()
    return FilePatch(names, hunks=hunks)


def _read_hunks(reader: _Reader) -> Iterator[PatchHunk]:
    number = 0
    while found := _HUNK.match(reader.peek()):
        number += 1
        reader.at += 1
        before_count, after_count = (int(found[at]) if found[at] is not None else 1 for at in (2, 4))
        yield PatchHunk(number, int(found[1]), _read_hunk_lines(reader, before_count, after_count))


def _read_hunk_lines(reader: _Reader, before_count: int, after_count: int) -> tuple[tuple[bytes, bytes], ...]:
    lines: list[tuple[bytes, bytes]] = []
    while before_count > 0 or after_count > 0 or (not reader.ended() and reader.lines[reader.at].startswith(b"\\")):
        if reader.ended():
            raise reader.broken()
        raw = reader.lines[reader.at]
        sign, text = (b" ", b"\n") if raw == b"\n" else (raw[:1], raw[1:])  # mailers cut the blank off an empty context line
        if sign == b"\\" and lines:
            lines[-1] = (lines[-1][0], lines[-1][1].removesuffix(b"\n"))
        elif sign in {b" ", b"-", b"+"}:
            before_count -= sign != b"+"
            after_count -= sign != b"-"
            lines.append((sign, text if text.endswith(b"\n") else text + b"\n"))
        else:
            raise reader.broken()
        if before_count < 0 or after_count < 0:
            raise reader.broken()
        reader.at += 1
    return tuple(lines)


def _skip_binary(reader: _Reader) -> None:
    """Past the base-85 blocks (`literal N` or `delta N`, lines, a blank line), of which there are one or two."""
    reader.at += 1
    while re.fullmatch(rb"(?:literal|delta) \d+", reader.peek()):
        while not reader.ended() and reader.peek():
            reader.at += 1
        reader.at += 1
