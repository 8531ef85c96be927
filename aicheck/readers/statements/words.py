"""Words of SQL: names without quotes, parts between commas, what stands for a value that only a run knows."""

import re

from aicheck.model.facts import Statement
from aicheck.regex import regex

Shape = Statement
"""A statement as far as its text tells: no place, no symbol."""
_QUOTES = regex(r"[\"`\[\]]")
_NESTED = regex(r"'(?:[^'\\]++|''|\\.)*+(?:'|\Z)|[(),]", re.DOTALL)
_UNKNOWN = regex(r"\bxpar(\d+)x\b")


class Unknowns:
    """What only a run knows, hidden under names that any reader of SQL takes for identifiers."""

    def __init__(self) -> None:
        self._sources: list[str] = []

    def add(self, source: str) -> str:
        """The name that stands for an expression with this source."""
        self._sources.append(" ".join(source.split())[:80])
        return f"xpar{len(self._sources) - 1}x"

    def restore(self, text: str) -> str:
        """The text with `{source}` for each hidden expression."""
        return _UNKNOWN.sub(lambda found: f"{{{self._sources[int(found[1])]}}}" if int(found[1]) < len(self._sources) else found[0], text)


def is_unknown(name: str) -> bool:
    """Whether a name stands for, or holds, what only a run knows."""
    return _UNKNOWN.search(name) is not None


def unquoted(name: str) -> str:
    """A dotted name without its quotes."""
    return _QUOTES.sub("", name).strip()


def split_top(text: str) -> list[str]:
    """The parts between the commas outside of parentheses and quotes; at most 500."""
    parts, depth, begin = [], 0, 0
    for found in _NESTED.finditer(text):
        if found[0] == "(":
            depth += 1
        elif found[0] == ")":
            depth -= 1
        elif found[0] == "," and depth <= 0:
            parts.append(text[begin : found.start()])
            begin = found.end()
            if len(parts) >= 500:
                return parts
    return [*parts, text[begin:]]
