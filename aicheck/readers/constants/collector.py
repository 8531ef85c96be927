"""Gathers the settings of one file: keys stay unique, and a file can hold only so many."""

from collections import Counter

from aicheck.model.facts import Setting
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node, flatten
from aicheck.readers.unreadable import Unreadable

MAX_SETTINGS = 20_000
"""In one file."""
MAX_DEPTH = 50
"""Of a literal; what lies deeper is one expression."""
MAX_VALUES = 5_000
"""A literal with more of them is data rather than settings: one expression."""

MAX_SCOPE = 300
"""Characters of the qualified name of a function or class."""
MAX_NAMES = 20
"""Names of functions inside each other; deeper ones count to the outer one."""

Key = tuple[str, ...]


class Collector:
    """Filled by one walk over a file."""

    def __init__(self) -> None:
        self._roots: list[tuple[Key, Node]] = []
        self._count = 0
        self._seen: Counter[Key] = Counter()

    def numbered(self, prefix: Key, name: str) -> str:
        """The name, from its second appearance under `prefix` on with its number: `requests.get#2`."""
        key = (*prefix, name)
        self._seen[key] += 1
        return name if self._seen[key] == 1 else f"{name}#{self._seen[key]}"

    def place(self, prefix: Key, names: Key) -> Key:
        """The key of an assigned name; assigned again it stands under `#2`, so that the name still ends the key."""
        key = (*prefix, *names)
        self._seen[key] += 1
        return key if self._seen[key] == 1 else (*prefix, f"#{self._seen[key]}", *names)

    def add(self, key: Key, node: Node) -> None:
        """Keep all that lies below a key. Raises Unreadable when the file holds too many settings."""
        self._roots.append((key, node))
        self._count += 1 if isinstance(node, Leaf) else count_values(node)
        if self._count > MAX_SETTINGS:
            raise Unreadable(f"more than {MAX_SETTINGS:,} settings in source code")

    def settings(self) -> tuple[Setting, ...]:
        """All of them, unique by key, in file order. Raises Unreadable."""
        return tuple(sorted(flatten(self._roots), key=lambda setting: (setting.span.line, setting.span.column)))


def count_values(node: Node) -> int:
    """How many settings a node makes."""
    pending, count = [node], 0
    while pending:
        current = pending.pop()
        if isinstance(current, (MapNode, ListNode)) and current.items:
            pending += current.items.values() if isinstance(current, MapNode) else current.items
        else:
            count += 1
    return count


def scope_name(outer: str, name: str) -> str:
    """`Cart.total`; of absurdly long or deep names the beginning."""
    if not outer or not name:
        return (outer or name)[:MAX_SCOPE]
    return f"{outer}.{name[:MAX_SCOPE]}"[:MAX_SCOPE] if outer.count(".") < MAX_NAMES else outer


class Labels:
    """Gives the entries of one map different names."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def unique(self, name: str) -> str:
        """The name, from its second appearance on with its number."""
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name}#{self._seen[name]}"
