"""Which checks of a pipeline a change takes away, with what moved or was replaced left out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import msgspec

from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.ci_checks import GENERIC, Check, action_checks, called_workflows, category_of, is_host_of_checks, is_off
from aicheck.authoring.command_patterns import kind_of
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import shown
from aicheck.model.facts import Command
from aicheck.model.location import Side
from aicheck.readers.place import place_of
from aicheck.regex import regex

_PARTS = regex(r"[\w.-]+")
COMMON_PARTS = frozenset({"test", "tests", "src", "lib", "ci", ".github", "workflows", "scripts", "bin", "docs", "."})
"""Names of folders that say nothing about what a check is for."""


class LostChecks(msgspec.Struct, frozen=True):
    """The checks of one job that are gone from one file, in file order."""

    pair: FilePair
    job: str
    checks: tuple[Check, ...]


def is_pipeline(pair: FilePair) -> bool:
    """Whether a file is a workflow of a forge or CI service."""
    return pair.language == "yaml" and place_of(pair.path) == "workflow"


def check_of(command: Command) -> Check | None:
    """The command as a check; None when it is none."""
    category = category_of(command)
    return Check(category, shown(command), command.symbol, command.span, command.masked, is_off(command)) if category else None


def lost_checks(change: ChangeFacts) -> Iterator[LostChecks]:
    """Checks of pipelines that nothing in the change still runs or replaces, grouped by job."""
    pipelines = [pair for pair in change.pairs if is_pipeline(pair) and pair.before is not None]
    if not pipelines:
        return
    accounted = _accounted(change)
    gained = _gained_categories(change)
    if GENERIC in gained:
        return
    remaining = _remaining(change)
    gone = _gone_parts(change)
    for pair in pipelines:
        lost = [
            check
            for command in pair.facts("before").commands
            if id(command) not in accounted and not command.masked and not is_off(command) and not _still_runs(command, remaining)
            if (check := check_of(command)) is not None
        ]
        lost += _lost_actions(pair, change)
        groups: dict[str, list[Check]] = defaultdict(list)
        for check in lost:
            if check.category not in gained and not _parts_of(f"{check.symbol} {check.label}") & gone:
                groups[check.symbol.partition(" / ")[0]].append(check)
        retired = _retired_releases(pair)
        yield from (LostChecks(pair, job, tuple(checks)) for job, checks in groups.items() if job not in retired)


def _retired_releases(pair: FilePair) -> frozenset[str]:
    """Jobs that are gone together with what they released: nothing is let through that they would have stopped."""
    left = {command.symbol.partition(" / ")[0] for command in pair.facts("after").commands}
    releases = (command for command in pair.facts("before").commands if kind_of("publish", command) or kind_of("deploy", command))
    return frozenset(command.symbol.partition(" / ")[0] for command in releases) - left


def _accounted(change: ChangeFacts) -> set[int]:
    """The ids of commands that stand after the change too, there or elsewhere, and still check something."""
    found: set[int] = set()
    for steps in change.command_steps.values():
        found |= {id(step.before) for step in steps.kept}
        found |= {id(step.before) for step in steps.changed if category_of(step.after) or not _is_renamed(step.before, step.after)}
    return found


def _is_renamed(before: Command, after: Command) -> bool:
    """Whether another script or target runs in place of one (`npm run test` -> `npm run build`)."""
    return take_apart(before.argv).positionals != take_apart(after.argv).positionals


def _gained_categories(change: ChangeFacts) -> frozenset[str]:
    """What new commands, actions and called workflows check; `any` when they may check everything."""
    found: set[str] = set()
    for pair in change.pairs:
        steps = change.command_steps.get(pair.path)
        if steps is not None:
            found |= {GENERIC if is_host_of_checks(command) else category_of(command) for command in steps.new}
            found |= {category_of(step.after) for step in steps.changed}
        if is_pipeline(pair):
            before, after = (pair.facts(side) for side in ("before", "after"))
            if called_workflows(after) - called_workflows(before):
                found.add(GENERIC)
            known = {check.label for check in action_checks(before)}
            found |= {check.category for check in action_checks(after) if check.label not in known}
    return frozenset(found - {""})


def _remaining(change: ChangeFacts) -> dict[str, list[frozenset[str]]]:
    """Program -> the targets of each command of pipelines that is left after the change."""
    found: dict[str, list[frozenset[str]]] = defaultdict(list)
    for pair in change.pairs:
        for command in pair.facts("after").commands if is_pipeline(pair) else ():
            words = take_apart(command.argv)
            if not command.masked and not is_off(command):
                found[words.program].append(frozenset(words.positionals))
    return found


def _still_runs(command: Command, remaining: dict[str, list[frozenset[str]]]) -> bool:
    """Whether another job runs the same on the same targets, or on everything."""
    words = take_apart(command.argv)
    wanted = frozenset(words.positionals)
    return any(wanted <= targets or not targets for targets in remaining.get(words.program, ()))


def _lost_actions(pair: FilePair, change: ChangeFacts) -> Iterable[Check]:
    """Actions that no pipeline of the change uses any more."""
    kept = {
        check.label for other in change.pairs if is_pipeline(other) for check in action_checks(other.facts("after")) if not check.masked
    }
    lost = {check.label: check for check in action_checks(pair.facts("before")) if not check.masked and not check.off}
    return [check for label, check in lost.items() if label not in kept and not _is_changed_kept(label, pair)]


def _is_changed_kept(label: str, pair: FilePair) -> bool:
    """Whether it is still there, but softened: that is said of the step itself."""
    return any(check.label == label for check in action_checks(pair.facts("after")))


def _gone_parts(change: ChangeFacts) -> frozenset[str]:
    """Folders and stems of source files that the change deletes, and that no file of the change still has."""
    sides: dict[Side, set[str]] = {"before": set(), "after": set()}
    for pair in change.pairs:
        if is_pipeline(pair):
            continue
        side: Side = "before" if pair.change.after is None else "after"
        path = PurePosixPath(pair.path.lower())
        sides[side].update((*path.parts[:-1], path.name, path.stem))
    return frozenset(sides["before"] - sides["after"] - COMMON_PARTS)


def _parts_of(text: str) -> set[str]:
    return {part for word in _PARTS.findall(text.lower()) for part in (word, *word.split("-"), *word.split("_"))}
