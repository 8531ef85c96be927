"""suppression-tampering/hook-bypass."""

import re
from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import UNATTENDED, CommandCheck, CommandSteps, exported, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity
from aicheck.regex import regex

NO_HOOKS = regex(r"core\.hooksPath[= ](?:/dev/null|''|\"\"|/?nonexistent\w*|\.?/?empty\w*)?$|core\.hooksPath[= ]/dev/null", re.IGNORECASE)
SWITCHES = {
    "HUSKY": {"0"},
    "HUSKY_SKIP_HOOKS": {"1", "true"},
    "LEFTHOOK": {"0", "false"},
    "PRE_COMMIT_ALLOW_NO_CONFIG": {"1"},
    "OVERCOMMIT_DISABLE": {"1"},
}


class HookBypass(CommandCheck):
    """Finds commits and pushes that go past the hooks."""

    id = "suppression-tampering/hook-bypass"
    title = "A command goes past the commit hooks"
    why = "What the hooks would have stopped, secrets and broken code among it, gets into the repository without a trace."
    instead = "Repair what the hook finds. Where a job commits generated files, let the same checks run in that job."
    severity = "high"
    restores = True
    fixed = True
    cwe = (693,)
    examples = (
        bad_change(
            "#!/bin/sh\ngit commit -m wip\n",
            "#!/bin/sh\ngit commit --no-verify -m wip\n",
            "the check before each commit",
            path="bin/save.sh",
        ),
        bad_change(
            '{"scripts": {"save": "git commit -am save"}}\n',
            '{"scripts": {"save": "HUSKY=0 git commit -am save"}}\n',
            "by a variable",
            path="package.json",
        ),
        bad_change(
            "import subprocess\n",
            "import subprocess\n\nsubprocess.run(['git', 'push', '--no-verify', 'origin', branch])\n",
            "from a program",
            path="agent/push.py",
        ),
        bad_change(
            "setup:\n\tgit config core.hooksPath .githooks\n",
            "setup:\n\tgit config core.hooksPath /dev/null\n",
            "hooks off for everyone who sets up",
            path="Makefile",
        ),
        good_change("#!/bin/sh\n", "#!/bin/sh\ngit push -n\ngit log -n 1\ngit clean -n\n", "`-n` means something else", path="bin/save.sh"),
        good_change(
            "#!/bin/sh\n",
            "#!/bin/sh\nif grep -q -- '--no-verify' \"$1\"; then echo 'git commit --no-verify is forbidden'; fi\n",
            "a list of what is forbidden",
            path="hooks/guard.sh",
        ),
        good_change("setup:\n\techo\n", "setup:\n\tgit config core.hooksPath .githooks\n", "hooks on", path="Makefile"),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """New and changed commands."""
        for before, command in steps.gained():
            severity = _weigh(command, pair)
            if severity is not None and not (before is not None and _bypasses(before)):
                yield self.match_command(pair, command, f"`{shown(command)}` goes past the hooks", severity=severity, before=before)


def _bypasses(command: Command) -> bool:
    words = take_apart(command.argv)
    if words.program != "git":
        return False
    verb = words.positionals[:1]
    if verb in {("commit",), ("push",), ("merge",), ("am",), ("rebase",)} and words.has("no-verify"):
        return True
    if verb == ("commit",) and words.has("-n"):
        return True
    if NO_HOOKS.search(" ".join(command.argv)):
        return True
    return verb[:1] in {("commit",), ("push",)} and any(value in SWITCHES.get(name, ()) for name, value in command.environment)


def _weigh(command: Command, pair: FilePair) -> Severity | None:
    """Jobs that commit generated files do it often: their author says why in one line."""
    if _bypasses(command):
        return "medium" if command.where in UNATTENDED or command.where == "test" else "high"
    if command.where not in {"test", "build"} and any(value in SWITCHES.get(name, ()) for name, value in exported(pair, "after", command)):
        return "medium"
    return None
