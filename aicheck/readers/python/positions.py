"""Where nodes of a LibCST tree stand.

LibCST works positions out by writing the whole tree anew, which costs more than parsing it. The stdlib's `ast` has them already,
so calls are looked up there: both trees are walked in the same order.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from aicheck.model.location import Span
from aicheck.readers.python.deferred import cst
from aicheck.readers.python_tree import children

if TYPE_CHECKING:
    from libcst.metadata import CodeRange

Function = ast.FunctionDef | ast.AsyncFunctionDef
TEXTS_ARE_PLACED = sys.version_info >= (3, 12)
"""Whether `ast` knows where the parts of an f-string stand."""


def all_positions(module: cst.Module) -> dict[cst.CSTNode, CodeRange]:
    """Every node of a tree, by LibCST itself. Lines are 1-based, columns 0-based."""
    from libcst.metadata import MetadataWrapper, PositionProvider  # only now: they are rarely asked for

    class Wrapper(MetadataWrapper):
        def visit_batched(self, *_: object) -> cst.Module:
            """Positions come from no visitor: there is nothing to visit the tree for."""
            return self.module

    return dict(Wrapper(module, unsafe_skip_copy=True).resolve(PositionProvider))


def call_spans(calls: Iterable[cst.Call], index: ast.AST, lines: Sequence[str]) -> dict[cst.Call, Span]:
    """The spans of `calls`, which are all of a region in preorder; `index` is the region's node in `ast`, `lines` its file's.

    Empty where the two trees do not tell the same; without the calls in f-strings where `ast` does not know their places.
    """
    found = list(calls)
    told = list(_calls(index))
    if len(found) != len(told) or any(_name(one.func) != _index_name(other.func) for one, (other, _) in zip(found, told, strict=True)):
        return {}
    return {one: _span(other, lines) for one, (other, placed) in zip(found, told, strict=True) if placed}


def _calls(index: ast.AST) -> Iterator[tuple[ast.Call, bool]]:
    """The calls in the order of LibCST's fields, and whether their places are known; those of a module without its functions'."""
    is_module = isinstance(index, ast.Module)
    stack: list[tuple[ast.AST, bool]] = [(index, True)]
    while stack:
        node, placed = stack.pop()
        if is_module and isinstance(node, Function):
            continue
        if isinstance(node, ast.Call):
            yield node, placed
        placed = placed and (TEXTS_ARE_PLACED or not isinstance(node, ast.JoinedStr))
        stack.extend((child, placed) for child in reversed(_ordered(node)))


def _ordered(node: ast.AST) -> Sequence[ast.AST]:  # noqa: PLR0911  one return for each kind whose fields LibCST orders in another way
    match node:
        case ast.Call():
            given: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
            return [node.func, *sorted(given, key=lambda one: (one.lineno, one.col_offset))]
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            returns = [node.returns] if node.returns is not None else []
            return [*node.decorator_list, node.args, *node.body, *returns, *getattr(node, "type_params", ())]
        case ast.ClassDef():
            return [*node.body, *node.bases, *node.keywords, *node.decorator_list, *getattr(node, "type_params", ())]
        case ast.arguments():
            return _parameters(node)
        case ast.Dict():
            return [part for pair in zip(node.keys, node.values, strict=True) for part in pair if part is not None]
        case ast.ExceptHandler():
            return [*node.body, *([node.type] if node.type is not None else [])]
        case ast.match_case():
            return [node.pattern, *node.body, *([node.guard] if node.guard is not None else [])]
        case _:
            return children(node)


def _parameters(node: ast.arguments) -> list[ast.AST]:
    """Each with its annotation, then its default."""
    positional = [*node.posonlyargs, *node.args]
    defaults: list[ast.expr | None] = [*[None] * (len(positional) - len(node.defaults)), *node.defaults]
    pairs = list(zip(positional, defaults, strict=True))
    split = len(node.posonlyargs)
    ordered: list[tuple[ast.arg | None, ast.expr | None]] = [
        *pairs[split:],
        (node.vararg, None),
        *zip(node.kwonlyargs, node.kw_defaults, strict=True),
        (node.kwarg, None),
        *pairs[:split],
    ]
    return [part for pair in ordered for part in pair if part is not None]


def _name(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return str(node.attr.value)
    return str(node.value) if isinstance(node, cst.Name) else ""


def _index_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _span(node: ast.Call, lines: Sequence[str]) -> Span:
    last = node.end_lineno or node.lineno
    return Span(node.lineno, _column(lines[node.lineno - 1], node.col_offset), last, _column(lines[last - 1], node.end_col_offset or 0))


def _column(line: str, offset: int) -> int:
    """The 1-based column in code points of an offset in UTF-8."""
    return (offset if line.isascii() else len(line.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore"))) + 1
