"""What a record of a tool claims about single lines of one commit, whatever the format of the record.

A claim is only a claim: it counts for lines that the commit itself added (`claimed_lines`), and a claim that a person
wrote a line proves nothing.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import msgspec

from aicheck.model.origin import Stretches


class Claim(msgspec.Struct, frozen=True):
    """A stretch of lines of the after side of one file, and who wrote it."""

    first: int
    """1-based."""
    last: int
    """Included."""
    ai: bool
    """False for a line that a person is said to have written."""
    tool: str = ""
    """Empty when the record does not say which, and for people."""
    line: int = 0
    """Where the record says so: its 1-based line; 0 where that has no meaning."""


class FileClaims(msgspec.Struct, frozen=True):
    """The claims about one file, in the order of the record: where two cover a line, the later one holds."""

    path: str
    claims: tuple[Claim, ...]


class Record(msgspec.Struct, frozen=True):
    """All that one note or trace says about one commit."""

    kind: str
    """How evidence calls it: `git-ai-note` or `agent-trace`."""
    place: str
    """What evidence gives as its source after the commit, before the line."""
    files: tuple[FileClaims, ...]
    """Unique paths."""

    @property
    def claims_ai(self) -> bool:
        """True when it says of any line that an AI tool wrote it."""
        return any(claim.ai for file in self.files for claim in file.claims)


class RecordError(ValueError):
    """A record that cannot be used; the text says why, as a clause."""


def claimed_lines(claims: Sequence[Claim], lines: Stretches) -> list[tuple[int, int, Claim]]:
    """(first, last, claim) of the stretches of `lines` that a claim covers, ascending and disjoint.

    Its cost follows the number of claims and stretches, not the lengths that a record makes up.
    """
    edges = sorted({edge for first, last in lines for edge in (first, last + 1)} | _edges(claims))
    cells = _cells(edges, lines)
    starts = [first for first, _ in cells]
    owners: list[Claim | None] = [None] * len(cells)
    following = list(range(len(cells) + 1))  # the next cell without an owner, found by halving paths
    for claim in reversed(claims):
        cell = _next_free(following, bisect_left(starts, claim.first))
        while cell < len(cells) and starts[cell] <= claim.last:
            owners[cell] = claim
            following[cell] = cell + 1
            cell = _next_free(following, cell)
    return _joined(cells, owners)


def _edges(claims: Iterable[Claim]) -> set[int]:
    return {edge for claim in claims for edge in (claim.first, claim.last + 1)}


def _cells(edges: Sequence[int], lines: Stretches) -> list[tuple[int, int]]:
    """`lines` cut at every edge, so that a claim covers a cell wholly or not at all."""
    cells: list[tuple[int, int]] = []
    for first, last in lines:
        start = first
        for edge in edges[bisect_left(edges, first + 1) : bisect_left(edges, last + 1)]:
            cells.append((start, edge - 1))
            start = edge
        cells.append((start, last))
    return cells


def _next_free(following: list[int], cell: int) -> int:
    while following[cell] != cell:
        following[cell] = following[following[cell]]
        cell = following[cell]
    return cell


def _joined(cells: Sequence[tuple[int, int]], owners: Sequence[Claim | None]) -> list[tuple[int, int, Claim]]:
    found: list[tuple[int, int, Claim]] = []
    for (first, last), owner in zip(cells, owners, strict=True):
        if owner is None:
            continue
        if found and found[-1][1] == first - 1 and found[-1][2] is owner:
            found[-1] = (found[-1][0], last, owner)
        else:
            found.append((first, last, owner))
    return found
