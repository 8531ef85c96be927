"""What a call is really given: keywords from a shared dictionary and from `functools.partial` included."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from aicheck.readers.python.deferred import cst
from aicheck.readers.python.region import Region
from aicheck.readers.python.scopes import identifier

PARTIALS = frozenset({"functools.partial", "functools.partialmethod"})


class Arguments(msgspec.Struct, frozen=True):
    """The arguments of one call."""

    region: Region
    callee: str
    """Resolved, through a partial too; empty when unknown."""
    positional: tuple[cst.BaseExpression, ...]
    keywords: tuple[tuple[str, cst.BaseExpression], ...]
    """In order; a later one of the same name wins."""
    unknown: tuple[tuple[str, cst.BaseExpression], ...]
    """(`*` or `**`, what is unpacked) whose content cannot be told."""

    def get(self, keyword: str, position: int | None = None) -> cst.BaseExpression | None:
        """The value of a keyword, or of the positional argument that stands for it."""
        for name, value in reversed(self.keywords):
            if name == keyword:
                return value
        return self.positional[position] if position is not None and position < len(self.positional) else None

    def all(self) -> Iterator[tuple[str, cst.BaseExpression]]:
        """Positional ones under `0`, `1`, ..., then keywords, then unknown ones."""
        yield from ((str(position), value) for position, value in enumerate(self.positional))
        yield from self.keywords
        yield from self.unknown


def arguments_of(region: Region, call: cst.Call) -> Arguments:
    """The arguments of `call`, dictionaries and partials that the file itself shows taken apart."""
    callee = region.resolve(call.func)
    positional: list[cst.BaseExpression] = []
    keywords: list[tuple[str, cst.BaseExpression]] = []
    unknown: list[tuple[str, cst.BaseExpression]] = []
    partial = _partial(region, call.func) if not callee else None
    if partial is not None:
        inner = arguments_of(region, partial)
        if inner.positional:
            callee = region.resolve(inner.positional[0])
            positional.extend(inner.positional[1:])
            keywords.extend(inner.keywords)
            unknown.extend(inner.unknown)
    for argument in call.args:
        if argument.star == "**":
            known = dictionary(region, argument.value)
            keywords.extend(known or ())
            if known is None:
                unknown.append(("**", argument.value))
        elif argument.star:
            unknown.append(("*", argument.value))
        elif argument.keyword is not None:
            keywords.append((identifier(argument.keyword), argument.value))
        else:
            positional.append(argument.value)
    return Arguments(region, callee, tuple(positional), tuple(keywords), tuple(unknown))


def dictionary(region: Region, node: cst.BaseExpression, depth: int = 6) -> list[tuple[str, cst.BaseExpression]] | None:  # noqa: PLR0911
    """The entries of a dictionary expression with literal text keys, names followed; None when it cannot be told."""
    if isinstance(node, cst.Name) and depth:
        value = assigned_value(region, node)
        return dictionary(region, value, depth - 1) if value is not None else None
    if isinstance(node, cst.Call) and region.resolve(node.func) == "dict":
        inner = arguments_of(region, node)
        return None if inner.unknown or inner.positional else list(inner.keywords)
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr) and depth:
        left, right = dictionary(region, node.left, depth - 1), dictionary(region, node.right, depth - 1)
        return None if left is None or right is None else left + right
    if not isinstance(node, cst.Dict):
        return None
    entries: list[tuple[str, cst.BaseExpression]] = []
    for element in node.elements:
        if isinstance(element, cst.StarredDictElement):
            inner_entries = dictionary(region, element.value, depth - 1) if depth else None
            if inner_entries is None:
                return None
            entries.extend(inner_entries)
        elif isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString):
            entries.append((str(element.key.evaluated_value), element.value))
        else:
            return None
    return entries


def assigned_value(region: Region, name: cst.Name) -> cst.BaseExpression | None:
    """What a name was assigned, when that is one plain assignment in the region or at module level."""
    found = region.bindings(name)
    if not found:
        return region.constant(identifier(name))
    plain = len(found) == 1 and found[0].kind == "assign"
    return found[0].value if plain else None


def literal(node: cst.BaseExpression | None) -> object:
    """The value of a literal; `...` when it is none."""
    if isinstance(node, cst.Name) and node.value in {"None", "True", "False"}:
        return {"None": None, "True": True, "False": False}[node.value]
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        inner = literal(node.expression)
        return -inner if isinstance(inner, (int, float)) else ...
    if isinstance(node, (cst.Integer, cst.Float)):
        return ast.literal_eval(node.value)
    if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
        return node.evaluated_value
    return ...


def _partial(region: Region, func: cst.BaseExpression) -> cst.Call | None:
    if not isinstance(func, cst.Name):
        return None
    value = assigned_value(region, func)
    return value if isinstance(value, cst.Call) and region.resolve(value.func) in PARTIALS else None
