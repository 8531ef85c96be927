"""What a file that holds commands says about them, and the commands of a text or list of words under it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from msgspec.structs import replace as replace_fields

from aicheck.model.facts import Command, Where
from aicheck.model.location import Span
from aicheck.readers.commands.placement import Placer
from aicheck.readers.commands.shell import ShellCommand, parse_shell, split_argv
from aicheck.readers.commands.templates import Expressions
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

MAX_COMMANDS = 20_000
"""Of one file; aliases can repeat a long script many times."""
MAX_TEXT = 8 << 20
"""Code points of all scripts of one file, aliases resolved."""
_SCRIPT_OPTION = regex(r"-[a-zA-Z]*c$")
Locate = Callable[[int, int], Span]
"""From a stretch of a text (offsets in code points, end exclusive) to its span in the file."""


@dataclass(frozen=True, slots=True)
class Host:
    """What holds for every command of one step, container, script or call. The fields mean what those of `Command` mean."""

    symbol: str
    where: Where
    masked: bool = False
    condition: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    wrapper: tuple[str, ...] = ()
    template: re.Pattern[str] | None = None
    """How expressions look that are filled in before a shell sees the text."""

    def within(self, condition: str, *, masked: bool = False) -> "Host":
        """The same under one more condition."""
        return replace(self, condition=join_conditions(self.condition, condition), masked=self.masked or masked)


def join_conditions(*conditions: str) -> str:
    """The conditions that are not empty, each on one line, outermost first."""
    return " && ".join(" ".join(condition.split()) for condition in conditions if condition)


def in_file_order(commands: Iterable[Command]) -> tuple[Command, ...]:
    """The commands of one file. Raises Unreadable when there are more than `MAX_COMMANDS`."""
    found = list(islice(commands, MAX_COMMANDS + 1))
    if len(found) > MAX_COMMANDS:
        raise Unreadable(f"more than {MAX_COMMANDS:,} commands")
    return tuple(sorted(found, key=lambda command: command.span))


def commands_of_text(text: str, locate: Locate, host: Host, hidden: Expressions | None = None) -> list[Command]:
    """The commands of a shell text. `hidden`: the expressions that are hidden in it already."""
    if hidden is None:
        hidden = Expressions(host.template)
        text = hidden.hide(text)
    return [_command(command, locate(command.start, command.end), host, hidden) for command in parse_shell(text)]


def commands_of_words(words: Sequence[str], span: Span, host: Host, hidden: Expressions | None = None) -> list[Command]:
    """The command that a list of words starts; several where it hands a script to a shell. `hidden` as above."""
    if hidden is None:
        hidden = Expressions(host.template)
        words = [hidden.hide(word) for word in words]
    return [_command(command, span, host, hidden) for command in split_argv(words)]


def _command(command: ShellCommand, span: Span, host: Host, hidden: Expressions) -> Command:
    return Command(
        argv=tuple(map(hidden.restore, command.argv)),
        span=span,
        symbol=" / ".join(filter(None, (host.symbol, command.function))),
        where=host.where,
        masked=host.masked or command.masked,
        condition=join_conditions(host.condition, hidden.restore(command.condition)),
        environment=(*host.environment, *((name, hidden.restore(value)) for name, value in command.environment)),
        unquoted=command.unquoted,
        feeds=hidden.restore(command.feeds),
        wrapper=(*host.wrapper, *command.wrapper),
    )


_Parsed = tuple[Expressions, list[tuple[ShellCommand, Span]]]


class CommandList:
    """Collects the commands of one YAML or JSON file."""

    def __init__(self, source: SourceText) -> None:
        self._placer = Placer(source)
        self._commands: list[Command] = []
        self._characters = 0
        self._parsed: dict[tuple[str, Span, re.Pattern[str] | None], _Parsed] = {}

    def add_text(self, leaf: Leaf, host: Host, *, text: str | None = None) -> None:
        """The commands of a scalar that a shell reads. `text`: what to read in its place, character for character."""
        key = (leaf.value if text is None else text, leaf.span, host.template)
        parsed = self._parsed.get(key)  # aliases bring the same scalar many times
        if parsed is None:
            self._count(leaf)
            hidden = Expressions(host.template)
            place = self._placer.place(leaf)
            placed = [(command, place.span(command.start, command.end)) for command in parse_shell(hidden.hide(key[0]))]
            parsed = self._parsed[key] = (hidden, placed)
        self._extend([_command(command, span, host, parsed[0]) for command, span in parsed[1]])

    def add_arguments(self, program: str, leaf: Leaf, host: Host) -> None:
        """The command of a program whose words are the text of a scalar."""
        self._count(leaf)
        place = self._placer.place(leaf).span
        skipped = len(program) + 1
        text = f"{program} {leaf.value}"
        self._extend(commands_of_text(text, lambda start, end: place(max(start - skipped, 0), end - skipped), host))

    def add_texts(self, leaves: Sequence[Leaf], host: Host) -> None:
        """The commands of scalars that a shell reads one after another."""
        for leaf in leaves:
            self.add_text(leaf, host)

    def add_words(self, leaves: Sequence[Leaf], host: Host) -> None:
        """The command that a list of words starts. Commands of a script handed to a shell stand where the script does."""
        if not leaves:
            return
        for leaf in leaves:
            self._count(leaf)
        first, last = min(leaf.span for leaf in leaves), max(leaf.span for leaf in leaves)
        span = Span(first.line, first.column, last.end_line, last.end_column)
        found = commands_of_words([leaf.value for leaf in leaves], span, host)
        script = next((leaf for option, leaf in pairwise(leaves) if _SCRIPT_OPTION.match(option.value)), None)
        if script is not None and found and found[0].wrapper:
            inner = commands_of_text(script.value, self._placer.place(script).span, host)
            if [command.argv for command in inner] == [command.argv for command in found]:
                found = [replace_fields(command, span=placed.span) for command, placed in zip(found, inner, strict=True)]
        self._extend(found)

    def finish(self) -> tuple[Command, ...]:
        """All of them in file order."""
        return in_file_order(self._commands)

    def _count(self, leaf: Leaf) -> None:
        self._characters += len(leaf.value)
        if self._characters > MAX_TEXT:
            raise Unreadable(f"more than {MAX_TEXT >> 20} MiB of scripts, aliases resolved")

    def _extend(self, commands: list[Command]) -> None:
        self._commands += commands
        if len(self._commands) > MAX_COMMANDS:
            raise Unreadable(f"more than {MAX_COMMANDS:,} commands")
