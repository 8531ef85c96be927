"""What every reader of resources shares: addresses that are unique in a file, and the attributes of a tree."""

from collections import Counter

from aicheck.model.facts import Setting
from aicheck.readers.tree import Node, flatten


class Names:
    """Hands out addresses; a repeated one carries `#2`."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def unique(self, address: str) -> str:
        """The address, numbered when the file has it already."""
        self._seen[address] += 1
        return address if self._seen[address] == 1 else f"{address}#{self._seen[address]}"


def attributes_of(node: Node) -> tuple[Setting, ...]:
    """The leaves and empty containers below a node; none of a node that is empty itself."""
    return tuple(setting for setting in flatten([((), node)]) if setting.key)
