"""JSON and JSON with comments to a tree."""

import json
import re

from tree_sitter import Node as SyntaxNode

from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import first_error_line, parse, text_of
from aicheck.readers.tree import MAX_DEPTH, MAX_LEAVES, TOO_MANY, Leaf, ListNode, MapNode, Node, plain_text
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

MOST_COMMAS = 4 * MAX_LEAVES
"""A file with more of them is refused before it is parsed; those in texts are counted too."""
_GAP = rb"\s++|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?"
_TRAILING_COMMA = regex(rb'("(?:[^"\\]++|\\.)*+"?|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?)|,(?=(?:' + _GAP + rb")*+[\]}])", re.DOTALL)
"""Strings and comments (kept), or a comma before a closing bracket. Every branch consumes what it starts: linear."""


def read_documents(source: SourceText) -> tuple[Node, ...]:
    """The value of the file (several when they stand one after another; none when it is empty).

    Comments and trailing commas are taken as tools with `.jsonc` settings take them. Raises Unreadable.
    """
    if source.data.count(b",") > MOST_COMMAS:
        raise Unreadable(TOO_MANY)
    root = parse("json", source.data)
    if root.has_error:
        root = parse("json", _TRAILING_COMMA.sub(lambda found: found[1] or b" ", source.data))
    line = first_error_line(root)
    if line is not None:
        raise Unreadable(f"syntax error at line {line}")
    return tuple(_build(source, node, 1) for node in root.named_children if node.type != "comment")


def _build(source: SourceText, node: SyntaxNode, depth: int) -> Node:
    if depth > MAX_DEPTH:
        raise Unreadable(f"nested deeper than {MAX_DEPTH}")
    if node.named_child_count > MAX_LEAVES:
        raise Unreadable(TOO_MANY)
    span = source.node_span(node)
    if node.type == "array":
        return ListNode([_build(source, child, depth + 1) for child in node.named_children if child.type != "comment"], span)
    if node.type == "object":
        items: dict[str, Node] = {}
        for pair in node.named_children:
            key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if key is not None and value is not None:
                items[_text(key)] = _build(source, value, depth + 1)
        return MapNode(items, span)
    if node.type == "string":
        return Leaf(_text(node), "string", span)
    if node.type == "null":
        return Leaf("", "null", span)
    return Leaf(text_of(node), "boolean" if node.type in {"true", "false"} else "number", span)


def _text(node: SyntaxNode) -> str:
    text = text_of(node)
    if "\\" not in text:
        return text[1:-1] if text.startswith('"') else text
    try:
        return plain_text(str(json.loads(text, strict=False)))
    except ValueError:  # an escape that JSON does not know
        return text[1:-1]
