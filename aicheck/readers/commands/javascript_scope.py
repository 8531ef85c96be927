"""The calls of a JavaScript or TypeScript file, each with the function and the conditions that it stands in."""

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from aicheck.readers.syntax_tree import text_of, walk

MAX_CONDITIONS = 8
"""Innermost ones that are kept."""
LONGEST_CONDITION = 200
"""Characters."""
NAMED = frozenset({"class_declaration", "function_declaration", "generator_function_declaration", "method_definition"})
FIELDS = frozenset({"field_definition", "public_field_definition", "variable_declarator"})
FUNCTION_VALUES = frozenset({"arrow_function", "function_expression", "generator_function"})


@dataclass(frozen=True, slots=True)
class CallSite:
    """One call."""

    node: Node
    symbol: str
    """The qualified name of the function around it; empty at module level."""
    conditions: tuple[str, ...]
    """The tests of the `if` statements around it within its function, innermost last."""


def walk_calls(root: Node) -> Iterator[CallSite]:
    """Every call in source order, outer before inner."""
    scopes: list[tuple[int, str, int]] = []
    """(depth, symbol, number of conditions around it)"""
    conditions: list[tuple[int, str]] = []
    branches: dict[int, str] = {}
    for depth, node in walk(root):
        while scopes and scopes[-1][0] >= depth:
            scopes.pop()
        while conditions and conditions[-1][0] >= depth:
            conditions.pop()
        if node.id in branches:
            conditions.append((depth, branches.pop(node.id)))
        name = _defined_name(node)
        if name:
            outer = scopes[-1][1] if scopes else ""
            scopes.append((depth, f"{outer}.{name}" if outer else name, len(conditions)))
        elif node.type == "if_statement":
            branches.update(_branches(node))
        elif node.type == "call_expression":
            symbol, skipped = (scopes[-1][1], scopes[-1][2]) if scopes else ("", 0)
            around = conditions[max(skipped, len(conditions) - MAX_CONDITIONS) :]
            yield CallSite(node, symbol, tuple(text for _, text in around))


def _branches(statement: Node) -> Iterator[tuple[int, str]]:
    """(id, condition) of the two branches."""
    test = " ".join(text_of(statement.child_by_field_name("condition"))[1:-1].split())[:LONGEST_CONDITION]
    for field, condition in (("consequence", test), ("alternative", f"not ({test})")):
        branch = statement.child_by_field_name(field)
        if branch is not None:
            yield branch.id, condition


def _defined_name(node: Node) -> str:
    if node.type in NAMED:
        return text_of(node.child_by_field_name("name"))
    if node.type in FIELDS:
        value = node.child_by_field_name("value")
        name = node.child_by_field_name("name") or node.child_by_field_name("property")
        return text_of(name) if value is not None and value.type in FUNCTION_VALUES else ""
    return ""
