"""What all tree-sitter readers share: parsers by language, and walking a tree without recursion."""

import importlib
from collections.abc import Iterator
from functools import cache

from tree_sitter import Language, Node, Parser

from aicheck.readers.source_text import SourceText
from aicheck.readers.unreadable import Unreadable

MAX_NODES = 500_000
GRAMMARS = {
    "go": ("tree_sitter_go", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "json": ("tree_sitter_json", "language"),
    "terraform": ("tree_sitter_hcl", "language"),
    "toml": ("tree_sitter_toml", "language"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
}
"""Language -> (module, function)."""


def parse(language: str, data: bytes) -> Node:
    """The root of the syntax tree; wrong parts are nodes of their own."""
    return _parser(language).parse(data).root_node


@cache
def _parser(language: str) -> Parser:
    module, function = GRAMMARS[language]
    return Parser(Language(getattr(importlib.import_module(module), function)()))


def parse_valid(language: str, source: SourceText, max_depth: int) -> Node:
    """The root of a tree without errors. Raises Unreadable for a syntax error or deeper nesting."""
    root = parse(language, source.data)
    line = first_error_line(root)
    if line is not None:
        raise Unreadable(f"syntax error at line {line}")
    for count, (depth, _) in enumerate(walk(root)):
        if depth > max_depth:
            raise Unreadable(f"nested deeper than {max_depth} nodes of the syntax tree")
        if count > MAX_NODES:
            raise Unreadable(f"more than {MAX_NODES:,} nodes of the syntax tree")
    return root


def first_error_line(root: Node) -> int | None:
    """The 1-based line of the first syntax error; None when there is none."""
    if not root.has_error:
        return None
    for _, node in walk(root):
        if node.is_error or node.is_missing:
            return node.start_point.row + 1
    return root.start_point.row + 1


def walk(root: Node) -> Iterator[tuple[int, Node]]:
    """(depth, node) of every node in source order, parents first."""
    cursor = root.walk()
    depth = 0
    while True:
        node = cursor.node
        if node is None:
            return
        yield depth, node
        if cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            depth -= 1


def text_of(node: Node | None) -> str:
    """The source text of a node; empty for none."""
    return (node.text or b"").decode(errors="replace") if node is not None else ""


def parse_script(language: str, source: SourceText) -> Node:
    """The root of a JavaScript or TypeScript tree without errors. Raises Unreadable.

    A `typescript` file may be TSX, whose grammar reads `<a>` in another way: the one that fits is taken.
    """
    root = parse(language, source.data)
    if root.has_error and language == "typescript":
        other = parse("tsx", source.data)
        root = root if other.has_error else other
    line = first_error_line(root)
    if line is not None:
        raise Unreadable(f"syntax error at line {line}")
    return root
