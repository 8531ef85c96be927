"""Access policies that stand as JSON in a text (a heredoc, a block of YAML, a string): settings like those written out."""

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from aicheck.model.facts import Setting
from aicheck.model.location import Span
from aicheck.readers.json_tree import read_documents
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import flatten
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

MARK = '"Statement"'
MAX_POLICY = 50_000
"""Characters of a policy that is read; clouds refuse much shorter ones."""
_INTERPOLATION = regex(r'("(?:[^"\\]++|\\.)*+"?)|\$\{([^{}"\n]*+)\}', re.DOTALL)


def unfold_policies(settings: tuple[Setting, ...]) -> tuple[Setting, ...]:
    """The settings, each text that is a policy replaced by what the policy holds, below the same key."""
    if not any(MARK in setting.value for setting in settings):
        return settings
    return tuple(_unfolded(settings))


def _unfolded(settings: Iterable[Setting]) -> Iterator[Setting]:
    for setting in settings:
        held = _read(setting) if MARK in setting.value and setting.type == "string" else ()
        yield from held or (setting,)


def _read(setting: Setting) -> tuple[Setting, ...]:
    """Empty when the text is no JSON, interpolations taken as texts."""
    text = setting.value
    if len(text) > MAX_POLICY or not text.lstrip().startswith(("{", "[")):
        return ()
    plain = _INTERPOLATION.sub(lambda found: found[1] or f'"${{{found[2]}}}"', text)
    try:
        held = flatten((setting.key, document) for document in read_documents(SourceText(plain.encode()))[:1])
    except Unreadable:
        return ()
    return tuple(replace(one, span=_place(one.span, setting.span, text)) for one in held)


def _place(inner: Span, outer: Span, text: str) -> Span:
    """Where a part of the text stands in the file: the right lines; of a text on one line all of it."""
    lines = text.count("\n")
    if not lines:
        return outer
    first = outer.line if outer.end_line - outer.line == lines else outer.line + 1  # `<<EOF` and `|` stand on a line of their own
    return Span(first + inner.line - 1, 1, first + inner.end_line - 1, max(inner.end_column, 2))
