"""What an expression of literals comes to, for readers of several languages: numbers, texts, lengths of time.

Calculates with bounded numbers only; nothing here can take long or fail.
"""

from fractions import Fraction

import msgspec

from aicheck.model.facts import Scalar
from aicheck.readers.constants.texts import LARGEST, MAX_TEXT, duration_text, is_amount, number_text, string_text

MAX_SHIFT = 64


class Duration(msgspec.Struct, frozen=True):
    """A length of time."""

    seconds: Fraction


class Unlimited(msgspec.Struct, frozen=True):
    """A number larger than every other."""


class Nothing(msgspec.Struct, frozen=True):
    """None, null, nil, undefined."""


Number = int | float
Folded = Number | str | Duration | Unlimited | Nothing
"""`bool` counts as `int` for Python's types; it is never calculated with."""
UNLIMITED, NOTHING = Unlimited(), Nothing()


def written(value: Folded) -> tuple[str, Scalar]:
    """The text and type of a setting that has this value."""
    if isinstance(value, str):
        return string_text(value), "string"
    if isinstance(value, bool):
        return ("true" if value else "false"), "boolean"
    if isinstance(value, Duration):
        return duration_text(value.seconds), "string"
    if isinstance(value, Nothing):
        return "", "null"
    return ("infinity" if isinstance(value, Unlimited) else number_text(value)), "number"


def calculate(left: Folded, operator: str, right: Folded) -> Folded | None:
    """The result of `left operator right`; None when it is no sensible amount."""
    if isinstance(left, str) and isinstance(right, str):
        return left + right if operator == "+" and len(left) + len(right) <= 2 * MAX_TEXT else None
    if isinstance(left, Duration) or isinstance(right, Duration):
        return _calculate_duration(left, operator, right)
    if not (_is_number(left) and _is_number(right)):
        return None
    try:
        result = _calculate(left, operator, right)  # type: ignore[arg-type]
    except (ArithmeticError, ValueError):
        return None
    return result if result is not None and is_amount(result) else None


def negated(value: Folded) -> Folded | None:
    """Minus the value."""
    if isinstance(value, Duration):
        return Duration(-value.seconds)
    return -value if _is_number(value) else None  # type: ignore[operator]


def as_number(value: Folded) -> Folded | None:
    """What a conversion to a number makes of it (`int("5")`); None when that cannot be told."""
    if isinstance(value, Duration | Unlimited) or _is_number(value):
        return value
    if not isinstance(value, str) or len(value) > 30 or not value.isascii():
        return None
    text = value.strip().lower().replace("_", "")
    if text.lstrip("+-") in {"inf", "infinity"}:
        return UNLIMITED
    try:
        number = int(text) if text.lstrip("+-").isdigit() else float(text)
    except ValueError:
        return None
    return number if is_amount(number) else None


def _is_number(value: Folded) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _calculate(left: Number, operator: str, right: Number) -> Number | None:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if operator in {"/", "//"}:
        quotient = left / right if operator == "/" else left // right
        return int(quotient) if abs(quotient) < LARGEST and quotient == int(quotient) else quotient
    if operator == "<<" and isinstance(left, int) and isinstance(right, int) and 0 <= right <= MAX_SHIFT:
        return left << right
    return None


def _calculate_duration(left: Folded, operator: str, right: Folded) -> Folded | None:
    if isinstance(left, Duration) and isinstance(right, Duration) and operator in {"+", "-"}:
        return Duration(left.seconds + right.seconds if operator == "+" else left.seconds - right.seconds)
    if operator == "*" and isinstance(left, Duration):
        left, right = right, left
    if operator == "*" and isinstance(right, Duration) and _is_number(left):
        return _bounded(Fraction(left) * right.seconds)  # type: ignore[arg-type]
    if operator == "/" and isinstance(left, Duration) and _is_number(right) and right:
        return _bounded(left.seconds / Fraction(right))  # type: ignore[arg-type]
    return None


def _bounded(seconds: Fraction) -> Duration | None:
    return Duration(seconds) if is_amount(seconds) and seconds.denominator <= LARGEST else None
