"""What the names inside one region are bound to."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Literal

import msgspec

from aicheck.readers.python.deferred import cst
from aicheck.readers.python.walk import descend, is_kind

BindingKind = Literal["parameter", "assign", "augment", "for", "with", "import", "define", "except", "unpack"]


class Binding(msgspec.Struct, frozen=True):
    """One place that binds a local name."""

    name: str
    kind: BindingKind
    node: cst.CSTNode
    """The statement, parameter or comprehension part."""
    value: cst.BaseExpression | None
    """assign: the value; augment: the operand; for: the iterable; with: the context manager; parameter: the default;
    unpack: the value that is taken apart."""
    dotted: str = ""
    """For imports."""
    annotation: cst.BaseExpression | None = None


def identifier(node: cst.Name) -> str:
    """The name as Python compares it (NFKC)."""
    value: str = node.value
    return value if value.isascii() else unicodedata.normalize("NFKC", value)


def dotted_text(node: cst.CSTNode) -> str:
    """`a.b.c` of a chain of names as written; empty for any other expression."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(identifier(node.attr))
        node = node.value
    if not isinstance(node, cst.Name):
        return ""
    return ".".join([identifier(node), *reversed(parts)])


@cache
def _binders() -> tuple[type[cst.CSTNode], ...]:
    statements = (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.For, cst.FunctionDef, cst.ClassDef, cst.Import, cst.ImportFrom)
    return (*statements, cst.Param, cst.NamedExpr, cst.CompFor, cst.WithItem, cst.ExceptHandler)


def bindings_of(node: cst.CSTNode) -> list[Binding]:  # noqa: C901, PLR0911  one branch for each kind of statement
    """What this one node binds, not what stands below it."""
    if not is_kind(node, _binders()):
        return []
    if isinstance(node, cst.Param):
        return [
            Binding(identifier(node.name), "parameter", node, node.default, "", node.annotation.annotation if node.annotation else None)
        ]
    if isinstance(node, cst.Assign):
        return [binding for target in node.targets for binding in _targets(target.target, "assign", node, node.value)]
    if isinstance(node, cst.AnnAssign):
        found = _targets(node.target, "assign", node, node.value) if node.value is not None else []
        return [Binding(one.name, one.kind, one.node, one.value, "", node.annotation.annotation) for one in found]
    if isinstance(node, cst.NamedExpr):
        return _targets(node.target, "assign", node, node.value)
    if isinstance(node, cst.AugAssign):
        return _targets(node.target, "augment", node, node.value)
    if isinstance(node, (cst.For, cst.CompFor)):
        return _targets(node.target, "for", node, node.iter)
    if isinstance(node, cst.WithItem) and node.asname is not None:
        return _targets(node.asname.name, "with", node, node.item)
    if isinstance(node, cst.ExceptHandler) and node.name is not None:
        return _targets(node.name.name, "except", node, None)
    if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
        return [Binding(identifier(node.name), "define", node, None)]
    if isinstance(node, (cst.Import, cst.ImportFrom)):
        return [Binding(local, "import", node, None, dotted) for local, dotted in imported(node) if local != "*"]
    return []


def _targets(target: cst.CSTNode, kind: BindingKind, node: cst.CSTNode, value: cst.BaseExpression | None) -> list[Binding]:
    if isinstance(target, cst.Name):
        return [Binding(identifier(target), kind, node, value)]
    if not isinstance(target, (cst.Tuple, cst.List)):
        return []
    if isinstance(value, (cst.Tuple, cst.List)) and len(value.elements) == len(target.elements) and kind == "assign":
        pairs = zip(target.elements, value.elements, strict=True)
        return [binding for one, other in pairs for binding in _targets(one.value, kind, node, other.value)]
    names = [name for name in descend(target, cst.Name) if isinstance(name, cst.Name)]
    return [Binding(identifier(name), kind if kind == "for" else "unpack", node, value) for name in names]


def imported(node: cst.Import | cst.ImportFrom) -> list[tuple[str, str]]:
    """(local name, dotted name) pairs of one import; `*` for a star import."""
    if isinstance(node, cst.Import):
        found = []
        for alias in node.names:
            full = dotted_text(alias.name)
            local = alias.evaluated_alias
            found.append((local or full.partition(".")[0], full if local else full.partition(".")[0]))
        return found
    module = "." * len(node.relative) + (dotted_text(node.module) if node.module is not None else "")
    if isinstance(node.names, cst.ImportStar):
        return [("*", module)]
    joint = "" if module.endswith(".") or not module else "."
    return [(alias.evaluated_alias or dotted_text(alias.name), f"{module}{joint}{dotted_text(alias.name)}") for alias in node.names]
