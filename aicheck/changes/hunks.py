"""Which lines differ between two texts, in near-linear time even on hostile input.

Common head and tail are cut off; the rest is anchored on lines that occur once on each side (patience); what has no such
line is one hunk.
"""

from bisect import bisect_left
from collections import Counter

from aicheck.model.change import Hunk


def diff_lines(before: bytes, after: bytes) -> tuple[Hunk, ...]:
    """The differing blocks in file order. Lines end with a line feed only, as git counts them."""
    first, second = before.split(b"\n"), after.split(b"\n")
    for lines in (first, second):
        if lines[-1] == b"":
            lines.pop()
        else:
            lines[-1] += b"\0no newline at end"  # differs from the same line with one
    hunks: list[Hunk] = []
    waiting = [(0, len(first), 0, len(second))]
    while waiting:  # a stack instead of recursion: hostile texts nest as deep as they have lines
        block = _trim(first, second, *waiting.pop())
        start, end, other_start, other_end = block
        if start == end and other_start == other_end:
            continue
        anchors = _anchors(first, second, block) if start < end and other_start < other_end else []
        if not anchors:
            hunks.append(Hunk(start + 1, end - start, other_start + 1, other_end - other_start))
            continue
        edges = [(start - 1, other_start - 1), *anchors, (end, other_end)]
        waiting.extend(
            (left + 1, right, other_left + 1, other_right)
            for (left, other_left), (right, other_right) in zip(edges, edges[1:], strict=False)
        )
    return tuple(sorted(hunks, key=lambda hunk: (hunk.before_line, hunk.after_line)))


def _trim(first: list[bytes], second: list[bytes], start: int, end: int, other_start: int, other_end: int) -> tuple[int, int, int, int]:  # noqa: PLR0913, PLR0917  a block of two texts is four numbers
    while start < end and other_start < other_end and first[start] == second[other_start]:
        start, other_start = start + 1, other_start + 1
    while start < end and other_start < other_end and first[end - 1] == second[other_end - 1]:
        end, other_end = end - 1, other_end - 1
    return start, end, other_start, other_end


def _anchors(first: list[bytes], second: list[bytes], block: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Pairs of line numbers of lines that occur once on each side, the longest run that ascends on both."""
    start, end, other_start, other_end = block
    counts = Counter(first[start:end])
    other_counts = Counter(second[other_start:other_end])
    places = {second[number]: number for number in range(other_start, other_end)}
    pairs = [
        (number, places[first[number]]) for number in range(start, end) if counts[first[number]] == 1 and other_counts[first[number]] == 1
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
