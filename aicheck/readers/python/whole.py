"""Definitions of a file that only LibCST can read."""

from __future__ import annotations

import hashlib

from aicheck.model.facts import Definition
from aicheck.readers.python.deferred import cst
from aicheck.readers.python.regions import whole_functions, whole_region
from aicheck.readers.python.source import PythonSource


def whole_definitions(source: PythonSource) -> tuple[Definition, ...]:
    """Outermost functions and methods; the digest survives moves and layout, not renamed locals."""
    module = source.whole
    assert module is not None
    found = []
    for symbol, node in whole_functions(module):
        region = whole_region(source, symbol, module, node)
        text = " ".join(region.text(node.with_changes(name=cst.Name("itself"), leading_lines=())).split())
        found.append(Definition(symbol, region.span(node), hashlib.blake2b(text.encode(), digest_size=16).hexdigest()))
    return tuple(found)
