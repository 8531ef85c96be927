"""Commands of Makefile recipes.

A recipe line starts with a tab, or follows `;` on the target's line. Variables that the file assigns once, to a text
without variables, are filled in; others stay as `$(NAME)`, which is no substitution of a shell.
"""

import re
from collections import Counter
from collections.abc import Iterator

from aicheck.model.facts import Command
from aicheck.readers.commands.host import Host, commands_of_text, in_file_order
from aicheck.readers.commands.placement import Placement
from aicheck.readers.commands.templates import Expressions
from aicheck.readers.commands.where import where_of_name
from aicheck.readers.source_text import SourceText
from aicheck.regex import regex

_TARGET = regex(r"([^\s#:=][^#:=]*?)\s*::?(?!=)([^;#]*)(?:;(.*)|#.*)?", re.DOTALL)
_ASSIGNMENT = regex(r"[ ]*(?:export[ ]+|override[ ]+)*([\w.-]+)[ \t]*(\?|\+|:|::)?=[ \t]*(.*)")
_PREFIX = regex(r"[\t @+-]*")
_REFERENCE = regex(r"\$(?:\$|\(([^()]*+(?:\([^()]*+\)[^()]*+)*+)\)|\{([^{}]*+)\}|[@<^+?*%])")
_TARGETED = regex(r"[^\t#:=][^#:=]*:[ \t]*(?:export[ ]+|override[ ]+|private[ ]+)*([\w.-]+)[ \t]*(?:\?|\+|:|::)?=(?!=)")
"""An assignment for one target."""
MOST_CHARACTERS = 1 << 20
"""Of the values that are filled in in one file."""
LONGEST_VALUE = 10_000


def read_makefile(path: str, data: bytes) -> tuple[Command, ...]:  # noqa: ARG001  hosts have one signature
    """The commands of the recipes in file order; the symbol is the target. Raises Unreadable."""
    source = SourceText(data)
    lines = source.text.split("\n")
    return in_file_order(_Recipes(source, _variables(lines)).read(lines))


def _variables(lines: list[str]) -> dict[str, str]:
    times: Counter[str] = Counter()
    values: dict[str, str] = {}
    for line in lines:
        found = _ASSIGNMENT.fullmatch(line.rstrip("\r")) if not line.startswith("\t") else None
        if found:
            times[found[1]] += 2 if found[2] in {"+", "?"} else 1
            values[found[1]] = found[3].partition(" #")[0].strip()
        elif targeted := _TARGETED.match(line):
            times[targeted[1]] += 2
    return {name: value for name, value in values.items() if times[name] == 1 and _is_plain(value)}


def _is_plain(value: str) -> bool:
    return bool(value) and len(value) <= LONGEST_VALUE and "$" not in value and not value.endswith("\\")


def _joined(lines: list[str], number: int, offset: int) -> tuple[str, int, int]:
    """A line with those that continue it, the number and the offset of the next one."""
    parts = [lines[number]]
    while parts[-1].rstrip("\r").endswith("\\") and number + len(parts) < len(lines):
        parts.append(lines[number + len(parts)])
    text = "\n".join(parts)
    return text, number + len(parts), offset + len(text) + 1


class _Recipes:
    """Reads the recipes of one file."""

    def __init__(self, source: SourceText, variables: dict[str, str]) -> None:
        self._source = source
        self._variables = variables
        self._allowed = MOST_CHARACTERS

    def read(self, lines: list[str]) -> Iterator[Command]:
        target, offset, number = "", 0, 0
        is_define = False
        while number < len(lines):
            start, line = offset, lines[number]
            text, number, offset = _joined(lines, number, offset)
            is_define = (is_define or line.startswith("define ")) and line.strip() != "endef"
            if is_define:
                continue
            if line.startswith("\t"):
                yield from self._recipe(text, start, target)
                continue
            found = _TARGET.fullmatch(text) if not _ASSIGNMENT.match(text) else None
            if found and not _TARGETED.match(text):
                target = found[1].strip()
                if found[3]:
                    yield from self._recipe(found[3], start + found.start(3), target)

    def _recipe(self, text: str, start: int, target: str) -> list[Command]:
        found = _PREFIX.match(text)
        prefix = found[0] if found else ""
        hidden = Expressions(None)
        parts, starts, targets, length = list[str](), list[int](), list[int](), 0
        for piece, at in self._pieces(text, len(prefix), hidden):
            parts.append(piece)
            starts.append(length)
            targets.append(start + at)
            length += len(piece)
        place = Placement(self._source, self._source.span(start, start + len(text.rstrip())), tuple(starts), tuple(targets))
        host = Host(target, where_of_name(target) or "developer", masked="-" in prefix)
        return commands_of_text("".join(parts), place.span, host, hidden)

    def _pieces(self, text: str, at: int, hidden: Expressions) -> Iterator[tuple[str, int]]:
        """(text for the shell, its offset in the line): references to variables filled in or hidden, `$$` made one."""
        for found in _REFERENCE.finditer(text, at):
            yield text[at : found.start()], at
            at = found.end()
            value = self._variables.get((found[1] or found[2] or "").strip())
            if found[0] == "$$":
                yield "$", at - 1
            elif value is not None and len(value) <= self._allowed:
                self._allowed -= len(value)
                yield value[:-1], found.start()
                yield value[-1], at - 1
            else:
                yield hidden.add(found[0]), found.start()
        yield text[at:], at
