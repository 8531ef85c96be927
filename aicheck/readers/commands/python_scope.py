"""What a Python file calls, and what its names hold at each call. Reads the stdlib `ast`, evaluates nothing."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from aicheck.readers.python.names import imported_names
from aicheck.readers.source_text import SourceText

Function = ast.FunctionDef | ast.AsyncFunctionDef
Kind = Literal["set", "append", "extend", "prepend"]
CHANGES: dict[str, Kind] = {"append": "append", "extend": "extend"}
MAX_CONDITIONS = 8
"""Innermost ones that are kept."""
LONGEST_CONDITION = 200
"""Characters."""
DEPTH = 10
"""How many names are followed."""


@dataclass(slots=True, eq=False)
class Block:
    """A suite of statements that may run or not."""

    parent: "Block | None" = None
    condition: ast.expr | None = None
    negated: bool = False

    def encloses(self, other: "Block | None") -> bool:
        """Whether the other one stands in this one, or is it."""
        while other is not None:
            if other is self:
                return True
            other = other.parent
        return False


@dataclass(slots=True)
class Change:
    """One binding of a name, or one change of the list or text it holds."""

    order: int
    block: Block
    kind: Kind
    value: ast.expr | None
    """None when that cannot be told (a loop's target, a parameter)."""


@dataclass(slots=True, eq=False)
class Scope:
    """A module, function or class."""

    symbol: str
    parent: "Scope | None" = None
    is_class: bool = False
    imports: dict[str, str] = field(default_factory=dict)
    """Local name -> dotted name."""
    stars: list[str] = field(default_factory=list)
    changes: dict[str, list[Change]] = field(default_factory=dict)
    assigned: dict[str, list[Change]] = field(default_factory=dict)
    """Those of `changes` that bind the name."""
    parameters: set[str] = field(default_factory=set)

    def owner(self, name: str) -> "Scope | None":
        """The scope that binds a name as seen from here."""
        scope: Scope | None = self
        while scope is not None:
            if (scope is self or not scope.is_class) and (name in scope.imports or name in scope.assigned):
                return scope
            scope = scope.parent
        return None

    def resolve(self, name: str, depth: int = DEPTH) -> str:
        """The dotted name that a name stands for through imports and aliases; empty when it is something else."""
        owner = self.owner(name)
        if owner is None:
            root: Scope = self
            while root.parent is not None:
                root = root.parent
            return f"{root.stars[0]}.{name}" if root.stars else name
        if name in owner.imports:
            return owner.imports[name]
        value = owner.assigned[name][-1].value
        return owner.dotted(value, depth - 1) if value is not None and depth else ""

    def dotted(self, node: ast.expr, depth: int = DEPTH) -> str:
        """The dotted name of an `a.b.c` expression; empty for any other."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        base = self.resolve(node.id, depth) if isinstance(node, ast.Name) else ""
        return ".".join([base, *reversed(names)]) if base else ""


@dataclass(frozen=True, slots=True)
class Site:
    """A call and where it stands."""

    call: ast.Call
    scope: Scope
    order: int
    block: Block

    def conditions(self, source: SourceText) -> tuple[str, ...]:
        """The tests it stands under, innermost last."""
        found: list[str] = []
        block: Block | None = self.block
        while block is not None and len(found) < MAX_CONDITIONS:
            if block.condition is not None:
                text = " ".join(text_of_node(source, block.condition).split())[:LONGEST_CONDITION]
                found.append(f"not ({text})" if block.negated else text)
            block = block.parent
        return tuple(reversed(found))


def text_of_node(source: SourceText, node: ast.expr) -> str:
    """The source text of an expression."""
    start, end = (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return source.between(source.byte_span(start, end))


class SiteReader:
    """One walk over the statements of a module, without recursion."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope("")
        self.packages: set[str] = set()
        """Top-level names of the packages that are imported anywhere."""
        self.functions: dict[str, list[tuple[Function, Scope]]] = {}
        """Bare name -> the functions and methods of that name, each with its own scope."""
        self._order = 0
        self._pending: list[tuple[ast.AST, Scope, Block]] = []
        self._push(tree.body, self.module, Block())

    def sites(self) -> list[Site]:
        """Every call of the file in source order. Scopes are complete only after the last."""
        return list(self._sites())

    def _push(self, statements: list[ast.stmt] | list[ast.ExceptHandler], scope: Scope, block: Block) -> None:
        self._pending += [(statement, scope, block) for statement in reversed(statements)]

    def _sites(self) -> Iterator[Site]:
        while self._pending:
            statement, scope, block = self._pending.pop()
            self._order += 1
            for expression in _own_expressions(statement):
                for node in ast.walk(expression):
                    if isinstance(node, ast.Call):
                        self._change_by_call(node, scope, block)
                        yield Site(node, scope, self._order, block)
            self._bind(statement, scope, block)
            self._enter(statement, scope, block)

    def _enter(self, statement: ast.AST, scope: Scope, block: Block) -> None:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            symbol = f"{scope.symbol}.{statement.name}" if scope.symbol else statement.name
            inner = Scope(symbol, scope, isinstance(statement, ast.ClassDef))
            body = Block()
            if not isinstance(statement, ast.ClassDef):
                self.functions.setdefault(statement.name, []).append((statement, inner))
                for argument in _parameters(statement.args):
                    inner.parameters.add(argument.arg)
                    self._record(argument.arg, inner, Change(0, body, "set", None))
            self._push(statement.body, inner, body)
        elif isinstance(statement, ast.If | ast.While):
            self._push(statement.orelse, scope, Block(block, statement.test, negated=True))
            self._push(statement.body, scope, Block(block, statement.test))
        elif isinstance(statement, ast.Try | ast.TryStar):
            self._push(statement.finalbody, scope, block)
            self._push(statement.orelse, scope, block)
            self._push(statement.handlers, scope, Block(block))
            self._push(statement.body, scope, block)
        elif isinstance(statement, ast.With | ast.AsyncWith | ast.ExceptHandler):
            self._push(statement.body, scope, block)
        elif isinstance(statement, ast.For | ast.AsyncFor):
            self._push(statement.orelse, scope, block)
            self._push(statement.body, scope, Block(block))
        elif isinstance(statement, ast.Match):
            for case in reversed(statement.cases):
                self._push(case.body, scope, Block(block))

    def _bind(self, statement: ast.AST, scope: Scope, block: Block) -> None:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for local, dotted in imported_names(statement):
                self.packages.add(dotted.partition(".")[0])
                if local == "*":
                    scope.stars.append(dotted)
                else:
                    scope.imports[local] = dotted
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                self._assign(target, statement.value, scope, block)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            self._assign(statement.target, statement.value, scope, block)
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            kind: Kind = "extend" if isinstance(statement.op, ast.Add) else "set"
            self._record(statement.target.id, scope, Change(self._order, block, kind, statement.value if kind == "extend" else None))
        elif isinstance(statement, ast.For | ast.AsyncFor):
            self._assign(statement.target, None, scope, block)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._record(statement.name, scope, Change(self._order, block, "set", None))

    def _assign(self, target: ast.expr, value: ast.expr | None, scope: Scope, block: Block) -> None:
        if isinstance(target, ast.Name):
            self._record(target.id, scope, Change(self._order, block, "set", value))
            return
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._record(node.id, scope, Change(self._order, block, "set", None))

    def _change_by_call(self, call: ast.Call, scope: Scope, block: Block) -> None:
        """`cmd.append(x)`, `cmd.extend(x)`, `cmd.insert(0, x)`."""
        function = call.func
        if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
            return
        name = function.value.id
        if function.attr in CHANGES and len(call.args) == 1:
            self._record(name, scope, Change(self._order, block, CHANGES[function.attr], call.args[0]))
        elif function.attr == "insert" and len(call.args) == 2:
            index = call.args[0]
            kind: Kind = "prepend" if isinstance(index, ast.Constant) and index.value == 0 else "append"
            self._record(name, scope, Change(self._order, block, kind, call.args[1]))

    def _record(self, name: str, scope: Scope, change: Change) -> None:
        scope.changes.setdefault(name, []).append(change)
        if change.kind == "set":
            scope.assigned.setdefault(name, []).append(change)


def _own_expressions(statement: ast.AST) -> Iterator[ast.AST]:
    """The expressions of a statement itself, not those of statements inside it."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr | ast.withitem | ast.keyword | ast.arguments):
            yield child


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    extra = [argument for argument in (arguments.vararg, arguments.kwarg) if argument is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]
