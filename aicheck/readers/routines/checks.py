"""The assertions of one Python test, and what each demands. Reads pytest's, unittest's and mock's."""

import ast
from collections.abc import Iterator

from aicheck.model.routines import Check
from aicheck.readers.python.local_names import LocalNames, own_nodes
from aicheck.readers.routines.acts import unparse

METHODS = {
    "assertEqual": "equal",
    "assertEquals": "equal",
    "assertListEqual": "equal",
    "assertDictEqual": "equal",
    "assertSetEqual": "equal",
    "assertTupleEqual": "equal",
    "assertSequenceEqual": "equal",
    "assertMultiLineEqual": "equal",
    "assertCountEqual": "equal",
    "assertNotEqual": "unequal",
    "assertIs": "identical",
    "assertIsNot": "unequal",
    "assertIsNone": "identical",
    "assertIsNotNone": "given",
    "assertTrue": "truth",
    "assertFalse": "identical",
    "assertIn": "contains",
    "assertNotIn": "other",
    "assertGreater": "order",
    "assertGreaterEqual": "order",
    "assertLess": "order",
    "assertLessEqual": "order",
    "assertIsInstance": "type",
    "assertAlmostEqual": "close",
    "assertRegex": "matches",
    "assert_called_once_with": "called with",
    "assert_called_with": "called with",
    "assert_has_calls": "called with",
    "assert_awaited_once_with": "called with",
    "assert_any_call": "called with",
    "assert_called_once": "called",
    "assert_called": "called",
    "assert_awaited": "called",
    "assert_awaited_once": "called",
    "assert_array_equal": "equal",
    "assert_frame_equal": "equal",
    "assert_allclose": "close",
    "assert_almost_equal": "close",
}
"""Method or function -> the form of its check."""
OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "equal",
    ast.NotEq: "unequal",
    ast.Is: "identical",
    ast.IsNot: "unequal",
    ast.In: "contains",
    ast.NotIn: "other",
    ast.Gt: "order",
    ast.GtE: "order",
    ast.Lt: "order",
    ast.LtE: "order",
}
CLOSE = frozenset({"pytest.approx", "math.isclose", "numpy.isclose", "numpy.allclose", "torch.allclose", "cmath.isclose"})
MOST_CHECKS = 400


def read_checks(body: list[ast.stmt], names: LocalNames) -> list[Check]:
    """The checks of a test's own statements in source order."""
    found: list[Check] = []
    for node in own_nodes(body):
        if isinstance(node, ast.Assert):
            found.extend(_asserted(node.test, names))
        elif isinstance(node, ast.Call):
            found.extend(_called(node, names))
    return sorted(found[:MOST_CHECKS], key=lambda check: check.line)


def _asserted(test: ast.expr, names: LocalNames) -> Iterator[Check]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for part in test.values:
            yield from _asserted(part, names)
    elif isinstance(test, ast.BoolOp):
        texts = [unparse(part) for part in test.values]
        yield Check("other", texts[0], " or ".join(texts[1:]), 0, test.lineno)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield Check("identical", unparse(test.operand), "False", 0, test.lineno)
    elif isinstance(test, ast.Compare):
        yield _compared(test, names)
    elif isinstance(test, ast.Call):
        yield _judged(test, names)
    else:
        yield Check("truth", unparse(test), "", 0, test.lineno)


def _compared(test: ast.Compare, names: LocalNames) -> Check:  # noqa: PLR0911  one return for each form
    left, right = test.left, test.comparators[0]
    form = OPERATORS.get(type(test.ops[0]), "other") if len(test.ops) == 1 else "order"
    for one, other in ((left, right), (right, left)):
        if form == "equal" and isinstance(one, ast.Call) and names.dotted(one.func) in CLOSE:
            wanted = unparse(one.args[0]) if one.args else ""
            return Check("close", unparse(other), wanted, _tolerance(one), test.lineno)
    if form == "order" and len(test.ops) == 1 and (distance := _distance(left)) is not None:
        return Check("close", *distance, _number(right), test.lineno)
    if form == "contains" and isinstance(right, ast.Tuple | ast.List | ast.Set):
        return Check("one of", unparse(left), unparse(right), 0, test.lineno)
    if form == "contains":
        return Check(form, unparse(right), unparse(left), 0, test.lineno)
    if form == "unequal" and isinstance(right, ast.Constant) and right.value is None:
        return Check("given", unparse(left), "", 0, test.lineno)
    if isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "len" and left.args:
        return Check("length" if form == "equal" else "order", unparse(left.args[0]), unparse(right), 0, test.lineno)
    return Check(form, unparse(left), unparse(right), 0, test.lineno)


def _judged(call: ast.Call, names: LocalNames) -> Check:
    name = names.dotted(call.func)
    arguments = [unparse(argument) for argument in call.args[:2]]
    if name in CLOSE and len(arguments) == 2:
        return Check("close", arguments[0], arguments[1], _tolerance(call), call.lineno)
    if name == "isinstance" and len(arguments) == 2:
        return Check("type", arguments[0], arguments[1], 0, call.lineno)
    return Check("truth", unparse(call), "", 0, call.lineno)


def _called(call: ast.Call, names: LocalNames) -> Iterator[Check]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
    arguments = [unparse(argument) for argument in call.args]
    if name in {"raises", "assertRaises", "assertRaisesRegex"} and arguments:
        match = next((unparse(keyword.value) for keyword in call.keywords if keyword.arg == "match"), "")
        yield Check("raises", arguments[0], "", 0, call.lineno, match or (arguments[1] if name == "assertRaisesRegex" else ""))
    elif name in METHODS and name.startswith("assert_") and isinstance(call.func, ast.Attribute) and METHODS[name].startswith("called"):
        given = ", ".join([*arguments, *(f"{keyword.arg}={unparse(keyword.value)}" for keyword in call.keywords)])
        yield Check(METHODS[name], unparse(call.func.value), given, 0, call.lineno)
    elif name in METHODS and arguments:
        yield _method(name, call, arguments, names)


def _method(name: str, call: ast.Call, arguments: list[str], names: LocalNames) -> Check:  # noqa: PLR0911  one return for each form
    form, first = METHODS[name], call.args[0]
    expected = arguments[1] if len(arguments) > 1 else {"assertIsNone": "None", "assertFalse": "False"}.get(name, "")
    if name == "assertTrue":
        return next(_asserted(first, names))
    if form == "contains" and expected[:1] in {"(", "[", "{"}:
        return Check("one of", arguments[0], expected, 0, call.lineno)
    if form == "contains":
        return Check(form, expected, arguments[0], 0, call.lineno)
    if form == "close":
        return Check(form, arguments[0], expected, _tolerance(call), call.lineno)
    if form == "equal" and isinstance(first, ast.Constant) and len(call.args) > 1:
        return Check(form, expected, arguments[0], 0, call.lineno)
    if form == "equal" and isinstance(first, ast.Call) and isinstance(first.func, ast.Name) and first.func.id == "len" and first.args:
        return Check("length", unparse(first.args[0]), expected, 0, call.lineno)
    return Check(form, arguments[0], expected, 0, call.lineno)


def _tolerance(call: ast.Call) -> float:
    """The loosest of its tolerances; `places=2` counts as 0.005, a relative one as it stands."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if "places" in given or "decimal" in given:
        places = min(max(_number(given.get("places", given.get("decimal"))), -300.0), 300.0)
        return float(0.5 * 10.0**-places)
    names = ("abs", "rel", "abs_tol", "rel_tol", "atol", "rtol", "delta")
    return max((_number(given[name]) for name in names if name in given), default=1e-6)


def _distance(node: ast.expr) -> tuple[str, str] | None:
    """(subject, expected) of `abs(a - b)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "abs" and node.args:
        inner = node.args[0]
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub):
            return unparse(inner.left), unparse(inner.right)
    return None


def _number(node: ast.expr | None) -> float:
    value = node.value if isinstance(node, ast.Constant) else None
    return float(value) if isinstance(value, int | float) and abs(value) < 1e300 else 0.0
