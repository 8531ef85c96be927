"""Go expressions to trees of settings: literals, composite literals, and what calls are given."""

from tree_sitter import Node as SyntaxNode

from aicheck.readers.constants.collector import MAX_DEPTH, scope_name
from aicheck.readers.constants.go_fold import fold, string_of
from aicheck.readers.constants.syntax_nodes import SHORT, NodeLeaves, TooManyValues, dotted, unwrapped
from aicheck.readers.constants.texts import expression_text, is_name, string_text
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import text_of
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node

CALLEE = "()"
"""The key part under which the callee of a call stands."""


class GoValues:
    """Reads the expressions of one file; remembers the functions that it finds in them."""

    def __init__(self, source: SourceText) -> None:
        self.leaves = NodeLeaves(source)
        self.functions: list[tuple[SyntaxNode, str]] = []
        """(function literal, the dotted name of its place below what was read) since the last read."""

    def read(self, node: SyntaxNode, *, literal_only: bool = False) -> Node | None:
        """The tree of an expression, None for a function.

        With `literal_only`, of a composite literal expressions directly in it are kept, deeper only literals are.
        """
        self.leaves.start()
        self.functions = []
        try:
            return self._literals(node, 0) if literal_only else self._value(node, 0, "")
        except TooManyValues:
            return self.leaves.expression(node)

    def _value(self, node: SyntaxNode, depth: int, path: str) -> Node | None:
        self.leaves.count()
        node = pointed_to(node)
        value = fold(node)
        if value is not None:
            return self.leaves.folded(node, value)
        if node.type == "func_literal":
            self.functions.append((node, path))
            return None
        if depth >= MAX_DEPTH:
            return self.leaves.expression(node)
        body = body_of(node)
        if body is not None:
            return self._composite(node, body, depth, path)
        return self._call(node, depth, path) if node.type == "call_expression" else self.leaves.expression(node)

    def _composite(self, node: SyntaxNode, body: SyntaxNode, depth: int, path: str) -> Node:
        items: dict[str, Node] = {}
        for name, value in entries_of(body):
            child = self._value(value, depth + 1, scope_name(path, name))
            if child is not None:
                items[name] = child
        if items and all(name.startswith("[") for name in items):
            return ListNode(list(items.values()), self.leaves.span(node))
        return MapNode(items, self.leaves.span(node))

    def _call(self, node: SyntaxNode, depth: int, path: str) -> Node:
        items: dict[str, Node] = {}
        for position, argument in enumerate(arguments_of(node)):
            child = self._value(argument, depth + 1, path)
            if child is not None and not (isinstance(child, Leaf) and child.type == "expression"):
                items[f"[{position}]"] = child
        if not any(isinstance(child, MapNode | ListNode) or child.type != "string" for child in items.values()):
            return self.leaves.expression(node)
        callee = self.leaves.text(node, dotted(node.child_by_field_name("function")), "expression")
        return MapNode({CALLEE: callee, **items}, self.leaves.span(node))

    def _literals(self, node: SyntaxNode, depth: int) -> Node | None:
        self.leaves.count()
        node = pointed_to(node)
        value = fold(node)
        if value is not None:
            return self.leaves.folded(node, value)
        body = body_of(node) if depth < MAX_DEPTH else None
        if body is None:
            return self.leaves.expression(node) if depth <= 1 and node.type != "func_literal" else None
        found = [(name, self._literals(one, depth + 1)) for name, one in entries_of(body)]
        kept = {name: one for name, one in found if one is not None}
        return MapNode(kept, self.leaves.span(node)) if kept or not found else None


def pointed_to(node: SyntaxNode) -> SyntaxNode:
    """The node without parentheses, `&` and the element around it."""
    for _ in range(MAX_DEPTH):
        node = unwrapped(node)
        operand = node.child_by_field_name("operand") if node.type == "unary_expression" and node.children[0].type == "&" else None
        inner = operand or (node.named_children[0] if node.type == "literal_element" and node.named_child_count else None)
        if inner is None:
            return node
        node = inner
    return node


def body_of(node: SyntaxNode) -> SyntaxNode | None:
    """The `{...}` of a composite literal, with or without its type in front."""
    if node.type == "composite_literal":
        return node.child_by_field_name("body")
    return node if node.type == "literal_value" else None


def entries_of(body: SyntaxNode) -> list[tuple[str, SyntaxNode]]:
    """(field, key or position, value) of each element."""
    found: list[tuple[str, SyntaxNode]] = []
    for element in body.named_children:
        if element.type == "literal_element":
            found.append((f"[{len(found)}]", element))
        elif element.type == "keyed_element":
            key, value = element.child_by_field_name("key"), element.child_by_field_name("value")
            if key is not None and value is not None:
                key = pointed_to(key)
                text = string_of(key)
                found.append((string_text(text) if text is not None else expression_text(text_of(key)[:SHORT]), value))
    return found


def arguments_of(call: SyntaxNode) -> list[SyntaxNode]:
    """The arguments of a call."""
    arguments = call.child_by_field_name("arguments")
    return [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []


def type_text(node: SyntaxNode) -> str:
    """`http.Client`, `map[string]int`; of a long type the beginning."""
    kind = node.child_by_field_name("type")
    return expression_text(text_of(kind)) if kind is not None and kind.end_byte - kind.start_byte <= SHORT else "struct"


def first_name(arguments: list[SyntaxNode]) -> str:
    """The text that names what a call sets: `timeout` of `viper.SetDefault("timeout", 30)`; else empty."""
    text = string_of(unwrapped(arguments[0])) if arguments else None
    return string_text(text) if text and is_name(text) else ""
