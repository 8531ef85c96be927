"""Evidence that a dangerous action is held back.

A containment check on the same path, a dry run, a confirmation, a directory that this very function made.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from aicheck.authoring.deferred import cst
from aicheck.authoring.flow import LEAVING_CALLS
from aicheck.readers.python.arguments import assigned_value
from aicheck.readers.python.region import Region
from aicheck.readers.python.scopes import dotted_text, identifier
from aicheck.readers.python.walk import descend
from aicheck.regex import regex

CONTAINMENT_METHODS = frozenset({"is_relative_to", "relative_to", "startswith"})
CONTAINMENT_CALLS = frozenset({"os.path.commonpath", "os.path.commonprefix"})
NAME_PARTS = frozenset({"name", "stem"})
DRY_RUN = regex(r"dry_?run|^pretend$|^simulate$|^noop$|^no_act$", re.IGNORECASE)
TOLD = regex(r"^(?:do_)?(?:apply|execute|really|confirmed|for_real|no_dry_run|assume_yes|yes)$", re.IGNORECASE)
"""Flags without which a script only shows what it would do."""
CONFIRMING = regex(r"(^|[._])(input|confirm\w*|ask|prompt|yes_no|are_you_sure)$", re.IGNORECASE)
CHECKED_WORDS = regex(
    r"safe|inside|within|under|contain|allowed|managed|owned|temp|tmp|scratch|sandbox|relative|jail|protect|confin", re.IGNORECASE
)


def is_guarded(region: Region, action: cst.CSTNode, target: cst.BaseExpression) -> bool:
    """Whether `action` on `target` is held back by a check that stands around it or that leaves before it."""
    names = related_names(region, target)
    for test, holds in tests_before(region, action):
        if _confirms(region, test) or _names_dry_run(test) or _is_told_to(test, holds) or contains(region, test, names, holds):
            return True
    return any(_proves(region, call, names) for call in _calls_before(region, action))


def related_names(region: Region, target: cst.CSTNode) -> frozenset[str]:
    """The dotted names in `target`, and those that its names were computed from or renamed to."""
    names = {dotted_text(node) for node in descend(target, cst.Name, cst.Attribute)} - {""}
    assignments: list[cst.Assign | cst.NamedExpr | cst.For] = [
        node for node in region.walk() if isinstance(node, (cst.Assign, cst.NamedExpr, cst.For))
    ]
    for _ in range(3):
        for node in assignments:
            targets = [one.target for one in node.targets] if isinstance(node, cst.Assign) else [node.target]
            value = node.iter if isinstance(node, cst.For) else node.value
            written = {dotted_text(one) for one in targets}
            read = {dotted_text(one) for one in descend(value, cst.Name, cst.Attribute)} - {""}
            if written & names:
                names |= {name for name in read if "." in name or _is_local(region, value, name)}
            elif read & names and isinstance(node, cst.Assign):
                names |= written - {""}
    return frozenset(names - {"os", "os.path", "Path", "str", "pathlib", "shutil"})


def _is_local(region: Region, value: cst.CSTNode, name: str) -> bool:
    return name in region.local_names or any(
        isinstance(one, cst.Name) and identifier(one) == name and region.bindings(one) for one in descend(value, cst.Name)
    )


def tests_before(region: Region, action: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, bool]]:
    """(test, whether it must hold for `action` to run) of the conditions around it and of those that leave before it."""
    inner = action
    for outer in region.ancestors(action):
        if isinstance(outer, cst.If):
            if inner is outer.body:
                yield outer.test, True
            elif inner is outer.orelse:
                yield outer.test, False
        elif isinstance(outer, cst.IfExp) and inner is not outer.test:
            yield outer.test, inner is outer.body
        elif isinstance(outer, cst.While) and inner is outer.body:
            yield outer.test, True
        if isinstance(outer, (cst.BaseSuite, cst.Module)):
            yield from _leaving_before(region, outer, inner)
        inner = outer


def _leaving_before(region: Region, block: cst.CSTNode, inner: cst.CSTNode) -> Iterator[tuple[cst.BaseExpression, bool]]:
    for statement in getattr(block, "body", ()):
        if statement is inner:
            return
        if isinstance(statement, cst.If):
            yield from _leaving_if(region, statement)
        elif isinstance(statement, cst.SimpleStatementLine):
            for small in statement.body:
                if isinstance(small, cst.Assert):
                    yield small.test, True
        elif isinstance(statement, (cst.Try, cst.With)):
            yield from _leaving_before(region, statement.body, block)


def _leaving_if(region: Region, statement: cst.If) -> Iterator[tuple[cst.BaseExpression, bool]]:
    if _ends(region, statement.body):
        yield statement.test, False
    if isinstance(statement.orelse, cst.Else) and _ends(region, statement.orelse.body):
        yield statement.test, True
    elif isinstance(statement.orelse, cst.If):
        yield from _leaving_if(region, statement.orelse)


def _ends(region: Region, block: cst.BaseSuite) -> bool:
    last = block.body[-1] if block.body else None
    final = last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last
    if isinstance(final, (cst.Return, cst.Raise, cst.Continue, cst.Break)):
        return True
    call = final.value if isinstance(final, cst.Expr) else None
    return isinstance(call, cst.Call) and (
        region.resolve(call.func) in LEAVING_CALLS or dotted_text(call.func).endswith((".error", ".fail", ".exit"))
    )


def contains(region: Region, test: cst.BaseExpression, names: Collection[str], holds: bool) -> bool:
    """Whether a test proves that a path among `names` lies in a known place, when it comes out as `holds`."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return contains(region, test.expression, names, not holds)
    if isinstance(test, cst.BooleanOperation):
        both = isinstance(test.operator, cst.And) == holds  # all parts hold, or all parts fail
        parts = (contains(region, test.left, names, holds), contains(region, test.right, names, holds))
        return any(parts) if both else all(parts)
    if isinstance(test, cst.Call):
        return holds and (_is_containment(region, test, names) or _is_own_check(test, names) or _finds_marker(region, test, names))
    if isinstance(test, cst.Comparison):
        return _compares_place(region, test, names, holds)
    return False


def _compares_place(region: Region, test: cst.Comparison, names: Collection[str], holds: bool) -> bool:
    operator = test.comparisons[0].operator
    left, right = test.left, test.comparisons[0].comparator
    positive = isinstance(operator, (cst.Equal, cst.In, cst.Is))
    if positive != holds:
        return False
    for side, other in ((left, right), (right, left)):
        if any(
            isinstance(call, cst.Call) and region.resolve(call.func) in CONTAINMENT_CALLS and _touches(call, names)
            for call in descend(side, cst.Call)
        ):
            return True
        if isinstance(operator, (cst.In, cst.NotIn)) and side is right and _is_parents(side, names):
            return True
        if _is_name_part(region, side, names) and not _touches(other, names):
            return True
        if isinstance(side, cst.Attribute) and side.attr.value == "parent" and _touches(side, names) and not _touches(other, names):
            return True
    return isinstance(operator, (cst.In, cst.NotIn)) and _touches(left, names) and not _touches(right, names)


def _is_parents(node: cst.BaseExpression, names: Collection[str]) -> bool:
    return isinstance(node, cst.Attribute) and node.attr.value == "parents" and _touches(node, names)


def _is_name_part(region: Region, node: cst.BaseExpression, names: Collection[str]) -> bool:
    if isinstance(node, cst.Attribute):
        return node.attr.value in NAME_PARTS and _touches(node.value, names)
    return isinstance(node, cst.Call) and region.resolve(node.func) == "os.path.basename" and _touches(node, names)


def _touches(node: cst.CSTNode, names: Collection[str]) -> bool:
    return any(dotted_text(one) in names for one in descend(node, cst.Name, cst.Attribute))


def _is_containment(region: Region, call: cst.Call, names: Collection[str]) -> bool:
    if isinstance(call.func, cst.Attribute) and call.func.attr.value in CONTAINMENT_METHODS and _touches(call.func.value, names):
        return True
    return region.resolve(call.func) in CONTAINMENT_CALLS and _touches(call, names)


def _finds_marker(region: Region, call: cst.Call, names: Collection[str]) -> bool:
    """Whether a file of a fixed name below the path was found: `(path / '.ours').exists()`."""
    if region.resolve(call.func) in {"os.path.exists", "os.path.isfile"} and call.args:
        place: cst.BaseExpression = call.args[0].value
    elif isinstance(call.func, cst.Attribute) and call.func.attr.value in {"exists", "is_file"}:
        place = call.func.value
    else:
        return False
    if isinstance(place, cst.Name):
        place = assigned_value(region, place) or place
    if isinstance(place, cst.BinaryOperation):
        return isinstance(place.operator, cst.Divide) and isinstance(place.right, cst.SimpleString) and _touches(place.left, names)
    if not isinstance(place, cst.Call) or region.resolve(place.func) != "os.path.join" or len(place.args) < 2:
        return False
    return isinstance(place.args[-1].value, cst.SimpleString) and _touches(place.args[0].value, names)


def _is_own_check(call: cst.Call, names: Collection[str]) -> bool:
    called = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted_text(call.func)
    return bool(CHECKED_WORDS.search(called)) and any(_touches(argument.value, names) for argument in call.args)


def _confirms(region: Region, test: cst.BaseExpression) -> bool:
    for node in descend(test, cst.Call, cst.Name):
        called = dotted_text(node.func) if isinstance(node, cst.Call) else ""
        if isinstance(node, cst.Name):
            values = [binding.value for binding in region.bindings(node) if isinstance(binding.value, cst.Call)]
            inner = [call for value in values for call in descend(value, cst.Call) if isinstance(call, cst.Call)]
            if any(CONFIRMING.search(dotted_text(call.func)) for call in inner):
                return True
        elif CONFIRMING.search(called):
            return True
    return False


def _names_dry_run(test: cst.BaseExpression) -> bool:
    return any(DRY_RUN.search(dotted_text(node).rpartition(".")[2]) for node in descend(test, cst.Name, cst.Attribute))


def _is_told_to(test: cst.BaseExpression, holds: bool) -> bool:
    """Whether a flag says to do it for real: `if not args.apply: return` before, or `if apply:` around."""
    while isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        test, holds = test.expression, not holds
    return holds and bool(TOLD.search(dotted_text(test).rpartition(".")[2]))


def _calls_before(region: Region, action: cst.CSTNode) -> Iterator[cst.Call]:
    limit = region.position(action)
    around = set(region.ancestors(action))
    for call in region.walk(cst.Call):
        if region.position(call) >= limit:
            return
        block = next((one for one in region.ancestors(call) if isinstance(one, (cst.BaseSuite, cst.Module))), None)
        owner = region.parent(block) if block is not None else None
        if block in around or isinstance(owner, (cst.Try, cst.With)):
            yield call


def _proves(region: Region, call: cst.Call, names: Collection[str]) -> bool:
    """Whether a call that ran before raises unless the path is fine, or has made the directory itself."""
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "relative_to" and _touches(call.func.value, names):
        return True
    called = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted_text(call.func)
    if re.match(r"_?(ensure|assert|check|validate|verify|require|guard|confirm)", called) and any(
        _touches(argument.value, names) for argument in call.args
    ):
        return bool(CHECKED_WORDS.search(called)) or called.lstrip("_").startswith(
            ("ensure", "assert", "guard", "confirm", "validate", "check")
        )
    if CONFIRMING.search(dotted_text(call.func)) and any(
        argument.keyword is not None and argument.keyword.value == "abort" for argument in call.args
    ):
        return True
    return _makes(region, call, names)


def _makes(region: Region, call: cst.Call, names: Collection[str]) -> bool:
    exists_ok = any(argument.keyword is not None and argument.keyword.value == "exist_ok" for argument in call.args)
    if exists_ok:
        return False
    if isinstance(call.func, cst.Attribute) and call.func.attr.value == "mkdir" and region.resolve(call.func) != "os.mkdir":
        return _touches(call.func.value, names)
    return region.resolve(call.func) in {"os.mkdir", "os.makedirs"} and bool(call.args) and dotted_text(call.args[0].value) in names
