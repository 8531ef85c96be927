"""Commands of Makefile recipes.

A recipe line starts with a tab, or follows `;` on the target's line. Variables that the file assigns once, to a text
without variables, are filled in; others stay as `$(NAME)`, which is no substitution of a shell.
"""

import re
from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

from aicheck.model.facts import Command
from aicheck.readers.commands.script import placed
from aicheck.readers.commands.shell import parse_shell
from aicheck.readers.commands.where import where_of_name
from aicheck.readers.source_text import SourceText

_TARGET = re.compile(r"([^\s#:=][^#:=]*?)\s*::?(?!=)([^;#]*)(?:;(.*)|#.*)?", re.DOTALL)
_ASSIGNMENT = re.compile(r"[ ]*(?:export[ ]+|override[ ]+)*([\w.-]+)[ \t]*(\?|\+|:|::)?=[ \t]*(.*)")
_PREFIX = re.compile(r"[\t @+-]*")
_REFERENCE = re.compile(r"\$(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\{([^{}]*)\}|([@<^+?*%]))")
_HIDDEN = re.compile("\ue000(\\d+)\ue001")
MOST_CHARACTERS = 100_000
"""Of one recipe line with variables filled in."""


def read_makefile(path: str, data: bytes) -> tuple[Command, ...]:  # noqa: ARG001  hosts have one signature
    """The commands of the recipes in file order; the symbol is the target. Raises Unreadable."""
    source = SourceText(data)
    lines = source.text.split("\n")
    return tuple(_commands(source, lines, _variables(lines)))


def _variables(lines: list[str]) -> dict[str, str]:
    times: Counter[str] = Counter()
    values: dict[str, str] = {}
    for line in lines:
        found = _ASSIGNMENT.fullmatch(line.rstrip("\r")) if not line.startswith("\t") else None
        if found:
            times[found[1]] += 2 if found[2] in {"+", "?"} else 1
            values[found[1]] = found[3].partition(" #")[0].strip()
    return {name: value for name, value in values.items() if times[name] == 1 and "$" not in value and not value.endswith("\\")}


def _commands(source: SourceText, lines: list[str], variables: dict[str, str]) -> Iterator[Command]:
    target, offset, number = "", 0, 0
    is_define = False
    while number < len(lines):
        start, line = offset, lines[number]
        text, number, offset = _joined(lines, number, offset)
        is_define = (is_define or line.startswith("define ")) and line.strip() != "endef"
        if is_define:
            continue
        if line.startswith("\t"):
            yield from _recipe(source, text, start, target, variables)
            continue
        found = _TARGET.fullmatch(text) if not _ASSIGNMENT.match(text) else None
        if found:
            target = found[1].strip()
            if found[3]:
                yield from _recipe(source, found[3], start + found.start(3), target, variables)


def _joined(lines: list[str], number: int, offset: int) -> tuple[str, int, int]:
    """A line with those that continue it, the number and the offset of the next one."""
    parts = [lines[number]]
    while parts[-1].rstrip("\r").endswith("\\") and number + len(parts) < len(lines):
        parts.append(lines[number + len(parts)])
    text = "\n".join(parts)
    return text, number + len(parts), offset + len(text) + 1


def _recipe(source: SourceText, text: str, start: int, target: str, variables: dict[str, str]) -> Iterator[Command]:
    found = _PREFIX.match(text)
    prefix = found[0] if found else ""
    shell = text[len(prefix) :]
    start += len(prefix)
    where = where_of_name(target) or "developer"
    if "$" not in shell:
        yield from (placed(command, source, start, target, where, masked="-" in prefix) for command in parse_shell(shell))
        return
    references: list[str] = []

    def hide(reference: re.Match[str]) -> str:
        value = variables.get((reference[1] or reference[2] or "").strip())
        if value is not None:
            return value
        references.append(reference[0])
        return f"\ue000{len(references) - 1}\ue001"

    hidden = "$".join(_REFERENCE.sub(hide, part) for part in shell.split("$$"))[:MOST_CHARACTERS]
    span = source.span(start, start + len(shell.rstrip()))
    for command in parse_shell(hidden):
        shown = tuple(_HIDDEN.sub(lambda number: references[int(number[1])], word) for word in command.argv)
        yield replace(placed(command, source, 0, target, where, masked="-" in prefix), argv=shown, span=span)
