"""Edits that put back what a change took away or replaced, taken from the difference of both sides and from nothing else.

One analysis serves every rule that can say where on the before side the lost thing stood. Only the lines that belong to
it are touched, or on lines that changed only the words; the rest of the change stays.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from aicheck.model.change import Hunk
from aicheck.model.fix import Edit, Fix
from aicheck.model.location import Span
from aicheck.regex import regex

if TYPE_CHECKING:
    from aicheck.authoring.change_facts import FilePair

TOKEN = regex(r"\r?\n[ \t]*|\w+|[ \t]+|.", re.DOTALL)
"""A line end goes with the indentation after it, so that lines come and go whole."""
MOST_TOKENS = 600
"""On each side of a hunk; to compare them may take the square of it."""
CLOSER = regex(r"\s*(?:[\])}]|(?:end|except|finally|else|elif|catch)\b)")
"""How lines start that belong to the block before them."""
COMMENT = regex(r"\s*(?:#|//)")
LAYOUT = str.maketrans("", "", "\n\r\t")
PUT_BACK = "Put back what stood here before the change"

Range = tuple[int, int]


def restore(pair: "FilePair", before: Iterable[Span], after: Iterable[Span] = (), title: str = PUT_BACK) -> Fix | None:
    """A fix that takes back what the change did to these places of both sides; None where the difference does not show it.

    What the change only added is taken out again. Such a fix is not safe: the author may need what is new.
    """
    if pair.path != pair.before_path or pair.before_source is None or pair.after_source is None:
        return None
    if any(text.count("\r") != text.count("\r\n") for text in (pair.before_source, pair.after_source)):
        return None  # readers of Python count lone carriage returns as lines, the difference does not
    places, later_places = tuple(before), tuple(after)
    lines, later = pair.before_source.split("\n"), pair.after_source.split("\n")
    edits: list[Edit] = []
    for hunk in pair.change.hunks:
        wanted = [span for span in places if _touches(span, hunk.before_line, hunk.before_count)]
        wanted_later = [span for span in later_places if _touches(span, hunk.after_line, hunk.after_count)]
        if not wanted and not wanted_later:
            continue
        if not hunk.after_count:
            edits.append(_put_lines_back(hunk, wanted, lines, later))
        elif not hunk.before_count:
            edits += _take_lines_out(hunk, wanted_later, later)
        else:
            edits += _put_words_back(hunk, (wanted, wanted_later), lines, later)
    if not edits or not _is_balanced(edits, later) or not all(_is_plain(edit.text) for edit in edits):
        return None
    return Fix(title, tuple(sorted(edits)), safe=any(edit.text.strip() for edit in edits))


def line_span(number: int, text: str) -> Span:
    """A whole line as a place: from its first word to its end."""
    return Span(number, len(text) - len(text.lstrip()) + 1, number, len(text.rstrip()) + 1)


def _is_plain(text: str) -> bool:
    """Whether nothing in it is hidden or was lost in decoding: what is put back must be what a person sees."""
    return text.translate(LAYOUT).isprintable() and "\ufffd" not in text


def _is_balanced(edits: Iterable[Edit], later: Sequence[str]) -> bool:
    """Whether the edits bring as many opening brackets as closing ones, with those that they take out; else they tear a block."""
    weights: Counter[str] = Counter()
    for edit in edits:
        block = _Block(later, edit.span.line, edit.span.end_line - edit.span.line + 1)
        weights.update(edit.text)
        weights.subtract(block.text[slice(*block.range_of(edit.span))])
    return all(weights[opening] == weights[closing] for opening, closing in ("()", "[]", "{}"))


def _touches(span: Span, line: int, count: int) -> bool:
    return span.line < line + count and line <= _last_line(span)


def _last_line(span: Span) -> int:
    """The last line that a span has a character of."""
    return span.end_line - (span.end_column == 1 and span.end_line > span.line)


def _put_lines_back(hunk: Hunk, wanted: Sequence[Span], lines: Sequence[str], later: Sequence[str]) -> Edit:
    """The lines of the wanted places, where they stood."""
    rows = _rows(wanted, lines, (hunk.before_line, hunk.before_line + hunk.before_count - 1))
    text = "".join(f"{lines[row - 1]}\n" for row in rows)
    line = hunk.after_line
    if line <= len(later):
        return Edit(Span(line, 1, line, 1), text)
    end = len(later[-1]) + 1  # after a last line that has no line feed
    return Edit(Span(len(later), end, len(later), end), f"\n{text.removesuffix(chr(10))}")


def _take_lines_out(hunk: Hunk, wanted: Sequence[Span], later: Sequence[str]) -> Iterator[Edit]:
    for first, last in _groups(_rows(wanted, later, (hunk.after_line, hunk.after_line + hunk.after_count - 1))):
        yield Edit(Span(first, 1, last + 1, 1) if last < len(later) else Span(first, 1, last, len(later[-1]) + 1), "")


def _rows(wanted: Iterable[Span], lines: Sequence[str], within: Range, *, headed: bool = True) -> list[int]:
    """The lines of a hunk that belong to the wanted places, ascending: with bodies, closing brackets and comments above.

    With the lines that head them too, where `headed` says so.
    """
    found: set[int] = set()
    for span in wanted:
        top, bottom = max(span.line, within[0]), min(_last_line(span), within[1])
        while headed and top > within[0] and _heads(lines[top - 2], lines[top - 1]):
            top -= 1
        while bottom < within[1] and _continues(lines[top - 1], lines[bottom]):
            bottom += 1
        while top > within[0] and COMMENT.match(lines[top - 2]):
            top -= 1
        found.update(range(top, bottom + 1))
    return sorted(found)


def _heads(line: str, below: str) -> bool:
    return bool(line.strip()) and _indent(line) < _indent(below) and not CLOSER.match(line)


def _continues(head: str, line: str) -> bool:
    closes = _indent(line) == _indent(head) and CLOSER.match(line) is not None and not CLOSER.match(head)
    return bool(line.strip()) and (_indent(line) > _indent(head) or closes)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _groups(rows: Sequence[int]) -> Iterator[Range]:
    first = None
    for position, row in enumerate(rows):
        first = row if first is None else first
        if position + 1 == len(rows) or rows[position + 1] != row + 1:
            yield first, row
            first = None


def _put_words_back(
    hunk: Hunk, wanted: tuple[Sequence[Span], Sequence[Span]], lines: Sequence[str], later: Sequence[str]
) -> Iterator[Edit]:
    """The differing words of a hunk's both sides that touch the wanted places."""
    before = _Block(lines, hunk.before_line, hunk.before_count)
    after = _Block(later, hunk.after_line, hunk.after_count)
    tokens, later_tokens = TOKEN.findall(before.text), TOKEN.findall(after.text)
    if max(len(tokens), len(later_tokens)) > MOST_TOKENS:
        return
    ranges = [before.range_of(span) for span in _whole(wanted[0], lines, hunk)]
    later_ranges = [after.range_of(span) for span in wanted[1]]
    starts, later_starts = _starts(tokens), _starts(later_tokens)
    for kind, one, end, other, other_end in SequenceMatcher(None, tokens, later_tokens, autojunk=False).get_opcodes():
        here, there = (starts[one], starts[end]), (later_starts[other], later_starts[other_end])
        if kind != "equal" and (_meets(here, ranges) or _meets(there, later_ranges)):
            yield Edit(after.span_of(there), before.text[slice(*here)])


def _whole(wanted: Sequence[Span], lines: Sequence[str], hunk: Hunk) -> Iterator[Span]:
    """The places; a block of several, or a whole line, with the lines that belong to it."""
    is_line = any(span == line_span(span.line, lines[span.line - 1]) for span in wanted)
    if len(wanted) < 2 and not is_line:
        yield from wanted
        return
    for first, last in _groups(_rows(wanted, lines, (hunk.before_line, hunk.before_line + hunk.before_count - 1), headed=not is_line)):
        yield Span(first, _indent(lines[first - 1]) + 1, last, len(lines[last - 1]) + 1)


def _starts(tokens: Sequence[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts


def _meets(part: Range, ranges: Iterable[Range]) -> bool:
    """Whether a part overlaps a range; an empty part may stand at its edge."""
    return any((part[0] < end and start < part[1]) or (part[0] == part[1] and start <= part[0] <= end) for start, end in ranges)


class _Block:
    """Neighbouring lines of one side as one text."""

    def __init__(self, lines: Sequence[str], first: int, count: int) -> None:
        self._first = first
        self._starts = [0]
        rows = lines[first - 1 : first - 1 + count]
        for row in rows:
            self._starts.append(self._starts[-1] + len(row) + 1)
        self.text = "\n".join(rows)

    def range_of(self, span: Span) -> Range:
        """Offsets of a span, cut to the block."""
        return self._offset(span.line, span.column), self._offset(span.end_line, span.end_column)

    def span_of(self, part: Range) -> Span:
        """The span of two offsets."""
        (line, column), (end_line, end_column) = (self._place(offset) for offset in part)
        return Span(line, column, end_line, end_column)

    def _offset(self, line: int, column: int) -> int:
        row = line - self._first
        if row < 0:
            return 0
        return len(self.text) if row >= len(self._starts) - 1 else min(self._starts[row] + column - 1, len(self.text))

    def _place(self, offset: int) -> tuple[int, int]:
        row = next(row for row in range(len(self._starts) - 2, -1, -1) if self._starts[row] <= offset)
        return self._first + row, offset - self._starts[row] + 1
