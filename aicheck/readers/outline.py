"""The definitions of a JavaScript, TypeScript, Go or Java file: which function a line stands in, and whether one only moved."""

import hashlib
from collections.abc import Iterator

from msgspec.structs import replace
from tree_sitter import Node

from aicheck.model.facts import Definition
from aicheck.model.location import Span
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import LineRange, parse_program, parse_script, text_of, walk
from aicheck.readers.tests_go import receiver_of

SCRIPTS = frozenset({"javascript", "typescript"})
OUTLINED = SCRIPTS | {"go", "java"}
NAMED = frozenset(
    {
        "abstract_class_declaration",
        "annotation_type_declaration",
        "class_declaration",
        "constructor_declaration",
        "enum_declaration",
        "function_declaration",
        "generator_function_declaration",
        "interface_declaration",
        "method_declaration",
        "method_definition",
        "record_declaration",
        "type_spec",
    }
)
COMMENTS = frozenset({"block_comment", "comment", "line_comment"})
FUNCTION_VALUES = frozenset({"arrow_function", "class", "function_expression", "generator_function"})


def read_definitions(language: str, data: bytes) -> tuple[Definition, ...]:
    """The functions, methods and classes in file order, outer before inner; none for a language without a grammar here.

    Each from its first decorator on. Symbols: `Cart.total`, `outer.inner`. Raises Unreadable.
    """
    if language not in OUTLINED:
        return ()
    source = SourceText(data)
    return tuple(_definitions(parse_script(language, source), source))


def syntax_errors(language: str, data: bytes) -> tuple[LineRange, ...]:
    """The line ranges of a JavaScript, TypeScript, Go or Java file that could not be read; none for other languages.

    Raises Unreadable for bytes that are no text, and where most of the file could not be read.
    """
    if language not in OUTLINED:
        return ()
    return parse_program(language, SourceText(data))[1]


def _definitions(root: Node, source: SourceText) -> Iterator[Definition]:
    scopes: list[tuple[int, str]] = []
    decorators: dict[int, Node] = {}
    for depth, node in walk(root):
        if node.type == "decorator":
            decorators.setdefault(depth, node)
            continue
        decorated = decorators.pop(depth, None) if node.is_named else None
        while scopes and scopes[-1][0] >= depth:
            scopes.pop()
        name = _defined_name(node)
        if name is None:
            continue
        owner = receiver_of(node) if node.type == "method_declaration" else ""
        symbol = ".".join(filter(None, [*(scope for _, scope in scopes[-1:]), owner, text_of(name)]))
        scopes.append((depth, symbol))
        yield Definition(symbol, _from(decorated, source.node_span(node), source), _digest(node, name))


def _from(decorated: Node | None, span: Span, source: SourceText) -> Span:
    """The span from the first decorator on, which is a sibling of a method, and of a class that is exported."""
    first = source.node_span(decorated) if decorated is not None else span
    return replace(span, line=first.line, column=first.column)


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
        if not node.child_count and node.type not in COMMENTS and node.id != name.id:
            hasher.update((node.text or b"") + b"\0")
    return hasher.hexdigest()[:32]
