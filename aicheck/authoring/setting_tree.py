"""Both sides of a tree of settings, held against each other.

Order means nothing. Items of a list are the same when they have the same natural key, else when they are alike; plain
values in a list are a set, and those that look like options (`--workers=4`, `MODE=fast`) are settings of their own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from aicheck.model.facts import Setting
from aicheck.readers.quantity import key_words
from aicheck.regex import regex

Key = tuple[str, ...]
ALIKE = 0.5
"""Two blocks that share this part of their keys and values are one that was changed."""
MOST_PAIRS = 10_000
"""How many pairs of blocks are looked at to find alike ones; beyond it only equal ones are paired."""
POSITION = regex(r"\[\d+\]")
OPTION = regex(r"(-{0,2}[A-Za-z_][\w.-]*)=(.*)", re.DOTALL)


class SettingStep(msgspec.Struct, frozen=True):
    """One setting, or one block of settings, that differs between the sides."""

    key: Key
    """Where it stands after the change; where it stood, when it is gone."""
    before: tuple[Setting, ...]
    """What stood there, in file order: one setting, a block, or nothing."""
    after: tuple[Setting, ...]
    block: bool = False
    """True when a side holds a mapping or a list and not one value."""

    @property
    def old(self) -> Setting | None:
        """The one value that stood there; None for a block or nothing."""
        return self.before[0] if self.before and not self.block else None

    @property
    def new(self) -> Setting | None:
        """The one value that stands there now; None for a block or nothing."""
        return self.after[0] if self.after and not self.block else None


@dataclass(slots=True)
class Tree:
    """Settings by the parts of their keys."""

    setting: Setting | None = None
    children: "dict[str, Tree]" = field(default_factory=dict)

    def leaves(self) -> tuple[Setting, ...]:
        """All settings at and below this part, in order."""
        found: list[Setting] = []
        pending = [self]
        while pending:
            tree = pending.pop()
            if tree.setting is not None:
                found.append(tree.setting)
            pending += reversed(tree.children.values())
        return tuple(found)


@dataclass(slots=True)
class _Part:
    """A child that has no namesake on the other side."""

    name: str
    tree: Tree
    content: frozenset[tuple[Key, str]]
    """(key below it, value) of each of its leaves."""

    @property
    def is_item(self) -> bool:
        return is_position(self.name)

    def likeness(self, other: "_Part") -> float:
        """What two blocks share, 0 to 1; single values are never alike."""
        if not (self.tree.children and other.tree.children) or self.is_item != other.is_item:
            return 0.0
        keys, other_keys = ({key for key, _ in part.content} for part in (self, other))
        shared = len(self.content & other.content) + len(keys & other_keys)
        return 2 * shared / (len(self.content) + len(other.content) + len(keys) + len(other_keys))


def build_tree(settings: Iterable[Setting]) -> Tree:
    """The settings as a tree; option-like items of a list stand under the option's name."""
    root = Tree()
    for setting in settings:
        tree = root
        named = _as_option(setting)
        for part in named.key:
            tree = tree.children.setdefault(part, Tree())
        tree.setting = named
    return root


def compare_trees(before: Tree, after: Tree, key: Key = (), before_key: Key | None = None) -> Iterator[SettingStep]:
    """What differs, block by block. `key` is where the trees stand, `before_key` where the first one stood."""
    pending = [(key, key if before_key is None else before_key, before, after)]
    while pending:
        key, old_key, old, new = pending.pop()
        if not (old.children and new.children):
            yield from _compare_ends(key, old_key, old, new)
            continue
        shared = [name for name in new.children if name in old.children and not is_position(name)]
        lost, gained = _parts(old, new, len(old_key)), _parts(new, old, len(key))
        _drop_equal_items(lost, gained)
        renamed = [*_take_respelled(lost, gained), *_take_alike(lost, gained)]
        pairs = [(name, name, old.children[name], new.children[name]) for name in shared]
        pairs += [(one.name, other.name, one.tree, other.tree) for one, other in renamed]
        pending += [((*key, name), (*old_key, old_name), one, other) for old_name, name, one, other in reversed(pairs)]
        yield from (SettingStep((*key, part.name), (), part.tree.leaves(), bool(part.tree.children)) for part in gained)
        yield from (SettingStep((*old_key, part.name), part.tree.leaves(), (), bool(part.tree.children)) for part in lost)


def is_position(part: str) -> bool:
    """Whether a part of a key is the position of a list item without a name."""
    return part.startswith("[") and POSITION.fullmatch(part) is not None


def content(settings: Iterable[Setting], depth: int) -> frozenset[tuple[Key, str]]:
    """(key without its first `depth` parts, value) of each setting."""
    return frozenset((setting.key[depth:], setting.value) for setting in settings)


def _compare_ends(key: Key, old_key: Key, old: Tree, new: Tree) -> Iterator[SettingStep]:
    if old.children and _is_empty(new):
        yield from (SettingStep((*old_key, name), tree.leaves(), (), bool(tree.children)) for name, tree in old.children.items())
        return
    if new.children and _is_empty(old):
        yield from (SettingStep((*key, name), (), tree.leaves(), bool(tree.children)) for name, tree in new.children.items())
        return
    before, after = old.leaves(), new.leaves()
    if [(setting.value, setting.type) for setting in before] != [(setting.value, setting.type) for setting in after]:
        yield SettingStep(key, before, after, bool(old.children or new.children))


def _is_empty(tree: Tree) -> bool:
    return not tree.children and tree.setting is not None and tree.setting.type in {"map", "list", "null"}


def _parts(tree: Tree, other: Tree, depth: int) -> list[_Part]:
    """The children without a namesake in the other tree; items of a list have none."""
    return [
        _Part(name, child, content(child.leaves(), depth + 1))
        for name, child in tree.children.items()
        if is_position(name) or name not in other.children
    ]


def _drop_equal_items(lost: list[_Part], gained: list[_Part]) -> None:
    waiting: dict[frozenset[tuple[Key, str]], list[int]] = {}
    for number, part in enumerate(lost):
        if part.is_item:
            waiting.setdefault(part.content, []).append(number)
    kept: Mapping[int, int] = {
        number: same.pop() for number, part in enumerate(gained) if part.is_item and (same := waiting.get(part.content))
    }
    gone = set(kept.values())
    lost[:] = [part for number, part in enumerate(lost) if number not in gone]
    gained[:] = [part for number, part in enumerate(gained) if number not in kept]


def _take_respelled(lost: list[_Part], gained: list[_Part]) -> list[tuple[_Part, _Part]]:
    """Take parts whose names have the same words (`dry_run`, `dryRun`) out of both lists."""
    waiting: dict[tuple[str, ...], _Part] = {}
    for part in lost if gained else ():
        if not part.is_item and (words := key_words(part.name)):
            waiting.setdefault(words, part)
    taken = [(one, part) for part in gained if waiting and not part.is_item and (one := waiting.pop(key_words(part.name), None))]
    gone = {id(part) for pair in taken for part in pair}
    lost[:] = [part for part in lost if id(part) not in gone]
    gained[:] = [part for part in gained if id(part) not in gone]
    return taken


def _take_alike(lost: list[_Part], gained: list[_Part]) -> list[tuple[_Part, _Part]]:
    """Take blocks that were changed or renamed out of both lists, the likest first."""
    if len(lost) * len(gained) > MOST_PAIRS:
        return []
    likes = [(one.likeness(other), -there, -here) for there, one in enumerate(lost) for here, other in enumerate(gained)]
    pairs: dict[int, int] = {}
    for likeness, there, here in sorted(likes, reverse=True):
        if likeness >= ALIKE and -there not in pairs and -here not in pairs.values():
            pairs[-there] = -here
    taken = [(lost[there], gained[here]) for there, here in sorted(pairs.items())]
    gone = set(pairs.values())
    lost[:] = [part for number, part in enumerate(lost) if number not in pairs]
    gained[:] = [part for number, part in enumerate(gained) if number not in gone]
    return taken


def _as_option(setting: Setting) -> Setting:
    if not setting.key or not is_position(setting.key[-1]) or setting.type != "string":
        return setting
    found = OPTION.fullmatch(setting.value)
    return replace(setting, key=(*setting.key[:-1], found[1]), value=found[2]) if found else setting
