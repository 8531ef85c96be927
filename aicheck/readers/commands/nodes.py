"""Looking into trees of YAML and JSON whose shape nobody has checked: what is not there is empty, never an error."""

from collections.abc import Iterator

from aicheck.readers.tree import MAX_DEPTH, Leaf, ListNode, MapNode, Node

MAX_VISITS = 100_000
"""Of one walk: aliases make trees larger than their text."""


def child(node: Node | None, *path: str) -> Node | None:
    """What stands under a path of keys; None when there is nothing."""
    for key in path:
        node = node.items.get(key) if isinstance(node, MapNode) else None
    return node


def text_at(node: Node | None, *path: str) -> str:
    """The text of the scalar under a path of keys; empty when there is none."""
    found = child(node, *path)
    return found.value if isinstance(found, Leaf) else ""


def first_text(node: Node | None, keys: tuple[str, ...]) -> str:
    """The text of the first of some keys that holds a scalar with text."""
    return next((text for key in keys if (text := text_at(node, key))), "")


def members(node: Node | None) -> list[tuple[str, Node]]:
    """The items of a mapping; none for anything else."""
    return list(node.items.items()) if isinstance(node, MapNode) else []


def elements(node: Node | None) -> list[Node]:
    """The items of a sequence; none for anything else."""
    return node.items if isinstance(node, ListNode) else []


def texts(node: Node | None) -> list[Leaf]:
    """A scalar with text as a list of one, or the scalars of a sequence; nested sequences and mappings are passed by."""
    found = [node] if isinstance(node, Leaf) else elements(node)
    return [leaf for leaf in found if isinstance(leaf, Leaf) and leaf.value]


def pairs(node: Node | None) -> tuple[tuple[str, str], ...]:
    """(name, text) of the scalars of a mapping, or of a list of `NAME=text` or `{name, value}`."""
    found = [(name, leaf.value) for name, leaf in members(node) if isinstance(leaf, Leaf)]
    for item in elements(node):
        if isinstance(item, Leaf):
            name, _, value = item.value.partition("=")
            found.append((name, value))
        elif text_at(item, "name"):
            found.append((text_at(item, "name"), text_at(item, "value")))
    return tuple(found)


def is_true(node: Node | None) -> bool:
    """Whether it is the boolean `true` (or its text)."""
    return isinstance(node, Leaf) and node.value.lower() in {"true", "yes"}


def walk_maps(root: Node) -> Iterator[tuple[tuple[str, ...], MapNode]]:
    """(key path, mapping) of every mapping, outer before inner, each once; sequence positions are not in the path."""
    seen: set[int] = set()
    pending: list[tuple[tuple[str, ...], Node]] = [((), root)]
    while pending and len(seen) < MAX_VISITS:
        path, node = pending.pop()
        if isinstance(node, Leaf) or id(node) in seen or len(path) > MAX_DEPTH:
            continue
        seen.add(id(node))
        if isinstance(node, MapNode):
            yield path, node
            pending += [((*path, key), item) for key, item in reversed(node.items.items())]
        else:
            pending += [(path, item) for item in reversed(node.items)]
