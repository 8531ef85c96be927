"""The standard library's syntax tree of a Python file, parsed once for all readers of a side."""

import ast
import functools
import warnings

KEPT = 4
"""Both sides of a file, and of the one before."""


@functools.lru_cache(maxsize=KEPT)
def parse_tree(text: str) -> ast.Module:
    """What `ast.parse` gives, which nobody may change. Raises what it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the scanned file's own, such as invalid escapes
        return ast.parse(text)
