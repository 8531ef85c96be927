"""What a Python expression of literals comes to: `60 * 60`, `timedelta(minutes=5)`, `int(os.getenv("TIMEOUT", "30"))`."""

import ast
from fractions import Fraction

from aicheck.readers.constants.folding import NOTHING, UNLIMITED, Duration, Folded, as_number, calculate, negated
from aicheck.readers.constants.texts import SECONDS, is_amount

MAX_TERMS = 50
"""Operators on top of each other; more are no amount that anyone meant."""
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.LShift: "<<",
}
NUMBERS = frozenset({"Decimal", "Fraction", "float", "int"})
TEXTS = frozenset({"SecretStr", "bool", "dedent", "str"})
"""Calls that leave the value of their one argument as it is."""
ENVIRONMENTS = frozenset({"config", "env", "environ", "getenv", "os"})
"""The names from which a value of the environment is asked: `os.environ.get`, `os.getenv`, `env.int`, `config`."""
TIMEDELTA = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")
"""Its parameters in order."""


def fold(node: ast.expr, depth: int = 0) -> Folded | None:  # noqa: PLR0911  one for each kind of expression
    """The value of a literal, a calculation with literals, or a value of the environment's default; None for anything else."""
    kind = type(node)
    if kind is ast.Constant:
        return _constant(node.value)  # type: ignore[attr-defined]
    if depth > MAX_TERMS:
        return None
    if isinstance(node, ast.BinOp):
        operator = OPERATORS.get(type(node.op))
        left = fold(node.left, depth + 1) if operator else None
        right = fold(node.right, depth + 1) if left is not None else None
        return calculate(left, operator, right) if operator and left is not None and right is not None else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = fold(node.operand, depth + 1)
        return inner if inner is None or isinstance(node.op, ast.UAdd) else negated(inner)
    if isinstance(node, ast.Call):
        return _call(node, depth)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or) and len(node.values) == 2 and environment_name(node.values[0]):
        return fold(node.values[1], depth + 1)
    return UNLIMITED if kind is ast.Attribute and node.attr == "inf" else None  # type: ignore[attr-defined]


def environment_name(node: ast.expr) -> str:
    """`X` of `os.environ.get("X", "5")`, `env.int("X", 5)`, `config("X", default=5)`, `os.environ["X"]`; else empty."""
    if isinstance(node, ast.Call) and node.args:
        func, first = node.func, node.args[0]
    elif isinstance(node, ast.Subscript):
        func, first = node.value, node.slice
    else:
        return ""
    root = func
    for _ in range(2):
        if isinstance(root, ast.Attribute):
            root = root.value
    is_asked = isinstance(root, ast.Name) and root.id in ENVIRONMENTS and (root.id != "os" or _last(func) in {"get", "getenv", "environ"})
    return first.value if is_asked and isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def default_of(node: ast.Call) -> ast.expr | None:
    """What is given as the default of a value of the environment; None when nothing is."""
    given = [keyword.value for keyword in node.keywords if keyword.arg == "default"] or node.args[1:2]
    return given[0] if given else None


def _constant(value: object) -> Folded | None:
    if value is None:
        return NOTHING
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int | float):
        return value if is_amount(value) else None
    return value.decode(errors="replace") if isinstance(value, bytes) else None


def _call(node: ast.Call, depth: int) -> Folded | None:
    name = _last(node.func)
    if name == "timedelta":
        return _timedelta(node, depth)
    if name == "total_seconds" and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
        inner = fold(node.func.value, depth + 1)
        return float(inner.seconds) if isinstance(inner, Duration) else None
    if len(node.args) == 1 and not node.keywords:
        if name in NUMBERS or name in TEXTS:
            inner = fold(node.args[0], depth + 1)
            return as_number(inner) if inner is not None and name in NUMBERS else inner
        if name.rstrip("s") in SECONDS and isinstance(node.func, ast.Attribute) and _last(node.func.value) == "Duration":
            number = fold(node.args[0], depth + 1)
            return calculate(Duration(SECONDS[name.rstrip("s")]), "*", number) if number is not None else None
    return _default(node, depth) if environment_name(node) else None


def _default(node: ast.Call, depth: int) -> Folded | None:
    """The value that stands in where the environment has none."""
    given = default_of(node)
    value = fold(given, depth + 1) if given is not None else None
    casts = [keyword.value for keyword in node.keywords if keyword.arg == "cast"]
    if value is not None and (_last(node.func) in {"int", "float"} or any(_last(cast) in NUMBERS for cast in casts)):
        return as_number(value) if value is not NOTHING else value
    return value


def _timedelta(node: ast.Call, depth: int) -> Folded | None:
    given = [*zip(TIMEDELTA, node.args, strict=False), *((keyword.arg or "", keyword.value) for keyword in node.keywords)]
    total: Folded | None = Duration(Fraction(0))
    for unit, value in given:
        number = fold(value, depth + 1) if unit in TIMEDELTA else None
        part = calculate(Duration(SECONDS[unit.rstrip("s")]), "*", number) if number is not None else None
        total = calculate(total, "+", part) if total is not None and part is not None else None
    return total


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
