"""Small edits of Python that a rule offers where another engine only marked a place. Looks at marks and brackets; parses nothing."""

import re
from collections.abc import Sequence

from aicheck.model.fix import Edit, Fix
from aicheck.model.location import Span
from aicheck.regex import regex

TOKEN = regex(
    r"""(?s:\'\'\'.*?\'\'\'|\"\"\".*?\"\"\")|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[()\[\]{}]|\s+|[^\s()\[\]{}'"#]+|."""
)
LONGEST_CALL = 200
"""Lines."""


def replace_words(lines: Sequence[str], span: Span, words: tuple[str, str]) -> Fix | None:
    """The marked text in other words; None where it is not what `words` expects."""
    pattern, text = words
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    found = re.fullmatch(pattern, line[span.column - 1 : span.end_column - 1]) if pattern and span.line == span.end_line else None
    if found is None:
        return None
    new = found.expand(text)
    return Fix(f"Write {new} here", (Edit(span, new),), safe=False)


def add_argument(lines: Sequence[str], span: Span, argument: str) -> Fix | None:
    """A last argument for the call whose function (or whole) is marked; None where its brackets do not show or it unpacks others."""
    if not argument:
        return None
    rest = "\n".join(lines[span.line - 1 : span.line - 1 + LONGEST_CALL])[span.column - 1 :]
    end = _closing(rest)
    if end is None:
        return None
    inner = rest[:end].rstrip()
    if "**" in inner or inner.rsplit("\n", 1)[-1].lstrip().startswith("#"):
        return None
    at = span.line + inner.count("\n")
    column = len(inner) - (inner.rfind("\n") + 1) + (span.column if "\n" not in inner else 1)
    text = argument if inner.endswith("(") else f" {argument}" if inner.endswith(",") else f", {argument}"
    return Fix(f"Add {argument}", (Edit(Span(at, column, at, column), text),), safe=False)


def _closing(text: str) -> int | None:
    """The offset of the bracket that closes the first one that opens."""
    depth = 0
    for found in TOKEN.finditer(text):
        if found[0] in {"(", "[", "{"}:
            depth += 1
        elif found[0] in {")", "]", "}"}:
            depth -= 1
            if depth <= 0:
                return found.start() if depth == 0 and found[0] == ")" else None
    return None
