"""Commands as lines of text, so that a test reads as a table."""

from collections.abc import Iterable

from aicheck.model.facts import Command


def show(commands: Iterable[Command]) -> list[str]:
    """`LINE:COLUMN WORDS | symbol | where`, then `masked`, `if CONDITION`, `with NAME=VALUE`, `by WRAPPER` where there are any."""
    return [_line(command) for command in commands]


def _line(command: Command) -> str:
    parts = [f"{command.span.line}:{command.span.column} {' '.join(map(_quote, command.argv))}", command.symbol, command.where]
    parts += ["masked"] if command.masked else []
    parts += [f"if {command.condition}"] if command.condition else []
    parts += [f"with {name}={value}" for name, value in command.environment]
    parts += [f"by {' '.join(command.wrapper)}"] if command.wrapper else []
    return " | ".join(parts)


def _quote(word: str) -> str:
    return f"'{word}'" if " " in word or not word else word
