"""Settings that stand in source code, as facts."""

import re

from aicheck.model.facts import Setting
from aicheck.readers.constants.python import read_python_constants
from aicheck.readers.language import is_generated
from aicheck.regex import regex

__all__ = ["read_constants", "read_python_constants"]

LANGUAGES = frozenset({"go", "javascript", "python", "typescript"})
HEAD = 1_000
"""Bytes in which a generator says that it wrote the file."""
GENERATED = regex(rb"^\s*(?://|#|/?\*)+.*(?:@generated\b|\bgenerated\b.*\bDO NOT EDIT\b)", re.MULTILINE | re.IGNORECASE)
LEAST_MINIFIED = 5_000
WIDEST = 400
"""Bytes of the average line of a file that people write, when it is longer than LEAST_MINIFIED."""


def read_constants(path: str, language: str, data: bytes) -> tuple[Setting, ...]:
    """The settings in the source of one file, unique by key; none for generated and minified files. Raises Unreadable."""
    if language not in LANGUAGES or is_generated(path) or GENERATED.search(data[:HEAD]):
        return ()
    if language in {"javascript", "typescript"} and len(data) > LEAST_MINIFIED and len(data) > WIDEST * (data.count(b"\n") + 1):
        return ()
    if language == "python":
        return read_python_constants(data)
    if language == "go":
        from aicheck.readers.constants.go import read_go_constants  # brings tree-sitter in, as below: not needed for Python

        return read_go_constants(data)
    from aicheck.readers.constants.javascript import read_javascript_constants

    return read_javascript_constants(path, language, data)
