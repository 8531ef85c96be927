"""What a Go expression of literals comes to: `30 * time.Second`, `10 << 20`, `int64(5)`, `ptr.To(3)`, `resource.MustParse("1Gi")`."""

import json

from tree_sitter import Node

from aicheck.readers.constants.folding import NOTHING, UNLIMITED, Duration, Folded, calculate, negated
from aicheck.readers.constants.syntax_nodes import dotted, last_name, unwrapped
from aicheck.readers.constants.texts import MAX_TEXT, SECONDS, is_amount
from aicheck.readers.syntax_tree import text_of

MAX_TERMS = 50
"""Operators on top of each other."""
LONGEST_NUMBER = 40
"""Characters of a number."""
LARGEST_VALUES = frozenset({"math.MaxInt", "math.MaxInt32", "math.MaxInt64", "math.MaxUint32"})
CONVERSIONS = frozenset(
    {
        "Bool",
        "BoolPtr",
        "Duration",
        "Float64",
        "Int",
        "Int32",
        "Int32Ptr",
        "Int64",
        "MustParse",
        "Of",
        "Ptr",
        "String",
        "StringPtr",
        "To",
        "ToPtr",
        "float64",
        "int",
        "int32",
        "int64",
        "string",
        "uint",
        "uint32",
        "uint64",
    }
)
"""Last names of calls that leave the value of their one argument as it is."""
_UNITS = {f"time.{unit.capitalize()}": seconds for unit, seconds in SECONDS.items()}
_CONSTANTS: dict[str, Folded] = {"true": True, "false": False, "nil": NOTHING}
_STRINGS = frozenset({"interpreted_string_literal", "raw_string_literal"})
_FOLDABLE = frozenset({"binary_expression", "call_expression", "selector_expression", "unary_expression"})


def fold(node: Node, depth: int = 0) -> Folded | None:  # noqa: PLR0911  one for each kind of expression
    """The value of a literal or of a calculation with literals; None for anything else."""
    node = unwrapped(node)
    kind = node.type
    if kind in _CONSTANTS:
        return _CONSTANTS[kind]
    if kind in {"int_literal", "float_literal"}:
        return _number(node)
    if kind in _STRINGS:
        return string_of(node)
    if kind not in _FOLDABLE or depth > MAX_TERMS:
        return None
    if kind == "binary_expression":
        return _binary(node, depth)
    if kind == "unary_expression":
        operand = node.child_by_field_name("operand")
        inner = fold(operand, depth + 1) if operand is not None and text_of(node.child_by_field_name("operator")) == "-" else None
        return negated(inner) if inner is not None else None
    if kind == "call_expression":
        return _call(node, depth)
    name = text_of(node) if node.end_byte - node.start_byte < LONGEST_NUMBER else ""
    return UNLIMITED if name in LARGEST_VALUES else Duration(_UNITS[name]) if name in _UNITS else None


def string_of(node: Node) -> str | None:
    """The text of a string literal; None for other nodes."""
    if node.type not in _STRINGS:
        return None
    text = text_of(node)
    if node.type == "raw_string_literal" or "\\" not in text:
        return text[1:-1][: 2 * MAX_TEXT]
    try:
        return str(json.loads(text, strict=False))[: 2 * MAX_TEXT]
    except (ValueError, RecursionError):  # an escape that JSON does not know
        return text[1:-1][: 2 * MAX_TEXT]


def _number(node: Node) -> Folded | None:
    if node.end_byte - node.start_byte > LONGEST_NUMBER:
        return None
    text = text_of(node).replace("_", "").lower()
    try:
        if node.type == "float_literal":
            number: int | float = float.fromhex(text) if text.startswith("0x") else float(text)
        else:
            is_old_octal = text.startswith("0") and text.isdigit()
            number = int(text, 8) if is_old_octal else int(text, 0)
    except (ArithmeticError, ValueError):
        return None
    return number if is_amount(number) else None


def _binary(node: Node, depth: int) -> Folded | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    value = fold(left, depth + 1) if left is not None else None
    other = fold(right, depth + 1) if value is not None and right is not None else None
    if value is None or other is None:
        return None
    operator = text_of(node.child_by_field_name("operator"))
    return calculate(value, "//" if operator == "/" and isinstance(value, int) and isinstance(other, int) else operator, other)


def _call(node: Node, depth: int) -> Folded | None:
    arguments = node.child_by_field_name("arguments")
    if arguments is None or arguments.named_child_count != 1 or last_name(dotted(node.child_by_field_name("function"))) not in CONVERSIONS:
        return None
    return fold(arguments.named_children[0], depth + 1)
