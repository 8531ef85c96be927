"""Commands of files that hold one command a line: Procfiles, systemd units, crontabs."""

import re
from collections.abc import Iterator

from aicheck.model.facts import Command, Where
from aicheck.readers.commands.host import in_file_order
from aicheck.readers.commands.script import placed
from aicheck.readers.commands.shell import parse_shell
from aicheck.readers.source_text import SourceText
from aicheck.regex import regex

_LOGICAL_LINE = regex(r"(?:[^\n\\]++|\\\r?\n|\\)++")
"""A line with those that it goes on in behind a backslash."""
_PROCESS = regex(r"([A-Za-z0-9_-]+):[ \t]*(.+)")
_UNIT = regex(r"(Exec(?:Start|StartPre|StartPost|Stop|StopPost|Reload|Condition))[ \t]*=[ \t]*([@:+!|-]*)(.+)", re.DOTALL)
_TIMES = regex(
    r"[ \t]*(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)|(?:[\d*/,A-Za-z-]+[ \t]+){4}[\d*/,A-Za-z-]+)[ \t]+(.+)"
)
_USER = regex(r"(?:root|www-data|nobody|ubuntu|[a-z_][a-z0-9_-]*)[ \t]+(?=[/\w$])")


def read_procfile(path: str, data: bytes) -> tuple[Command, ...]:  # noqa: ARG001  hosts have one signature
    """The processes of a Procfile; the symbol is the process. `release` runs at each deployment. Raises Unreadable."""
    source = SourceText(data)
    commands: list[Command] = []
    for found in _matches(source.text, _PROCESS):
        where: Where = "deploy" if found[1] == "release" else "start-up"
        commands += (placed(command, source, found.start(2), found[1], where) for command in parse_shell(found[2]))
    return in_file_order(commands)


def read_unit(path: str, data: bytes) -> tuple[Command, ...]:  # noqa: ARG001  hosts have one signature
    """What a systemd unit runs; the symbol is the key. A `-` before the program passes over a failure. Raises Unreadable."""
    source = SourceText(data)
    commands: list[Command] = []
    for found in _matches(source.text, _UNIT):
        masked = "-" in found[2]
        commands += (placed(command, source, found.start(3), found[1], "start-up", masked=masked) for command in parse_shell(found[3]))
    return in_file_order(commands)


def read_crontab(path: str, data: bytes) -> tuple[Command, ...]:
    """The jobs of a crontab; a file of a `cron.d` folder names the user before the command. Raises Unreadable."""
    source = SourceText(data)
    commands: list[Command] = []
    has_user = "cron.d/" in path or path.endswith("etc/crontab")
    for found in _matches(source.text, _TIMES):
        user = _USER.match(found[1]) if has_user else None
        skipped = user.end() if user else 0
        commands += (placed(command, source, found.start(1) + skipped, "", "job") for command in parse_shell(found[1][skipped:]))
    return in_file_order(commands)


def _matches(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for line in _LOGICAL_LINE.finditer(text):
        found = pattern.match(text, line.start(), line.start() + len(line[0].rstrip()))
        if found and not line[0].lstrip().startswith(("#", ";")):
            yield found
