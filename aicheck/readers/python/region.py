"""One function, method or module level parsed by LibCST, with what a rule asks of it."""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, overload

import msgspec

from aicheck.model.location import Span
from aicheck.readers.python.deferred import cst
from aicheck.readers.python.digest import digest_definition, local_names
from aicheck.readers.python.names import BUILTINS
from aicheck.readers.python.positions import all_positions, call_spans
from aicheck.readers.python.scopes import Binding, bindings_of, dotted_text, identifier
from aicheck.readers.python.source import PythonSource
from aicheck.readers.python.walk import children, is_kind

if TYPE_CHECKING:
    from libcst.metadata import CodeRange

    Tree = tuple[cst.Module, cst.CSTNode]

ALIAS_DEPTH = 12
"""How many assignments are followed before a name counts as unknown."""
GENERIC = ("Optional", "typing.Optional", "Annotated", "typing.Annotated")
Node = TypeVar("Node", bound="cst.CSTNode")


class Place(msgspec.Struct, frozen=True):
    """Where a region's tree stands in its file."""

    line: int
    """1-based file line of the tree's first line of real code."""
    shift: int
    """Lines that were put before it for parsing."""


class Region:
    """One region. LibCST's tree, and everything beyond it, is made when first asked for: many rules need `ast` only.

    All that needs the tree raises Unreadable where LibCST cannot read the region.
    """

    def __init__(self, source: PythonSource, symbol: str, tree: Callable[[], Tree], place: Place, index: ast.AST | None) -> None:
        self._source = source
        self.symbol = symbol
        """Qualified name of the outermost function; empty for module-level code."""
        self._read_tree = tree
        self.index = index
        """The same code in the stdlib `ast`; None where only LibCST can read it."""
        self.looked_beyond = False
        """Whether somebody asked for the file around."""
        self._place = place
        self._spans: dict[cst.CSTNode, CodeRange] | None = None

    @cached_property
    def _tree(self) -> Tree:
        return self._read_tree()

    @property
    def module(self) -> cst.Module:
        """LibCST's tree of the text around."""
        return self._tree[0]

    @property
    def node(self) -> cst.CSTNode:
        """The outermost FunctionDef; the Module for module-level code."""
        return self._tree[1]

    @property
    def source(self) -> PythonSource:
        """The file around. What a check takes from it is no longer told by the region and the names that it uses."""
        self.looked_beyond = True
        return self._source

    # -- structure

    @cached_property
    def _order(self) -> dict[cst.CSTNode, int]:
        """Every code node and its place in preorder; a module region leaves functions out."""
        order: dict[cst.CSTNode, int] = {}
        parents: dict[cst.CSTNode, cst.CSTNode] = {}
        is_module = not self.symbol
        stack = [self.node]
        while stack:
            current = stack.pop()
            order[current] = len(order)
            for child in reversed(children(current)):
                if is_module and isinstance(child, cst.FunctionDef):
                    continue
                parents[child] = current
                stack.append(child)
        self._parents = parents
        return order

    @overload
    def walk(self) -> Iterator[cst.CSTNode]: ...
    @overload
    def walk(self, *types: type[Node]) -> Iterator[Node]: ...
    def walk(self, *types: type[cst.CSTNode]) -> Iterator[cst.CSTNode]:
        """All code nodes of these types (every one when none is given), in source order, nested functions included."""
        return (node for node in self._order if not types or is_kind(node, types))

    def position(self, node: cst.CSTNode) -> int:
        """The node's place in source order, to compare with another's."""
        return self._order.get(node, 0)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The code node around it; None at the top."""
        _ = self._order
        return self._parents.get(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """From its parent up to the region's own node."""
        current = self.parent(node)
        while current is not None:
            yield current
            current = self.parent(current)

    def function(self, node: cst.CSTNode) -> cst.CSTNode:
        """The innermost function, lambda or class around `node`, or the region's own node."""
        scopes = (cst.FunctionDef, cst.Lambda, cst.ClassDef)
        return next((one for one in self.ancestors(node) if is_kind(one, scopes)), self.node)

    # -- text and place

    def text(self, node: cst.CSTNode) -> str:
        """The node's source text as it stands."""
        return self.module.code_for_node(node).strip()

    def span_from(self, first: cst.CSTNode, last: cst.CSTNode) -> Span:
        """From the start of one node to the end of another, as a compound statement's header is."""
        start, end = self.span(first), self.span(last)
        return Span(start.line, start.column, end.end_line, end.end_column)

    def span(self, node: cst.CSTNode) -> Span:
        """Where the node stands in the file."""
        placed = self._call_spans.get(node) if isinstance(node, cst.Call) else None
        if placed is not None:
            return placed
        if self._spans is None:
            self._spans = all_positions(self.module)
        found = self._spans[node]
        offset = self._place.line - 1 - self._place.shift
        return Span(found.start.line + offset, found.start.column + 1, found.end.line + offset, found.end.column + 1)

    @cached_property
    def _call_spans(self) -> Mapping[cst.Call, Span]:
        """Of the calls that the index places; empty for a file whose columns LibCST was given otherwise than they stand."""
        if self.index is None or "\f" in self._source.text:
            return {}
        return call_spans(self.walk(cst.Call), self.index, self._source.lines)

    def normalised(self, node: cst.CSTNode) -> str:
        """The node's text without layout and comments, local names replaced by ordinals."""
        return self._normalise(self.text(node))

    def normalised_span(self, span: Span) -> str:
        """As `normalised`, for a stretch of the file."""
        lines = [*self._source.lines[span.line - 1 : span.end_line]]
        lines[-1] = lines[-1][: span.end_column - 1]
        lines[0] = lines[0][span.column - 1 :]
        return self._normalise("\n".join(lines))

    def _normalise(self, text: str) -> str:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return " ".join(text.split())
        ordinals: dict[str, str] = {}
        for item in ast.walk(tree):
            if isinstance(item, ast.Name) and item.id in self.local_names:
                item.id = ordinals.setdefault(item.id, f"_{len(ordinals)}")
        return ast.unparse(tree)

    @cached_property
    def digest(self) -> str:
        """Of the whole definition; empty for module-level code."""
        if not self.symbol:
            return ""
        if isinstance(self.index, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return digest_definition(self.index)
        return hashlib.blake2b(" ".join(self.text(self.node).split()).encode(), digest_size=16).hexdigest()

    # -- names

    @cached_property
    def local_names(self) -> frozenset[str]:
        """Parameters and names bound in the region's functions."""
        if not self.symbol:
            return frozenset()
        if self.index is not None:
            return frozenset(local_names(self.index))
        return frozenset(name for scope in self._bindings.values() for name in scope)

    @cached_property
    def _bindings(self) -> dict[cst.CSTNode, dict[str, list[Binding]]]:
        scopes: dict[cst.CSTNode, dict[str, list[Binding]]] = {}
        for node in self._order:
            if node is self.node:
                continue
            for binding in bindings_of(node):
                scopes.setdefault(self.function(node), {}).setdefault(binding.name, []).append(binding)
        return scopes

    def bindings(self, name: cst.Name) -> Sequence[Binding]:
        """Every binding of a name in the innermost function of the region that binds it, in source order."""
        value = identifier(name)
        scope: cst.CSTNode | None = name
        while scope is not None and scope is not self.node:
            scope = self.function(scope)
            found = self._bindings.get(scope, {}).get(value)
            if found:
                return found
        return ()

    def resolve(self, node: cst.CSTNode, depth: int = ALIAS_DEPTH) -> str:
        """The dotted name through imports, aliases and known instances (`requests.Session.get`); empty when unknown.

        Relative imports keep their leading dots.
        """
        if isinstance(node, cst.Name):
            return self._resolve_name(node, depth)
        if isinstance(node, cst.Attribute) and depth:
            base = self.resolve(node.value, depth - 1) or self.instance(node.value, depth - 1)
            return f"{base}.{identifier(node.attr)}" if base else ""
        return ""

    def _resolve_name(self, node: cst.Name, depth: int) -> str:
        found = self.bindings(node)
        if not found:
            return self._source.names.resolve(identifier(node))
        last = found[-1]
        if all(one.kind == "import" for one in found):
            return last.dotted
        if len(found) == 1 and last.kind == "assign" and last.value is not None and depth:
            return self.resolve(last.value, depth - 1) if isinstance(last.value, (cst.Name, cst.Attribute)) else ""
        return ""

    def instance(self, node: cst.CSTNode, depth: int = ALIAS_DEPTH) -> str:  # noqa: PLR0911  one return for each kind
        """The dotted name of the class or factory that made this value; empty when unknown."""
        if not depth:
            return ""
        if isinstance(node, cst.Await):
            return self.instance(node.expression, depth - 1)
        if isinstance(node, cst.Call):
            return self.resolve(node.func, depth - 1)
        if isinstance(node, cst.Attribute) and dotted_text(node.value) == "self":
            return self._source.names.attribute_instance(self.symbol.rpartition(".")[0].rpartition(".")[2], identifier(node.attr))
        if isinstance(node, cst.Name):
            found = self.bindings(node)
            if not found:
                return self._module_instance(identifier(node))
            told = {self._bound_instance(one, depth - 1) for one in found} - {""}
            return told.pop() if len(told) == 1 else ""
        return ""

    def _module_instance(self, name: str) -> str:
        return "" if name in BUILTINS else self._source.names.instance(ast.Name(name, ast.Load()))

    def _bound_instance(self, binding: Binding, depth: int) -> str:
        if binding.annotation is not None:
            return self._annotated(binding.annotation, depth)
        if binding.kind in {"assign", "with"} and binding.value is not None:
            return self.instance(binding.value, depth)
        return ""

    def _annotated(self, annotation: cst.BaseExpression, depth: int) -> str:
        if isinstance(annotation, cst.Subscript) and self.text(annotation.value) in GENERIC:
            inner = annotation.slice[0].slice
            return self._annotated(inner.value, depth) if isinstance(inner, cst.Index) else ""
        if isinstance(annotation, cst.BinaryOperation) and isinstance(annotation.operator, cst.BitOr):
            return self._annotated(annotation.left, depth)
        return self.resolve(annotation, depth)

    def constant(self, name: str) -> cst.BaseExpression | None:
        """The value that a module-level name gets, when it is bound exactly once."""
        values = self._source.names.values.get(name, [])
        if len(values) != 1 or values[0] is None:
            return None
        try:
            return cst.parse_expression(ast.unparse(values[0]))
        except (cst.ParserSyntaxError, RecursionError):
            return None
