"""Pieces of text that stand in a larger one: what was left out of them, and where their characters stand."""

import re
from bisect import bisect_right
from collections.abc import Iterable

import msgspec

from aicheck.regex import regex

IN_QUOTES = regex(r"\\(?:([\"\\$`])|\n)")
"""Escapes between double quotes (POSIX.1-2024, XCU 2.2.3)."""
IN_HEREDOC = regex(r"\\(?:([\\$`])|\n)")
OUTSIDE_QUOTES = regex(r"\\(?:([^\n])|\n)")
LINE_ENDS = regex(r"\r(\n)")


class Stretch(msgspec.Struct, frozen=True):
    """A text that stands in a larger one letter by letter, but for characters left out."""

    text: str
    start: int = -1
    """Offset in the larger text, in code points; -1 when the text stands nowhere as it is."""
    gaps: tuple[int, ...] = ()
    """Ascending offsets in `text`; in front of each of them one character of the larger text is left out."""

    def outside(self, offset: int) -> int:
        """Where in the larger text the character at an offset stands."""
        return self.start + offset + bisect_right(self.gaps, offset)


def leave_out(text: str, start: int, pattern: re.Pattern[str]) -> Stretch:
    """The text with only group 1 of each match left of it."""
    parts, gaps, at, length = list[str](), list[int](), 0, 0
    for found in pattern.finditer(text):
        kept = found[1] or ""
        parts += (text[at : found.start()], kept)
        length += found.start() - at
        gaps += [length] * (len(found[0]) - len(kept))
        length += len(kept)
        at = found.end()
    return Stretch("".join([*parts, text[at:]]), start, tuple(gaps) if start >= 0 else ())


def join(stretches: Iterable[Stretch]) -> Stretch:
    """Neighbours as one; what stands between them in the larger text (quotes) counts as left out."""
    found = list(stretches)
    if len(found) == 1:
        return found[0]
    text = "".join(one.text for one in found)
    if not found or any(one.start < 0 for one in found):
        return Stretch(text)
    gaps, length, end = list[int](), 0, found[0].start
    for one in found:
        gaps += [length] * (one.start - end)
        gaps += [length + gap for gap in one.gaps]
        length += len(one.text)
        end = one.start + len(one.text) + len(one.gaps)
    return Stretch(text, found[0].start, tuple(gaps))
