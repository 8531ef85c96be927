"""Templates made readable before they are rendered: what a template engine fills in is hidden in its own length.

Known are Go and Helm (`{{ }}`), Jinja (`{{ }}`, `{% %}`, `{# #}`) and ERB (`<%= %>`, `<% %>`). An expression becomes a
word of characters that no file holds, so every offset stays right; `restore` puts the source back into what was read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

START, PAD = "\ue000", "\ue001"
"""Of the Unicode private use area: the first character of a stand-in and what fills it up to its length."""
_FIRST_DIGIT, _BASE = 0xE002, 6_000
MAX_BLOCKS = 20_000
MAX_LENGTH = 4_000
"""Of one expression, in code points; what is longer is taken for plain text."""
STAND_IN = regex(f"{START}([\ue002-\uf8ff])([\ue002-\uf8ff]){PAD}*")
_OPEN = regex(r"\$?\{\{|\{%|\{#|<%(?!%)")
_COMMENT = regex(r"\{\{-?\s*/\*")
_EXPRESSION_PART = regex(r"""\\.|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\{\{|\}\}""", re.DOTALL)
"""Where an expression may end, and what may hold braces that mean nothing."""
_CONTROL = regex(
    r"\{[%#]|<%(?![=\-]*=)|\{\{-?\s*(?:/\*|(?:if|else|end|with|define|block|break|continue)\b(?!\s*[|.(])|range\s|\$\w+\s*:?=)"
)
_BRACES = ("{{", "}}")
_MARKS = ("{{", "{%", "{#", "<%")


@dataclass(frozen=True, slots=True)
class Template:
    """A text whose expressions are hidden."""

    text: str
    """As long as the source; each expression is one stand-in, line breaks inside it included."""
    blocks: tuple[str, ...]
    """The source of the expressions, in file order."""

    def restore(self, text: str) -> str:
        """A piece of the hidden text with its expressions as they stand in the source."""
        return STAND_IN.sub(self.source_of, text) if START in text else text

    def is_expression(self, text: str) -> bool:
        """Whether a value of the hidden text is what a run makes of it: nothing but expressions, or one line under a condition."""
        found = list(STAND_IN.finditer(text))
        is_line = "\n" not in text.strip()
        return bool(found) and (not STAND_IN.sub("", text).strip() or (is_line and any(self.is_control(one) for one in found)))

    def is_control(self, found: re.Match[str]) -> bool:
        """Whether a stand-in is a condition, a loop, an assignment or a remark, which writes nothing itself."""
        return _CONTROL.match(self.source_of(found)) is not None

    def source_of(self, found: re.Match[str]) -> str:
        """The source of what a stand-in hides."""
        number = (ord(found[1]) - _FIRST_DIGIT) * _BASE + ord(found[2]) - _FIRST_DIGIT
        return self.blocks[number] if number < len(self.blocks) else found[0]


def is_template(text: str) -> bool:
    """Whether a mark of a template engine stands in the text."""
    return any(mark in text for mark in _MARKS)


def hide(text: str) -> Template:
    """The text with its expressions hidden. Raises Unreadable for one made to be confused with a hidden one."""
    if START in text:
        raise Unreadable("a template that holds characters for private use")
    blocks: list[str] = []
    parts: list[str] = []
    end = 0
    for start, stop in _find_blocks(text):
        high, low = divmod(len(blocks), _BASE)
        blocks.append(text[start:stop])
        parts += [text[end:start], START, chr(_FIRST_DIGIT + high), chr(_FIRST_DIGIT + low), PAD * (stop - start - 3)]
        end = stop
    return Template("".join((*parts, text[end:])), tuple(blocks))


def _find_blocks(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for _ in range(MAX_BLOCKS):
        found = _OPEN.search(text, position)
        if found is None:
            return
        end = _end_of(text, found)
        if end:
            yield found.start(), end
        position = end or found.end()
    raise Unreadable(f"more than {MAX_BLOCKS:,} template expressions")


def _end_of(text: str, opening: re.Match[str]) -> int:
    """Where a block ends; 0 when it does not."""
    start, limit = opening.end(), min(len(text), opening.start() + MAX_LENGTH)
    if opening[0].endswith("{{") and not _COMMENT.match(text, opening.start()):
        found = next((part for part in _EXPRESSION_PART.finditer(text, start, limit) if part[0] in _BRACES), None)
        return found.end() if found is not None and found[0] == "}}" else 0
    if opening[0].endswith("{{"):
        start = text.find("*/", start, limit)
        if start < 0:
            return 0
    closing = {"{%": "%}", "{#": "#}", "<%": "%>"}.get(opening[0], "}}")
    end = text.find(closing, start, limit)
    return end + 2 if end >= 0 else 0
