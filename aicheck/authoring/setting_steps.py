"""What a change does to the settings of all its files: steps, with what only moved taken out.

A block that turns up in another place of the change, as it was or alike, moved: it is compared with itself there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from aicheck.authoring.command_options import option_settings
from aicheck.authoring.setting_tree import ALIKE, Key, SettingStep, Tree, build_tree, compare_trees, content, is_position
from aicheck.model.facts import Facts, Setting

MOST_MOVES = 2_000
"""How many pairs of lost and gained blocks are looked at to find those that moved."""


class FileSteps(msgspec.Struct, frozen=True):
    """The steps of one file, under its after path."""

    path: str
    steps: tuple[SettingStep, ...]


class _Block(msgspec.Struct, frozen=True):
    path: str
    step: SettingStep
    content: frozenset[tuple[Key, str]]


def settings_of(facts: Facts) -> tuple[Setting, ...]:
    """The settings of one side of a file and the options of its commands, as settings."""
    return facts.settings + option_settings(facts.commands)


def steps_of(before: Facts | None, after: Facts | None) -> tuple[SettingStep, ...]:
    """The steps of one file by itself. A file that is new or gone is one step with the empty key."""
    sides = [settings_of(facts) if facts is not None else () for facts in (before, after)]
    if not all(sides):
        return (SettingStep((), sides[0], sides[1], block=True),) if any(sides) else ()
    before_tree, after_tree = (build_tree(settings) for settings in _differing(*sides))
    return tuple(compare_trees(before_tree, after_tree))


def _differing(before: Sequence[Setting], after: Sequence[Setting]) -> tuple[Sequence[Setting], Sequence[Setting]]:
    """Both sides without the outermost blocks that are equal, but for one; most functions of a file stay as they were."""
    groups = [_outermost(side) for side in (before, after)]
    equal = {name for name, some in groups[0].items() if groups[1].get(name) == some}
    if len(equal) < 2 or any(not name or is_position(name) for group in groups for name in group):
        return before, after
    equal.pop()  # what is compared with nothing is another thing than what is compared with its equal
    kept = [[setting for setting in side if setting.key[0] not in equal] for side in (before, after)]
    return kept[0], kept[1]


def _outermost(settings: Iterable[Setting]) -> dict[str, list[tuple[Key, str, str]]]:
    """Key, value and type of the settings by the first part of their keys."""
    groups: dict[str, list[tuple[Key, str, str]]] = {}
    for setting in settings:
        groups.setdefault(setting.key[0] if setting.key else "", []).append((setting.key, setting.value, setting.type))
    return groups


def resolve_moves(files: Sequence[FileSteps]) -> Mapping[str, tuple[SettingStep, ...]]:
    """The steps by path. What was lost in one place and gained in another is no step; where it changed on the way, its parts are."""
    lost = [block for block in _blocks(files) if not block.step.after]
    gained = [block for block in _blocks(files) if not block.step.before]
    if not (lost and gained):
        return {file.path: file.steps for file in files}
    dropped: set[int] = set()
    inner: dict[str, list[SettingStep]] = {}
    for one, other in _moves(lost, gained):
        dropped |= {id(one.step), id(other.step)}
        inner.setdefault(other.path, []).extend(_compare_moved(one.step, other.step))
    dropped |= _scattered([block.step for block in lost if id(block.step) not in dropped], [block.step for block in gained])
    return {file.path: (*(step for step in file.steps if id(step) not in dropped), *inner.get(file.path, ())) for file in files}


def _blocks(files: Iterable[FileSteps]) -> Iterator[_Block]:
    for file in files:
        for step in file.steps:
            if not (step.before and step.after):
                yield _Block(file.path, step, content(step.before or step.after, len(step.key)))


def _moves(lost: Sequence[_Block], gained: Sequence[_Block]) -> Iterator[tuple[_Block, _Block]]:
    """Pairs that are equal or alike, the likest first, each block at most once."""
    if len(lost) * len(gained) > MOST_MOVES:
        return
    likes = [(_likeness(one, other), -there, -here) for there, one in enumerate(lost) for here, other in enumerate(gained)]
    used_lost, used_gained = set[int](), set[int]()
    for likeness, there, here in sorted(likes, reverse=True):
        if likeness >= ALIKE and there not in used_lost and here not in used_gained:
            used_lost.add(there)
            used_gained.add(here)
            yield lost[-there], gained[-here]


def _likeness(one: _Block, other: _Block) -> float:
    """What two blocks share, 0 to 1. Of single values of one name, equal ones are surer than those of one file."""
    if one.step.block and other.step.block:
        keys, other_keys = ({key for key, _ in block.content} for block in (one, other))
        shared = len(one.content & other.content) + len(keys & other_keys)
        return 2 * shared / (len(one.content) + len(other.content) + len(keys) + len(other_keys))
    if one.step.block or other.step.block or one.step.key[-1:] != other.step.key[-1:] or is_position(one.step.key[-1]):
        return 0.0
    return 1.0 if one.content == other.content else ALIKE * (one.path == other.path)


def _scattered(lost: Iterable[SettingStep], gained: Iterable[SettingStep]) -> set[int]:
    """The ids of lost steps all of whose values stand, under the same last names, among what was gained."""
    pool = Counter((setting.key[-1], setting.value) for step in gained for setting in step.after if setting.key)
    found = set()
    for step in lost:
        wanted = Counter((setting.key[-1], setting.value) for setting in step.before if setting.key)
        if wanted <= pool:
            pool -= wanted
            found.add(id(step))
    return found


def _compare_moved(one: SettingStep, other: SettingStep) -> Iterator[SettingStep]:
    before, after = _below(build_tree(one.before), one.key), _below(build_tree(other.after), other.key)
    yield from compare_trees(before, after, other.key, one.key)


def _below(tree: Tree, key: Key) -> Tree:
    for part in key:
        tree = tree.children[part]
    return tree
