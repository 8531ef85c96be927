"""What the readers of JavaScript and Go share: places, sources and names of tree-sitter nodes."""

from tree_sitter import Node

from aicheck.model.facts import Scalar
from aicheck.model.location import Span
from aicheck.readers.constants.collector import MAX_VALUES
from aicheck.readers.constants.folding import Folded, written
from aicheck.readers.constants.positions import Positions
from aicheck.readers.constants.texts import SCRIPT_LAYOUT, expression_text
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import text_of
from aicheck.readers.tree import Leaf
from aicheck.regex import regex

MAX_SOURCE = 1_000
"""Bytes of an expression that are looked at."""
MAX_LINKS = 6
"""Parts of a dotted name that are kept, the last ones."""
SHORT = 100
"""Bytes of a callee that is looked at as a whole."""
TRANSPARENT = frozenset({"as_expression", "await_expression", "non_null_expression", "parenthesized_expression", "satisfies_expression"})
"""Nodes that stand for their first child."""
_PLAIN_NAME = regex(r"[\w$]+(?:\.[\w$]+){0,5}")


class TooManyValues(Exception):  # noqa: N818  a result of reading, as Unreadable
    """A literal holds so many values that it is data."""


class NodeLeaves:
    """Makes the leaves of one file and counts them."""

    def __init__(self, source: SourceText) -> None:
        self._data = source.data
        self._positions = Positions(source)
        self._left = MAX_VALUES

    def start(self) -> None:
        """Begin a new tree."""
        self._left = MAX_VALUES

    def count(self) -> None:
        """One more value of the tree. Raises TooManyValues."""
        self._left -= 1
        if self._left < 0:
            raise TooManyValues

    def span(self, node: Node) -> Span:
        """Where a node stands."""
        start, end = node.start_point, node.end_point
        return self._positions.span((start[0], start[1]), (end[0], end[1]))

    def folded(self, node: Node, value: Folded) -> Leaf:
        """The leaf of a known value."""
        return Leaf(*written(value), self.span(node))

    def expression(self, node: Node) -> Leaf:
        """The leaf that holds the source of an expression."""
        source = self._data[node.start_byte : min(node.end_byte, node.start_byte + MAX_SOURCE)].decode(errors="ignore")
        return self.text(node, expression_text(source, SCRIPT_LAYOUT), "expression")

    def text(self, node: Node, text: str, kind: Scalar) -> Leaf:
        """A leaf with this text."""
        return Leaf(text, kind, self.span(node))


def unwrapped(node: Node) -> Node:
    """The node without parentheses and type assertions around it; at most 50 are taken off."""
    for _ in range(50):
        if node.type not in TRANSPARENT or not node.named_child_count:
            return node
        inner = next((child for child in node.named_children if child.type != "comment"), None)
        if inner is None:
            return node
        node = inner
    return node


def dotted(node: Node | None) -> str:
    """`axios.get`, `this.db.query`, `connect().query`, `pools[].get`; of a long chain the last parts."""
    if node is None:
        return ""
    if node.end_byte - node.start_byte <= SHORT:
        text = text_of(node)
        if _PLAIN_NAME.fullmatch(text):
            return text
    parts: list[str] = []
    current: Node | None = node
    while current is not None and len(parts) < MAX_LINKS:
        current, tail = _without_calls(current)
        if current is None:
            break
        owner = current.child_by_field_name("object") or current.child_by_field_name("operand")
        name = current.child_by_field_name("property") or current.child_by_field_name("field")
        if owner is None or name is None:
            is_name = current.end_byte - current.start_byte <= SHORT and _PLAIN_NAME.fullmatch(text_of(current))
            parts.append((text_of(current) if is_name else "") + tail)
            break
        parts.append(text_of(name) + tail)
        current = owner
    return ".".join(reversed(parts))


def last_name(callee: str) -> str:
    """`Instance` of `aws.rds.Instance`."""
    return callee.rpartition(".")[2]


def _without_calls(node: Node) -> tuple[Node | None, str]:
    current: Node | None = unwrapped(node)
    tail = ""
    for _ in range(MAX_LINKS):
        if current is None or current.type not in {"call_expression", "subscript_expression", "index_expression"}:
            break
        tail = ("()" if current.type == "call_expression" else "[]") + tail
        inner = current.child_by_field_name("function") or current.child_by_field_name("object") or current.child_by_field_name("operand")
        current = unwrapped(inner) if inner is not None else None
    return current, tail
