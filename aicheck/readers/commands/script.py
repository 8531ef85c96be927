"""Commands of shell scripts."""

from aicheck.model.facts import Command, Where
from aicheck.readers.commands.shell import ShellCommand, parse_shell
from aicheck.readers.commands.where import where_of_script
from aicheck.readers.source_text import SourceText


def read_script(path: str, data: bytes) -> tuple[Command, ...]:
    """The commands of a shell script in file order; the symbol is the function that one stands in. Raises Unreadable."""
    source = SourceText(data)
    where = where_of_script(path)
    return tuple(placed(command, source, 0, command.function, where) for command in parse_shell(source.text))


def placed(command: ShellCommand, source: SourceText, offset: int, symbol: str, where: Where, *, masked: bool = False) -> Command:
    """The command of a stretch of a file that starts at `offset`."""
    return Command(
        argv=command.argv,
        span=source.span(offset + command.start, offset + command.end),
        symbol=symbol,
        where=where,
        masked=masked or command.masked,
        condition=command.condition,
        environment=command.environment,
        unquoted=command.unquoted,
        feeds=command.feeds,
        wrapper=command.wrapper,
    )
