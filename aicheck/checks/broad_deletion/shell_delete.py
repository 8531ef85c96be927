"""broad-deletion/shell-delete."""

import re
from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import UNATTENDED, CommandCheck, CommandSteps, preceding, shown
from aicheck.authoring.shell_targets import broad_target, is_recursive, targets_of
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity

NEAR, FIRST = 20, 10
"""How many commands before a deletion a `cd` is looked for, and how many at the head of a script a `set -e`."""
EVERYTHING_HERE = frozenset({"*", "./*", ".", "./", ".*", "{*,.*}"})


class ShellDelete(CommandCheck):
    """Finds recursive deletion of home, root or the current directory, or of what an empty variable turns into them."""

    id = "broad-deletion/shell-delete"
    title = "A shell command that can delete far more than it means"
    why = "An unset variable or a `cd` that failed turns the target into `/`, the home directory, or wherever the script was started."
    instead = 'Write `"${DIR:?}"/*`, take the directory from `mktemp -d`, or `cd "$DIR" || exit` before.'
    severity = "high"
    cwe = (73, 665)
    examples = (
        bad_change(
            "#!/bin/sh\necho done\n",
            '#!/bin/sh\nDATA=$(cat /etc/shop/data-dir)\nrm -rf "$DATA"/*\n',
            "everything when the variable is empty",
            path="deploy/clean.sh",
        ),
        bad_change(
            "FROM debian\nRUN apt-get update\n",
            "FROM debian\nRUN apt-get update\nCMD rm -rf ~/* && ./run\n",
            "the home directory",
            path="Dockerfile",
        ),
        bad_change(
            '#!/bin/sh\nls "$1"\n',
            '#!/bin/sh\ncd "$1"\nrm -rf *\n',
            "wherever it was started, when there is no such folder",
            path="deploy/clean.sh",
        ),
        bad_change("#!/bin/sh\n", "#!/bin/sh\nfind / -name '*.bak' -delete\n", "searches the whole machine", path="deploy/clean.sh"),
        good_change("#!/bin/sh\n", '#!/bin/sh\nrm -rf "${DATA:?}"/*\n', "stops when it is empty", path="deploy/clean.sh"),
        good_change("#!/bin/sh\n", '#!/bin/sh\nWORK=$(mktemp -d)\nrm -rf "$WORK"/*\n', "a new directory", path="deploy/clean.sh"),
        good_change(
            "#!/bin/sh\n",
            '#!/bin/sh\ncase "$DATA" in /srv/shop/*) rm -rf "$DATA"/* ;; esac\n',
            "only below a fixed one",
            path="deploy/clean.sh",
        ),
        good_change("#!/bin/sh\n", '#!/bin/sh\ncd "$1" || exit 1\nrm -rf *\n', "checked", path="deploy/clean.sh"),
        good_change(
            "#!/bin/sh\n", "#!/bin/sh\nfind . -name '*.pyc' -delete\nrm -rf ~/.cache/shop/index\n", "narrow", path="deploy/clean.sh"
        ),
        good_change("#!/bin/sh\n", '#!/bin/sh\nrm -rf "$DATA/node_modules"\n', "nothing of that name at the root", path="deploy/clean.sh"),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """New deletions, and those whose targets were narrower before."""
        source = pair.after_source or ""
        for before, command in steps.gained():
            found = _find(command, pair, source)
            if found is None or (before is not None and _find(before, pair, source) == found):
                continue
            severity, text = found
            if command.where == "test":
                continue
            if command.where == "build" and severity != "critical":
                severity = "low"
            yield self.match_command(pair, command, f"`{shown(command, 40)}` can delete {text}", severity=severity, before=before)


def _find(command: Command, pair: FilePair, source: str) -> tuple[Severity, str] | None:
    if not is_recursive(command):
        return None
    for target in targets_of(command):
        broad = broad_target(target, command, source)
        if broad == "here":
            continue
        if broad:
            return _weigh(command, target, broad)
    if EVERYTHING_HERE.intersection(targets_of(command)):
        return _find_here(command, pair)
    return None


def _weigh(command: Command, target: str, broad: str) -> tuple[Severity, str]:
    words = take_apart(command.argv)
    filters = words.program == "find" and words.has("name", "iname", "path", "regex", "mtime", "mmin", "user", "newer")
    if "$" in target or "{{" in target or filters:
        return ("high" if command.where in UNATTENDED or not filters else "medium"), broad
    if broad.startswith("/"):  # one folder of the system, as images do while they are built
        return ("high" if command.where in UNATTENDED else "medium"), broad
    return ("medium" if command.where == "build" else "critical"), broad


def _find_here(command: Command, pair: FilePair) -> tuple[Severity, str] | None:
    """`rm -rf *` after a `cd` whose failure nobody notices."""
    if take_apart(command.argv).program == "find" or command.symbol.startswith("job ") or pair.language in {"dockerfile", "yaml"}:
        return None
    before = [other for other in preceding(pair, command, NEAR) if other.symbol == command.symbol]
    change = next((other for other in reversed(before) if other.argv[0] in {"cd", "pushd"} and len(other.argv) > 1), None)
    if change is None or any(_stops(other) for other in (*pair.facts("after").commands[:FIRST], *before)):
        return None
    is_checked = "cd " in command.condition or _is_checked(change, pair)
    is_fixed = "$" not in change.argv[1] and not change.argv[1].startswith("~")
    return None if is_checked or is_fixed else ("high", "the directory it was started in")


def _stops(command: Command) -> bool:
    return command.argv[0] == "set" and any(re.match(r"-\w*e", word) or word == "errexit" for word in command.argv[1:])


def _is_checked(change: Command, pair: FilePair) -> bool:
    lines = (pair.line("after", number) for number in range(change.span.line, change.span.end_line + 1))
    return any(re.search(r"\|\||&&|\bif\b", line) for line in lines)
