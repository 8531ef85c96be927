"""What was worked out before, kept within bounds. For results that depend on nothing but their key."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """A map that forgets what was not used for longest once its weights add up to more than `most`.

    The newest entry is always kept, whatever it weighs.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value under a key, or None."""
        found = self._entries.get(key)
        if found is None:
            return None
        self._entries.move_to_end(key)
        return found[0]

    def put(self, key: Key, value: Value, weight: int) -> Value:
        """Keep a value, and hand it back. `weight` is at least 1, in whatever unit `most` is in."""
        replaced = self._entries.pop(key, None)
        self._entries[key] = value, weight
        self._weight += weight - (replaced[1] if replaced else 0)
        while self._weight > self._most and len(self._entries) > 1:
            self._weight -= self._entries.popitem(last=False)[1][1]
        return value
