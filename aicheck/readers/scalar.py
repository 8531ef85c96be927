"""Values of formats that have no types of their own (INI, .env, HCL-like directives), typed as YAML would."""

import re

from aicheck.model.facts import Scalar
from aicheck.model.location import Span
from aicheck.readers.tree import Leaf
from aicheck.regex import regex

TRUE = frozenset({"true", "yes", "on"})
FALSE = frozenset({"false", "no", "off"})
_NUMBER = regex(r"[+-]?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?", re.ASCII)


def read_scalar(text: str, span: Span) -> Leaf:
    """A bare or quoted value: one in quotes is a string, a bare one a number, a boolean (`true` or `false`) or a string."""
    inner = unquoted(text)
    if inner != text:
        return Leaf(inner, "string", span)
    word = text.lower()
    if word in TRUE or word in FALSE:
        return Leaf("true" if word in TRUE else "false", "boolean", span)
    kind: Scalar = "number" if _NUMBER.fullmatch(text) else "string"
    return Leaf(text, kind, span)


def unquoted(text: str) -> str:
    """The text without a pair of quotes around the whole of it."""
    is_quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'" and text[0] not in text[1:-1].replace("\\" + text[0], "")
    return text[1:-1].replace("\\" + text[0], text[0]) if is_quoted else text
