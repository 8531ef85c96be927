"""The standard library's syntax tree of a Python file, parsed once for all readers of a side."""

import ast
import warnings

from aicheck.readers.kept import Kept

KEPT_CHARACTERS = 1 << 20
"""Of source text whose trees are remembered; a tree takes a hundred times the room of its text."""
_kept: Kept[str, ast.Module] = Kept(KEPT_CHARACTERS)


def parse_tree(text: str) -> ast.Module:
    """What `ast.parse` gives, which nobody may change. Raises what it raises."""
    known = _kept.get(text)
    if known is not None:
        return known
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the scanned file's own, such as invalid escapes
        return _kept.put(text, ast.parse(text), len(text) + 1)


BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
MARKS = frozenset({"ctx", "op", "ops", "id", "attr", "kind"})
"""Fields that hold no code."""
# Caches of what the classes say about themselves: asking each node for its fields takes three times as long.
_fields: dict[type[ast.AST], tuple[str, ...]] = {}
_blocks: dict[type[ast.AST], tuple[str, ...]] = {}


def children(node: ast.AST) -> list[ast.AST]:
    """What stands directly below a node, in field order, but for the marks of operators and of loading and storing."""
    kind = type(node)
    names = _fields.get(kind)
    if names is None:
        names = _fields[kind] = tuple(name for name in kind._fields if name not in MARKS)
    found: list[ast.AST] = []
    for name in names:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk_code(node: ast.AST) -> list[ast.AST]:
    """The node and all below it in the order of `ast.walk`, but for what `children` leaves out."""
    found = [node]
    for current in found:  # grows on the way
        found += children(current)
    return found


def walk_blocks(tree: ast.Module) -> list[ast.AST]:
    """The statements of a file, with handlers and cases, in the order in which `ast.walk` comes to them."""
    found: list[ast.AST] = [tree]
    for current in found:  # grows on the way
        kind = type(current)
        names = _blocks.get(kind)
        if names is None:
            names = _blocks[kind] = tuple(name for name in BLOCKS if name in kind._fields and not issubclass(kind, ast.expr))
        for name in names:
            found += getattr(current, name)
    return found
