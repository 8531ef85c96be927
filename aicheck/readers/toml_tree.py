"""TOML to a tree: tomllib judges validity, tree-sitter gives the positions."""

import tomllib
from collections.abc import Iterable

from tree_sitter import Node as SyntaxNode

from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import parse_valid, text_of
from aicheck.readers.tree import MAX_DEPTH, Leaf, ListNode, MapNode, Node
from aicheck.readers.unreadable import Unreadable

KEY_TYPES = frozenset({"bare_key", "quoted_key", "dotted_key"})


def read_documents(source: SourceText) -> tuple[Node, ...]:
    """The one table of the file. Raises Unreadable."""
    root = parse_valid("toml", source, MAX_DEPTH)
    table = MapNode({}, source.node_span(root))
    for child in root.named_children:
        if child.type == "pair":
            _set(source, table, child)
        elif child.type in {"table", "table_array_element"}:
            _fill(source, _open(source, table, child), child.named_children[1:])
    try:
        tomllib.loads(source.text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not valid TOML: {str(error)[:80]}") from None
    return (table,) if table.items else ()


def _open(source: SourceText, root: MapNode, header: SyntaxNode) -> MapNode:
    """The table that a header opens, made when it is new."""
    *parents, name = _key(header.named_children[0])
    holder = _descend(source, root, parents, header)
    if header.type == "table":
        return _descend(source, holder, [name], header)
    tables = holder.items.setdefault(name, ListNode([], source.node_span(header)))
    table = MapNode({}, source.node_span(header))
    if isinstance(tables, ListNode):
        tables.items.append(table)
    return table


def _descend(source: SourceText, table: MapNode, names: Iterable[str], at: SyntaxNode) -> MapNode:
    for name in names:
        child = table.items.setdefault(name, MapNode({}, source.node_span(at)))
        if isinstance(child, ListNode) and child.items:
            child = child.items[-1]
        if not isinstance(child, MapNode):
            raise Unreadable(f"syntax error at line {at.start_point.row + 1}")
        table = child
    return table


def _fill(source: SourceText, table: MapNode, children: Iterable[SyntaxNode]) -> None:
    for child in children:
        if child.type == "pair":
            _set(source, table, child)


def _set(source: SourceText, table: MapNode, pair: SyntaxNode) -> None:
    named = [child for child in pair.named_children if child.type != "comment"]
    *parents, name = _key(named[0])
    _descend(source, table, parents, pair).items[name] = _value(source, named[1])


def _value(source: SourceText, node: SyntaxNode) -> Node:
    span = source.node_span(node)
    if node.type == "array":
        return ListNode([_value(source, child) for child in node.named_children if child.type != "comment"], span)
    if node.type == "inline_table":
        table = MapNode({}, span)
        _fill(source, table, node.named_children)
        return table
    if node.type == "string":
        return Leaf(_string(text_of(node)), "string", span)
    kind = {"boolean": "boolean", "integer": "number", "float": "number"}.get(node.type, "string")
    return Leaf(text_of(node), kind, span)  # type: ignore[arg-type]


def _key(node: SyntaxNode) -> list[str]:
    names: list[str] = []
    pending = [node]
    while pending:
        part = pending.pop()
        if part.type == "dotted_key":
            pending += reversed([child for child in part.named_children if child.type in KEY_TYPES])
        else:
            names.append(_string(text_of(part)) if part.type == "quoted_key" else text_of(part))
    if len(names) > MAX_DEPTH:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}")
    return names


def _string(text: str) -> str:
    if "\\" not in text and not text.startswith(('"""', "'''")):
        return text[1:-1]
    try:
        return str(tomllib.loads(f"x={text}")["x"])
    except ValueError:
        return text  # tomllib refuses the whole file a moment later
