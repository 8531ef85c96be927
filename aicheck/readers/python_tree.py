"""The standard library's syntax tree of a Python file, parsed once for all readers of a side."""

import ast
import functools
import warnings
from collections.abc import Iterator

KEPT = 4
"""Both sides of a file, and of the one before."""


@functools.lru_cache(maxsize=KEPT)
def parse_tree(text: str) -> ast.Module:
    """What `ast.parse` gives, which nobody may change. Raises what it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the scanned file's own, such as invalid escapes
        return ast.parse(text)


_TOKENS = frozenset(
    {ast.Load, ast.Store, ast.Del, ast.Pass, ast.And, ast.Or, ast.Not, ast.Is, ast.IsNot, ast.In, ast.NotIn, ast.Eq, ast.NotEq}
)
_LEAVES = frozenset({ast.Name, ast.Constant, *_TOKENS})


def walk_code(node: ast.AST) -> Iterator[ast.AST]:
    """As `ast.walk`, in no particular order, without the tokens that hold nothing (contexts, operators): twice as fast."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if type(current) in _LEAVES:
            continue
        for name in current._fields:
            value = getattr(current, name, None)
            if type(value) is list:
                stack += [item for item in value if isinstance(item, ast.AST) and type(item) not in _TOKENS]
            elif isinstance(value, ast.AST) and type(value) not in _TOKENS:
                stack.append(value)
