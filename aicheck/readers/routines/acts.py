"""The calls of one routine in source order, and which conditions, checks and blocks stand before each."""

import ast
from collections.abc import Iterable, Iterator

from aicheck.model.location import Span
from aicheck.model.routines import Act, Guard
from aicheck.readers.python.local_names import Function, LocalNames
from aicheck.readers.python.source import PythonSource
from aicheck.regex import regex

MOST_ACTS = 600
MOST_GUARDS = 120
"""Of one routine; later ones are left out, so that a hostile file costs no more than its size."""
LONGEST_SOURCE = 200
MOST_NAMES = 40
CHECK_CALL = regex(
    r"(?:^|_)(?:ensure|assert|check|validate|verify|require|required|guard|confirm|authori[sz]e|authenticate|enforce|abort_if|raise_if|"
    r"fail_if|must|protect|restrict|limit|throttle|sanity)(?:_|$)|^(?:can|is|has|may)_|(?:Check|Verify|Validate|Ensure|Require)|^relative_to$"
)
"""Names of functions that are called for what they refuse."""
LEAVING = frozenset({"sys.exit", "exit", "quit", "os._exit", "flask.abort", "abort", "pytest.skip", "click.Abort", "typer.Exit"})
QUIET = frozenset({"self", "cls"})
FILTER = "filter"
"""How the condition of a comprehension leaves: it guards nothing by itself, but what it drops is not reached."""


class ActReader:
    """Walks the statements of one routine."""

    def __init__(self, source: PythonSource, names: LocalNames) -> None:
        self._source = source
        self._names = names
        self.guards: list[Guard] = []
        self.acts: list[Act] = []
        self._loops: tuple[tuple[str, str], ...] = ()

    def read(self, body: list[ast.stmt], active: tuple[int, ...] = ()) -> tuple[int, ...]:
        """Record what the statements do under the guards `active`; the guards in force after them."""
        for statement in body:
            active = self._statement(statement, active)
        return active

    def _statement(self, node: ast.stmt, active: tuple[int, ...]) -> tuple[int, ...]:  # noqa: PLR0911  one return for each kind
        if isinstance(node, Function | ast.ClassDef):
            return active
        if isinstance(node, ast.If):
            return self._branch(node, active)
        if isinstance(node, ast.While):
            self._calls(node.test, active)
            self.read(node.body, active + self._tests(node.test, holds=True))
            return self.read(node.orelse, active)
        if isinstance(node, ast.For | ast.AsyncFor):
            self._calls(node.iter, active)
            self._loops = (*self._loops, (unparse(node.target), unparse(node.iter)))
            self.read(node.body, active)
            self._loops = self._loops[:-1]
            return self.read(node.orelse, active)
        if isinstance(node, ast.With | ast.AsyncWith):
            return self._block(node, active)
        if isinstance(node, ast.Try | ast.TryStar):
            return self._try(node, active)
        if isinstance(node, ast.Match):
            return self._match(node, active)
        return self._simple(node, active)

    def _branch(self, node: ast.If, active: tuple[int, ...]) -> tuple[int, ...]:
        """An `if` with its `elif`s, without recursion: a chain of them is as deep as it is long."""
        after = active
        while True:
            self._calls(node.test, after)
            inside = after + self._tests(node.test, holds=True)
            self.read(node.body, inside)
            leaves = leaving_text(node.body)
            failing = self._tests(node.test, holds=False, leaves=leaves) if leaves else self._tests(node.test, holds=False)
            if leaves:
                after = after + failing
            if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                node = node.orelse[0]
                continue
            if node.orelse:
                self.read(node.orelse, after if leaves else after + failing)
                other = leaving_text(node.orelse)
                if other:
                    after = after + self._tests(node.test, holds=True, leaves=other)
            return after

    def _block(self, node: ast.With | ast.AsyncWith, active: tuple[int, ...]) -> tuple[int, ...]:
        inside = active
        for item in node.items:
            self._calls(item.context_expr, active)
            inside = inside + self._guard(Guard("block", self._called(item.context_expr), *self._parts(item.context_expr)))
        ended = self.read(node.body, inside)
        return active + tuple(one for one in ended if one not in inside)

    def _try(self, node: ast.Try | ast.TryStar, active: tuple[int, ...]) -> tuple[int, ...]:
        ended = self.read(node.body, active)
        for handler in node.handlers:
            self.read(handler.body, active)
        ended = self.read(node.orelse, ended)
        return self.read(node.finalbody, ended)

    def _match(self, node: ast.Match, active: tuple[int, ...]) -> tuple[int, ...]:
        self._calls(node.subject, active)
        for case in node.cases:
            inside = active + (self._tests(case.guard, holds=True) if case.guard is not None else ())
            self.read(case.body, inside)
        return active

    def _simple(self, node: ast.stmt, active: tuple[int, ...]) -> tuple[int, ...]:
        self._calls(node, active)
        if isinstance(node, ast.Assert):
            return active + self._tests(node.test, holds=True, leaves="assert")
        value = node.value if isinstance(node, ast.Expr | ast.Assign) else None
        call = value.value if isinstance(value, ast.Await) else value
        if isinstance(call, ast.Call):
            callee = self._names.callee(call.func)
            if CHECK_CALL.search(callee.rpartition(".")[2]):
                return active + self._guard(Guard("call", callee, *self._parts(call)))
        return active

    # -- guards

    def _tests(self, test: ast.expr, *, holds: bool, leaves: str = "") -> tuple[int, ...]:
        found: tuple[int, ...] = ()
        for part in parts_of(test, holds=holds):
            found += self._guard(Guard("test", "", *self._parts(part), leaves))
        return found

    def _guard(self, guard: Guard) -> tuple[int, ...]:
        if len(self.guards) >= MOST_GUARDS:
            return ()
        self.guards.append(guard)
        return (len(self.guards) - 1,)

    def _parts(self, node: ast.expr) -> tuple[str, tuple[str, ...], int]:
        return unparse(node), identifiers(node), node.lineno

    def _called(self, node: ast.expr) -> str:
        inner = node.value if isinstance(node, ast.Await) else node
        return self._names.callee(inner.func if isinstance(inner, ast.Call) else inner)

    # -- calls

    def _calls(self, node: ast.AST, active: tuple[int, ...]) -> None:
        stack: list[ast.AST] = [node]
        while stack and len(self.acts) < MOST_ACTS:
            current = stack.pop()
            if isinstance(current, ast.Call):
                self.acts.append(self._act(current, active))
            elif isinstance(current, ast.Subscript) and isinstance(current.slice, ast.Slice):
                self._cut(current, current.slice, active)
            elif isinstance(current, ast.comprehension):
                for test in current.ifs:
                    self._tests(test, holds=True, leaves=FILTER)
            if not isinstance(current, Function | ast.ClassDef):
                stack.extend(reversed(list(ast.iter_child_nodes(current))))

    def _act(self, call: ast.Call, active: tuple[int, ...]) -> Act:
        arguments: list[tuple[str, str]] = []
        for position, argument in enumerate(call.args):
            starred = isinstance(argument, ast.Starred)
            arguments.append(
                ("*" if starred else str(position), unparse(argument.value if isinstance(argument, ast.Starred) else argument))
            )
        arguments += [(keyword.arg or "**", unparse(keyword.value)) for keyword in call.keywords]
        return Act(self._names.callee(call.func), tuple(arguments), identifiers(call), self._span(call), active, self._loops)

    def _cut(self, node: ast.Subscript, cut: ast.Slice, active: tuple[int, ...]) -> None:
        if cut.upper is not None and cut.step is None and not isinstance(node.value, ast.Constant):
            arguments = (("of", unparse(node.value)), ("to", unparse(cut.upper)))
            self.acts.append(Act("[:]", arguments, identifiers(node), self._span(node), active))

    def _span(self, node: ast.expr) -> Span:
        return expression_span(self._source, node)


def expression_span(source: PythonSource, node: ast.expr) -> Span:
    """Where an expression stands, in code points."""
    first, last = node.lineno, node.end_lineno or node.lineno
    return Span(first, _column(source.lines[first - 1], node.col_offset), last, _column(source.lines[last - 1], node.end_col_offset or 0))


def _column(line: str, offset: int) -> int:
    return offset + 1 if line.isascii() else len(line.encode()[:offset].decode("utf-8", "ignore")) + 1


def unparse(node: ast.expr, limit: int = LONGEST_SOURCE) -> str:
    """The source of an expression in one spelling, on one line, cut."""
    return " ".join(ast.unparse(node).split())[:limit].encode(errors="replace").decode()


def identifiers(node: ast.AST) -> tuple[str, ...]:
    """The names and attributes in an expression, without `self`, sorted; words of short texts too."""
    found: set[str] = set()
    stack: list[ast.AST] = [node]
    while stack and len(found) < MOST_NAMES:
        current = stack.pop()
        if isinstance(current, ast.Name):
            found.add(current.id)
        elif isinstance(current, ast.Attribute):
            found.add(current.attr)
        elif isinstance(current, ast.Constant) and isinstance(current.value, str) and current.value.isidentifier():
            found.add(current.value)
        stack.extend(ast.iter_child_nodes(current))
    return tuple(sorted(found - QUIET))


def parts_of(test: ast.expr, *, holds: bool) -> Iterator[ast.expr]:
    """The parts of a condition that each must come out so: those of an `and` that holds, of an `or` that does not."""
    stack = [(test, holds)]
    while stack:
        node, wanted = stack.pop()
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and isinstance(node.operand, ast.BoolOp):
            stack.append((node.operand, not wanted))
        elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And) == wanted:
            stack.extend((value, wanted) for value in reversed(node.values))
        else:
            yield node


def leaving_text(body: Iterable[ast.stmt]) -> str:
    """How a block ends, when its last statement leaves the code around it; else empty."""
    last = list(body)[-1]
    if isinstance(last, ast.Return | ast.Raise | ast.Continue | ast.Break):
        return " ".join(ast.unparse(last).split())[:LONGEST_SOURCE].encode(errors="replace").decode()
    call = last.value if isinstance(last, ast.Expr) else None
    if isinstance(call, ast.Call):
        text = unparse(call.func)
        if text in LEAVING or text.endswith((".error", ".fail", ".exit", ".abort")):
            return unparse(call)
    return ""
