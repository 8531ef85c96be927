"""What a region means beyond its own text: the module-level names that it uses, and what they stand for in turn."""

import ast
import hashlib
import unicodedata

from aicheck.readers.python.names import ModuleNames, class_attributes
from aicheck.regex import regex

WORD = regex(r"\w+")
NAME = regex(r"Name\(id='(\w+)'")
"""A name in what `ast.dump` makes of an expression."""

MOST_NAMES = 200
"""That one region leads to; beyond, working its context out costs more than it saves."""

Context = frozenset[tuple[str, str]]
"""(name, digest of what binds it); equal for two regions with the same text: the names in them stand for the same."""


class ModuleContext:
    """The bindings of one module, written down when first asked for."""

    def __init__(self, names: ModuleNames) -> None:
        self._names = names
        self._bindings: dict[str, tuple[str, frozenset[str]]] = {}
        """Name -> digest of what binds it, and the names in that."""
        self._owners: dict[str, tuple[str, frozenset[str]]] = {}
        """Class -> digest of what its methods assign to `self`, and the names in that."""

    def of(self, symbol: str, text: str) -> Context | None:
        """The context of the region with this qualified name and source text; None when it is too large to tell."""
        try:
            return self._of(symbol, text)
        except RecursionError:  # some value is nested absurdly deep
            return None

    def _of(self, symbol: str, text: str) -> Context | None:
        plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
        found = {("*", " ".join(self._names.stars))}
        waiting = self._bound(set(WORD.findall(plain)))
        owner = symbol.rpartition(".")[0].rpartition(".")[2]
        if owner in self._names.classes:
            told, used = self._owner(owner)
            found.add((f"self {owner}", told))
            waiting |= self._bound(used)
        seen: set[str] = set()
        while waiting:
            if len(seen) == MOST_NAMES:
                return None
            name = waiting.pop()
            seen.add(name)
            told, used = self._binding(name)
            found.add((name, told))
            waiting |= self._bound(used) - seen
        return frozenset(found)

    def _bound(self, words: set[str] | frozenset[str]) -> set[str]:
        return {word for word in words if word in self._names.imports or word in self._names.values}

    def _binding(self, name: str) -> tuple[str, frozenset[str]]:
        known = self._bindings.get(name)
        if known is None:
            values = self._names.values.get(name, [])
            known = self._bindings[name] = _written(
                self._names.imports.get(name, ""), [ast.dump(value) if value is not None else "" for value in values]
            )
        return known

    def _owner(self, name: str) -> tuple[str, frozenset[str]]:
        known = self._owners.get(name)
        if known is None:
            assigned = class_attributes(self._names.classes[name])
            known = self._owners[name] = _written("", [f"{attribute} {ast.dump(value)}" for attribute, value in assigned])
        return known


def _written(dotted: str, values: list[str]) -> tuple[str, frozenset[str]]:
    told = "\n".join([dotted, *values])
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(), frozenset(NAME.findall(told))
