"""Selects and parses the regions of a file around a rule's needles; each region is parsed at most once."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from aicheck.readers.kept import Kept
from aicheck.readers.python.deferred import cst
from aicheck.readers.python.names import ModuleNames
from aicheck.readers.python.region import Place, Region
from aicheck.readers.python.scopes import identifier, imported
from aicheck.readers.python.source import TOO_DEEP, Outline, PythonSource, RegionKey, holds
from aicheck.readers.python.walk import children
from aicheck.readers.unreadable import Unreadable

NOT_PARSED = "LibCST could not parse it"
Candidate = Callable[[ast.AST], bool]


class Regions:
    """The regions of one file, for any number of rules."""

    def __init__(self, source: PythonSource) -> None:
        self.source = source
        self._parsed: dict[int, Region] = {}
        self._keys: dict[int, RegionKey | None] = {}
        self._whole: tuple[tuple[Region, str], ...] | None = None

    def select(self, needles: Sequence[Sequence[str]], candidate: Candidate | None = None) -> Iterator[Region]:
        """The regions whose text has a member of each needle group and whose `ast` node passes `candidate`."""
        if self.source.needs_whole:
            yield from (region for region, text in self._whole_regions() if holds(text, needles))
            return
        for position, outline in self.holding(needles):
            if candidate is None or candidate(outline.node):
                yield self.parse(position)

    def holding(self, needles: Sequence[Sequence[str]]) -> Iterator[tuple[int, Outline]]:
        """Number and outline of the regions whose text has a member of each needle group; none of a file that only LibCST can read."""
        return ((position, one) for position, one in enumerate(self.source.outlines()) if holds(one.searched, needles))

    def named(self, symbols: frozenset[str]) -> Iterator[Region]:
        """The regions with these symbols."""
        if self.source.needs_whole:
            yield from (region for region, _ in self._whole_regions() if region.symbol in symbols)
            return
        for position, outline in enumerate(self.source.outlines()):
            if outline.symbol in symbols:
                yield self.parse(position)

    def symbols(self, needles: Sequence[Sequence[str]]) -> frozenset[str]:
        """The symbols of the regions that hold the needles; nothing is parsed for it where `ast` read the file."""
        if self.source.needs_whole:
            return frozenset(region.symbol for region, text in self._whole_regions() if holds(text, needles))
        return frozenset(outline.symbol for outline in self.source.outlines() if holds(outline.searched, needles))

    def parse(self, position: int) -> Region:
        """The region with this number."""
        known = self._parsed.get(position)
        if known is None:
            known = self._parsed[position] = parse_region(self.source, self.source.outlines()[position])
        return known

    def key(self, position: int) -> RegionKey | None:
        """What the region with this number may be remembered under."""
        if position not in self._keys:
            self._keys[position] = self.source.key(self.source.outlines()[position])
        return self._keys[position]

    def _whole_regions(self) -> tuple[tuple[Region, str], ...]:
        if self._whole is None:
            assert self.source.whole is not None
            module = self.source.whole
            _read_imports(self.source.names, module)
            found = [
                (whole_region(self.source, symbol, module, node), module.code_for_node(node)) for symbol, node in whole_functions(module)
            ]
            found.append((whole_region(self.source, "", module, module), module.code))
            self._whole = tuple(found)
        return self._whole


KEPT_BYTES = 1 << 20
"""Of source text whose regions are remembered: matches and calls are read from the same ones, and the after side of one
commit is the before side of another."""
_kept: Kept[bytes, Regions] = Kept(KEPT_BYTES)


def read_regions(data: bytes) -> Regions:
    """The regions of a file, remembered for the files at hand. Raises Unreadable."""
    return _kept.get(data) or _kept.put(data, Regions(PythonSource(data)), len(data) + 1)


@lru_cache(maxsize=64)
def _parse_text(text: str) -> cst.Module:
    """Most regions stand unchanged on both sides of a file; trees are immutable, so both sides can share one."""
    return cst.parse_module(text)


def parse_region(source: PythonSource, outline: Outline) -> Region:
    """One region; LibCST parses it when its tree is first asked for."""
    is_module = isinstance(outline.node, ast.Module)
    place = Place(outline.line, 1 if outline.indented else 0)

    def read_tree() -> tuple[cst.Module, cst.CSTNode]:
        """Indented code stands under an `if 1:` rather than dedented, so that strings keep their text."""
        text = f"if 1:\n{outline.text}\n" if outline.indented else outline.text + "\n"
        try:
            module = _parse_text(text)
        except cst.ParserSyntaxError:
            raise Unreadable(NOT_PARSED) from None
        except (RecursionError, MemoryError):
            raise Unreadable(TOO_DEEP) from None
        node = module if is_module else next((one for _, one in whole_functions(module)), None)
        if node is None:
            raise Unreadable(NOT_PARSED)
        return module, node

    return Region(source, "" if is_module else outline.symbol, read_tree, place, outline.node)


def whole_region(source: PythonSource, symbol: str, module: cst.Module, node: cst.CSTNode) -> Region:
    """A region of a file that only LibCST can read, and has read."""
    return Region(source, symbol, lambda: (module, node), Place(1, 0), None)


def whole_functions(module: cst.Module) -> Iterator[tuple[str, cst.FunctionDef]]:
    """(qualified name, node) of every outermost function or method, in source order."""
    stack: list[tuple[cst.CSTNode, str]] = [(module, "")]
    while stack:
        node, prefix = stack.pop()
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            prefix = f"{prefix}.{identifier(node.name)}" if prefix else identifier(node.name)
        if isinstance(node, cst.FunctionDef):
            yield prefix, node
        elif not isinstance(node, (cst.BaseExpression, cst.SimpleStatementLine)):
            stack.extend((child, prefix) for child in reversed(children(node)))


def _read_imports(names: ModuleNames, module: cst.Module) -> None:
    for line in module.body:
        for statement in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(statement, (cst.Import, cst.ImportFrom)):
                for local, dotted in imported(statement):
                    if local == "*":
                        names.stars.append(dotted)
                    else:
                        names.imports[local] = dotted
