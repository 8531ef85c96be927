"""CODEOWNERS files of GitHub and GitLab: which line of one owns a path.

Patterns as GitHub documents them (https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/
customizing-your-repository/about-code-owners): those of gitignore without `!` and `[ ]`, the last one that matches counts, and `docs/*`
reaches no deeper folder. In a file with GitLab's sections the last match of each section counts, and a pattern that does not
begin with `/` matches at any depth (https://docs.gitlab.com/user/project/codeowners/reference/).
"""

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from aicheck.model.location import Span
from aicheck.readers.python_text import split_lines
from aicheck.regex import regex

MOST_LINES = 20_000
"""Lines beyond it are not read."""
MOST_CHARACTERS = 1_000
"""A pattern that is longer matches nothing."""
SECTION = regex(r"(\^?)\[([^\[\]]{1,200})\](?:\[\d{1,3}\])?([^\n]*)")
_WORD = regex(r"(?:\\.|[^\s\\])+")
OWNER = regex(r"@{1,2}[\w./-]+|[^\s@]+@[^\s@]+")


class OwnerLine(msgspec.Struct, frozen=True):
    """One line that gives paths to owners."""

    pattern: str
    """As written, without escapes."""
    owners: tuple[str, ...]
    """In order; those of its section where it names none; empty: what it matches has no owner."""
    span: Span
    section: str = ""
    """GitLab: the section's name in lower case; empty in a file without sections and before the first one."""
    relative: bool = False
    """Whether a pattern without a leading `/` matches at any depth, as GitLab has it."""
    excludes: bool = False
    """GitLab: whether its section has nothing to say about what it matches."""
    optional: bool = False
    """GitLab: whether the approval of its section is welcome but not asked for."""


def parse_owners(text: str) -> tuple[OwnerLine, ...]:
    """The owner lines in file order; lines that say nothing, or nothing that can be understood, are left out."""
    found: list[OwnerLine] = []
    section = ""
    optional = False
    defaults: tuple[str, ...] = ()
    lines = split_lines(text.removeprefix("\ufeff"))[:MOST_LINES]
    relative = any(SECTION.fullmatch(line.strip()) for line in lines)
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        head = SECTION.fullmatch(stripped)
        if head is not None:
            section, optional, defaults = head[2].strip().lower(), bool(head[1]), _owners(head[3].split())
            continue
        words = words_of_line(stripped)
        pattern = re.sub(r"\\(.)", r"\1", words[0])
        start = len(line) - len(line.lstrip()) + 1
        excludes = relative and pattern.startswith("!")
        owners = () if excludes else _owners(words[1:]) or defaults
        span = Span(number, start, number, start + len(stripped))
        found.append(OwnerLine(pattern.removeprefix("!") if excludes else pattern, owners, span, section, relative, excludes, optional))
    return tuple(found)


def matches(line: OwnerLine, path: str) -> bool:
    """Whether the pattern of a line reaches a path. Time grows with the product of their lengths at most."""
    if len(line.pattern) > MOST_CHARACTERS:
        return False
    shape = _shape(line.pattern, line.relative)
    if shape.is_literal:
        return path.startswith(f"{shape.folder}/") or (path == shape.folder and not shape.is_folder)
    return _reaches(shape, tuple(path.split("/")))


def literal_folder(line: OwnerLine) -> str:
    """What each path that a line matches is or lies in; empty when that is not known."""
    return _shape(line.pattern, line.relative).folder


class _Shape(msgspec.Struct, frozen=True):
    """A pattern, understood."""

    segments: tuple[str, ...]
    """From the root on."""
    is_folder: bool
    """It names folders only."""
    is_flat: bool
    """It reaches no deeper folder."""
    folder: str = ""
    """The segments before the first wildcard."""
    is_literal: bool = False
    """There is none."""


@lru_cache(maxsize=2 * MOST_LINES)
def _shape(pattern: str, relative: bool) -> _Shape:
    is_folder = pattern.endswith("/")
    segments = tuple(part for part in pattern.split("/") if part)
    if not segments:
        return _Shape(("**",) if pattern else (), is_folder=False, is_flat=False)
    anchored = pattern.startswith("/") or (len(segments) > 1 and not relative)
    is_flat = len(segments) > 1 and segments[-1] == "*"
    if not anchored:
        return _Shape(("**", *segments), is_folder, is_flat)
    literal = tuple(itertools.takewhile(lambda part: "*" not in part and "?" not in part, segments))
    return _Shape(segments, is_folder, is_flat, "/".join(literal), literal == segments)


def _reaches(shape: _Shape, parts: Sequence[str]) -> bool:
    """Whether the segments match all parts, or a folder that the rest lies in."""
    segments, is_folder = shape.segments, shape.is_folder
    reached = {0} if segments else set()
    for number, segment in enumerate(segments):
        if segment == "**":
            first = min(reached, default=len(parts))
            reached = set(range(first, len(parts) + (number < len(segments) - 1 or not is_folder)))
        else:
            reached = {at + 1 for at in reached if at < len(parts) and _fits(segment, parts[at])}
        if not reached:
            return False
    return len(parts) in reached and not is_folder if shape.is_flat else any(at < len(parts) or not is_folder for at in reached)


def _fits(glob: str, text: str) -> bool:
    """Whether `*` and `?` of a glob match a text without `/`: from the last star on again when it does not go on."""
    at = position = 0
    star, resumed = -1, 0
    while position < len(text):
        if at < len(glob) and glob[at] == "*":
            star, resumed = at, position
            at += 1
        elif at < len(glob) and glob[at] in {"?", text[position]}:
            at += 1
            position += 1
        elif star >= 0:
            resumed += 1
            at, position = star + 1, resumed
        else:
            return False
    return not glob[at:].strip("*")


def words_of_line(line: str) -> list[str]:
    """The words of a line up to a comment."""
    words = []
    for word in _WORD.findall(line):
        if word.startswith("#"):
            break
        words.append(word)
    return words or [line]


def _owners(words: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for word in words:
        if word.startswith("#"):
            break
        if OWNER.fullmatch(word):
            found.append(word)
    return tuple(found)
