"""The one shape that configuration files are read into, and its flattening to settings."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aicheck.model.facts import Scalar, Setting
from aicheck.model.location import Span
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

MAX_DEPTH = 200
MAX_LEAVES = 100_000
"""After aliases and merge keys are resolved."""
MAX_CHARACTERS = 32 << 20
"""Of all keys and values together: one long text behind many aliases is a bomb too."""
TOO_MANY = f"more than {MAX_LEAVES:,} values or {MAX_CHARACTERS >> 20} MiB of text, aliases resolved"
NATURAL_KEYS = (
    *("name", "id", "host", "key", "path", "url", "uses", "image", "repo", "hostname", "domain", "address", "user", "port"),
    *("type", "kind", "source", "destination", "cidr", "topic", "queue", "event", "action"),
)
"""What tells list items apart when every item has it and no two share it; the first that fits is taken."""
VERSIONED = {"uses": regex(r"@[^@]*$"), "image": regex(r"(?::[^:/@]*)?(?:@[^@]*)?$")}
"""The part of such a name that is its version, which does not tell items apart."""
ENVIRONMENT_LISTS = frozenset({"environment", "labels", "sysctls", "annotations"})
"""Lists of `NAME=value` that may as well be mappings."""
_ASSIGNMENT = regex(r"([A-Za-z_][\w.\-/]*)(?:=(.*))?", re.DOTALL)


@dataclass(slots=True)
class Leaf:
    """A scalar."""

    value: str
    type: Scalar
    span: Span


@dataclass(slots=True)
class MapNode:
    """A mapping, in file order; a key that stands twice has its last value, as loaders have it."""

    items: dict[str, "Node"]
    span: Span


@dataclass(slots=True)
class ListNode:
    """A sequence."""

    items: list["Node"]
    span: Span


Node = Leaf | MapNode | ListNode


def flatten(roots: Iterable[tuple[tuple[str, ...], Node]]) -> tuple[Setting, ...]:
    """The leaves (and empty containers) below each (key, node), in file order. Nodes may be shared, not cyclic.

    Raises Unreadable beyond the limits of this module.
    """
    settings: dict[tuple[str, ...], Setting] = {}
    characters = 0
    pending = list(roots)[::-1]
    while pending:
        key, node = pending.pop()
        if len(key) > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        if not isinstance(node, Leaf) and node.items:
            pending += [((*key, name), child) for name, child in _children(node, key[-1] if key else "")][::-1]
            continue
        setting = _setting(key, node)
        settings[key] = setting
        characters += len(setting.value) + sum(map(len, key))
        if len(settings) > MAX_LEAVES or characters > MAX_CHARACTERS:
            raise Unreadable(TOO_MANY)
    return tuple(settings.values())


def plain_text(text: str) -> str:
    """The text with lone surrogates (an escape can make one) replaced, so that it can be encoded."""
    return text.encode(errors="replace").decode()


def _setting(key: tuple[str, ...], node: Node) -> Setting:
    if isinstance(node, Leaf):
        return Setting(key, node.value, node.type, node.span)
    return Setting(key, "", "map" if isinstance(node, MapNode) else "list", node.span)


def _children(node: MapNode | ListNode, name: str) -> Iterator[tuple[str, Node]]:
    if isinstance(node, MapNode):
        yield from node.items.items()
        return
    assigned = _assignments(node.items) if name in ENVIRONMENT_LISTS else {}
    if assigned:
        yield from assigned.items()
        return
    names = _natural_names(node.items)
    for position, child in enumerate(node.items):
        yield names[position] if names else f"[{position}]", child


def _natural_names(items: list[Node]) -> list[str]:
    """`name=web` for each item, or nothing when no natural key tells all of them apart."""
    first = items[0]
    if not isinstance(first, MapNode):
        return []
    for wanted in NATURAL_KEYS:
        if wanted in first.items:
            found = [item.items.get(wanted) for item in items if isinstance(item, MapNode)]
            names = [f"{wanted}={_unversioned(wanted, leaf.value)}" for leaf in found if isinstance(leaf, Leaf) and leaf.value]
            if len(set(names)) == len(items):
                return names
    return []


def _unversioned(kind: str, value: str) -> str:
    pattern = VERSIONED.get(kind)
    return pattern.sub("", value, count=1) if pattern is not None else value


def _assignments(items: list[Node]) -> dict[str, Node]:
    """`A=b` of a list as the mapping that means the same; empty when an item is something else."""
    assigned: dict[str, Node] = {}
    for item in items:
        found = _ASSIGNMENT.fullmatch(item.value) if isinstance(item, Leaf) else None
        if found is None or found[1] in assigned:
            return {}
        assigned[found[1]] = Leaf(found[2] or "", "string" if found[2] is not None else "null", item.span)
    return assigned
