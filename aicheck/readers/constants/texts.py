"""How the parts of a setting are written: numbers in one way, expressions without layout, names short."""

import re
from decimal import Decimal
from fractions import Fraction

from aicheck.readers.tree import plain_text
from aicheck.regex import regex

MAX_EXPRESSION = 200
"""Characters of an expression that are kept."""
MAX_TEXT = 2_000
"""Characters of a string that are kept."""
MAX_NAME = 80
"""Characters of a string that may name what it is given to (`Instance main`)."""
LARGEST = 10**30
"""A number beyond it is no amount that anyone meant."""
SECONDS = {
    "nanosecond": Fraction(1, 10**9),
    "microsecond": Fraction(1, 10**6),
    "millisecond": Fraction(1, 1000),
    "second": Fraction(1),
    "minute": Fraction(60),
    "hour": Fraction(3600),
    "day": Fraction(86400),
    "week": Fraction(604800),
}
"""Unit in the singular -> seconds."""

_STRINGS = r"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'"
_PYTHON_GAP = r"(?:\s|\\\n|#[^\n]*+)"
_SCRIPT_GAP = r"(?:\s|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)"
PYTHON_LAYOUT = regex(rf"({_STRINGS})|,{_PYTHON_GAP}*+(?=[)\]}}])|(,){_PYTHON_GAP}*+|({_PYTHON_GAP}++)")
SCRIPT_LAYOUT = regex(rf"({_STRINGS}|`(?:[^`\\]|\\.)*+`)|,{_SCRIPT_GAP}*+(?=[)\]}}])|(,){_SCRIPT_GAP}*+|({_SCRIPT_GAP}++)", re.DOTALL)
"""Texts (kept, in double quotes), trailing commas, commas, and stretches of white space and comments."""
_BEFORE_GAP, _AFTER_GAP = regex(r"[\w\"'$)\]}]"), regex(r"[\w\"'$]")
"""Between these a gap stays a space: `a if b`."""


def number_text(number: Fraction | float) -> str:
    """The number in decimal digits without exponent or needless zeros; at most nine digits after the point of a fraction."""
    if isinstance(number, int):
        return str(number)
    text = f"{Decimal(repr(number)):f}" if isinstance(number, float) else f"{Decimal(number.numerator) / Decimal(number.denominator):.9f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def duration_text(seconds: Fraction) -> str:
    """`300s`."""
    return f"{number_text(seconds)}s"


def is_amount(number: float | Fraction) -> bool:
    """Whether the number is finite and of a size to calculate with."""
    return -LARGEST <= number <= LARGEST


def string_text(text: str) -> str:
    """The text as a setting keeps it: encodable, cut."""
    return plain_text(text[:MAX_TEXT])


def is_name(text: str) -> bool:
    """Whether a string argument is short and plain enough to name what it is given to."""
    return 0 < len(text) <= MAX_NAME and text.isprintable() and " " not in text


def expression_text(text: str, layout: re.Pattern[str] = PYTHON_LAYOUT) -> str:
    """The source of an expression in one layout and quoting, cut."""
    if not text.isidentifier():
        text = layout.sub(_plain, text)
    return plain_text(text[:MAX_EXPRESSION].strip())


def _plain(found: re.Match[str]) -> str:
    string, comma, gap = found.groups()
    if string:
        return f'"{string[1:-1]}"' if string[0] == "'" and not set('"\\') & set(string) else string
    if comma:
        return ", "
    before, after = found.string[found.start() - 1 : found.start()], found.string[found.end() : found.end() + 1]
    return " " if gap and _BEFORE_GAP.match(before) and _AFTER_GAP.match(after) else ""
