"""Commands of Dockerfiles: what runs while the image is made, and what runs when a container starts.

Reads instructions by line as the reference describes (docs.docker.com/reference/dockerfile): an instruction goes on
after a line that ends in the escape character; comment lines and empty lines in between do not end it.
"""

import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

import msgspec

from aicheck.model.facts import Command, Where
from aicheck.readers.commands.host import in_file_order
from aicheck.readers.commands.script import placed
from aicheck.readers.commands.shell import parse_shell, split_argv
from aicheck.readers.commands.starters import SHELLS
from aicheck.readers.source_text import SourceText
from aicheck.regex import regex

WITH_HEREDOC = frozenset({"ADD", "COPY", "RUN"})
STARTED: dict[str, Where] = {"RUN": "build", "CMD": "start-up", "ENTRYPOINT": "start-up", "HEALTHCHECK": "start-up"}
_INSTRUCTION = regex(r"[ \t]*(?:ONBUILD[ \t]+)?([A-Za-z]+)[ \t]+", re.IGNORECASE)
_OPTION = regex(r"\A(?:--[\w-]+(?:=\S*)?(?:[ \t]|\\\r?\n)+)+")
_HEREDOC = regex(r"(?<!<)<<-?([\"']?)([A-Za-z_]\w*)\1")
_SHEBANG = regex(r"#!(?:\S*/)?(?:env[ \t]+)?(\S+)")
_STAGE = regex(r"(\S+)(?:[ \t]+AS[ \t]+(\S+))?", re.IGNORECASE)
_ESCAPE = regex(r"#[ \t]*escape[ \t]*=[ \t]*`", re.IGNORECASE)


class _Instruction(msgspec.Struct, frozen=True):
    name: str
    start: int
    """Offset of its arguments."""
    text: str
    """Its arguments; comment lines blanked, so that offsets hold."""
    script: bool = False
    """Whether `text` is a script of its own, the text of a heredoc."""


def read_dockerfile(path: str, data: bytes) -> tuple[Command, ...]:  # noqa: ARG001  hosts have one signature
    """The commands of a Dockerfile in file order; the symbol is the name or number of the stage. Raises Unreadable."""
    source = SourceText(data)
    return in_file_order(_commands(source))


def _commands(source: SourceText) -> Iterator[Command]:
    stage, number = "", -1
    for instruction in _instructions(source.text):
        if instruction.name == "FROM":
            number += 1
            found = _STAGE.match(instruction.text)
            stage = f"stage {found[2] if found and found[2] else number}"
        elif instruction.name in STARTED:
            yield from _started(source, instruction, stage)


def _started(source: SourceText, instruction: _Instruction, stage: str) -> Iterator[Command]:
    start, text = instruction.start, instruction.text
    shebang = _SHEBANG.match(text) if instruction.script else None
    if shebang and shebang[1] not in SHELLS:
        return
    if option := _OPTION.match(text):
        start, text = start + option.end(), text[option.end() :]
    if instruction.name == "HEALTHCHECK":
        found = re.match(r"CMD[ \t]+", text, re.IGNORECASE)
        if found is None:
            return
        start, text = start + found.end(), text[found.end() :]
    words = _exec_form(text)
    commands = parse_shell(text) if words is None else split_argv(words)
    for command in commands:
        inside = command if words is None else msgspec.structs.replace(command, end=len(text.rstrip()))
        yield placed(inside, source, start, stage, STARTED[instruction.name])


def _exec_form(text: str) -> list[str] | None:
    if not text.startswith("["):
        return None
    try:
        words = json.loads(text.replace("\\\n", "  "))
    except (ValueError, RecursionError):
        return None
    return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def _instructions(text: str) -> Iterator[_Instruction]:
    escape = "`" if _ESCAPE.match(text) else "\\"
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    offsets = [0, *accumulate(map(len, lines))]
    ends = _ends(lines)
    number = 0
    while number < len(lines):
        first, line = number, lines[number]
        number += 1
        found = _INSTRUCTION.match(line)
        if found is None or line.lstrip().startswith("#"):
            continue
        name = found[1].upper()
        parts = [line]
        while number < len(lines) and (parts[-1].rstrip().endswith(escape) or _is_passed_over(lines[number - 1], parts)):
            parts.append(_blanked(lines[number]))
            number += 1
        start, body = offsets[first] + found.end(), "".join(parts)[found.end() :]
        end = _after_heredocs(body, number, ends) if name in WITH_HEREDOC else number
        texts = "".join(lines[number:end])
        number, command = end, _OPTION.sub("", body, count=1)
        if texts and _HEREDOC.fullmatch(command.strip()):
            yield _Instruction(name, offsets[end] - len(texts), texts[: texts.rstrip("\n").rfind("\n") + 1], script=True)
        else:
            yield _Instruction(name, start, (body if escape == "\\" else body.replace("`\n", "\\\n")) + texts)


def _after_heredocs(body: str, number: int, ends: Mapping[str, list[int]]) -> int:
    """The line after the heredocs that an instruction opens; `number` when nothing ends them."""
    for _, mark in _HEREDOC.findall(body):
        lines = ends.get(mark, [])
        position = bisect_left(lines, number)
        number = lines[position] + 1 if position < len(lines) else number
    return number


def _ends(lines: Sequence[str]) -> dict[str, list[int]]:
    """Word -> the lines on which it stands alone, ascending."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        word = line.strip("\t\r\n")
        if word.isidentifier():
            found[word].append(number)
    return found


def _is_passed_over(line: str, parts: list[str]) -> bool:
    """Whether the last line was a comment or empty inside an instruction that goes on."""
    return len(parts) > 1 and (not line.strip() or line.lstrip().startswith("#"))


def _blanked(line: str) -> str:
    """A comment line inside an instruction as blanks that go on."""
    if not line.lstrip().startswith("#") and line.strip():
        return line
    end = "\n" if line.endswith("\n") else ""
    width = len(line) - len(end)
    return " " * max(width - 1, 0) + ("\\" if width else "") + end
