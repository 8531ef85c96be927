"""What a JavaScript or TypeScript expression of literals comes to: `60 * 1000`, `process.env.PORT || "80"`, `Number(...)`."""

import re

from tree_sitter import Node

from aicheck.readers.constants.folding import NOTHING, UNLIMITED, Duration, Folded, as_number, calculate, negated
from aicheck.readers.constants.syntax_nodes import dotted, unwrapped
from aicheck.readers.constants.texts import MAX_TEXT, SECONDS, is_amount
from aicheck.readers.syntax_tree import text_of
from aicheck.regex import regex

MAX_TERMS = 50
"""Operators on top of each other."""
CONSTANTS: dict[str, Folded] = {"true": True, "false": False, "null": NOTHING, "undefined": NOTHING}
UNLIMITED_NAMES = frozenset({"Infinity", "Number.POSITIVE_INFINITY"})
CONVERSIONS = frozenset({"BigInt", "Number", "Number.parseFloat", "Number.parseInt", "parseFloat", "parseInt"})
ENVIRONMENTS = ("process.env.", "import.meta.env.", "Bun.env.", "env.", "Deno.env.get")
LONGEST_NUMBER = 40
"""Characters of a number."""
_ESCAPE = regex(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_LITERALS = frozenset({"false", "null", "number", "string", "template_string", "true", "undefined"})
_FOLDABLE = frozenset({"binary_expression", "call_expression", "identifier", "member_expression", "unary_expression"})


def fold(node: Node, depth: int = 0) -> Folded | None:
    """The value of a literal, a calculation with literals, or a value of the environment's default; None for anything else."""
    node = unwrapped(node)
    kind = node.type
    if kind in _LITERALS:
        return _literal(node, kind)
    if kind not in _FOLDABLE or depth > MAX_TERMS:
        return None
    if kind == "binary_expression":
        return _binary(node, depth)
    if kind == "unary_expression":
        argument, sign = node.child_by_field_name("argument"), text_of(node.child_by_field_name("operator"))
        inner = fold(argument, depth + 1) if argument is not None and sign in {"-", "+"} else None
        return negated(inner) if inner is not None and sign == "-" else inner
    if kind == "call_expression":
        return _call(node, depth)
    return UNLIMITED if node.end_byte - node.start_byte < LONGEST_NUMBER and text_of(node) in UNLIMITED_NAMES else None


def string_of(node: Node) -> str | None:
    """The text of a string literal; None for other nodes and for templates with parts to fill in."""
    node = unwrapped(node)
    if node.type == "template_string" and any(child.type == "template_substitution" for child in node.named_children):
        return None
    if node.type not in {"string", "template_string"}:
        return None
    text = text_of(node)[1:-1][: 2 * MAX_TEXT]
    return _ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _literal(node: Node, kind: str) -> Folded | None:
    if kind in CONSTANTS:
        return CONSTANTS[kind]
    return _number(node) if kind == "number" else string_of(node)


def _number(node: Node) -> Folded | None:
    if node.end_byte - node.start_byte > LONGEST_NUMBER:
        return None
    text = text_of(node).replace("_", "").rstrip("n").lower()
    try:
        number = int(text, 0) if text[:2] in {"0x", "0o", "0b"} or text == "0" else float(text)
    except ValueError:
        return None
    if not is_amount(number):
        return None
    return int(text) if text.isdigit() else number


def _binary(node: Node, depth: int) -> Folded | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = text_of(node.child_by_field_name("operator"))
    if left is None or right is None:
        return None
    if operator in {"||", "??"}:
        return fold(right, depth + 1) if environment_name(left) else None
    value = fold(left, depth + 1)
    other = fold(right, depth + 1) if value is not None else None
    return calculate(value, operator, other) if value is not None and other is not None else None


def environment_name(node: Node) -> str:
    """`X` of `process.env.X`; else empty."""
    node = unwrapped(node)
    if node.type == "subscript_expression":
        index = node.child_by_field_name("index")
        name = string_of(index) if index is not None else None
        return name or "" if dotted(node.child_by_field_name("object")) + "." in ENVIRONMENTS else ""
    if node.type not in {"call_expression", "member_expression"}:
        return ""
    name = dotted(node)
    return name.rpartition(".")[2] if name.startswith(ENVIRONMENTS) else ""


def _call(node: Node, depth: int) -> Folded | None:
    arguments, function = node.child_by_field_name("arguments"), node.child_by_field_name("function")
    if arguments is None or function is None or not 1 <= arguments.named_child_count <= 2:
        return None
    callee, given = dotted(function), arguments.named_children
    if callee in CONVERSIONS:
        value = fold(given[0], depth + 1)
        return as_number(value) if value is not None else None
    owner, _, unit = callee.rpartition(".")
    if unit.rstrip("s") in {"milli", *SECONDS} and owner.rpartition(".")[2] == "Duration" and len(given) == 1:
        amount = fold(given[0], depth + 1)
        seconds = SECONDS["millisecond" if unit == "millis" else unit.rstrip("s")] if unit != "milli" else None
        return calculate(Duration(seconds), "*", amount) if seconds is not None and amount is not None else None
    return None


def _unescaped(found: re.Match[str]) -> str:
    digits = found[1] or found[2] or found[3]
    if digits:
        code = int(digits, 16)
        return chr(code) if code < 0x110000 else "\ufffd"
    return _PLAIN_ESCAPES.get(found[4], found[4])
