"""A SQL script as single statements. Knows quotes, comments and markers of tools, nothing of what a statement means."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aicheck.model.facts import Direction
from aicheck.regex import regex

MAX_STATEMENTS = 20_000
"""Of one script; a dump has more and says nothing beyond."""
_TOKEN = regex(
    r"(?P<comment>--[^\n]*|/\*(?s:.*?)(?:\*/|\Z)|(?<![\w$'\"])#(?=[ \t])[^\n]*)"
    r"|'(?:[^'\\]++|''|\\.)*+(?:'|\Z)"
    r"|\"[^\"]*+(?:\"|\Z)|`[^`]*+(?:`|\Z)"
    r"|\$(?P<tag>\w*)\$(?s:.*?)(?:\$(?P=tag)\$|\Z)"
    r"|(?P<end>;|^[ \t]*(?:GO|go|/)[ \t\r]*$)",
    re.MULTILINE | re.DOTALL,
)
_META = regex(r"^[ \t]*\\[^\n]*|^(?:DELIMITER|SET DELIMITER|delimiter)\b[^\n]*", re.MULTILINE)
_COPY = regex(r"(?m)^(?:COPY|copy)\b[^;\n]*\b(?:FROM|from) (?:STDIN|stdin)\b[^\n;]*;(?s:.*?)(?:^\\\.[ \t\r]*$|\Z)")
_BLOCK = regex(r"\{%(?s:.*?)(?:%\}|\Z)|\{#(?s:.*?)(?:#\}|\Z)")
_ROUTINE = regex(
    r"\s*CREATE\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:TEMP\w*\s+)?(?:TRIGGER|PROCEDURE|FUNCTION|PACKAGE|EVENT)\b",
    re.IGNORECASE,
)
_BEGINS = regex(r"\bBEGIN\b", re.IGNORECASE)
_ENDS = regex(r"\bEND\b[\w\s]*$", re.IGNORECASE)
_ANONYMOUS = regex(r"\s*DO\s+(?:LANGUAGE\s+\w+\s+)?\$(\w*)\$", re.IGNORECASE)
_DOWN = regex(
    r"--[ \t]*(?:\+(?:goose|migrate|micrate)[ \t]+|migrate:|#?@|//@)?(?P<way>down|undo|up|do)(?:[ \t]+migration)?\b[ \t:]*(?:--)?[ \t\r]*"
    r"(?:transaction:\w+)?$",
    re.IGNORECASE | re.MULTILINE,
)
_NAME = regex(r"^[ \t]*--[ \t]*name[ \t]*:[ \t]*([\w$-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement of a script: comments are blanks, so that offsets stay."""

    start: int
    """Offset in code points of its first word."""
    text: str
    direction: Direction
    symbol: str
    """The name that a query file gives it."""


def split_script(text: str) -> Iterator[Piece]:
    """The statements in file order, at most MAX_STATEMENTS. Linear in the size of the text."""
    marks = [(found.start(), found["way"].lower() in {"down", "undo"}) for found in _DOWN.finditer(text)]
    names = [(found.start(), found[1]) for found in _NAME.finditer(text)]
    for number, (start, body) in enumerate(_pieces(_without_data(text))):
        if number >= MAX_STATEMENTS:
            return
        first = start + len(body) - len(body.lstrip())
        while len(marks) > 1 and marks[1][0] < first:
            marks.pop(0)
        while len(names) > 1 and names[1][0] < first:
            names.pop(0)
        down = bool(marks) and marks[0][0] < first and marks[0][1]
        symbol = names[0][1] if names and names[0][0] < first else ""
        yield Piece(first, body.strip(), "downgrade" if down else "forward", symbol)


def blank_comments(text: str) -> str:
    """The text with a blank for each character of a comment."""
    return _TOKEN.sub(lambda found: " " * len(found[0]) if found["comment"] else found[0], text)


def _without_data(text: str) -> str:
    if "\\" in text or "elimiter" in text or "ELIMITER" in text:
        text = _META.sub(_blank, _COPY.sub(_blank, text))
    return _BLOCK.sub(_blank, text) if "{%" in text or "{#" in text else text


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """(offset, statement) without its semicolon."""
    begin = position = 0
    parts: list[str] = []
    for found in _TOKEN.finditer(text):
        parts.append(text[position : found.start()])
        position = found.end()
        if found["comment"]:
            parts.append(_blank(found))
        elif found["end"] and not _is_open(parts):
            yield from _unfolded(begin, "".join(parts))
            begin, parts = position, []
        else:
            parts.append(found[0])
    parts.append(text[position:])
    yield from _unfolded(begin, "".join(parts))


def _is_open(parts: list[str]) -> bool:
    """Whether a semicolon stands inside the body of a routine."""
    head = next((part for part in parts if part.strip()), "")
    if not _ROUTINE.match(head):
        return False
    return any(_BEGINS.search(part) for part in parts[-50:]) and not _ENDS.search(parts[-1] if parts else "")


def _unfolded(begin: int, body: str) -> Iterator[tuple[int, str]]:
    """The statement, or those of the anonymous block that it runs."""
    found = _ANONYMOUS.match(body)
    if found is None:
        if body.strip():
            yield begin, body
        return
    inner = body[found.end() :].rpartition(f"${found[1]}$")[0]
    for start, statement in _simple_pieces(inner):
        yield begin + found.end() + start, statement


def _simple_pieces(text: str) -> Iterator[tuple[int, str]]:
    begin = 0
    for part in text.split(";"):
        lead = re.match(r"(?:\s|\b(?:BEGIN|THEN|ELSE|LOOP|EXECUTE)\b\s)*", part, re.IGNORECASE)
        skipped = lead.end() if lead else 0
        for inside in re.finditer(r"\b(?:THEN|LOOP|BEGIN)\s+(?=\w)", part, re.IGNORECASE):
            skipped = max(skipped, inside.end())
        if part[skipped:].strip():
            yield begin + skipped, part[skipped:]
        begin += len(part) + 1
