"""Which statements leave a loop, and which of them a failing turn of the loop reaches."""

from __future__ import annotations

from collections.abc import Iterator

from aicheck.authoring.deferred import cst
from aicheck.readers.python.region import Region
from aicheck.readers.python.walk import descend

LEAVING_CALLS = frozenset({"sys.exit", "os._exit", "os.abort", "exit", "quit", "pytest.fail", "pytest.skip"})
ENDLESS_ITERATORS = frozenset({"itertools.count", "itertools.cycle", "itertools.repeat", "iter"})

Loop = "cst.While | cst.For"


def is_true(node: cst.BaseExpression) -> bool:
    """Whether the expression is a constant that is always true: `True`, `1`."""
    return (isinstance(node, cst.Name) and node.value == "True") or (isinstance(node, cst.Integer) and node.value not in {"0", "0x0"})


def is_endless(region: Region, loop: cst.While | cst.For) -> bool:
    """Whether nothing in the loop's header ever ends it: `while True`, `for _ in itertools.count()`."""
    if isinstance(loop, cst.While):
        return is_true(loop.test)
    header = loop.iter
    if isinstance(header, cst.Call) and region.resolve(header.func) == "enumerate" and header.args:
        header = header.args[0].value
    if not isinstance(header, cst.Call) or region.resolve(header.func) not in ENDLESS_ITERATORS:
        return False
    name = region.resolve(header.func)
    limited = {"iter": 3, "itertools.repeat": 2}.get(name)  # `repeat(x, 3)` ends; `iter(f, sentinel)` is a consumer
    return limited is None or (len(header.args) < limited and name != "iter")


def leaves(region: Region, node: cst.CSTNode, loop: cst.CSTNode) -> bool:
    """Whether something below `node` leaves `loop`: return, raise, its own break, or the end of the process."""
    return any(True for _ in leaving(region, node, loop))


def leaving(region: Region, node: cst.CSTNode, loop: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What below `node` leaves `loop`, in source order."""
    for one in descend(node, cst.Return, cst.Raise, cst.Break, cst.Call):
        if isinstance(one, cst.Break):
            if loop_of(region, one) is loop:
                yield one
        elif not isinstance(one, cst.Call) or region.resolve(one.func) in LEAVING_CALLS:
            yield one


def loop_of(region: Region, node: cst.CSTNode) -> cst.CSTNode | None:
    """The innermost loop around `node`, within its function."""
    for outer in region.ancestors(node):
        if isinstance(outer, (cst.While, cst.For)):
            return outer
        if isinstance(outer, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
            return None
    return None


def statements(block: cst.BaseSuite) -> list[cst.CSTNode]:
    """The statements of a block; those of one line count one by one."""
    found: list[cst.CSTNode] = []
    for statement in block.body:
        if isinstance(statement, cst.SimpleStatementLine):
            found.extend(statement.body)
        else:
            found.append(statement)
    return found


def always_leaves(region: Region, block: cst.BaseSuite, loop: cst.CSTNode) -> bool:  # noqa: PLR0911  one return for each kind
    """Whether every way through the block leaves `loop`, as far as its structure tells."""
    for statement in statements(block):
        if isinstance(statement, (cst.Return, cst.Raise)):
            return True
        if isinstance(statement, cst.Continue):
            return False
        if isinstance(statement, cst.Break):
            return loop_of(region, statement) is loop
        if (
            isinstance(statement, cst.Expr)
            and isinstance(statement.value, cst.Call)
            and region.resolve(statement.value.func) in LEAVING_CALLS
        ):
            return True
        if isinstance(statement, cst.If) and _both_leave(region, statement, loop):
            return True
        if isinstance(statement, cst.With) and always_leaves(region, statement.body, loop):
            return True
    return False


def _both_leave(region: Region, statement: cst.If, loop: cst.CSTNode) -> bool:
    if statement.orelse is None or not always_leaves(region, statement.body, loop):
        return False
    if isinstance(statement.orelse, cst.If):
        return _both_leave(region, statement.orelse, loop)
    return always_leaves(region, statement.orelse.body, loop)


def last_continues(block: cst.BaseSuite) -> bool:
    """Whether the block ends in `continue`."""
    found = statements(block)
    return bool(found) and isinstance(found[-1], cst.Continue)


def after_failure(region: Region, loop: cst.CSTNode, attempt: cst.Try | None, handler: cst.ExceptHandler | None) -> list[cst.CSTNode]:
    """The code nodes of the loop body that a turn reaches when `attempt` fails and `handler` catches it.

    Without `attempt`: every node of the loop's own function.
    """
    skipped: list[cst.CSTNode] = []
    if attempt is not None:
        body = statements(attempt.body)
        quiet = next((position for position, one in enumerate(body) if not _is_quiet(region, one)), len(body))
        skipped.extend(body[quiet:])
        skipped.extend(other for other in attempt.handlers if other is not handler)
        skipped.extend([attempt.orelse] if attempt.orelse is not None else [])
        if handler is not None and last_continues(handler.body) and attempt.finalbody is None:
            skipped.extend(_following(region, attempt, loop))
    inside = list(descend(getattr(loop, "body", loop)))
    cut = {below for one in skipped for below in descend(one)}
    return [node for node in inside if node not in cut]


def _is_quiet(region: Region, statement: cst.CSTNode) -> bool:
    """Whether a statement at the start of a try body surely runs: counting, or leaving when a count is reached."""
    tested = statement.test if isinstance(statement, cst.If) else statement
    return isinstance(statement, (cst.If, cst.Assign, cst.AugAssign, cst.AnnAssign)) and not any(
        not region.resolve(call.func).startswith(("time.", "datetime.")) for call in descend(tested, cst.Call) if isinstance(call, cst.Call)
    )


def _following(region: Region, node: cst.CSTNode, loop: cst.CSTNode) -> list[cst.CSTNode]:
    """The statements after `node` in the blocks around it, up to `loop`."""
    found: list[cst.CSTNode] = []
    current = node
    for outer in region.ancestors(node):
        if isinstance(outer, cst.BaseSuite):
            block = list(outer.body)
            found.extend(block[block.index(current) + 1 :] if current in block else [])
        if outer is loop:
            break
        current = outer
    return found
