"""JavaScript and TypeScript expressions to trees of settings: literals, containers, and the objects that calls are given."""

from collections.abc import Iterable

from tree_sitter import Node as SyntaxNode

from aicheck.readers.constants.collector import MAX_DEPTH, Labels, scope_name
from aicheck.readers.constants.javascript_fold import fold, string_of
from aicheck.readers.constants.syntax_nodes import NodeLeaves, TooManyValues, dotted, last_name, unwrapped
from aicheck.readers.constants.texts import is_name, string_text
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import text_of
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node

CALLS = frozenset({"call_expression", "new_expression"})
FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function", "method_definition"})
CALLEE = "()"
"""The key part under which the callee of a call stands."""
WRAPPERS = frozenset({"Map", "Object.freeze", "Set", "structuredClone"})
MAX_CHAIN = 20
"""Links of a chain of calls that are looked at, the last ones."""


class ScriptValues:
    """Reads the expressions of one file; remembers the functions and classes that it finds in them."""

    def __init__(self, source: SourceText) -> None:
        self.leaves = NodeLeaves(source)
        self.functions: list[tuple[SyntaxNode, str]] = []
        """(function or class, the dotted name of its place below what was read) since the last read; a method's own is not in it."""

    def read(self, node: SyntaxNode, *, named_by: SyntaxNode | None = None) -> Node | None:
        """The tree of an expression, None for a function; `named_by` is the argument of a call that is in its name already."""
        self.leaves.start()
        self.functions = []
        try:
            return self._value(node, 0, "", named_by)
        except TooManyValues:
            return self.leaves.expression(node)

    def literals(self, node: SyntaxNode) -> Node | None:
        """The tree of an object in a function: expressions directly in it are kept, deeper only literals are."""
        self.leaves.start()
        try:
            return self._literals(unwrapped(node), 0)
        except TooManyValues:
            return self.leaves.expression(node)

    def _value(self, node: SyntaxNode, depth: int, path: str, named_by: SyntaxNode | None = None) -> Node | None:
        self.leaves.count()
        node = unwrapped(node)
        value = fold(node)
        if value is not None:
            return self.leaves.folded(node, value)
        if node.type in FUNCTIONS or node.type == "class":
            self.functions.append((node, path))
            return None
        if depth >= MAX_DEPTH:
            return self.leaves.expression(node)
        if node.type == "object":
            return MapNode(self._entries(node, depth, path), self.leaves.span(node))
        if node.type == "array":
            return self._array(node, depth, path)
        return self._call(node, depth, path, named_by) if node.type in CALLS else self.leaves.expression(node)

    def _entries(self, node: SyntaxNode, depth: int, path: str) -> dict[str, Node]:
        items: dict[str, Node] = {}
        for child in node.named_children:
            if child.type == "method_definition":
                self.functions.append((child, path))
            elif child.type in {"shorthand_property_identifier", "spread_element"}:
                leaf = self.leaves.expression(child)
                items[leaf.value] = leaf
            key, value = entry_of(child)
            child_node = self._value(value, depth + 1, scope_name(path, key)) if value is not None else None
            if child_node is not None:
                items[key] = child_node
        return items

    def _array(self, node: SyntaxNode, depth: int, path: str) -> Node:
        items = [unwrapped(child) for child in node.named_children if child.type != "comment"]
        pairs = [_pair(item) for item in items]
        labels = Labels()
        named: dict[str, Node] = {}
        for position, item in enumerate(items):
            pair = pairs[position] if all(pairs) else None
            label, namer = label_of(item) if item.type in CALLS and fold(item) is None else ("", None)
            name = labels.unique(pair[0] if pair else label) if pair or label else f"[{position}]"
            child = self._value(pair[1] if pair else item, depth + 1, path, namer)
            if child is not None:
                named[name] = child
        if all(name.startswith("[") for name in named) and len(named) == len(items):
            return ListNode(list(named.values()), self.leaves.span(node))
        return MapNode(named, self.leaves.span(node))

    def _call(self, node: SyntaxNode, depth: int, path: str, named_by: SyntaxNode | None) -> Node | None:
        """An object argument's entries stand directly below the call; other links of a chain below their names."""
        links = _links(node)
        callee = dotted(_function_of(links[0]))
        first = arguments_of(links[0])
        if callee in WRAPPERS and len(links) == 1 and len(first) == 1:
            return self._value(first[0], depth + 1, path)
        items: dict[str, Node] = {}
        self._arguments(first, items, depth, path, named_by)
        labels = Labels()
        for link in links[1:]:
            name = labels.unique(last_name(dotted(_function_of(link))))
            inner: dict[str, Node] = {}
            self._arguments(arguments_of(link), inner, depth, path, None)
            only = inner.get("[0]") if len(inner) == 1 else None
            if inner:
                items[name] = only or MapNode(inner, self.leaves.span(link))
        names = ".".join([callee or CALLEE, *(last_name(dotted(_function_of(link))) + CALLEE for link in links[1:])])
        if not items and not any(argument.type in FUNCTIONS for argument in first):
            return self.leaves.expression(node)
        return MapNode({CALLEE: self.leaves.text(node, names[:200], "expression"), **items}, self.leaves.span(node))

    def _arguments(self, arguments: list[SyntaxNode], items: dict[str, Node], depth: int, path: str, named_by: SyntaxNode | None) -> None:
        labels = Labels()
        for position, argument in enumerate(arguments):
            if argument.type == "object":
                items.update(self._entries(argument, depth + 1, path))
            elif named_by is None or argument.id != named_by.id:
                is_call = argument.type in CALLS and fold(argument) is None
                label, namer = label_of(argument) if is_call else ("", None)
                child = self._value(argument, depth + 1, path, namer)
                if child is not None and not (isinstance(child, Leaf) and child.type == "expression" and not is_call):
                    items[labels.unique(label) if label else f"[{position}]"] = child

    def _literals(self, node: SyntaxNode, depth: int) -> Node | None:
        self.leaves.count()
        value = fold(node)
        if value is not None:
            return self.leaves.folded(node, value)
        if depth >= MAX_DEPTH or node.type not in {"object", "array"}:
            return self.leaves.expression(node) if depth == 1 and node.type not in FUNCTIONS else None
        children: Iterable[tuple[str, SyntaxNode | None]]
        if node.type == "object":
            children = [
                (text_of(one), one) if one.type == "shorthand_property_identifier" else entry_of(one) for one in node.named_children
            ]
        else:
            children = [(f"[{position}]", one) for position, one in enumerate(node.named_children)]
        found = [(name, self._literals(unwrapped(one), depth + 1)) for name, one in children if one is not None]
        kept = {name: one for name, one in found if one is not None}
        return MapNode(kept, self.leaves.span(node)) if kept or not node.named_child_count else None


def entry_of(node: SyntaxNode) -> tuple[str, SyntaxNode | None]:
    """(key, value) of an entry of an object; ("", None) for what is none."""
    key, value = (node.child_by_field_name("key"), node.child_by_field_name("value")) if node.type == "pair" else (None, None)
    if key is None or value is None:
        return "", None
    if key.type == "computed_property_name":
        key = next(iter(key.named_children), key)
    text = string_of(key)
    return string_text(text_of(key) if text is None else text), value


def label_of(call: SyntaxNode) -> tuple[str, SyntaxNode | None]:
    """(`Instance main`, the argument that names it); (`Instance`, None) for a call without one."""
    name = last_name(dotted(_function_of(call)))
    for argument in arguments_of(call)[:2]:
        text = string_of(argument)
        if text and is_name(text):
            return f"{name} {string_text(text)}".strip(), argument
    return name, None


def arguments_of(call: SyntaxNode) -> list[SyntaxNode]:
    """The arguments of a call without parentheses around them."""
    arguments = call.child_by_field_name("arguments")
    if arguments is None or arguments.type != "arguments":
        return []
    return [unwrapped(child) for child in arguments.named_children if child.type != "comment"]


def _function_of(call: SyntaxNode) -> SyntaxNode | None:
    return call.child_by_field_name("function") or call.child_by_field_name("constructor")


def _links(call: SyntaxNode) -> list[SyntaxNode]:
    """The calls of a chain, the first one first: `a(1)`, `a(1).b(2)`."""
    links = [call]
    while len(links) < MAX_CHAIN:
        function = _function_of(links[-1])
        owner = function.child_by_field_name("object") if function is not None else None
        if owner is None or unwrapped(owner).type not in CALLS:
            break
        links.append(unwrapped(owner))
    return links[::-1]


def _pair(item: SyntaxNode) -> tuple[str, SyntaxNode] | None:
    """(text, value) of `["a", 1]`."""
    if item.type != "array" or item.named_child_count != 2:
        return None
    key, value = item.named_children
    text = string_of(key)
    return (string_text(text), value) if text and is_name(text) and value.type != "comment" else None
