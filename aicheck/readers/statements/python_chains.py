"""Chains of calls such as `Order.objects.filter(team=team).delete()`, taken apart; and the columns that their filters name."""

import ast
from dataclasses import dataclass

MOST_LINKS = 60
_COMPARING = frozenset(
    {
        "in_",
        "is_",
        "is_not",
        "isnot",
        "notin_",
        "not_in",
        "like",
        "ilike",
        "between",
        "contains",
        "any",
        "has",
        "startswith",
        "endswith",
        "op",
    }
)
_COMBINING = frozenset({"and_", "or_", "not_", "Q", "func"})
SHOWN = 80
"""Characters of a value's source that are kept."""


@dataclass(frozen=True, slots=True)
class Link:
    """`.name` or `.name(...)`."""

    name: str
    call: ast.Call | None


@dataclass(frozen=True, slots=True)
class Chain:
    """What a chain begins with and its links, in source order."""

    root: ast.expr | None
    """None when the first link is a call of a plain name: `select(Order)`."""
    links: tuple[Link, ...]

    @property
    def root_name(self) -> str:
        """The name it begins with; empty for other expressions."""
        return self.root.id if isinstance(self.root, ast.Name) else ""


def take_apart(node: ast.expr) -> Chain:
    """The chain that ends with an expression."""
    links: list[Link] = []
    current = node
    for _ in range(MOST_LINKS):
        if isinstance(current, ast.Call) and isinstance(current.func, ast.Attribute):
            links.append(Link(current.func.attr, current))
            current = current.func.value
        elif isinstance(current, ast.Call) and isinstance(current.func, ast.Name):
            links.append(Link(current.func.id, current))
            return Chain(None, tuple(reversed(links)))
        elif isinstance(current, ast.Attribute):
            links.append(Link(current.attr, None))
            current = current.value
        elif isinstance(current, (ast.Await, ast.Subscript)):
            current = current.value
        elif isinstance(current, ast.IfExp):
            current = current.body
        else:
            break
    return Chain(current, tuple(reversed(links)))


def predicates_of(call: ast.Call) -> set[tuple[str, str]]:
    """(column, source of what it is compared with) of a filter's arguments; column `*` where only a run could tell."""
    found: set[tuple[str, str]] = set()
    for keyword in call.keywords:
        if keyword.arg is None:
            found |= _of_mapping(keyword.value)
        elif keyword.arg != "defaults":
            found.add((keyword.arg, source_of(keyword.value)))
    for argument in call.args:
        found |= _of_condition(argument)
    return found


def keys_of(node: ast.expr) -> set[tuple[str, str]] | None:
    """(key, source of its value) of a dictionary literal; None for any other expression."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {
            (key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else "*", source_of(value)) for key, value in pairs
        }
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        return {(keyword.arg or "*", source_of(keyword.value)) for keyword in node.keywords}
    return None


def source_of(node: ast.expr) -> str:
    """The source of an expression, cut."""
    try:
        return ast.unparse(node)[:SHOWN]
    except RecursionError:
        return ""


def _of_mapping(node: ast.expr) -> set[tuple[str, str]]:
    keys = keys_of(node)
    return {("*", source_of(node))} if keys is None else keys


def _of_condition(node: ast.expr) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Compare):
            for one, other in ((inner.left, inner.comparators[0]), (inner.comparators[0], inner.left)):
                if isinstance(one, ast.Attribute):
                    found.add((one.attr, source_of(other)))
        elif isinstance(inner, ast.Call):
            found |= _of_call(inner)
    if not found and not isinstance(node, ast.Constant):
        found.add(("*", source_of(node)))
    return found


def _of_call(call: ast.Call) -> set[tuple[str, str]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
    if name in _COMPARING and isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Attribute):
        return {(call.func.value.attr, source_of(call.args[0]) if call.args else "")}
    if name == "Q":
        return {(keyword.arg or "*", source_of(keyword.value)) for keyword in call.keywords}
    return set()
