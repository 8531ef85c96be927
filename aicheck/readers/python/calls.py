"""Extracts calls with resolved callees, for rules that compare arguments across sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aicheck.model.facts import Call
from aicheck.readers.python.arguments import arguments_of
from aicheck.readers.python.deferred import cst
from aicheck.readers.python.region import Region
from aicheck.readers.python.regions import Regions, read_regions
from aicheck.readers.python.scopes import dotted_text
from aicheck.readers.python.source import holds

Needles = tuple[tuple[str, ...], ...]
"""A conjunction of disjunctions: each group needs a member in the text."""


def read_calls(before: bytes | None, after: bytes | None, needles: tuple[Needles, ...]) -> tuple[tuple[Call, ...], tuple[Call, ...]]:
    """The calls of both sides in every region that holds some rule's needles on either side. Raises Unreadable."""
    sides = [read_regions(data) if data is not None and _may_hold(data, needles) else None for data in (before, after)]
    if sides == [None, None]:
        return (), ()
    sides = [side or (read_regions(data) if data is not None else None) for side, data in zip(sides, (before, after), strict=True)]
    symbols = frozenset(symbol for side in sides if side is not None for group in needles for symbol in side.symbols(group))
    symbols |= _renamed(sides, symbols)
    found = [tuple(_calls(side, symbols)) if side is not None else () for side in sides]
    return found[0], found[1]


def _renamed(sides: Sequence[Regions | None], symbols: frozenset[str]) -> frozenset[str]:
    """Symbols of one side that a wanted definition, missing there, may be called now."""
    if sides[0] is None or sides[1] is None:
        return frozenset()
    names = [side.symbols(()) for side in sides if side is not None]
    return (names[0] ^ names[1]) if symbols & (names[0] ^ names[1]) else frozenset()


def _may_hold(data: bytes, needles: tuple[Needles, ...]) -> bool:
    text = data.decode("latin-1")  # needles are ASCII; only a file in other letters needs the slower test
    return not text.isascii() or any(holds(text, group) for group in needles)


def _calls(side: Regions, symbols: frozenset[str]) -> Iterator[Call]:
    for region in side.named(symbols):
        if isinstance(region, Region):
            for node in region.walk(cst.Call):
                yield _call(region, node)


def _call(region: Region, node: cst.Call) -> Call:
    arguments = arguments_of(region, node)
    callee = arguments.callee or "." + (
        dotted_text(node.func) or (f"().{node.func.attr.value}" if isinstance(node.func, cst.Attribute) else "()")
    )
    texts = [(key, " ".join(arguments.region.module.code_for_node(value).split())) for key, value in arguments.all()]
    return Call(region.symbol, callee, tuple(texts), region.span(node), tuple(_within(region, node)))


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
