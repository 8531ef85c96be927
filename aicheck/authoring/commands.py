"""Rules over commands: both sides of a change compared, and how much it matters where a command runs."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice
from typing import ClassVar

from aicheck.authoring.base import DifferentialCheck
from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.command_patterns import Kind, kind_of
from aicheck.authoring.command_steps import CommandPair, CommandSteps
from aicheck.authoring.wording import EXCERPT_LIMIT, clip
from aicheck.model.facts import Command
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location, Side
from aicheck.model.rule import SEVERITIES, Severity, severity_rank
from aicheck.readers.place import PRODUCTION_WORDS
from aicheck.regex import regex

COMMAND_LANGUAGES = (
    "crontab",
    "dockerfile",
    "javascript",
    "json",
    "makefile",
    "procfile",
    "python",
    "shell",
    "systemd",
    "terraform",
    "toml",
    "typescript",
    "yaml",
)
"""Languages that may hold commands."""
UNATTENDED = frozenset({"deploy", "start-up", "job"})
"""Where a command runs without a person who looks at it."""
THROWAWAY = frozenset(
    """
    test tests testing e2e ci kind k3d k3s minikube preview previews ephemeral sandbox scratch pr localhost 127 local dev
    devel development localstack tmp temp demo throwaway integration smoke benchmark bench example fixture mock molecule
    vagrant
    """.split()  # noqa: SIM905
)
"""Words that name something nobody misses."""
ASKED = regex(r"confirm|\bREPLY\b|\banswer\b|\binputs\.|workflow_dispatch|\bread -|\bFORCE\b|\bDRY_?RUN\b|\byes\b", re.IGNORECASE)
"""Conditions with which a person, or a switch, says yes."""
CONSENT = (
    "auto-approve",
    "approve",
    "yes",
    "-y",
    "force",
    "-f",
    "no-input",
    "noinput",
    "non-interactive",
    "no-prompt",
    "skip-confirm",
    "assume-yes",
    "quiet",
    "-q",
    "auto-confirm",
    "no-confirm",
    "skip-preview",
)
ASSIGNMENT = regex(r"\b([A-Za-z_]\w*)=([\"']?)([^\s;&|\"']*)\2")
ALTERNATIVE = regex(r"\|\||!=|! ?\(")
"""Conditions that hold elsewhere too, or that exclude what they name."""
SHOWN_WIDTH = 48
MOST_MATCHES = 50
"""Of one rule in one file; a rule that fires many times counts once."""


class CommandCheck(DifferentialCheck):
    """A rule over what a change does to the commands of a file."""

    languages: ClassVar[tuple[str, ...]] = COMMAND_LANGUAGES

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Judge the steps of the file's commands, if it has any."""
        steps = change.command_steps.get(pair.path)
        if steps is not None:
            yield from islice(self.judge(pair, steps), MOST_MATCHES)

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """Yield a match for each hazard."""
        raise NotImplementedError

    def match_command(
        self, pair: FilePair, command: Command, message: str, *, severity: Severity | None = None, before: Command | None = None
    ) -> Match:
        """A match at a command of the after side; `before` is what it was."""
        excerpt = (
            Excerpt(pair.before_path, before.span.line, clip(pair.line("before", before.span.line), EXCERPT_LIMIT)) if before else None
        )
        return self.match(
            Location(pair.path, "after", command.span),
            message,
            symbol=command.symbol,
            text=" ".join(command.argv)[:EXCERPT_LIMIT],
            before=excerpt,
            severity=severity,
        )

    def match_lost(self, pair: FilePair, command: Command, message: str, *, severity: Severity | None = None) -> Match:
        """A match where something is gone: at the next command of the same host, else at the host's file."""
        host = [other for other in pair.facts("after").commands if other.symbol == command.symbol]
        following = next((other for other in host if other.span.line >= command.span.line), host[-1] if host else None)
        place = following or command
        side = Location(pair.path, "after", place.span) if following else Location(pair.before_path, "before", place.span)
        return self.match(
            side,
            message,
            symbol=command.symbol,
            text=" ".join(command.argv)[:EXCERPT_LIMIT],
            before=Excerpt(pair.before_path, command.span.line, clip(pair.line("before", command.span.line), EXCERPT_LIMIT)),
            severity=severity,
        )


class CommandOfKind(CommandCheck):
    """A rule that finds new commands of a kind in the table of kinds."""

    table: ClassVar[str]
    """The `rule` of the kinds in the table."""
    does: ClassVar[str]
    """What such a command does to `Kind.what`: `destroys`."""

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """One match for each command that is of a kind now and was not before."""
        for before, command in steps.gained():
            kind = kind_of(self.table, command)
            if kind is None or (before is not None and kind_of(self.table, before) is not None):
                continue
            severity = self.judge_place(kind, command)
            if severity is not None:
                yield self.match_command(pair, command, f"`{shown(command)}` {self.does} {kind.what}", severity=severity, before=before)

    def judge_place(self, kind: Kind, command: Command) -> Severity | None:
        """How bad a command of the kind is where it stands; None when it is not worth a word."""
        return placed(kind.severity, command)


def placed(severity: Severity, command: Command) -> Severity | None:
    """A severity where the command runs: none in tests, `low` for what nobody misses, milder by hand or when a person says yes."""
    if command.where == "test":
        return None
    if is_throwaway(command):
        return "low"
    steps = {"developer": 2, "build": 1}.get(command.where, 0) + int(bool(ASKED.search(command.condition)))
    return SEVERITIES[max(severity_rank(severity) - steps, 0)]


def is_throwaway(command: Command) -> bool:
    """Whether its words, symbol or conditions name something that nobody misses, and nothing names production."""
    condition = command.condition if ALTERNATIVE.search(command.condition) is None else ""
    texts = (*command.argv[1:], command.symbol, condition, *(f"{name} {value}" for name, value in command.environment))
    words = {word for text in texts for word in re.split(r"[^a-z0-9]+", text.lower())}
    return bool(words & THROWAWAY) and not words & PRODUCTION_WORDS


def following(pair: FilePair, command: Command, number: int) -> tuple[Command, ...]:
    """The next commands of its file."""
    commands = pair.facts("after").commands
    start = bisect_right(commands, command.span, key=lambda other: other.span)
    return commands[start : start + number]


def preceding(pair: FilePair, command: Command, number: int) -> tuple[Command, ...]:
    """The commands of its file before it."""
    commands = pair.facts("after").commands
    end = bisect_right(commands, command.span, key=lambda other: other.span) - 1
    return commands[max(end - number, 0) : max(end, 0)]


def exported(pair: FilePair, side: Side, command: Command) -> tuple[tuple[str, str], ...]:
    """(name, value) of what an `export` or `declare` hands on to the commands after it; its words are not in `argv`."""
    if command.argv[0] not in {"export", "declare"}:
        return ()
    line = pair.line(side, command.span.line)[command.span.column - 1 :]
    return tuple((found[1], found[3]) for found in ASSIGNMENT.finditer(line))


def shown(command: Command, width: int = SHOWN_WIDTH) -> str:
    """The command as a message quotes it."""
    return clip(" ".join(command.argv), width)


def place_words(command: Command) -> str:
    """Where it runs, to complete `New ...`."""
    return {
        "deploy": "in a deployment",
        "start-up": "at start-up",
        "test": "in a test",
        "build": "in a build",
        "job": "in a job",
        "developer": "in a script",
    }[command.where]


__all__ = [
    "COMMAND_LANGUAGES",
    "CONSENT",
    "UNATTENDED",
    "CommandCheck",
    "CommandOfKind",
    "CommandPair",
    "CommandSteps",
    "exported",
    "following",
    "is_throwaway",
    "place_words",
    "placed",
    "preceding",
    "shown",
]
