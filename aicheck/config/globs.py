"""The path patterns of settings and policy.

A pattern is read from the root of the repository. `*` and `?` stay inside one folder level, `**` as a whole level
stands for any number of levels, and a pattern that ends in `/` means everything below. Nothing else is special.
Matching costs at most the product of both lengths, whatever the pattern and however hostile the path.
"""

import functools
from collections.abc import Callable, Iterable, Sequence

from aicheck.regex import regex

_WILD = regex(r"[*?]")


def matches_glob(pattern: str, path: str) -> bool:
    """True when the whole path matches."""
    start, levels = _parse(pattern)
    if not path.startswith(start):
        return False
    if not levels:
        return path[len(start) : len(start) + 1] in {"", "/"}
    return _match(levels, path.split("/"), "**", _matches_level)


@functools.lru_cache(maxsize=4096)
def _parse(pattern: str) -> tuple[str, tuple[str, ...]]:
    """What every path that matches begins with, and the levels; none where the pattern is one folder and all in it."""
    whole = pattern + "**" if pattern.endswith("/") else pattern
    start = _WILD.split(whole, maxsplit=1)[0].removesuffix("/")
    return start, () if whole == f"{start}/**" else tuple(whole.split("/"))


def matches_any(patterns: tuple[str, ...], path: str) -> bool:
    """True when at least one pattern matches."""
    return bool(choose(patterns, (path,)))


def choose(patterns: tuple[str, ...], paths: Iterable[str]) -> set[str]:
    """Those that at least one pattern matches."""
    starts = _starts(patterns)
    return {path for path in paths if path.startswith(starts) and any(matches_glob(pattern, path) for pattern in patterns)}


@functools.lru_cache(maxsize=4096)
def _starts(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """What a path that matches one of them begins with."""
    return tuple(_parse(pattern)[0] for pattern in patterns)


def glob_problem(pattern: str) -> str:
    """Why a pattern cannot mean what its author hopes, or an empty string."""
    if not pattern.strip("/ "):
        return "is empty"
    if pattern.startswith(("/", "./")):
        return f"must not start with a slash or dot; patterns already start at the root, write {pattern.lstrip('./')!r}"
    if pattern.startswith("!") or any(mark in pattern for mark in "[]{}\\"):
        return "may use only *, ? and **; write one pattern for each alternative"
    if ".." in pattern.split("/"):
        return "must not leave the repository"
    if any("**" in level and level != "**" for level in pattern.split("/")):
        return "must have ** alone between slashes"
    return ""


def _matches_level(pattern: str, text: str) -> bool:
    if pattern == text:
        return True
    return _WILD.search(pattern) is not None and _match(pattern, text, "*", lambda wanted, found: wanted in ("?", found))


def _match(pattern: Sequence[str], items: Sequence[str], star: str, same: Callable[[str, str], bool]) -> bool:
    """Wildcard matching that returns only to the latest star, which is enough and keeps the cost bounded."""
    at = 0
    position = 0
    star_at = -1
    resume = 0
    while position < len(items):
        if at < len(pattern) and pattern[at] == star:
            if at == len(pattern) - 1:
                return True
            star_at, resume = at, position
            at += 1
        elif at < len(pattern) and same(pattern[at], items[position]):
            at += 1
            position += 1
        elif star_at >= 0:
            at = star_at + 1
            resume += 1
            position = resume
        else:
            return False
    return all(left == star for left in pattern[at:])
