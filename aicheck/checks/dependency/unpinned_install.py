"""dependency/unpinned-install."""

import re
from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_words import Words, take_apart
from aicheck.authoring.commands import CommandCheck, CommandSteps, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity
from aicheck.regex import regex

PINNED = regex(r"(?:==|>=|<=|~=|<|@)[\w.$\{*^~-]*\d|@\$|==\$|[./$\{<]|^git\+|\.whl$|\.txt$")
UPGRADERS = frozenset({"pip", "setuptools", "wheel", "npm", "corepack", "uv"})


class UnpinnedInstall(CommandCheck):
    """Finds an installation whose version was fixed before and floats now."""

    id = "dependency/unpinned-install"
    title = "A command installs whatever version is newest"
    why = "The next build may hold another version than the one that was tested, or one that somebody else published under that name."
    instead = "Pin the version, or install from a lock file."
    severity = "medium"
    cwe = (1357,)
    examples = (
        bad_change(
            "FROM python:3.12\nRUN pip install uvicorn==0.30.1\n",
            "FROM python:3.12\nRUN pip install uvicorn\n",
            "the pin is gone",
            path="Dockerfile",
        ),
        bad_change(
            "jobs:\n  deploy:\n    steps:\n      - run: npm install -g wrangler@3.60.0\n",
            "jobs:\n  deploy:\n    steps:\n      - run: npm install -g wrangler@latest\n",
            "whatever is newest",
            path=".github/workflows/deploy.yml",
        ),
        bad_change("FROM node:20\nRUN npm ci\n", "FROM node:20\nRUN npm install\n", "the lock file may be rewritten", path="Dockerfile"),
        good_change(
            "FROM python:3.12\nRUN pip install uvicorn==0.30.1\n",
            "FROM python:3.12\nRUN pip install uvicorn==0.31.0\n",
            "another fixed version",
            path="Dockerfile",
        ),
        good_change(
            "FROM python:3.12\nRUN pip install uvicorn==0.30.1\n",
            "FROM python:3.12\nRUN pip install -r requirements.txt\n",
            "fixed elsewhere",
            path="Dockerfile",
        ),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """Changed installations in which a package lost its version."""
        for step in steps.changed:
            loosened = _loosened(step.before, step.after)
            if loosened and step.after.where != "test":
                severity: Severity = "medium" if step.after.where in {"deploy", "start-up"} else "low"
                yield self.match_command(pair, step.after, f"`{shown(step.after)}` {loosened}", severity=severity, before=step.before)
        for lost in steps.lost:
            yield from self._judge_lost(pair, steps, lost)

    def _judge_lost(self, pair: FilePair, steps: CommandSteps, lost: Command) -> Iterator[Match]:
        """`npm ci` that became `npm install`."""
        if lost.argv[:2] not in {("npm", "ci"), ("npm", "clean-install")} or lost.where == "test":
            return
        for command in steps.new:
            if command.symbol == lost.symbol and command.argv[:2] in {("npm", "install"), ("npm", "i")} and len(command.argv) == 2:
                level: Severity = "medium" if command.where == "deploy" else "low"
                yield self.match_command(pair, command, "`npm ci` -> `npm install`", severity=level, before=lost)


def _packages(words: Words) -> dict[str, bool]:
    """Name -> whether its version is fixed."""
    if words.program not in {"pip", "pip3", "npm", "yarn", "pnpm", "gem", "cargo", "uv", "pipx"} or not words.positionals:
        return {}
    start = 2 if words.positionals[:2] in {("pip", "install"), ("tool", "install")} else 1
    if words.positionals[start - 1] not in {"install", "add", "i"}:
        return {}
    return {re.split(r"[=<>~\[]|(?<=.)@", word)[0].lower(): bool(PINNED.search(word)) for word in words.positionals[start:]}


def _loosened(before: Command, after: Command) -> str:
    first, second = _packages(take_apart(before.argv)), _packages(take_apart(after.argv))
    lost = sorted(name for name, pinned in first.items() if pinned and second.get(name) is False and name not in UPGRADERS)
    return f"lost the version of {lost[0]}"[:50] if lost else ""
