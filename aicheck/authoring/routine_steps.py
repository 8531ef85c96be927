"""What a change does to the functions and classes of Python files, and what rules over them share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from aicheck.model.routines import Act, Guard, Routine

if TYPE_CHECKING:
    from aicheck.authoring.change_facts import FilePair

ALIKE = 0.6
"""Share of calls that a renamed function has in common with what it was."""
KEPT_NAMES = 0.6
"""Share of a guard's names that one which takes its place must have."""
MOST_PAIRINGS = 400
"""Of functions that went with functions that came."""


class RoutineStep(msgspec.Struct, frozen=True):
    """One function, class or module before and after. It may have been renamed, or moved to another file of the change."""

    before: Routine
    after: Routine
    before_path: str
    before_line: int
    path: str


class RoutineSteps(msgspec.Struct, frozen=True):
    """What the change does to all routines."""

    steps: tuple[RoutineStep, ...]
    """In the order of the files and, within one, of the source."""
    gained: tuple[tuple[str, Guard], ...]
    """(symbol of its routine, guard) of every guard that its routine did not have before."""
    gained_acts: tuple[tuple[str, Act], ...]
    """(symbol, call) of every call whose name its function did not call before."""
    arrived: tuple[tuple[str, Routine], ...]
    """(path, routine) of what only the after side has."""

    def of(self, path: str) -> Iterator[RoutineStep]:
        """The steps of the file with this after path."""
        return (step for step in self.steps if step.path == path)


def compare_routines(pairs: Iterable[FilePair]) -> RoutineSteps:
    """The steps of all files; what left one file and came to another is one step."""
    steps: list[RoutineStep] = []
    went: list[tuple[FilePair, Routine]] = []
    came: list[tuple[FilePair, Routine]] = []
    gained: list[tuple[str, Guard]] = []
    for pair in pairs:
        before, after = _keyed(pair.facts("before").routines), _keyed(pair.facts("after").routines)
        steps += [_step(pair, before[key], pair, after[key]) for key in after if key in before]
        went += [(pair, one) for key, one in before.items() if key not in after]
        came += [(pair, one) for key, one in after.items() if key not in before]
        known = {(one.symbol, guard.text, bool(guard.leaves)) for one in before.values() for guard in one.guards}
        for one in after.values():
            gained += [(one.symbol, guard) for guard in one.guards if (one.symbol, guard.text, bool(guard.leaves)) not in known]
    moved = list(_moved(went, came))
    arrived = [(pair.path, one) for pair, one in came if all(one is not step.after for step in moved)]
    steps += moved
    return RoutineSteps(tuple(steps), tuple(gained), tuple(_gained_acts(steps, arrived)), tuple(arrived))


def _gained_acts(steps: Iterable[RoutineStep], arrived: Iterable[tuple[str, Routine]]) -> Iterator[tuple[str, Act]]:
    for step in steps:
        known = {act.name for act in step.before.acts}
        yield from ((step.after.symbol, act) for act in step.after.acts if act.name not in known)
    for _, routine in arrived:
        yield from ((routine.symbol, act) for act in routine.acts)


def _keyed(routines: Iterable[Routine]) -> dict[tuple[str, int], Routine]:
    seen: Counter[str] = Counter()
    found = {}
    for one in routines:
        found[one.symbol, seen[one.symbol]] = one
        seen[one.symbol] += 1
    return found


def _step(pair: FilePair, before: Routine, other: FilePair, after: Routine) -> RoutineStep:
    return RoutineStep(before, after, pair.before_path, before.span.line, other.path)


def _moved(went: list[tuple[FilePair, Routine]], came: list[tuple[FilePair, Routine]]) -> Iterator[RoutineStep]:
    """Pairs of what went and what came: by name, then by what they call."""
    spare = [(pair, one) for pair, one in came if one.kind != "module"][:MOST_PAIRINGS]
    for pair, one in went[:MOST_PAIRINGS]:
        found = next(
            (item for item in spare if item[1].name == one.name and item[1].kind == one.kind and _is_like(one, item[1], 0.3)), None
        )
        found = found or next(
            (item for item in spare if item[0] is pair and item[1].kind == one.kind and _is_like(one, item[1], ALIKE)), None
        )
        if found is not None:
            spare = [item for item in spare if item is not found]
            yield _step(pair, one, *found)


def _is_like(one: Routine, other: Routine, share: float) -> bool:
    first, second = {act.callee for act in one.acts}, {act.callee for act in other.acts}
    if one.kind == "class":
        return one.bases == other.bases
    return len(first & second) >= share * max(len(first), len(second)) and (bool(first) or one.checks == other.checks)


def replaces(guard: Guard, other: Guard) -> bool:
    """Whether another guard takes the place of one: the same text, or most of its names."""
    if guard.text == other.text:
        return True
    if guard.form == "call" and other.form == "call":
        return guard.callee.rpartition(".")[2] == other.callee.rpartition(".")[2]
    names = set(guard.names)
    return bool(names) and len(names & set(other.names)) >= KEPT_NAMES * len(names)


def guards_of(routine: Routine, act: Act) -> list[Guard]:
    """The guards in force at a call."""
    return [routine.guards[position] for position in act.guards if position < len(routine.guards)]


def same_act(act: Act, others: Iterable[Act]) -> Act | None:
    """The call among the others that this one is: of the same name, the one with the most equal arguments; None when there is none."""
    same = [other for other in others if other.name == act.name]
    mine = {text for _, text in act.arguments}
    return max(same, key=lambda other: (other.callee == act.callee, len(mine & {text for _, text in other.arguments})), default=None)
