"""Extracts calls with resolved callees, for rules that compare arguments across sides."""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from aicheck.model.facts import Call
from aicheck.model.location import WHOLE_FILE
from aicheck.readers.python.arguments import arguments_of
from aicheck.readers.python.deferred import cst
from aicheck.readers.python.differing import differing_symbols
from aicheck.readers.python.region import Region
from aicheck.readers.python.regions import Regions, read_regions
from aicheck.readers.python.scopes import dotted_text
from aicheck.readers.python.source import holds
from aicheck.readers.unreadable import Unreadable

Needles = tuple[tuple[str, ...], ...]
"""A conjunction of disjunctions: each group needs a member in the text."""


def read_calls(
    before: bytes | None, after: bytes | None, needles: tuple[Needles, ...], concerns: Callable[[Call], bool] = lambda _: True
) -> tuple[tuple[Call, ...], tuple[Call, ...]]:
    """The calls of both sides in every region that holds some rule's needles on either side. Raises Unreadable.

    Left out are regions that mean the same on both sides, and callees whose calls are the same or `concerns` takes none of.
    """
    sides = [read_regions(data) if data is not None and _may_hold(data, needles) else None for data in (before, after)]
    if sides == [None, None]:
        return (), ()
    sides = [side or (read_regions(data) if data is not None else None) for side, data in zip(sides, (before, after), strict=True)]
    symbols = frozenset(symbol for side in sides if side is not None for group in needles for symbol in side.symbols(group))
    symbols |= _renamed(sides, symbols)
    if sides[0] is not None and sides[1] is not None and (differing := differing_symbols(sides[0], sides[1])) is not None:
        symbols &= differing
    found = [list(_calls(side, symbols)) if side is not None else [] for side in sides]
    counts = [Counter(one.call for one in some) for some in found]
    differing_callees = {call.callee for call in (counts[0] - counts[1]) | (counts[1] - counts[0])}
    wanted = {callee for callee, calls in _by_callee(counts).items() if callee in differing_callees and any(map(concerns, calls))}
    first, second = (_place(some, wanted, other) for some, other in (found, found[::-1]))
    return first, second


def _by_callee(counts: Sequence[Iterable[Call]]) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = defaultdict(list)
    for calls in counts:
        for call in calls:
            found[call.callee].append(call)
    return found


class _Unplaced(NamedTuple):
    """A call whose span is not computed yet: positions cost more than all the rest."""

    call: Call
    region: Region
    node: cst.Call


def _place(calls: list[_Unplaced], wanted: set[str], others: list[_Unplaced]) -> tuple[Call, ...]:
    """The calls of the wanted callees, and one call of each symbol that otherwise only the other side would show."""
    shown = {one.call.symbol for one in calls if one.call.callee in wanted}
    missing = {one.call.symbol for one in others if one.call.callee in wanted} - shown
    placed = []
    for one in calls:
        if one.call.callee in wanted or one.call.symbol in missing:
            missing.discard(one.call.symbol)
            placed.append(replace(one.call, span=one.region.span(one.node)))
    return tuple(placed)


def _renamed(sides: Sequence[Regions | None], symbols: frozenset[str]) -> frozenset[str]:
    """Symbols of one side that a wanted definition, missing there, may be called now."""
    if sides[0] is None or sides[1] is None:
        return frozenset()
    names = [side.symbols(()) for side in sides if side is not None]
    return (names[0] ^ names[1]) if symbols & (names[0] ^ names[1]) else frozenset()


def _may_hold(data: bytes, needles: tuple[Needles, ...]) -> bool:
    text = data.decode("latin-1")  # needles are ASCII; only a file in other letters needs the slower test
    return not text.isascii() or any(holds(text, group) for group in needles)


def _calls(side: Regions, symbols: frozenset[str]) -> Iterator[_Unplaced]:
    for region in side.named(symbols):
        with contextlib.suppress(Unreadable):
            for node in region.walk(cst.Call):
                yield _Unplaced(_call(region, node), region, node)


def _call(region: Region, node: cst.Call) -> Call:
    arguments = arguments_of(region, node)
    callee = arguments.callee or "." + (
        dotted_text(node.func) or (f"().{node.func.attr.value}" if isinstance(node.func, cst.Attribute) else "()")
    )
    texts = [(key, " ".join(arguments.region.module.code_for_node(value).split())) for key, value in arguments.all()]
    return Call(region.symbol, callee, tuple(texts), WHOLE_FILE, tuple(_within(region, node)))


def _within(region: Region, node: cst.CSTNode) -> Iterator[str]:
    """The resolved callees of the blocks and calls around it, innermost first, within its function."""
    inner = node
    for outer in region.ancestors(node):
        if isinstance(outer, cst.With) and not isinstance(inner, cst.WithItem):
            for item in outer.items:
                if isinstance(item.item, cst.Call) and (name := region.resolve(item.item.func)):
                    yield name
        elif isinstance(outer, cst.Call) and inner is not outer.func and (name := region.resolve(outer.func)):
            yield name
        inner = outer
