"""Trees of settings as our readers make them: read, compared, turned round, put below further keys."""

from collections.abc import Iterator

from aicheck.readers.settings import READERS, settings_of_documents
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node
from aicheck.readers.unreadable import Unreadable


class NotExpressibleError(Exception):
    """The tree holds something that the form cannot say."""


def read(language: str, text: str) -> tuple[Node, ...]:
    """The documents of a file. Raises NotExpressibleError when it cannot be read."""
    try:
        return READERS[language](SourceText(text.encode()))
    except Unreadable as error:
        raise NotExpressibleError(error.reason) from None


def meaning(documents: tuple[Node, ...]) -> frozenset[tuple[tuple[str, ...], str, str]]:
    """What the documents say, whatever the order."""
    return frozenset((setting.key, setting.value, setting.type) for setting in settings_of_documents(documents))


def reversed_maps(node: Node) -> Node:
    """The same with the keys of every mapping the other way round."""
    if isinstance(node, MapNode):
        return MapNode({name: reversed_maps(node.items[name]) for name in reversed(node.items)}, node.span)
    return ListNode([reversed_maps(child) for child in node.items], node.span) if isinstance(node, ListNode) else node


def nested(node: Node, *names: str) -> Node:
    """The same below further keys."""
    for name in reversed(names):
        node = MapNode({name: node}, node.span)
    return node


def leaves(node: Node) -> Iterator[Leaf]:
    """Every scalar below a node."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, MapNode):
        for child in node.items.values():
            yield from leaves(child)
    else:
        for child in node.items:
            yield from leaves(child)
