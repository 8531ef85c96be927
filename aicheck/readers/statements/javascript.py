"""Statements of JavaScript and TypeScript: SQL that is executed, calls of object mappers, operations of migrations."""

import re
from collections.abc import Iterator
from functools import cached_property

from msgspec.structs import replace
from tree_sitter import Node

from aicheck.model.facts import Statement
from aicheck.readers.commands.javascript_names import ScriptNames, call_arguments, read_names
from aicheck.readers.commands.javascript_scope import CallSite, walk_calls
from aicheck.readers.source_text import SourceText
from aicheck.readers.statements.javascript_mappers import read_mapper
from aicheck.readers.statements.javascript_migrations import OPERATIONS, read_operation
from aicheck.readers.statements.sql import LITERAL, read_embedded_sql
from aicheck.readers.statements.sql_files import direction_of, mark_created
from aicheck.readers.statements.words import Shape, Unknowns
from aicheck.readers.syntax_tree import parse_script, text_of
from aicheck.regex import regex

WORTH = regex(
    rb"\b(?:delete|update)(?:Many|One)\(|\.destroy\(|\.del\(|\bfind(?:First|Unique|Many|One|All)\w*\(|[Pp]risma\b|drizzle-orm|\bknex\b|[Rr]epo(?:sitory)?\.(?:delete|clear)\("
    rb"|\b(?:drop|remove|rename)(?:Table|Column)\w*\(|\.where\(|" + LITERAL
)
EXECUTES = frozenset(
    [
        "query",
        "raw",
        "execute",
        "exec",
        "$executeRaw",
        "$executeRawUnsafe",
        "$queryRaw",
        "$queryRawUnsafe",
        "unsafe",
        "run",
        "prepare",
        "executeSql",
        "all",
        "sql",
        "runSql",
        "dropAndExec",
    ]
)


def read_javascript_statements(path: str, language: str, data: bytes) -> tuple[Statement, ...]:
    """The statements of a file in file order; symbols are qualified names of functions. Raises Unreadable."""
    if WORTH.search(data) is None:
        return ()
    source = SourceText(data)
    return mark_created(_ScriptFile(path, language, source).statements())


class _ScriptFile:
    def __init__(self, path: str, language: str, source: SourceText) -> None:
        self._source = source
        self._root = parse_script(language, source)
        self._direction = direction_of(path)
        self._is_migration = re.search(r"migrat", path.lower()) is not None

    @cached_property
    def _names(self) -> ScriptNames:
        return read_names(self._root)

    def statements(self) -> Iterator[Statement]:
        inner: set[int] = set()
        for site in walk_calls(self._root):
            if site.node.id in inner:
                continue
            for shape in self._shapes(site):
                is_down = ".down." in f".{site.symbol}." or (self._is_migration and _stands_in_down(site.node))
                down = "downgrade" if is_down else self._direction
                form = "migration" if self._is_migration and shape.form == "embedded" else shape.form
                yield replace(shape, span=self._source.node_span(site.node), symbol=site.symbol, direction=down, form=form)
                inner |= set(_inner_calls(site.node))

    def _shapes(self, site: CallSite) -> Iterator[Shape]:
        call = site.node
        function, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if function is None or arguments is None:
            return
        name = _last_name(function)
        if arguments.type == "template_string":
            if name in EXECUTES:
                yield from self._embedded(arguments)
            return
        given = call_arguments(call)
        if name in OPERATIONS and self._is_migration:
            yield from read_operation(name, call, given)
        elif name in EXECUTES and given and (found := list(self._embedded(given[0]))):
            yield from found
        else:
            shape = read_mapper(call, name, given)
            if shape is not None:
                yield shape

    def _embedded(self, node: Node) -> Iterator[Shape]:
        unknowns = Unknowns()
        text = self._text(node, unknowns)
        yield from read_embedded_sql(text, unknowns) if text else ()

    def _text(self, node: Node, unknowns: Unknowns, depth: int = 6) -> str | None:  # noqa: PLR0911  one way out for each kind of node
        if depth <= 0:
            return None
        if node.type == "string":
            return text_of(node)[1:-1].replace("\\n", " ").replace("\\'", "'")
        if node.type == "template_string":
            return self._template(node, unknowns, depth)
        if node.type == "identifier":
            value = self._names.values.get(text_of(node))
            return self._text(value, unknowns, depth - 1) if value is not None else None
        if node.type == "binary_expression":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            first = self._text(left, unknowns, depth - 1) if left is not None else None
            if first is None or right is None:
                return None
            second = self._text(right, unknowns, depth - 1)
            return first + (unknowns.add(text_of(right)) if second is None else second)
        if node.type == "call_expression" and _last_name(node.child_by_field_name("function")) in {"raw", "sql"}:
            arguments = node.child_by_field_name("arguments")
            if arguments is not None and arguments.type == "template_string":
                return self._template(arguments, unknowns, depth)
            given = call_arguments(node)
            return self._text(given[0], unknowns, depth - 1) if given else None
        if node.type == "object":
            pair = next(
                (one for one in node.named_children if one.type == "pair" and text_of(one.child_by_field_name("key")) in {"sql", "text"}),
                None,
            )
            value = pair.child_by_field_name("value") if pair is not None else None
            return self._text(value, unknowns, depth - 1) if value is not None else None
        return None

    def _template(self, node: Node, unknowns: Unknowns, depth: int) -> str:
        parts = []
        data, position = self._source.data, node.start_byte + 1
        for child in node.named_children:
            if child.type != "template_substitution":
                continue
            parts.append(data[position : child.start_byte].decode(errors="replace"))
            inner = child.named_children[0] if child.named_children else None
            text = self._text(inner, unknowns, depth - 1) if inner is not None else None
            parts.append(unknowns.add(text_of(inner)) if text is None else text)
            position = child.end_byte
        parts.append(data[position : node.end_byte - 1].decode(errors="replace"))
        return "".join(parts)


def _stands_in_down(call: Node) -> bool:
    """Whether a call stands in `exports.down = ...` or `{ down: ... }`."""
    node: Node | None = call.parent
    for _ in range(100):
        if node is None:
            return False
        field = {"assignment_expression": "left", "pair": "key"}.get(node.type)
        if field is not None and text_of(node.child_by_field_name(field)).rpartition(".")[2] == "down":
            return True
        node = node.parent
    return False


def _last_name(function: Node | None) -> str:
    if function is None:
        return ""
    if function.type == "member_expression":
        return text_of(function.child_by_field_name("property"))
    if function.type in {"await_expression", "instantiation_expression"} and function.named_children:
        return _last_name(function.named_children[0])
    return text_of(function) if function.type == "identifier" else ""


def _inner_calls(call: Node) -> Iterator[int]:
    """The calls of the chain that a call ends."""
    current: Node | None = call
    for _ in range(60):
        function = current.child_by_field_name("function") if current is not None else None
        current = function.child_by_field_name("object") if function is not None and function.type == "member_expression" else None
        if current is None:
            return
        if current.type == "call_expression":
            yield current.id
