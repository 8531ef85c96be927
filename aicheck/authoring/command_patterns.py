"""Command lines of a kind, as patterns: `docker-compose down -v|--volumes !--dry-run`.

A plain word is the program or the next subcommand (`|` between alternatives, `*` any word), a word with a dash an option that must be
given, one with `!` before it an option that must not be.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from aicheck.authoring.command_words import Words, take_apart
from aicheck.model.facts import Command
from aicheck.model.rule import Severity

HARMLESS = ("dry-run", "dryrun", "help", "version", "noop", "whatif", "what-if", "no-execute-changeset", "plan-only")
"""Options with which no program changes anything."""


class Pattern(msgspec.Struct, frozen=True):
    """One parsed pattern."""

    programs: frozenset[str]
    path: tuple[frozenset[str], ...]
    """Subcommands in order; `*` in a set stands for any word."""
    required: tuple[tuple[str, ...], ...]
    """Of each group one option must be given."""
    forbidden: tuple[str, ...]

    def fits(self, words: Words) -> bool:
        """Whether a command line is of this kind."""
        if words.program not in self.programs:
            return False
        if not (_starts(words.positionals, self.path) or _starts(words.certain, self.path)):
            return False
        return all(words.has(*group) for group in self.required) and not words.has(*self.forbidden)


class Kind(msgspec.Struct, frozen=True):
    """Commands that do the same harm or the same work."""

    name: str
    what: str
    """What they work on, in words."""
    severity: Severity
    by_program: Mapping[str, tuple[Pattern, ...]]
    text_programs: frozenset[str] = frozenset()
    text: re.Pattern[str] | None = None
    """What a word of one of `text_programs` must hold."""

    def fits(self, command: Command) -> bool:
        """Whether a command is of this kind and would really do it."""
        words = take_apart(command.argv)
        patterns = self.by_program.get(words.program, ())
        if not (patterns or words.program in self.text_programs) or words.has(*HARMLESS):
            return False
        if any(pattern.fits(words) for pattern in patterns):
            return True
        return self.text is not None and words.program in self.text_programs and self.text.search(" ".join(command.argv[1:])) is not None


def parse_pattern(text: str) -> Pattern:
    """Read one pattern; the first word is the program."""
    program, *rest = text.split()
    path, required, forbidden = [], [], []
    for word in rest:
        if word.startswith("!"):
            forbidden += word[1:].split("|")
        elif word.startswith("-"):
            required.append(tuple(word.split("|")))
        else:
            path.append(frozenset(word.split("|")))
    return Pattern(frozenset(program.split("|")), tuple(path), tuple(required), tuple(forbidden))


@cache
def kinds(rule: str) -> tuple[Kind, ...]:
    """The kinds of commands that a rule (or a shared idea) is about, in file order."""
    root = tomllib.loads(Path(__file__).with_name("command_kinds.toml").read_text(encoding="utf-8"))
    return tuple(_kind(entry) for entry in root["kind"] if entry["rule"] == rule)


def kind_of(rule: str, command: Command) -> Kind | None:
    """The first kind of the rule's that a command is of."""
    return next((kind for kind in kinds(rule) if kind.fits(command)), None)


def _kind(entry: dict[str, object]) -> Kind:
    read = msgspec.convert(entry, _Entry)
    return Kind(
        read.name,
        read.what,
        read.severity,
        _by_program([parse_pattern(text) for text in read.commands]),
        frozenset(read.text_programs),
        re.compile(read.text, re.IGNORECASE) if read.text else None,
    )


def _by_program(patterns: Sequence[Pattern]) -> Mapping[str, tuple[Pattern, ...]]:
    found: dict[str, tuple[Pattern, ...]] = {}
    for pattern in patterns:
        for program in pattern.programs:
            found[program] = (*found.get(program, ()), pattern)
    return found


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rule: str
    name: str
    what: str
    severity: Severity = "high"
    commands: tuple[str, ...] = ()
    text_programs: tuple[str, ...] = ()
    text: str = ""


def _starts(words: tuple[str, ...], path: tuple[frozenset[str], ...]) -> bool:
    return len(words) >= len(path) and all("*" in wanted or word in wanted for word, wanted in zip(words, path, strict=False))
