"""What forces a loop to end on a path.

A counter or a deadline that is compared and leaves, a stop flag, a time limit around it. Having a `break` is no
bound: an exit on success does not end a path that fails.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from aicheck.authoring.deferred import cst
from aicheck.authoring.flow import is_true, leaves
from aicheck.readers.python.region import Region
from aicheck.readers.python.scopes import dotted_text
from aicheck.readers.python.walk import descend
from aicheck.regex import regex

CLOCKS = regex(
    r"^(time\.(time|monotonic|perf_counter|process_time)(_ns)?|(datetime\.)?datetime\.(now|utcnow|today)|.*\.(time|now|monotonic|elapsed))$"
)
TIME_LIMITS = regex(r"(^|[._])(timeout|timeout_at|fail_after|fail_at|move_on_after|move_on_at|time_limit|Timeout)$")
STOP_WORDS = regex(
    r"stop(?!_reason|_seq)|shut|cancel|clos|running|alive|exit|quit|terminat|interrupt|abort|kill|active|halt|disconnect", re.IGNORECASE
)
LIMIT_WORDS = regex(
    r"attempt|limit|exceed|expired|exhaust|give_?up|deadline|timed?_?out|remaining|budget|max_|tries|retries|should_retry|can_retry",
    re.IGNORECASE,
)
CONSUMING_CALLS = frozenset({"pop", "popleft", "popitem", "increment"})
"""Methods that run out (or raise, as urllib3's `Retry.increment` does) when called once a turn."""


def is_bounded(region: Region, loop: cst.While | cst.For, reached: Sequence[cst.CSTNode], error: str = "") -> bool:
    """Whether something forces the loop to end when each turn runs through `reached` (see `after_failure`).

    `error`: the name that the caught exception is bound to; a test of nothing but the exception is no bound.
    """
    progress = _progress(region, loop, reached)
    if isinstance(loop, cst.While) and not is_true(loop.test) and condition_bounds(region, loop.test, progress, error):
        return True
    if _is_time_limited(region, loop) or _shrinks(loop, reached):
        return True
    for node in reached:
        if isinstance(node, cst.If) and _bounds(region, node.test, progress, error) and _branch_leaves(region, node, loop):
            return True
        if isinstance(node, cst.Assert) and mentions(region, node.test, progress):
            return True
        if isinstance(node, cst.Call) and _runs_out(region, node, progress):
            return True
    return False


def condition_bounds(region: Region, test: cst.BaseExpression, progress: Collection[str], error: str = "") -> bool:
    """Whether a loop condition ends the loop at some point: one part of an `and`, every part of an `or`."""
    if isinstance(test, cst.BooleanOperation):
        parts = (condition_bounds(region, test.left, progress, error), condition_bounds(region, test.right, progress, error))
        return any(parts) if isinstance(test.operator, cst.And) else all(parts)
    return _bounds(region, test, progress, error)


def mentions(region: Region, node: cst.CSTNode, names: Collection[str]) -> bool:
    """Whether an expression reads one of the (dotted) names, or the clock."""
    return any(_reads(region, one, names) for one in descend(node, cst.Name, cst.Attribute, cst.Call, functions=True))


def _reads(region: Region, node: cst.CSTNode, names: Collection[str]) -> bool:
    if isinstance(node, cst.Call):
        return bool(CLOCKS.match(region.resolve(node.func) or dotted_text(node.func) or _method(node)))
    return dotted_text(node) in names


def _method(call: cst.Call) -> str:
    return f"().{call.func.attr.value}" if isinstance(call.func, cst.Attribute) else ""


def _progress(region: Region, loop: cst.While | cst.For, reached: Sequence[cst.CSTNode]) -> set[str]:
    """Names that change towards an end on each turn: counters, and what is computed from counters or the clock."""
    names = set(_counters(region, reached))
    if isinstance(loop, cst.For):
        names |= {dotted_text(name) for name in descend(loop.target, cst.Name)}
    names |= _clock_names(region, loop)
    inside = [node for node in reached if isinstance(node, (cst.Assign, cst.NamedExpr))]
    for _ in range(3):
        for node in inside:
            if mentions(region, node.value, names):
                targets = [one.target for one in node.targets] if isinstance(node, cst.Assign) else [node.target]
                names |= {dotted_text(one) for target in targets for one in descend(target, cst.Name, cst.Attribute)}
    return names - {""}


def _counters(region: Region, reached: Sequence[cst.CSTNode]) -> Iterator[str]:
    for node in reached:
        if isinstance(node, cst.AugAssign) and isinstance(node.operator, (cst.AddAssign, cst.SubtractAssign, cst.MultiplyAssign)):
            yield dotted_text(node.target) or (dotted_text(node.target.value) if isinstance(node.target, cst.Subscript) else "")
        elif isinstance(node, cst.Assign) and isinstance(node.value, cst.BinaryOperation):
            target = dotted_text(node.targets[0].target)
            if target and isinstance(node.value.operator, (cst.Add, cst.Subtract, cst.Multiply)) and mentions(region, node.value, {target}):
                yield target
        elif isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "append":
            yield dotted_text(node.func.value)
        elif (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Name)
            and node.func.value == "next"
            and isinstance(parent := region.parent(node), cst.Assign)
        ):
            yield dotted_text(parent.targets[0].target)


def _clock_names(region: Region, loop: cst.CSTNode) -> set[str]:
    """Names set from the clock outside of the loop (`deadline`); a comparison of one with a fresh reading ends."""
    start = region.position(loop)
    found: set[str] = set()
    for node in region.walk(cst.Assign):
        if region.position(node) < start and mentions(region, node.value, ()):
            found |= {dotted_text(target.target) for target in node.targets}
    return found


def _bounds(region: Region, test: cst.BaseExpression, progress: Collection[str], error: str) -> bool:
    if mentions(region, test, progress):
        return not _is_modulo(test)
    for node in descend(test, cst.Name, cst.Attribute, cst.Call):
        if isinstance(node, cst.Call):
            read = {name.value for argument in node.args for name in descend(argument, cst.Name) if isinstance(name, cst.Name)}
            if error and error in read and read <= {error}:
                continue
            called = node.func.attr.value if isinstance(node.func, cst.Attribute) else dotted_text(node.func)
            if STOP_WORDS.search(dotted_text(node.func)) or LIMIT_WORDS.search(called):
                return True
        elif STOP_WORDS.search(dotted_text(node).rpartition(".")[2]) and not dotted_text(node).startswith(f"{error}."):
            return True
    return False


def _is_modulo(test: cst.BaseExpression) -> bool:
    left = test.left if isinstance(test, cst.Comparison) else test
    return isinstance(left, cst.BinaryOperation) and isinstance(left.operator, cst.Modulo)


def _branch_leaves(region: Region, node: cst.If, loop: cst.CSTNode) -> bool:
    branches = [node.body, *([node.orelse] if node.orelse is not None else [])]
    return any(leaves(region, branch, loop) for branch in branches)


def _runs_out(region: Region, call: cst.Call, progress: Collection[str]) -> bool:
    if isinstance(call.func, cst.Attribute):
        name = call.func.attr.value
        return name in CONSUMING_CALLS or (bool(LIMIT_WORDS.search(name)) and _passes(region, call, progress))
    name = dotted_text(call.func)
    if name == "next":
        return len(call.args) == 1
    return bool(re.search(r"check|raise|ensure|limit|give_?up|abort", name)) and _passes(region, call, progress)


def _passes(region: Region, call: cst.Call, progress: Collection[str]) -> bool:
    return any(mentions(region, argument.value, progress) for argument in call.args)


def _shrinks(loop: cst.While | cst.For, reached: Sequence[cst.CSTNode]) -> bool:
    """Whether a failing turn computes anew what the condition reads (`while path: ... path = parent(path)`)."""
    if not isinstance(loop, cst.While):
        return False
    read = {dotted_text(node) for node in descend(loop.test, cst.Name, cst.Attribute)} - {""}
    for node in reached:
        if isinstance(node, cst.Assign) and any(isinstance(one, cst.Call) for one in descend(node.value, cst.Call)):
            written = {dotted_text(name) for target in node.targets for name in descend(target.target, cst.Name, cst.Attribute)}
            used = {dotted_text(name) for name in descend(node.value, cst.Name, cst.Attribute)}
            if written & read & used:
                return True
    return False


def _is_time_limited(region: Region, loop: cst.CSTNode) -> bool:
    for outer in region.ancestors(loop):
        if isinstance(outer, cst.With):
            for item in outer.items:
                call = item.item
                name = (region.resolve(call.func) or dotted_text(call.func)) if isinstance(call, cst.Call) else ""
                if TIME_LIMITS.search(name):
                    return True
    return False
