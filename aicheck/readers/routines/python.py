"""Python files into routines: which of them a change touches, and what their headers say."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec

from aicheck.model.location import Span
from aicheck.model.routines import Act, Check, Decorator, Guard, Routine
from aicheck.readers.python.local_names import Function, LocalNames
from aicheck.readers.python.regions import read_regions
from aicheck.readers.python.source import PythonSource, first_line, walk_definitions
from aicheck.readers.routines.acts import ActReader, unparse
from aicheck.readers.routines.checks import read_checks

LONGEST_TEXT = 4_000
MOST_VALUES = 200
"""Assignments of one class or module."""
MOST_RETURNS = 20
Key = tuple[str, int]
"""Symbol, and the how-manieth definition of that symbol it is."""


class _Part(msgspec.Struct, frozen=True):
    """One definition, or the module, with its own lines."""

    symbol: str
    node: ast.AST
    text: str
    outer: "_Part | None"


def read_routines(before: bytes | None, after: bytes | None, *, is_test: bool = False) -> tuple[tuple[Routine, ...], tuple[Routine, ...]]:
    """The routines of both sides whose own text differs, with their classes and the module. Raises Unreadable.

    A side that `ast` cannot read has none.
    """
    sources = [None if data is None else read_regions(data).source for data in (before, after)]
    parts = [{} if source is None or source.tree is None else _parts(source) for source in sources]
    changed = frozenset(key for key in {*parts[0], *parts[1]} if _text(parts[0], key) != _text(parts[1], key))
    sides = []
    for source, side in zip(sources, parts, strict=True):
        wanted = {key for key in changed if key in side} | ({("", 0)} if ("", 0) in side and changed else set())
        owners = {(side[key].symbol.rpartition(".")[0], 0) for key in wanted if side[key].symbol}
        chosen = [key for key in side if key in wanted or (key in owners and isinstance(side[key].node, ast.ClassDef))]
        known: dict[int, LocalNames] = {}
        sides.append(tuple(_routine(source, side[key], known, is_test=is_test) for key in chosen) if source is not None else ())
    return sides[0], sides[1]


def _text(parts: Mapping[Key, _Part], key: Key) -> str:
    part = parts.get(key)
    return "" if part is None else part.text


def _parts(source: PythonSource) -> dict[Key, _Part]:
    """Every definition and the module, in source order, each with the lines that are its own."""
    assert source.tree is not None
    lines = list(source.lines)
    nodes = [(symbol, node) for symbol, node, _ in walk_definitions(source.tree)]
    owned: dict[int, list[str]] = {id(node): [] for _, node in nodes}
    module: list[str] = []
    open_nodes: list[tuple[int, int]] = []
    starts: dict[int, list[tuple[int, int]]] = {}
    for _, node in nodes:
        starts.setdefault(first_line(node), []).append((id(node), node.end_lineno or node.lineno))
    for number, line in enumerate(lines, 1):
        while open_nodes and open_nodes[-1][1] < number:
            open_nodes.pop()
        open_nodes.extend(starts.get(number, ()))
        (owned[open_nodes[-1][0]] if open_nodes else module).append(line.strip())
    found: dict[Key, _Part] = {("", 0): _Part("", source.tree, "\n".join(module), None)}
    seen: Counter[str] = Counter()
    for symbol, node in nodes:
        outer = found.get((symbol.rpartition(".")[0], max(seen[symbol.rpartition(".")[0]] - 1, 0)))
        found[symbol, seen[symbol]] = _Part(symbol, node, "\n".join(owned[id(node)]), outer)
        seen[symbol] += 1
    return found


def _routine(source: PythonSource, part: _Part, known: dict[int, LocalNames], *, is_test: bool) -> Routine:
    node = part.node
    names = _names(source, part, known)
    outer = names.outer or LocalNames(source.names, ast.Module([], []))
    guards: tuple[Guard, ...] = ()
    acts: tuple[Act, ...] = ()
    checks: tuple[Check, ...] = ()
    if is_test:
        checks = tuple(read_checks(node.body, names)) if isinstance(node, Function) else ()
    else:
        reader = ActReader(source, names)
        reader.read(getattr(node, "body", []))
        guards, acts = tuple(reader.guards), tuple(reader.acts)
    return Routine(
        symbol=part.symbol,
        kind="function" if isinstance(node, Function) else "class" if isinstance(node, ast.ClassDef) else "module",
        span=_header(source, node),
        text=" ".join(part.text.split())[:LONGEST_TEXT],
        decorators=tuple(_decorator(one, outer) for one in getattr(node, "decorator_list", ())),
        parameters=tuple(_parameters(node)) if isinstance(node, Function) else (),
        bases=tuple(_plain(unparse(base), names) for base in node.bases) if isinstance(node, ast.ClassDef) else (),
        values=() if isinstance(node, Function) else tuple(_values(getattr(node, "body", []), names))[:MOST_VALUES],
        guards=guards,
        acts=acts,
        checks=checks,
        returns=tuple(_returns(node.body))[:MOST_RETURNS] if isinstance(node, Function) else (),
    )


def _names(source: PythonSource, part: _Part, known: dict[int, LocalNames]) -> LocalNames:
    """The names of a part, those of the functions around it included; `known` by the id of their node."""
    found = known.get(id(part.node))
    if found is None:
        around = part.outer
        while around is not None and not isinstance(around.node, Function):
            around = around.outer
        outer = _names(source, around, known) if around is not None else None
        found = known[id(part.node)] = LocalNames(source.names, part.node, outer)
    return found


def _header(source: PythonSource, node: ast.AST) -> Span:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return Span(1, 1, 1, 1)
    whole = source.span(node)
    return Span(whole.line, whole.column, node.lineno, len(source.lines[node.lineno - 1]) + 1)


def _decorator(node: ast.expr, names: LocalNames) -> Decorator:
    return Decorator(names.callee(node.func if isinstance(node, ast.Call) else node), _plain(unparse(node), names))


def _plain(text: str, names: LocalNames) -> str:
    """The source with imported names as they are called where they come from."""
    renamed = {alias: dotted.rpartition(".")[2] for alias, dotted in {**names.module.imports, **names.imports}.items()}
    return re.sub(r"(?<![\w.])[A-Za-z_]\w*", lambda found: renamed.get(found[0], found[0]), text)


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[str, str]]:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    for argument, default in [*zip(positional, defaults, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]:
        yield argument.arg, " = ".join(unparse(one) for one in (argument.annotation, default) if one is not None)


def _values(body: list[ast.stmt], names: LocalNames) -> Iterator[tuple[str, str]]:
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id, _plain(unparse(statement.value, LONGEST_TEXT), names)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value is not None:
            yield statement.target.id, _plain(unparse(statement.value, LONGEST_TEXT), names)


def _returns(body: list[ast.stmt]) -> Iterator[str]:
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Return):
            yield unparse(node.value) if node.value is not None else "None"
        elif not isinstance(node, Function | ast.ClassDef | ast.expr):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))
