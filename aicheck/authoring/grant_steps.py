"""What a change does to who may do what: each grant that is new or other than before, with those that stood in its place.

A grant that stands elsewhere in the change as it was only moved.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from aicheck.authoring.grants import Grant, covers, read_grants
from aicheck.authoring.setting_tree import Key
from aicheck.model.facts import Facts


class GrantFile(msgspec.Struct, frozen=True):
    """The grants of one file, under its after path."""

    path: str
    before: tuple[Grant, ...]
    after: tuple[Grant, ...]


class GrantStep(msgspec.Struct, frozen=True):
    """One grant that was not there before."""

    after: Grant
    before: tuple[Grant, ...] = ()
    """What stood in the same policy, role or binding; empty when that is new."""
    replaced: tuple[Grant, ...] = ()
    """Those of them that are gone: what this one may have been."""

    def fresh_actions(self) -> tuple[str, ...]:
        """Its actions that no grant before allowed on all of these resources and to all of these principals."""
        return tuple(action for action in self.after.actions if not any(_allows(one, action, self.after) for one in self.before))

    def loses_conditions(self) -> tuple[str, ...]:
        """What the conditions looked at of which this one, for nothing else than before, has none. Sorted."""
        lost: set[str] = set()
        for one in self.replaced:
            bare = msgspec.structs.replace(one, conditions=())
            if one.conditions and all(_allows(bare, action, self.after) for action in self.after.actions):
                lost |= _names(set(one.conditions) - set(self.after.conditions)) - _names(self.after.conditions)
        return tuple(sorted(lost))


def grant_file(path: str, before: Facts | None, after: Facts | None) -> GrantFile:
    """A file of the change with the grants of both sides."""
    sides = [read_grants(facts.settings) if facts is not None else () for facts in (before, after)]
    return GrantFile(path, sides[0], sides[1])


def compare_grants(files: Sequence[GrantFile]) -> Mapping[str, tuple[GrantStep, ...]]:
    """The steps of each file by its after path, in file order; files without any are left out."""
    pool = Counter((file.path, one.home, one.says()) for file in files for one in file.before)
    fresh: list[tuple[GrantFile, Grant]] = []
    for file in files:
        for one in file.after:
            place = (file.path, one.home, one.says())
            if pool[place] > 0:
                pool[place] -= 1
            else:
                fresh.append((file, one))
    gone = Counter({place: number for place, number in pool.items() if number > 0})
    moved = Counter[tuple[object, ...]]()
    for (_, _, says), number in gone.items():
        moved[says] += number
    before, lost = _by_place(files), _lost_homes(files)
    steps: dict[str, list[GrantStep]] = defaultdict(list)
    for file, one in fresh:
        if moved[one.says()] > 0:
            moved[one.says()] -= 1
            continue
        earlier = before.get((file.path, one.home)) or lost.get(one.home, [])
        replaced = tuple(
            other for other in earlier if gone[file.path, other.home, other.says()] > 0 or not before.get((file.path, one.home))
        )
        steps[file.path].append(GrantStep(one, tuple(earlier), replaced))
    return {path: tuple(found) for path, found in steps.items()}


def _by_place(files: Iterable[GrantFile]) -> dict[tuple[str, Key], list[Grant]]:
    found: dict[tuple[str, Key], list[Grant]] = defaultdict(list)
    for file in files:
        for one in file.before:
            found[file.path, one.home].append(one)
    return found


def _lost_homes(files: Iterable[GrantFile]) -> dict[Key, list[Grant]]:
    """The grants of each policy that its file does not hold any more: it may have gone to another file."""
    found: dict[Key, list[Grant]] = defaultdict(list)
    for file in files:
        kept = {one.home for one in file.after}
        for one in file.before:
            if one.home not in kept:
                found[one.home].append(one)
    return found


def _allows(one: Grant, action: str, wanted: Grant) -> bool:
    """Whether a grant allows an action wherever, to whom and when the wanted one does."""
    if not one.allows or one.kind != wanted.kind or one.inverted != wanted.inverted:
        return False
    if not any(covers(known, action) for known in one.actions) or not set(one.conditions) <= set(wanted.conditions):
        return False
    return _all_covered(one.resources, wanted.resources) and _all_covered(one.principals, wanted.principals)


def _all_covered(known: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return all(any(covers(pattern, name) for pattern in known) for name in wanted)


def _names(conditions: Iterable[str]) -> set[str]:
    """What conditions look at, without the tests and the values that they want."""
    return {condition.partition("=")[0].rpartition(" ")[2] for condition in conditions}
