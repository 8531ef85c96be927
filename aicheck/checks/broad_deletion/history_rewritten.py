"""broad-deletion/history-rewritten."""

import re
from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_patterns import kind_of
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import CommandCheck, CommandSteps, placed, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity
from aicheck.regex import regex

SHARED = regex(r"(?:^|[:/+])(?:main|master|trunk|develop|production|release[\w./-]*)$|^\+?HEAD$|^--all$|^--mirror$")
OWN = regex(r"gh-pages|pages|docs|badges|bot|automation|update|sync|autoformat|nightly|v\d+$|latest|tags?/", re.IGNORECASE)


class HistoryRewritten(CommandCheck):
    """Finds commands that throw away commits, branches or uncommitted work."""

    id = "broad-deletion/history-rewritten"
    title = "A command overwrites a shared branch or throws work away"
    why = "Commits that others built on vanish from the server, or changes that nobody committed vanish from a machine."
    instead = "Push to a branch of the job's own, with `--force-with-lease`; work in a fresh clone rather than clean an existing one."
    severity = "high"
    cwe = (471,)
    examples = (
        bad_change(
            "jobs:\n  release:\n    steps:\n      - run: git push origin main\n",
            "jobs:\n  release:\n    steps:\n      - run: git push --force origin main\n",
            "the shared branch",
            path=".github/workflows/release.yml",
        ),
        bad_change(
            "#!/bin/sh\ngit fetch\n",
            "#!/bin/sh\ngit fetch\ngit filter-branch --tree-filter 'rm -f key' -- --all\n",
            "every commit anew",
            path="deploy/clean.sh",
        ),
        good_change(
            "#!/bin/sh\ngit push\n", "#!/bin/sh\ngit push --force-with-lease origin fix-123\n", "its own branch", path="deploy/push.sh"
        ),
        good_change(
            "jobs:\n  docs:\n    steps: []\n",
            "jobs:\n  docs:\n    steps:\n      - run: git push -f origin gh-pages\n",
            "a branch of generated files",
            path=".github/workflows/docs.yml",
        ),
        good_change("#!/bin/sh\n", "#!/bin/sh\ngit clean -nd\ngit reset --soft HEAD~1\n", "loses nothing", path="deploy/clean.sh"),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """New commands, and those that were milder before."""
        for before, command in steps.gained():
            severity = _severity(command)
            if severity is not None and (before is None or _severity(before) is None) and (stands := placed(severity, command)):
                yield self.match_command(pair, command, f"`{shown(command)}`", severity=stands, before=before)


def _severity(command: Command) -> Severity | None:
    words = take_apart(command.argv)
    if words.program not in {"git", "bfg"} or words.has("dry-run"):
        return None
    if kind_of("history", command) is not None:
        return "high"
    verb = words.positionals[:1]
    if verb == ("push",):
        return _severity_of_push(command)
    if verb == ("clean",) and words.has("-f", "force") and words.has("-x", "-d") and not words.has("-n"):
        return "low"
    return "low" if verb == ("reset",) and words.has("hard") else None


def _severity_of_push(command: Command) -> Severity | None:
    words = take_apart(command.argv)
    refs = words.positionals[2:]
    deletes = words.has("delete", "-d")
    if not (words.has("force", "-f") or deletes or any(ref.startswith("+") for ref in refs)):
        return None
    if any(SHARED.search(ref) and not OWN.search(ref) for ref in refs):
        return "high"
    return None if refs and all(OWN.search(ref) for ref in refs) else "low"
