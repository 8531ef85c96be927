"""Which lines differ between two texts, in near-linear time even on hostile input.

Common head and tail are cut off; the rest is anchored on lines that occur once on each side (patience); what has no such
line is one hunk.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from aicheck.model.change import Hunk

MOST_LEVELS = 40
"""Blocks nested deeper are one hunk: ordinary texts need fewer than ten levels, hostile ones as many as they have lines."""


class _Block(msgspec.Struct, frozen=True):
    """A stretch of both texts: line numbers from 0, ends exclusive."""

    start: int
    end: int
    other_start: int
    other_end: int
    level: int


def split_lines(data: bytes) -> list[bytes]:
    """The lines with their line feeds; nothing else ends a line. Only the last may lack one."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def diff_lines(before: bytes, after: bytes) -> tuple[Hunk, ...]:
    """The differing blocks in file order; none for equal texts only. Lines end with a line feed only, as git counts them."""
    first, second = split_lines(before), split_lines(after)
    hunks: list[Hunk] = []
    waiting = [_Block(0, len(first), 0, len(second), 0)]
    while waiting:  # a stack instead of recursion
        block = _trim(first, second, waiting.pop())
        rows, other_rows = block.end - block.start, block.other_end - block.other_start
        if not rows and not other_rows:
            continue
        anchors = _anchors(first, second, block) if rows and other_rows and block.level < MOST_LEVELS else []
        if not anchors:
            hunks.append(Hunk(block.start + 1, rows, block.other_start + 1, other_rows))
            continue
        edges = [(block.start - 1, block.other_start - 1), *anchors, (block.end, block.other_end)]
        waiting.extend(
            _Block(left + 1, right, other_left + 1, other_right, block.level + 1)
            for (left, other_left), (right, other_right) in pairwise(edges)
        )
    return tuple(sorted(hunks, key=lambda hunk: (hunk.before_line, hunk.after_line)))


def lines_before(hunks: Sequence[Hunk], lines: Iterable[int]) -> dict[int, int]:
    """For each after line (1-based) that stood there before, its before line; lines that the change brought are not in it."""
    found: dict[int, int] = {}
    position = shift = 0
    for line in sorted(set(lines)):
        while position < len(hunks) and hunks[position].after_line + hunks[position].after_count <= line:
            shift += hunks[position].before_count - hunks[position].after_count
            position += 1
        if position == len(hunks) or line < hunks[position].after_line:
            found[line] = line + shift
    return found


def _trim(first: list[bytes], second: list[bytes], block: _Block) -> _Block:
    start, end, other_start, other_end = block.start, block.end, block.other_start, block.other_end
    while start < end and other_start < other_end and first[start] == second[other_start]:
        start, other_start = start + 1, other_start + 1
    while start < end and other_start < other_end and first[end - 1] == second[other_end - 1]:
        end, other_end = end - 1, other_end - 1
    return _Block(start, end, other_start, other_end, block.level)


def _anchors(first: list[bytes], second: list[bytes], block: _Block) -> list[tuple[int, int]]:
    """Pairs of line numbers of lines that occur once on each side, the longest run that ascends on both."""
    counts = Counter(first[block.start : block.end])
    other_counts = Counter(second[block.other_start : block.other_end])
    places = {second[number]: number for number in range(block.other_start, block.other_end)}
    pairs = [
        (number, places[line])
        for number, line in enumerate(first[block.start : block.end], block.start)
        if counts[line] == 1 and other_counts[line] == 1
    ]
    return _longest_ascending(pairs)


def _longest_ascending(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence whose second numbers ascend (patience sorting)."""
    tops: list[int] = []
    owners: list[int] = []
    previous: list[int] = []
    for index, (_, value) in enumerate(pairs):
        pile = bisect_left(tops, value)
        previous.append(owners[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(value)
            owners.append(index)
        else:
            tops[pile], owners[pile] = value, index
    chain: list[tuple[int, int]] = []
    index = owners[-1] if owners else -1
    while index >= 0:
        chain.append(pairs[index])
        index = previous[index]
    return chain[::-1]
