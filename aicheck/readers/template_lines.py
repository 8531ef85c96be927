"""Templates of line-based formats: what cannot stand in the format is blanked, the rest stays where a value may stand.

A line of nothing but conditions, loops and remarks is blank. A line of nothing but an expression is the value of the
key above it when nothing else is (`resources:` and below it `{{ toYaml .Values.resources | nindent 4 }}`), text inside
a block of text, and blank elsewhere.
"""

import re
from dataclasses import dataclass

from aicheck.readers.template import PAD, STAND_IN, START, Template
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

MAX_LINES = 200_000
LONGEST_END = 200
"""How much of a line's end is looked at, in code points."""
_BLOCK_TEXT = regex(r"(?:^|[\s:-])[|>][-+0-9]{0,2}\s*(?:#.*)?$")
_KEY_ONLY = regex(r":\s*(?:&\S+\s*)?(?:#.*)?$")
_ITEM = regex(r"(?:-\s+)*")
_TAIL = regex(rf"(:\s+)((?:{STAND_IN.pattern}\s*)+)$")


@dataclass(slots=True)
class _Line:
    text: str
    kind: str
    """`blank`, `control`, `expression` (nothing but one) or `text`."""

    @property
    def indent(self) -> int:
        """The column of the first character, from 0."""
        return len(self.text) - len(self.text.lstrip())

    @property
    def key_column(self) -> int:
        """Where the key of the line begins, after the dashes of list items."""
        found = _ITEM.match(self.text, self.indent)
        return found.end() if found else self.indent

    def starts_item(self) -> bool:
        """Whether the line begins an item of a list."""
        return self.text.lstrip().startswith(("- ", "-\n")) or self.text.strip() == "-"


def blank_lines(template: Template) -> str:
    """The hidden text for a format whose lines are settings: control blocks alone on a line are blanked, expressions too."""
    return "\n".join("" if not line else _blanked(template, line) for line in template.text.split("\n"))


def arrange_yaml(template: Template) -> str:
    """The hidden text as YAML, in the same length. What stands alone on a line is placed where YAML reads it, or blanked.

    Raises Unreadable.
    """
    if template.text.count("\n") > MAX_LINES:
        raise Unreadable(f"a template of more than {MAX_LINES:,} lines")
    lines = [_Line(text, _kind(template, text)) for text in template.text.split("\n")]
    following = _next_texts(lines)
    block: tuple[int, int] | None = None
    """(column of the key, column of the text) of the block of text that the line may stand in."""
    previous: _Line | None = None
    for number, line in enumerate(lines):
        after = following[number]
        if line.kind == "text":
            if block is not None and line.indent <= block[0]:
                block = None
            if block is None:
                _clear_tail(template, line, after)
                previous = line
                block = _block_below(line, after)
        elif line.kind != "blank":
            _place(line, block, previous, after)
    return "\n".join(line.text for line in lines)


def _kind(template: Template, text: str) -> str:
    if START not in text:
        return "text" if text.strip() and not text.lstrip().startswith("#") else "blank"
    if STAND_IN.sub("", text).strip():
        return "text" if not text.lstrip().startswith("#") else "blank"
    return "control" if all(template.is_control(found) for found in STAND_IN.finditer(text)) else "expression"


def _next_texts(lines: list[_Line]) -> list[_Line | None]:
    """For each line the next one that holds text."""
    found: list[_Line | None] = []
    latest: _Line | None = None
    for line in reversed(lines):
        found.append(latest)
        latest = line if line.kind == "text" else latest
    return found[::-1]


def _block_below(line: _Line, after: _Line | None) -> tuple[int, int] | None:
    if not _ends_with(_BLOCK_TEXT, line):
        return None
    column = line.key_column if ":" in line.text else line.indent
    return column, after.indent if after is not None and after.indent > column else column + 1


def _place(line: _Line, block: tuple[int, int] | None, previous: _Line | None, after: _Line | None) -> None:
    if block is not None and (line.kind == "expression" or max(line.indent, after.indent if after is not None else 0) > block[0]):
        _move(line, block[1])
    elif line.kind == "expression" and previous is not None and _ends_with(_KEY_ONLY, previous) and not _is_below(previous, after):
        _move(line, max(line.indent, previous.key_column + 1))
    else:
        line.text = " " * len(line.text)


def _is_below(line: _Line, after: _Line | None) -> bool:
    """Whether the next text is what the key of a line holds."""
    if after is None:
        return False
    return after.indent > line.key_column or (after.indent == line.key_column and after.starts_item() and not line.starts_item())


def _move(line: _Line, column: int) -> None:
    """Let the first stand-in of a line begin at a column and end where it ends; without room the line is blank."""
    found = STAND_IN.search(line.text)
    room = found.end() - column - 3 if found is not None else -1
    if found is None or room < 0:
        line.text = " " * len(line.text)
        return
    line.text = f"{' ' * column}{found[0][:3]}{PAD * room}{line.text[found.end() :]}"


def _ends_with(pattern: re.Pattern[str], line: _Line) -> bool:
    return pattern.search(line.text, max(0, len(line.text) - LONGEST_END)) is not None


def _clear_tail(template: Template, line: _Line, after: _Line | None) -> None:
    """Blank what stands after a key when the key's value stands below: `labels: {{ include "labels" . }}`, `spec: {{- if x }}`."""
    found = _TAIL.search(line.text) if START in line.text else None
    if found is None:
        return
    is_control = all(template.is_control(one) for one in STAND_IN.finditer(found[2]))
    if is_control or _is_below(line, after):
        line.text = line.text[: found.end(1)] + " " * (len(line.text) - found.end(1))


def _blanked(template: Template, line: str) -> str:
    return " " * len(line) if _kind(template, line) in {"control", "expression"} else line
