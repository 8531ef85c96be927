"""What people say in a pull request's text about the use of AI: ticked boxes and sections with such a heading.

Statements count only where a form asks for them; a word in prose says nothing.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from aicheck.provenance.message import LINE_LIMIT, visible_lines
from aicheck.regex import regex

Stance = Literal["used", "denied"]

_TICKED = regex(r"\s{0,12}(?:[-*+]|\d{1,3}[.)])\s{1,8}\[[xX]\]\s{1,8}(\S.*)", re.DOTALL)
_HEADING = regex(r"\s{0,3}(?:#{1,6}\s{1,4}(.*)|\*\*([^*]{1,120})\*\*:?\s*(.*)|__([^_]{1,120})__:?\s*(.*))", re.DOTALL)
_ABOUT_AI = regex(
    r"\b(?:ai|a\.i|llms?|genai|generative|copilot|claude|chatgpt|codex|gemini|coding (?:agents?|assistants?))\b", re.IGNORECASE
)
_ASKS = regex(r"\b(?:disclosures?|usage|use[ds]?|assist\w*|tools?|generated|involvement|contribution|statement)\b", re.IGNORECASE)
_USED = regex(
    r"\b(?:us(?:e[ds]?|ing)|generated|assisted|assistance|written|authored|created|produced|wrote|helped|made|primarily|partly)\b",
    re.IGNORECASE,
)
_RULES = regex(r"\b(?:polic(?:y|ies)|guidelines?|rules|terms|code of conduct)\b", re.IGNORECASE)
_DENIES = regex(
    r"\b(?:no|not|none|never|without|nothing|neither|nor|n/?a|false|manually|by hand|human only)\b|n['\u2019]t\b", re.IGNORECASE
)
_AFFIRMS = regex(r"\s*(?:yes|y|true)\b", re.IGNORECASE)


class Statement(msgspec.Struct, frozen=True):
    """One statement."""

    line: int
    """1-based line of the text."""
    text: str
    stance: Stance
    form: Literal["box", "section"]


def read_disclosures(body: str) -> tuple[Statement, ...]:
    """The statements of a pull request's text in their order. Comments, code and unticked boxes say nothing."""
    lines = [(number, line[:LINE_LIMIT]) for number, line in visible_lines(body)]
    found = [*_boxes(lines), *_sections(lines)]
    return tuple(sorted(found, key=lambda one: one.line))


def _boxes(lines: Iterable[tuple[int, str]]) -> Iterator[Statement]:
    for number, line in lines:
        box = _TICKED.match(line)
        if box and _ABOUT_AI.search(box[1]) and _USED.search(box[1]) and not _RULES.search(box[1]):
            yield Statement(number, box[1].strip(), "denied" if _DENIES.search(box[1]) else "used", "box")


def _sections(lines: Iterable[tuple[int, str]]) -> Iterator[Statement]:
    """The first line of text below each heading that asks about AI; boxes below it speak for themselves."""
    asked = False
    for number, line in lines:
        heading = _HEADING.match(line)
        if heading:
            title = heading[1] or heading[2] or heading[4] or ""
            rest = (heading[3] or heading[5] or "").strip()
            asked = bool(_ABOUT_AI.search(title) and _ASKS.search(title))
            if not asked or not rest:
                continue
            line = rest  # noqa: PLW2901  the answer stands beside the question
        if not asked or not line.strip() or "[ ]" in line or _TICKED.match(line):
            continue
        asked = False
        if _DENIES.search(line):
            yield Statement(number, line.strip(), "denied", "section")
        elif _AFFIRMS.match(line) or _ABOUT_AI.search(line) or _USED.search(line):
            yield Statement(number, line.strip(), "used", "section")
