"""What all tree-sitter readers share: parsers by language, and walking a tree without recursion."""

import importlib
from collections.abc import Iterator
from functools import cache

from tree_sitter import Language, Node, Parser

from aicheck.readers.source_text import SourceText
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

MAX_NODES = 500_000
GRAMMARS = {
    "go": ("tree_sitter_go", "language"),
    "java": ("tree_sitter_java", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "json": ("tree_sitter_json", "language"),
    "shell": ("tree_sitter_bash", "language"),
    "terraform": ("tree_sitter_hcl", "language"),
    "toml": ("tree_sitter_toml", "language"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
}
"""Language -> (module, function)."""
MOST_LOST = 0.5
"""A file of which a larger share of lines could not be read is not read at all."""
LineRange = tuple[int, int]
_TYPED_TEMPLATE = regex(rb"(?<=[\w$])<[^<>`]{0,2000}+(?:<[^<>`]{0,500}+>[^<>`]{0,500}+){0,20}+>(?=`)")
"""Type arguments of a tagged template (``sql<{ id: string }>`...` ``), which the grammar does not know."""


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
    errors = error_lines(root)
    return errors[0][0] if errors else None


def error_lines(root: Node) -> tuple[LineRange, ...]:
    """(first, last) 1-based line of each outermost syntax error, in source order; of a missing token those of what lacks it."""
    if not root.has_error:
        return ()
    found: list[LineRange] = []
    end = -1
    for _, node in walk(root):
        if (node.is_error or node.is_missing) and node.start_byte >= end:
            place = (node.parent or node) if node.is_missing else node
            found.append((place.start_point.row + 1, place.end_point.row + 1))
            end = place.end_byte
    return tuple(found) or ((root.start_point.row + 1, root.end_point.row + 1),)


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


def parse_program(language: str, source: SourceText) -> tuple[Node, tuple[LineRange, ...]]:
    """The tree of a JavaScript, TypeScript, Go or Java file, and the line ranges in it that could not be read.

    Of the ways to read a file the one with the fewest unread lines is taken: a `typescript` file may be TSX, whose
    grammar reads `<a>` in another way. Raises Unreadable when most of the file could not be read.
    """
    attempts = []
    for grammar, data in _ways(language, source.data):
        root = parse(grammar, data)
        errors = error_lines(root)
        if not errors:
            return root, ()
        attempts.append((sum(last - first + 1 for first, last in errors), root, errors))
    lost, root, errors = min(attempts, key=lambda attempt: attempt[0])
    if root.is_error or lost > MOST_LOST * (root.end_point.row + 1):
        raise Unreadable(f"syntax error at line {errors[0][0]}")
    return root, errors


def parse_script(language: str, source: SourceText) -> Node:
    """The tree of `parse_program` alone."""
    return parse_program(language, source)[0]


def _ways(language: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    yield language, data
    if language == "typescript":
        yield "tsx", data
        blanked = _TYPED_TEMPLATE.sub(lambda found: b" " * len(found[0]), data)
        if blanked != data:
            yield "typescript", blanked
            yield "tsx", blanked
