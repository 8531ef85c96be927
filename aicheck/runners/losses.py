"""Compares where a safeguard stands on both sides: what makes a Semgrep rule with `when: removed` a differential one.

Such a rule sees three kinds of place: `kept` (the safeguard with what it guards), `left` (what it guards, guarded or not) and
`cover` (a safeguard that guards from elsewhere, as a router's does). What is `left` outside of everything `kept` is bare.
A loss is a `kept` place that went where a bare one came. Without a `left` pattern, the definition around must be left.
"""

import sys
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate

from aicheck.model.change import FileChange
from aicheck.model.facts import Facts
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Side
from aicheck.runners.results import DefinitionsAround
from aicheck.runners.sightings import Sighting
from aicheck.runners.standing import standing_keys

Symbol = tuple[str, str]
"""After path of the file, qualified name."""
Position = tuple[int, int]
"""Line and column."""
END_OF_FILE = (sys.maxsize, 0)


Key = Callable[[Sighting], Hashable | None]


def settle_sightings(
    files: Sequence[FileChange], moved: Mapping[str, str], matches: Sequence[Match], facts: Mapping[tuple[str, Side], Facts]
) -> tuple[Match, ...]:
    """The matches, with the losses that the sightings among them tell of in their place.

    `moved`: before path -> after path of each file that moved. `facts` holds the definitions around the sightings.
    """
    by_rule: dict[str, list[Sighting]] = defaultdict(list)
    for match in matches:
        if isinstance(match, Sighting):
            by_rule[match.source].append(match)
    if not by_rule:
        return tuple(matches)
    symbols: dict[Side, frozenset[Symbol]] = {
        side: frozenset((moved.get(path, path), one.symbol) for (path, of), some in facts.items() if of == side for one in some.definitions)
        for side in ("before", "after")
    }
    around = DefinitionsAround(facts)
    losses = [loss for some in by_rule.values() for loss in _Comparison(files, moved, symbols, around).losses(some)]
    return (*(match for match in matches if not isinstance(match, Sighting)), *losses)


class _Comparison:
    """Compares the sightings of one rule file."""

    def __init__(
        self, files: Sequence[FileChange], moved: Mapping[str, str], symbols: Mapping[Side, frozenset[Symbol]], around: DefinitionsAround
    ) -> None:
        self._around = around
        self._files = files
        self._moved = moved
        self._symbols = symbols

    def losses(self, sightings: Sequence[Sighting]) -> Iterator[Match]:
        covers = Counter(one.location.side for one in sightings if one.role == "cover")
        if covers["after"] > covers["before"]:
            return
        kept = [one for one in sightings if one.role == "kept"]
        lost = self._without_moved(*self._differing(kept))
        if not sightings[0].has_left:
            yield from (_loss(one, one) for one in lost if not one.symbol or self._symbol(one) in self._symbols["after"])
            return
        _, bare = self._differing(_outside([one for one in sightings if one.role == "left"], kept, self._end))
        for key in (self._place, self._renamed):
            lost, bare, pairs = _pair(lost, bare, key)
            yield from (_loss(one, other) for one, other in pairs)

    def _end(self, one: Sighting) -> Position:
        """Where what it guards ends."""
        if not one.follows or one.values:
            return one.location.span.end_line, one.location.span.end_column
        definition = self._around.innermost(one.location)
        return (definition.span.end_line, definition.span.end_column) if definition is not None else END_OF_FILE

    def _differing(self, sightings: Sequence[Sighting]) -> tuple[list[Sighting], list[Sighting]]:
        """Those that only the before side has and those that only the after side has, counted for each place."""
        standing = standing_keys(self._files, sightings)
        before = [one for one in sightings if one.location.side == "before"]
        after = [one for one in sightings if one.location.side == "after"]
        for key in (standing.get, lambda one: (self._place(one), one.text), self._place):
            before, after, _ = _pair(before, after, key)
        return before, after

    def _without_moved(self, lost: list[Sighting], gained: list[Sighting]) -> list[Sighting]:
        """The losses that no gain makes up for: one with the same values; without values one of the same text or in the same file."""
        keys: tuple[Key, ...] = (
            lambda one: one.values or None,
            lambda one: one.text if not one.values else None,
            lambda one: self._symbol(one)[0] if not one.values else None,
        )
        for key in keys:
            lost, gained, _ = _pair(lost, gained, key)
        return lost

    def _symbol(self, one: Sighting) -> Symbol:
        path = one.location.path
        return (self._moved.get(path, path) if one.location.side == "before" else path), one.symbol

    def _place(self, one: Sighting) -> Hashable:
        return self._symbol(one), one.values

    def _renamed(self, one: Sighting) -> Hashable | None:
        """For one in a definition that the other side does not have: another one in the same file."""
        return (self._symbol(one)[0], one.values) if one.symbol and self._is_alone(one) else None

    def _is_alone(self, one: Sighting) -> bool:
        return self._symbol(one) not in self._symbols["after" if one.location.side == "before" else "before"]


def _pair(
    before: Sequence[Sighting], after: Sequence[Sighting], key: Callable[[Sighting], Hashable | None]
) -> tuple[list[Sighting], list[Sighting], list[tuple[Sighting, Sighting]]]:
    """What is left of both sides, and the pairs of equal key in file order; None pairs with nothing."""
    waiting: dict[Hashable, list[Sighting]] = defaultdict(list)
    for one in sorted(before, key=lambda one: one.location, reverse=True):
        if (name := key(one)) is not None:
            waiting[name].append(one)
    pairs, unpaired = [], []
    for other in sorted(after, key=lambda one: one.location):
        name = key(other)
        if name is not None and waiting.get(name):
            pairs.append((waiting[name].pop(), other))
        else:
            unpaired.append(other)
    taken = {id(one) for one, _ in pairs}
    return [one for one in before if id(one) not in taken], unpaired, pairs


def _outside(sightings: Iterable[Sighting], kept: Sequence[Sighting], end_of: Callable[[Sighting], Position]) -> list[Sighting]:
    """Those that neither stand in something kept nor hold something kept. Takes n log n.

    Of two that start at one place one may be a link of the other's chain of calls; there the values must be equal, too.
    """
    spans: dict[tuple[str, Side], list[tuple[Position, Position]]] = defaultdict(list)
    starts = {(one.location.path, one.location.side, _start(one), one.values) for one in kept}
    for one in kept:
        spans[one.location.path, one.location.side].append((_start(one), end_of(one)))
    rows = {place: sorted(some) for place, some in spans.items()}
    furthest = {place: list(accumulate((end for _, end in some), max)) for place, some in rows.items()}

    def is_bare(one: Sighting) -> bool:
        place = (one.location.path, one.location.side)
        start, some = _start(one), rows.get(place, [])
        end = (one.location.span.end_line, one.location.span.end_column)
        first, behind = bisect_left(some, start, key=lambda span: span[0]), bisect_right(some, start, key=lambda span: span[0])
        stands_in = first > 0 and furthest[place][first - 1] > start
        holds = behind < len(some) and some[behind][0] < end
        return not stands_in and not holds and (*place, start, one.values) not in starts

    return [one for one in sightings if is_bare(one)]


def _start(one: Sighting) -> Position:
    return one.location.span.line, one.location.span.column


def _loss(lost: Sighting, shown: Sighting) -> Match:
    """The finding, where what was guarded stands now."""
    at = lost.location
    return Match(
        lost.rule,
        shown.location,
        lost.message,
        symbol=shown.symbol,
        text=lost.text,
        engine=lost.engine,
        before=Excerpt(at.path, at.span.line, lost.line_text),
    )
