"""TOML bytes into Python values, and the line that an entry stands in. What the keys mean is said elsewhere."""

import tomllib
from typing import Any, NoReturn

import msgspec

from aicheck.errors import AicheckError
from aicheck.regex import regex

SIZE_LIMIT = 256 * 1024
"""Bytes. Larger settings are a mistake or an attack."""
DOTS_LIMIT = 500
"""Dots in one line: the cost of a dotted key grows with the square of its parts."""

_KEY_PART = regex(r"\"([^\"]*)\"|'([^']*)'|([^\s.\[\]\"'=]+)")
_KEY_LINE = regex(r"\s*((?:\"[^\"]*\"|'[^']*'|[A-Za-z0-9_.\- \t])+?)\s*=")


def parse_toml(data: bytes) -> dict[str, Any]:
    """The root table. Safe for hostile bytes: bounded size and key length, deep nesting refused.

    Raises ValueError with a clause that says what is wrong.
    """
    if len(data) > SIZE_LIMIT:
        raise ValueError(f"larger than {SIZE_LIMIT // 1024} KiB")
    if any(line.count(b".") > DOTS_LIMIT for line in data.splitlines()):
        raise ValueError(f"a line with more than {DOTS_LIMIT} dots")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("not valid UTF-8") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


class Document(msgspec.Struct, frozen=True):
    """One settings file, for messages."""

    name: str
    """How messages call the file."""
    text: str
    error: type[AicheckError]

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """The 1-based line of the entry at `path`, or of the nearest one around or in it; 0 when unknown.

        Good enough for messages: text inside a multi-line string that looks like an entry may mislead it.
        """
        best_length, best_line = 0, 0
        for number, full in _entries(self.text):
            shared = min(len(full), len(path))
            if shared > best_length and path[:shared] == full[:shared]:
                best_length, best_line = shared, number
        return best_line

    def fail(self, path: tuple[str | int, ...], where: str, problem: str) -> NoReturn:
        """Raise the document's error."""
        line = self.line_of(path)
        place = f"{self.name}, line {line}" if line else self.name
        raise self.error(f"{place}: {where}{' ' if where else ''}{problem}")


def _entries(text: str) -> list[tuple[int, tuple[str | int, ...]]]:
    """(line, full path) of each table header and key, in file order; items of table arrays carry their index."""
    found: list[tuple[int, tuple[str | int, ...]]] = []
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if stripped.startswith("[["):
            table = _resolve(_parts(stripped[2:].partition("]]")[0]), counts)
            while table and isinstance(table[-1], int):
                table = table[:-1]
            counts[table] = counts.get(table, -1) + 1
            table = (*table, counts[table])
            found.append((number, table))
        elif stripped.startswith("["):
            table = _resolve(_parts(stripped[1:].rpartition("]")[0]), counts)
            found.append((number, table))
        elif key := _KEY_LINE.match(line):
            found.append((number, (*table, *_parts(key[1]))))
    return found


def _parts(text: str) -> tuple[str, ...]:
    return tuple("".join(groups) for groups in _KEY_PART.findall(text))


def _resolve(names: tuple[str, ...], counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """Put the index of the latest item after each name that is a table array."""
    path: tuple[str | int, ...] = ()
    for name in names:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return path
