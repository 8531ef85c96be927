"""Reads a commit message into lines that a signature may match.

It knows how messages are written (trailers, footers, quotes, templates), not what any of it means for provenance.
All lines count, not only the last paragraph: squash merges move trailers into the middle of the body. Every step is
linear in the size of the message.
"""

import functools
import re
import unicodedata
from collections.abc import Container, Iterator

import msgspec
from msgspec.structs import replace

from aicheck.regex import regex

LINE_LIMIT = 1000
"""Characters of one line that are looked at; no known marker comes near it."""

REMEMBERED = 2000
"""Lines that are not taken apart again."""
CREDIT_KEYS = frozenset({"co-authored-by", "co-developed-by", "assisted-by", "generated-by", "signed-off-by"})
"""Trailers whose value names who wrote the change. Not those of reviewers, testers or reporters."""
CO_AUTHOR_KEYS = frozenset({"co-authored-by", "co-developed-by"})

_ALIASES = {"coauthored-by": "co-authored-by", "co-author": "co-authored-by", "coauthor": "co-authored-by"}
_KEY = regex(r"([A-Za-z][A-Za-z0-9-]{0,40})[*_]{0,2}[ \t]{0,4}:(.*)", re.DOTALL)
_SPACED_KEY = regex(r"(co-?authored|assisted|generated)[ -]by(?:[*_]{0,2}[ \t]{0,4}:)(.*)", re.IGNORECASE | re.DOTALL)
_BARE_KEY = regex(r"(co-?authored)[ -]by[ \t](.*)", re.IGNORECASE | re.DOTALL)
_BOX = regex(r"(?:(?:[-*+]|\d{1,3}[.)])\s{1,8})?\[([ xX]?)\]\s")
_BULLET = regex("(?:[-*+\u2022]|\\d{1,3}[.)])\\s")
_FENCE = regex(r"\s*(`{3,}|~{3,})(.*)", re.DOTALL)
_LITERAL_NEWLINE = regex(r"\r|(?:\\r)?\\n")
_ENTITY = regex(r"&[lg]t;")
_ADDRESS_WORD = regex(r"(?:\[bot\]@|[^\s<>()\[\]\"'`,;|])+", re.IGNORECASE)
_DECORATION = frozenset({"So", "Sk", "Sm", "Cf", "Mn", "Me", "Cs", "Co", "Cn"})
_TRAILING_WORDS = 3


class Line(msgspec.Struct, frozen=True):
    """One visible line of a message, freed of indentation, bullets and decoration."""

    number: int
    """1-based line of the message, counted by line feeds."""
    text: str
    """At most LINE_LIMIT characters."""
    key: str = ""
    """The trailer key in lower case, words joined by `-`; empty when the line is no trailer."""
    value: str = ""
    emails: tuple[str, ...] = ()
    """Addresses of a credit trailer in lower case, unique, in order; empty when prose follows the last one."""
    subject: bool = False
    """True for text at the start of the message, where `word:` names a component and not a trailer."""
    listed: bool = False
    """True for list items and ticked boxes."""


def parse_message(message: str, wanted: Container[int] | None = None) -> tuple[Line, ...]:
    """The visible lines in order. Comments, code fences, quotes, unticked boxes and empty lines are left out.

    With `wanted`, lines whose 0-based number it does not hold are left out too.
    """
    physical = without_comments(message).split("\n")
    fenced = _fenced_lines(physical)
    subject = next((index for index, line in enumerate(physical) if line.strip()), 0)
    found: list[Line] = []
    for index, line in enumerate(physical):
        if (wanted is not None and index not in wanted) or index in fenced or not line.strip():
            continue
        for order, piece in enumerate(_pieces(line)):
            parsed = _parse_line(piece[: 2 * LINE_LIMIT], subject=index == subject and order == 0)
            if parsed is not None:
                found.append(replace(parsed, number=index + 1))
    return tuple(found)


def visible_lines(text: str) -> tuple[tuple[int, str], ...]:
    """(1-based number, line) of the lines outside of comments, closed code fences and quotes, empty ones left out."""
    physical = without_comments(text).split("\n")
    fenced = _fenced_lines(physical)
    return tuple(
        (index + 1, line)
        for index, line in enumerate(physical)
        if index not in fenced and line.strip() and not line.lstrip().startswith(">")
    )


def without_comments(text: str) -> str:
    """Removes closed HTML comments but keeps their line feeds. One that is never closed hides nothing."""
    if "<!--" not in text:
        return text
    parts: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts.append(text[position:start])
        parts.append("\n" * text.count("\n", start, end))
        position = end + 3
    parts.append(text[position:])
    return "".join(parts)


def _fenced_lines(lines: list[str]) -> set[int]:
    """Indexes of all lines of closed code fences. A fence that is never closed hides nothing."""
    if not any("```" in line or "~~~" in line for line in lines):
        return set()
    fences = [(index, match[1], match[2].strip()) for index, line in enumerate(lines) if (match := _FENCE.match(line))]
    longest = {"`": 0, "~": 0}
    closable: list[bool] = []  # from the back: does a closing fence that is long enough follow?
    for _, mark, rest in reversed(fences):
        closable.append(longest[mark[0]] >= len(mark))
        if not rest:
            longest[mark[0]] = max(longest[mark[0]], len(mark))
    closable.reverse()
    hidden: set[int] = set()
    open_at, open_mark = -1, ""
    for (index, mark, rest), can_close in zip(fences, closable, strict=True):
        if not open_mark:
            if can_close and _opens_fence(lines, index, rest):
                open_at, open_mark = index, mark
        elif not rest and mark[0] == open_mark[0] and len(mark) >= len(open_mark):
            hidden.update(range(open_at, index + 1))
            open_mark = ""
    return hidden


def _opens_fence(lines: list[str], index: int, rest: str) -> bool:
    if "~~~" in lines[index]:  # under a line of text it underlines a heading
        return index == 0 or not lines[index - 1].strip()
    return "`" not in rest


def _pieces(line: str) -> Iterator[str]:
    """The line split where a line end was lost: at a lone CR, or at a backslash and `n` that a shell did not expand."""
    if "\\n" in line and not ('"' in line or "`" in line):  # in quotes it is talked about
        yield from _LITERAL_NEWLINE.split(line)
    else:
        yield from line.split("\r")


@functools.lru_cache(maxsize=REMEMBERED)
def _parse_line(piece: str, *, subject: bool) -> Line | None:
    """A line without its number. Remembered: trailers are alike in many commits."""
    text = piece.strip()[:LINE_LIMIT]
    if not text or text.startswith(">"):
        return None
    listed = False
    if box := _BOX.match(text):
        if not box[1].strip():
            return None
        text, listed = text[box.end() :].lstrip(), True
    elif bullet := _BULLET.match(text):
        text, listed = text[bullet.end() :].lstrip(), True
    text = _without_decoration(text)
    if not text:
        return None
    key, value = _key_and_value(text)
    emails = _addresses(value) if key in CREDIT_KEYS else ()
    return Line(0, text, key, value, emails, subject, listed)


def _without_decoration(text: str) -> str:
    """Removes emoji and emphasis marks around the text. Undecodable bytes count as emoji."""
    start = 0
    while start < len(text) and _is_decoration(text[start]):
        start += 1
    end = len(text)
    while end > start and _is_decoration(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_decoration(char: str) -> bool:
    return char in "*_" or char.isspace() or (char > "\x7f" and unicodedata.category(char) in _DECORATION)


def _key_and_value(text: str) -> tuple[str, str]:
    """The trailer key (`Co-authored by` is read as `co-authored-by`) and its value; two empty strings if there is none."""
    if match := _SPACED_KEY.match(text) or _BARE_KEY.match(text):
        key = match[1].lower() + "-by"
    elif match := _KEY.match(text):
        key = match[1].lower()
    else:
        return "", ""
    return _ALIASES.get(key, key), _without_decoration(match[2])


def _addresses(value: str) -> tuple[str, ...]:
    """E-mail addresses in `Name <a@b>`, `Name a@b`, `Name [a@b](mailto:a@b)` and lists of these."""
    words = _ADDRESS_WORD.findall(_ENTITY.sub(" ", value))
    addresses = [(position, _address(word)) for position, word in enumerate(words) if "@" in word]
    if not addresses or len(words) - 1 - addresses[-1][0] > _TRAILING_WORDS:
        return ()
    return tuple(dict.fromkeys(address for _, address in addresses if address))


def _address(word: str) -> str:
    local, _, domain = word.lower().removeprefix("mailto:").strip("\\.:*_").rpartition("@")
    return f"{local}@{domain}" if local and domain else ""
