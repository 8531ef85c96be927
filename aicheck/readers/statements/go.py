"""Statements of Go code: SQL literals that reach database/sql, sqlx or pgx, and the chains of GORM."""

import re
from collections.abc import Iterator

from msgspec.structs import replace
from tree_sitter import Node

from aicheck.model.facts import Statement
from aicheck.model.location import WHOLE_FILE
from aicheck.readers.source_text import SourceText
from aicheck.readers.statements.sql import read_embedded_sql
from aicheck.readers.statements.sql_files import direction_of, mark_created
from aicheck.readers.statements.words import Shape, Unknowns
from aicheck.readers.syntax_tree import parse_script, text_of, walk
from aicheck.readers.tests_go import receiver_of
from aicheck.regex import regex

WORTH = regex(
    rb"\.(?:Exec|Query|Queryx|QueryRow|QueryRowx|Raw|NamedExec|NamedQuery|MustExec|Select|Get|Prepare|Where|Delete)(?:Context)?\("
)
GENERATED = regex(rb"\A(?:\s*//[^\n]*\n)*?// Code generated .* DO NOT EDIT\.")
EXECUTES = frozenset(
    f"{name}{suffix}"
    for name in (
        "Exec",
        "Query",
        "Queryx",
        "QueryRow",
        "QueryRowx",
        "Raw",
        "NamedExec",
        "NamedQuery",
        "MustExec",
        "Select",
        "Get",
        "Prepare",
    )
    for suffix in ("", "Context")
)
_LITERALS = frozenset({"interpreted_string_literal", "raw_string_literal"})
_COLUMN = regex(r"([A-Za-z_][\w.]*)\s*(?:=|<>|!=|>|<|\bIN\b|\bLIKE\b|\bIS\b)", re.IGNORECASE)
MOST_LINKS = 30


def read_go_statements(path: str, data: bytes) -> tuple[Statement, ...]:
    """The statements of a file in file order; none of one that a tool generated. Raises Unreadable."""
    if WORTH.search(data) is None or GENERATED.match(data):
        return ()
    source = SourceText(data)
    return mark_created(_GoFile(path, source).statements())


class _GoFile:
    def __init__(self, path: str, source: SourceText) -> None:
        self._source = source
        self._root = parse_script("go", source)
        self._direction = direction_of(path)
        self._values: dict[str, Node | None] = {}
        for _, node in walk(self._root):
            if node.type in {"const_spec", "var_spec"}:
                self._bind(node.child_by_field_name("name"), node.child_by_field_name("value"))
            elif node.type == "short_var_declaration":
                self._bind(node.child_by_field_name("left"), node.child_by_field_name("right"))

    def _bind(self, name: Node | None, value: Node | None) -> None:
        if name is not None and value is not None:
            key = text_of(name)
            self._values[key] = None if key in self._values else value

    def statements(self) -> Iterator[Statement]:
        scopes: list[tuple[int, str]] = []
        for depth, node in walk(self._root):
            while scopes and scopes[-1][0] >= depth:
                scopes.pop()
            if node.type in {"function_declaration", "method_declaration"}:
                owner = receiver_of(node) if node.type == "method_declaration" else ""
                scopes.append((depth, ".".join(filter(None, [owner, text_of(node.child_by_field_name("name"))]))))
            elif node.type == "call_expression":
                symbol = scopes[-1][1] if scopes else ""
                for shape in self._shapes(node):
                    yield replace(shape, span=self._source.node_span(node), symbol=symbol, direction=self._direction)

    def _shapes(self, call: Node) -> Iterator[Shape]:
        function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if function is None or function.type != "selector_expression" or arguments is None:
            return
        name = text_of(function.child_by_field_name("field"))
        if name in EXECUTES:
            for argument in arguments.named_children[:3]:
                unknowns = Unknowns()
                text = self._text(argument, unknowns)
                found = read_embedded_sql(text, unknowns) if text else ()
                yield from found
                if found:
                    return
        elif name == "Delete":
            yield from _gorm(call, arguments)

    def _text(self, node: Node, unknowns: Unknowns, depth: int = 6) -> str | None:  # noqa: PLR0911  one way out for each kind of node
        if node.type in _LITERALS:
            return text_of(node)[1:-1].replace("\\n", " ").replace('\\"', '"')
        if depth <= 0:
            return None
        if node.type == "expression_list":
            return self._text(node.named_children[0], unknowns, depth - 1) if len(node.named_children) == 1 else None
        if node.type == "identifier":
            value = self._values.get(text_of(node))
            return self._text(value, unknowns, depth - 1) if value is not None else None
        if node.type == "binary_expression":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            first = self._text(left, unknowns, depth - 1) if left is not None else None
            if first is None or right is None:
                return None
            second = self._text(right, unknowns, depth - 1)
            return first + (unknowns.add(text_of(right)) if second is None else second)
        if node.type == "call_expression" and text_of(node.child_by_field_name("function")) == "fmt.Sprintf":
            arguments = node.child_by_field_name("arguments")
            first_argument = arguments.named_children[0] if arguments is not None and arguments.named_children else None
            text = self._text(first_argument, unknowns, depth - 1) if first_argument is not None else None
            return re.sub(r"%[sdvq]", lambda _: unknowns.add("..."), text) if text else None
        return None


def _gorm(call: Node, arguments: Node) -> Iterator[Shape]:
    """`db.Where("id = ?", id).Delete(&User{})`; only with a model literal, which tells GORM from other `Delete` methods."""
    values = [child for child in arguments.named_children if child.type != "comment"]
    found = re.match(r"&?(?:\[\])?((?:\w+\.)?[A-Z]\w*)\{", text_of(values[0])[:200]) if values else None
    if found is None:
        return
    predicates = {(name, "") for value in values[1:2] for name in _COLUMN.findall(text_of(value)[:500])}
    narrowed = len(values) > 1
    current = call.child_by_field_name("function")
    for _ in range(MOST_LINKS):
        inner = current.child_by_field_name("operand") if current is not None else None
        if inner is None or inner.type != "call_expression":
            break
        current = inner.child_by_field_name("function")
        given = inner.child_by_field_name("arguments")
        if current is not None and text_of(current.child_by_field_name("field")) in {"Where", "Not", "Or", "Scopes"}:
            narrowed = True
            predicates |= {(name, "") for name in _COLUMN.findall(text_of(given)[:500])} or {("*", "")}
    if current is not None and not narrowed and text_of(current).count(".") < 1:
        return
    yield Statement(
        "delete",
        (found[1].rpartition(".")[2],),
        WHOLE_FILE,
        form="orm",
        predicates=tuple(sorted(predicates)),
        has_where=narrowed or ":" in text_of(values[0]),
        text=" ".join(text_of(call).split())[:400],
    )
