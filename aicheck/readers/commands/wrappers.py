"""Where, in the words of a command, the one begins that it only starts. Knows nothing of shell syntax."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from aicheck.readers.commands.starters import FIND_ACTIONS, SHELL_VALUED, SHELLS, SSH_VALUED, STARTERS, SUBCOMMANDS, Starter, Subcommand
from aicheck.regex import regex

ASSIGNMENT = regex(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_CLUSTER = regex(r"[-+][a-zA-Z]+")


class Inner(msgspec.Struct, frozen=True):
    """A command that another one starts."""

    wrapper: str
    start: int
    """Position of its first word."""
    environment: tuple[tuple[str, str], ...] = ()
    script: bool = False
    """Whether the words from `start` to `end` are shell text."""
    end: int | None = None
    """Position after its last word; None for all of them."""
    visible: bool = False
    """Whether the starting program is a command worth seeing itself."""


def find_inner(words: Sequence[str]) -> tuple[Inner, ...]:
    """What the command with these words starts; nothing when it only does its own work. `words[0]` is a program's file name."""
    program = "sh" if words[0] in SHELLS else words[0]
    special = _SPECIAL.get(program)
    if special is not None:
        return tuple(special(words))
    for subcommand in SUBCOMMANDS.get(program, ()):
        start = _after_path(words, subcommand)
        if start:
            return tuple(_skip(words, start, subcommand.starter, visible=subcommand.visible))
    known = STARTERS.get(program)
    return tuple(_skip(words, 1, known, visible=False)) if known is not None else ()


def reads_commands(words: Sequence[str]) -> bool:
    """Whether the program runs what it reads from its standard input: a shell without a script, here or on another host."""
    if words[0] in SHELLS:
        position, has_script = _shell_operand(words)
        return not has_script and (position >= len(words) or words[position] == "-" or "-s" in words[1:position])
    if words[0] in {"su", "runuser"}:
        return not any(word in {"-c", "--command"} for word in words)
    return words[0] == "ssh" and _after_options(words, 1, SSH_VALUED) == len(words) - 1


def _after_path(words: Sequence[str], subcommand: Subcommand) -> int:
    """The position after the subcommand's words, its program's own options skipped; 0 when it is another subcommand."""
    position = 1
    for name in subcommand.path:
        position = _after_options(words, position, subcommand.globals)
        if position >= len(words) or words[position] != name:
            return 0
        position += 1
    return position


def _after_options(words: Sequence[str], position: int, valued: frozenset[str]) -> int:
    while position < len(words) and words[position].startswith("-") and len(words[position]) > 1:
        position += _width(words[position], valued)
    return position


def _width(word: str, valued: frozenset[str]) -> int:
    """How many words an option takes: two when its value is the next one. Of joined letters the first with a value counts."""
    if word in valued:
        return 2
    if word.startswith("--") or not _CLUSTER.fullmatch(word):
        return 1
    taking = next((number for number, letter in enumerate(word[1:], 1) if f"{word[0]}{letter}" in valued), None)
    return 2 if taking == len(word) - 1 else 1


def _skip(words: Sequence[str], start: int, starter: Starter, *, visible: bool) -> Iterator[Inner]:
    if starter.after:
        start = next((number + 1 for number in range(start, len(words)) if words[number] in starter.after), len(words))
    environment: list[tuple[str, str]] = []
    positional = starter.positional
    while start < len(words):
        word = words[start]
        found = ASSIGNMENT.fullmatch(word) if starter.assignments else None
        if word in starter.queries or word in starter.scripted or (word == "--" and not positional):
            break
        if found:
            environment.append((found[1], found[2]))
        is_option = word.startswith("-") and len(word) > 1
        if not found and not is_option:
            if not positional:
                break
            positional -= 1
        start += _width(word, starter.valued) if is_option else 1
    first = words[start] if start < len(words) else ""
    if first in starter.queries:
        return
    is_script = first in starter.scripted
    begin = start + 1 if is_script or first == "--" else start
    end = begin + 1 if is_script else _end(words, begin, starter)
    if begin < min(end, len(words)):
        yield Inner(words[0], begin, tuple(environment), script=is_script or starter.joined, end=end, visible=visible)


def _end(words: Sequence[str], begin: int, starter: Starter) -> int:
    """The position after the command; of `parallel` before the arguments that it deals out."""
    if not starter.joined:
        return len(words)
    return next((number for number in range(begin, len(words)) if words[number].startswith(":::")), len(words))


def _shell_operand(words: Sequence[str]) -> tuple[int, bool]:
    """(position after a shell's options, whether they say that a script text stands there)."""
    position, has_script = 1, False
    while position < len(words) and words[position][:1] in {"-", "+"} and len(words[position]) > 1:
        word = words[position]
        if word == "--":
            return position + 1, has_script
        if not word.startswith("--"):
            has_script = has_script or (word[0] == "-" and "c" in word[1:] and _CLUSTER.fullmatch(word) is not None)
        position += _width(word, SHELL_VALUED)
    return position, has_script


def _shell_script(words: Sequence[str]) -> Iterator[Inner]:
    position, has_script = _shell_operand(words)
    if has_script and position < len(words):
        yield Inner(words[0], position, script=True, end=position + 1)


def _evaluated(words: Sequence[str]) -> Iterator[Inner]:
    start = 2 if len(words) > 1 and words[1] == "--" else 1
    if len(words) > start:
        yield Inner("eval", start, script=True)


def _trapped(words: Sequence[str]) -> Iterator[Inner]:
    start = 2 if len(words) > 1 and words[1] == "--" else 1
    if len(words) > start + 1 and not words[start].startswith("-") and words[start]:
        yield Inner("trap", start, script=True, end=start + 1)


def _as_user(words: Sequence[str]) -> Iterator[Inner]:
    number = next(
        (number for number, word in enumerate(words[:-1]) if word in {"-c", "--command"} or re.fullmatch(r"-[a-z]*c", word)), None
    )
    if number is not None:
        yield Inner(words[0], number + 1, script=True, end=number + 2)
    elif words[0] == "runuser" and {"-u", "--user"}.intersection(words):
        yield from _skip(words, 1, STARTERS["runuser"], visible=False)


def _remote(words: Sequence[str]) -> Iterator[Inner]:
    host = _after_options(words, 1, SSH_VALUED)
    start = _after_options(words, host + 1, SSH_VALUED)
    if start < len(words):
        yield Inner("ssh", start, script=True)


def _find_actions(words: Sequence[str]) -> Iterator[Inner]:
    position = 0
    while position < len(words):
        if words[position] not in FIND_ACTIONS:
            position += 1
            continue
        start = position + 1
        position = next((number for number in range(start, len(words)) if words[number] in {";", "\\;", "+"}), len(words))
        if start < position:
            yield Inner("find", start, end=position, visible=True)


_SPECIAL: Mapping[str, Callable[[Sequence[str]], Iterator[Inner]]] = {
    "eval": _evaluated,
    "find": _find_actions,
    "runuser": _as_user,
    "sh": _shell_script,
    "ssh": _remote,
    "su": _as_user,
    "trap": _trapped,
}
