"""broad-deletion/unattended-deletion-changed."""

import re
from collections.abc import Iterable, Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.command_patterns import kind_of
from aicheck.authoring.command_words import Words, take_apart
from aicheck.authoring.commands import UNATTENDED, CommandCheck, CommandSteps, is_throwaway, shown
from aicheck.authoring.shell_targets import targets_of
from aicheck.authoring.wording import clip
from aicheck.model.facts import Command, Setting
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location
from aicheck.model.rule import Severity
from aicheck.regex import regex

ROTATING = regex(
    r"^(?:purge|cleanup|clean-up|prune|gc|expire|sweep|vacuum|garbage-collect|delete[_-]\w+|purge[_-]\w+|clear[_-]\w+|remove[_-]old\w*)$"
)
"""Subcommands of programs of one's own that delete what is old."""
FILTERS = frozenset(
    """
    mtime mmin atime amin ctime cmin name iname path ipath wholename regex empty type newer user group size maxdepth
    mindepth xdev mount prune protect exclude include filter selector -l field-selector older-than max-age min-age until
    keep-last keep-daily keep-weekly keep-within ignore-existing exclude-from max-delete backup test showdeleted dry-run
    not force-keep
    """.split()  # noqa: SIM905
)
"""Options that keep something from being deleted."""
BUILT_IN = frozenset(
    "cd declare echo export grep local mkdir printf read sed source test [".split()  # noqa: SIM905
)
ARGUMENT = regex(r"(--(?:delete|purge|prune|expire|cleanup|evict|gc)-[\w-]+)=\S+$")
OFF = frozenset({"0", "0s", "false", "-1", "never", "none", "off"})


class UnattendedDeletionChanged(CommandCheck):
    """Finds a deletion that runs by itself and now reaches other things than before."""

    id = "broad-deletion/unattended-deletion-changed"
    title = "A deletion that runs by itself reaches other things than before"
    why = "Nobody watches it run: what it newly reaches is gone by the time somebody misses it, on every host at once."
    instead = "List what the new command would delete on a real host (`-print`, `--dryrun`) and put the list into the change."
    severity = "medium"
    confidence = "medium"
    cwe = (471,)
    examples = (
        bad_change(
            "- cron:\n    name: purge\n    job: 'find {{ data }} -empty -type d -mmin +20 -delete'\n",
            "- cron:\n    name: purge\n    job: 'find {{ data }} -path {{ logs }} -prune -o -empty -type d -mmin +20 -delete'\n",
            "`-delete` looks into folders before `-prune` can stop it",
            path="roles/app/tasks/main.yml",
        ),
        bad_change(
            "- cron:\n    name: purge\n    job: 'tmpreaper 30d /srv/uploads --protect /srv/uploads/keep'\n",
            "- cron:\n    name: purge\n    job: 'tmpreaper 30d /srv/uploads'\n",
            "nothing is protected any more",
            path="roles/app/tasks/main.yml",
        ),
        bad_change(
            "0 3 * * * find /srv/shop/cache -mtime +7 -delete\n",
            "0 3 * * * find /srv/shop -mtime +7 -delete\n",
            "one folder higher",
            path="ops/shop.crontab",
        ),
        bad_change(
            "jobs:\n  cleanup:\n    steps:\n      - run: aws s3 sync dist s3://shop --delete --exclude 'uploads/*'\n",
            "jobs:\n  cleanup:\n    steps:\n      - run: aws s3 sync dist s3://shop --delete\n",
            "deletes what others uploaded",
            path=".github/workflows/deploy.yml",
        ),
        bad_change(
            "- cron:\n    name: purge\n    job: tmpreaper 30d /srv/uploads\n",
            "- cron:\n    name: purge\n    job: /usr/sbin/tmpreaper 30d /srv/uploads\n",
            "a program that was not found before begins to run",
            path="roles/app/tasks/main.yml",
        ),
        bad_change(
            "controllers:\n  main:\n    args: [--delete-evicted-after=15m, --delete-orphaned-after=0]\n",
            "controllers:\n  main:\n    args: [--delete-evicted-after=5m, --delete-orphaned-after=5m]\n",
            "begins to delete another kind",
            path="apps/cleanup/values.yaml",
        ),
        good_change(
            "0 3 * * * find /srv/shop -mtime +7 -delete\n",
            "0 4 * * * find /srv/shop -mtime +7 -delete\n",
            "at another hour",
            path="ops/shop.crontab",
        ),
        good_change(
            "0 3 * * * find /srv/shop -mtime +7 -delete\n",
            "0 3 * * * find /srv/shop -mtime +7 -print\n",
            "deletes nothing any more",
            path="ops/shop.crontab",
        ),
        good_change(
            "test:\n\tfind out -name '*.o' -delete\n",
            "test:\n\tfind out -delete\n",
            "a test's own output",
            path="Makefile",
        ),
        good_change(
            "jobs:\n  cleanup:\n    steps:\n      - run: aws s3 sync dist s3://shop --delete\n",
            "jobs:\n  cleanup:\n    steps:\n      - run: aws s3 sync dist s3://shop --delete --quiet\n",
            "says less",
            path=".github/workflows/deploy.yml",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Commands, then options like `--delete-failed-after=15m` that stand in lists of arguments."""
        yield from super().compare(pair, change)
        if pair.language in {"yaml", "json"}:
            yield from self._compare_arguments(pair)

    def _compare_arguments(self, pair: FilePair) -> Iterator[Match]:
        before, after = (dict(_arguments(pair.facts(side).settings)) for side in ("before", "after"))
        for name, setting in after.items():
            was = before.get(name)
            if was is None or was.value == setting.value:
                continue
            began = was.value.rpartition("=")[2] in OFF
            yield self.match(
                Location(pair.path, "after", setting.span),
                f"`{clip(was.value, 40)}` -> `{clip(setting.value, 40)}`",
                symbol=".".join(setting.key[:-1]),
                text=setting.value,
                before=Excerpt(pair.before_path, was.span.line, clip(was.value, 200)),
                severity="high" if began else "medium",
            )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """Deletions of both sides that changed; those equal in words whose program is another file."""
        for step in steps.changed:
            if _is_unattended(step.before) and _is_unattended(step.after):
                found = _compare(step.before, step.after)
                if found is not None:
                    text, severity = found
                    severity = "low" if is_throwaway(step.after) else severity
                    yield self.match_command(pair, step.after, f"`{shown(step.after, 44)}` {text}", severity=severity, before=step.before)
        for step in steps.kept:
            if (
                _is_unattended(step.after)
                and step.after.where == "job"
                and _program(pair, "after", step.after) != _program(pair, "before", step.before)
            ):
                yield self.match_command(
                    pair, step.after, f"`{shown(step.after, 44)}` is another program file", severity="high", before=step.before
                )


def _arguments(settings: Iterable[Setting]) -> Iterator[tuple[str, Setting]]:
    """Option -> the list item that gives it."""
    for setting in settings:
        if setting.value.startswith("--") and (found := ARGUMENT.match(setting.value)):
            yield found[1], setting


def _is_unattended(command: Command) -> bool:
    if command.where not in UNATTENDED:
        return False
    words = take_apart(command.argv)
    if words.program in BUILT_IN or "find" in command.wrapper:
        return False
    return kind_of("deleter", command) is not None or any(ROTATING.match(word) for word in words.positionals[:2])


def _program(pair: FilePair, side: str, command: Command) -> str:
    """The path before the program's name where the command begins; empty when its line does not begin with it."""
    line = pair.line("before" if side == "before" else "after", command.span.line)
    found = re.search(rf"([\w./-]*/)?{re.escape(command.argv[0])}\b", line)
    return (found[1] or "") if found else ""


def _compare(before: Command, after: Command) -> tuple[str, Severity] | None:
    """What changed, in words."""
    first, second = take_apart(before.argv), take_apart(after.argv)
    if first.program == "find" and "prune" in _names(second) - _names(first) and "delete" in _names(second):
        return "`-delete` goes depth first, so `-prune` keeps nothing", "high"
    lost = [option for option in _filters(first) if option not in _filters(second)]
    names = {name for name, _ in lost} - {name for name, _ in _filters(second)}
    if "path" in _names(second):
        names -= {"prune"}  # `-not -path` keeps what `-path ... -prune` was to keep
    if names:
        return f"lost `{min(names).lstrip('-')}`", "high"
    targets, others = _targets(before, first), _targets(after, second)
    if targets != others:
        if _is_wider(targets, others):
            return "reaches more", "high"
        return ("deletes elsewhere" if not lost else "deletes other things"), "medium"
    return ("keeps other things", "medium") if lost else None


def _names(words: Words) -> set[str]:
    return {name for name, _ in words.options}


def _filters(words: Words) -> list[tuple[str, str]]:
    return [(name, value) for name, value in words.options if name in FILTERS]


def _targets(command: Command, words: Words) -> tuple[str, ...]:
    return targets_of(command) if words.program in {"find", "rm"} else words.positionals


def _is_wider(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether a target of the after side is a folder above one of before."""
    own = [other.rstrip("*").rstrip("/") for other in after if other not in before]
    gone = [one for one in before if one not in after]
    return any(other and one.startswith(f"{other}/") for other in own for one in gone)
