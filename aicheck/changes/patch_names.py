"""The file names in a patch: quoting, prefixes, `/dev/null` and the time stamps that stand for it."""

import re

import msgspec
from msgspec.structs import replace

from aicheck.changes.tree import check_path
from aicheck.errors import ChangeError
from aicheck.regex import regex

_PREFIXES = frozenset(
    {
        (b"a", b"b"),
        (b"b", b"a"),
        (b"i", b"w"),
        (b"w", b"i"),
        (b"c", b"i"),
        (b"i", b"c"),
        (b"c", b"w"),
        (b"w", b"c"),
        (b"o", b"w"),
        (b"1", b"2"),
    }
)
"""What git writes before the names of the two sides (`diff.mnemonicPrefix` included)."""
_LONE_PREFIXES = frozenset(part for pair in _PREFIXES for part in pair)
_NO_FILE = regex(rb"(?:1970-01-01|1969-12-31) .*|Thu Jan  ?1 .* 1970|Wed Dec 31 .* 1969")
"""The time stamp that diff -N gives to a missing file."""
_ESCAPE = regex(rb"\\([0-3][0-7]{2}|.)", re.DOTALL)
_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}

Reading = tuple[str | None, str | None]
"""The paths (before, after) that the names of a file may stand for."""


class Names(msgspec.Struct, frozen=True):
    """The names of one file as the patch writes them; None where it writes none."""

    before: bytes | None
    after: bytes | None
    titled: bool = False
    """From a `diff --git` line: both stand for the same path."""
    renamed: bool = False
    """From rename or copy headers, which carry no prefix."""
    is_new: bool = False
    """The patch says that there was no file."""
    is_deleted: bool = False
    """The patch says that there is no file any more."""

    def with_rename(self, header: bytes, name: bytes) -> "Names":
        """The names with one side from a `rename from`, `copy to`, ... header."""
        if header == b"from":
            return replace(self, before=name, renamed=True)
        return replace(self, after=name, renamed=True)

    def agree(self, lines: "Names") -> bool:
        """Whether the `---` and `+++` lines name what the title names."""
        return lines.before in {None, self.before} and lines.after in {None, self.after}

    def readings(self) -> tuple[Reading, ...]:
        """What the names may stand for, the likeliest first. Raises ChangeError for names that leave the repository."""
        full = (_path(self.before), _path(self.after))
        if self.renamed:
            return (full,)
        cut = (_path(_cut(self.before)), _path(_cut(self.after)))
        if self._is_prefixed():
            return (cut,)
        if self.titled or None in cut:
            return (full,)
        return (cut, full) if cut[0] == cut[1] and full[0] != full[1] else (full, cut)

    def candidates(self) -> set[str]:
        """Every path that the names may stand for."""
        return {path for reading in self.readings() for path in reading if path is not None}

    def _is_prefixed(self) -> bool:
        parts = [name.split(b"/", 1)[0] if b"/" in name else b"" for name in (self.before, self.after) if name is not None]
        return parts[0] in _LONE_PREFIXES if len(parts) == 1 else tuple(parts) in _PREFIXES


def title_names(title: bytes) -> Names | None:
    """The names of a `diff --git` line; None where the line alone does not tell (a rename, names with blanks that differ)."""
    rest = title.removeprefix(b"diff --git ")
    if rest.startswith(b'"'):
        first, after_first = read_name(rest)
        second = read_name(after_first.lstrip(b" "))[0]
    elif rest.endswith(b'"'):
        first, _, quoted = rest.partition(b' "')
        second = read_name(b'"' + quoted)[0]
    else:
        middle = len(rest) // 2
        first, second = (rest[:middle], rest[middle + 1 :]) if rest[middle : middle + 1] == b" " else (b"", b"")
    is_same = first == second or (_cut(first) is not None and _cut(first) == _cut(second))
    return Names(first, second, titled=True) if first and is_same else None


def line_names(before: bytes, after: bytes) -> Names:
    """The names of `---` and `+++` lines, or of a `Binary files` line."""
    (first, no_first), (second, no_second) = _side(before), _side(after)
    return Names(first, second, is_new=no_first, is_deleted=no_second)


def read_name(raw: bytes) -> tuple[bytes, bytes]:
    """A name that may be quoted as in C, and what follows it."""
    if not raw.startswith(b'"'):
        return raw, b""
    end = 1
    while end < len(raw) and raw[end : end + 1] != b'"':
        end += 2 if raw[end : end + 1] == b"\\" else 1
    return _ESCAPE.sub(_unescape, raw[1:end]), raw[end + 1 :]


def _side(raw: bytes) -> tuple[bytes | None, bool]:
    """The name, and whether it stands for a missing file."""
    if raw.startswith(b'"'):
        name, rest = read_name(raw)
    else:
        name, _, rest = raw.partition(b"\t")
    return (None, True) if name == b"/dev/null" else (name, _NO_FILE.fullmatch(rest.strip()) is not None)


def _unescape(found: "re.Match[bytes]") -> bytes:
    code = found[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _LETTERS.get(code, code)


def _cut(name: bytes | None) -> bytes | None:
    """The name without its first folder; None when it has none."""
    return name.split(b"/", 1)[1] if name is not None and b"/" in name else None


def _path(name: bytes | None) -> str | None:
    if name is None:
        return None
    try:
        return check_path(name.removeprefix(b"./"))
    except ChangeError:
        raise ChangeError("the patch names a path that is not plain and relative; make it inside the repository with git diff") from None
