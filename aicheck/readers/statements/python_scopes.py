"""The calls of a Python file, each with its scope, and what the names of a scope are bound to. Evaluates nothing."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from aicheck.readers.python_tree import children

Function = ast.FunctionDef | ast.AsyncFunctionDef
LEAVES = frozenset(
    {ast.Name, ast.Constant, ast.Load, ast.Store, ast.Del, ast.Pass, ast.arg, ast.alias, ast.Import, ast.ImportFrom, ast.And, ast.Or}
)
"""Nodes that hold neither calls nor bindings."""
STATEMENTS = frozenset(
    {
        ast.AnnAssign,
        ast.Assign,
        ast.AsyncFor,
        ast.AsyncFunctionDef,
        ast.AsyncWith,
        ast.AugAssign,
        ast.ClassDef,
        ast.For,
        ast.FunctionDef,
        ast.If,
        ast.With,
    }
)
"""Nodes that bind names or change the place of what stands in them."""
MOST_BINDINGS = 40
"""Of one name in one scope."""


@dataclass(frozen=True, slots=True)
class Binding:
    """One thing that a name is bound to."""

    value: ast.expr
    kind: str
    """`set`, `append` (`+=`), `item` (`query["key"] = ...`) or `loop` (a `for` over it)."""
    line: int
    optional: bool
    """Whether only some runs come there: under an `if` without an `else`."""
    tests: tuple[str, ...] = ()
    """Names in the conditions it stands under."""


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class or function."""

    symbol: str
    parent: "Scope | None" = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    guarded: set[str] = field(default_factory=set)
    """Names without which the scope is left early: `if not name: raise`."""

    def lookup(self, name: str) -> list[Binding]:
        """The bindings of a name where it is bound first, looking outwards."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.bindings:
                return scope.bindings[name]
            scope = scope.parent
        return []


@dataclass(frozen=True, slots=True)
class CallSite:
    """One call in source order, outer before inner."""

    call: ast.Call
    scope: Scope
    looped: bool
    block: str = ""
    """Name of the variable and the context manager around it: `batch_op`."""


@dataclass(frozen=True, slots=True)
class _Place:
    scope: Scope
    looped: bool = False
    optional: bool = False
    tests: tuple[str, ...] = ()


def read_sites(tree: ast.Module) -> list[CallSite]:
    """Every call of a file in source order. All bindings are known once this returns."""
    return list(_sites(tree))


def _sites(tree: ast.Module) -> Iterator[CallSite]:
    stack: list[tuple[ast.AST, _Place]] = [(tree, _Place(Scope("")))]
    while stack:
        node, place = stack.pop()
        if isinstance(node, ast.Call):
            yield CallSite(node, place.scope, place.looped)
        elif type(node) in STATEMENTS or isinstance(node, ast.NamedExpr):
            stack += reversed(list(_children(node, place)))
            continue
        stack += [(child, place) for child in reversed(_inner(node))]


def _inner(node: ast.AST) -> list[ast.AST]:
    """The children of a node in source order, without names and literals, which hold no calls."""
    return [child for child in children(node) if type(child) not in LEAVES]


def _children(node: ast.AST, place: _Place) -> Iterator[tuple[ast.AST, _Place]]:
    scope = place.scope
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        inner = Scope(f"{scope.symbol}.{node.name}" if scope.symbol else node.name, scope)
        yield from ((child, _Place(inner)) for child in _inner(node))
    elif isinstance(node, ast.If):
        yield node.test, place
        yield from _branches(node, place)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        if isinstance(node.target, ast.Name):
            _bind(scope, node.target.id, Binding(node.iter, "loop", node.lineno, place.optional))
        yield node.iter, place
        inner_place = _Place(scope, True, place.optional, place.tests)
        yield from ((child, inner_place) for child in [*node.body, *node.orelse])
    else:
        _bind_statement(node, place)
        yield from ((child, place) for child in _inner(node))


def _branches(node: ast.If, place: _Place) -> Iterator[tuple[ast.AST, _Place]]:
    names = _names(node.test)
    last = node.body[-1]
    if isinstance(last, (ast.Raise, ast.Return)) and any(isinstance(one, (ast.Is, ast.Not)) for one in ast.walk(node.test)):
        place.scope.guarded.update(names)
    is_covered = _ends_with_else(node)
    inner = _Place(place.scope, place.looped, place.optional or not is_covered, (*place.tests, *names)[:20])
    yield from ((child, inner) for child in node.body)
    is_elif = len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)
    yield from ((child, place if is_elif and is_covered else inner) for child in node.orelse)


def _ends_with_else(node: ast.If) -> bool:
    for _ in range(200):
        if not node.orelse:
            return False
        if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
            return True
        node = node.orelse[0]
    return False


def _bind_statement(node: ast.AST, place: _Place) -> None:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            _bind_target(target, node.value, "set", place)
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        _bind_target(node.target, node.value, "set", place)
    elif isinstance(node, ast.AugAssign):
        _bind_target(node.target, node.value, "append", place)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            if item.optional_vars is not None:
                _bind_target(item.optional_vars, item.context_expr, "set", place)


def _bind_target(target: ast.expr, value: ast.expr, kind: str, place: _Place) -> None:
    if isinstance(target, ast.Name):
        _bind(place.scope, target.id, Binding(value, kind, target.lineno, place.optional, place.tests))
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        _bind(place.scope, target.value.id, Binding(target.slice, "item", target.lineno, place.optional, place.tests))
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id in {"self", "cls"}:
        owner = place.scope.parent or place.scope
        _bind(owner, f"self.{target.attr}", Binding(value, kind, target.lineno, place.optional))


def _bind(scope: Scope, name: str, binding: Binding) -> None:
    bindings = scope.bindings.setdefault(name, [])
    if len(bindings) < MOST_BINDINGS:
        bindings.append(binding)


def _names(node: ast.AST) -> tuple[str, ...]:
    return tuple(one.id for one in ast.walk(node) if isinstance(one, ast.Name))[:20]
