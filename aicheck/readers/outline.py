"""The definitions of a JavaScript, TypeScript or Go file: which function a line stands in, and whether one only moved."""

import hashlib
from collections.abc import Iterator

from tree_sitter import Node

from aicheck.model.facts import Definition
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import LineRange, parse_program, parse_script, text_of, walk
from aicheck.readers.tests_go import receiver_of

SCRIPTS = frozenset({"javascript", "typescript"})
NAMED = frozenset(
    {
        "abstract_class_declaration",
        "class_declaration",
        "function_declaration",
        "generator_function_declaration",
        "interface_declaration",
        "method_declaration",
        "method_definition",
        "type_spec",
    }
)
FUNCTION_VALUES = frozenset({"arrow_function", "class", "function_expression", "generator_function"})


def read_definitions(language: str, data: bytes) -> tuple[Definition, ...]:
    """The functions, methods and classes in file order, outer before inner; none for a language without a grammar here.

    Symbols: `Cart.total`, `outer.inner`. Raises Unreadable.
    """
    if language not in SCRIPTS and language != "go":
        return ()
    source = SourceText(data)
    return tuple(_definitions(parse_script(language, source), source))


def syntax_errors(language: str, data: bytes) -> tuple[LineRange, ...]:
    """The line ranges of a JavaScript, TypeScript or Go file that could not be read; none for other languages.

    Raises Unreadable for bytes that are no text, and where most of the file could not be read.
    """
    if language not in SCRIPTS and language != "go":
        return ()
    return parse_program(language, SourceText(data))[1]


def _definitions(root: Node, source: SourceText) -> Iterator[Definition]:
    scopes: list[tuple[int, str]] = []
    for depth, node in walk(root):
        while scopes and scopes[-1][0] >= depth:
            scopes.pop()
        name = _defined_name(node)
        if name is None:
            continue
        owner = receiver_of(node) if node.type == "method_declaration" else ""
        symbol = ".".join(filter(None, [*(scope for _, scope in scopes[-1:]), owner, text_of(name)]))
        scopes.append((depth, symbol))
        yield Definition(symbol, source.node_span(node), _digest(node, name))


def _defined_name(node: Node) -> Node | None:
    if node.type in NAMED:
        return node.child_by_field_name("name")
    if node.type in {"variable_declarator", "public_field_definition", "field_definition"}:
        value = node.child_by_field_name("value")
        name = node.child_by_field_name("name") or node.child_by_field_name("property")
        return name if value is not None and value.type in FUNCTION_VALUES else None
    if node.type == "assignment_expression":
        value = node.child_by_field_name("right")
        return node.child_by_field_name("left") if value is not None and value.type in FUNCTION_VALUES else None
    return None


def _digest(definition: Node, name: Node) -> str:
    """Of the tokens without the definition's own name, layout and comments; other local names stay."""
    hasher = hashlib.sha256()
    for _, node in walk(definition):
        if not node.child_count and node.type != "comment" and node.id != name.id:
            hasher.update((node.text or b"") + b"\0")
    return hasher.hexdigest()[:32]
