"""One SQL statement as shapes: what it does to which tables."""

import re

from msgspec.structs import replace

from aicheck.readers.statements.definitions import read_definition
from aicheck.readers.statements.manipulations import read_manipulation
from aicheck.readers.statements.splitting import blank_comments, split_script
from aicheck.readers.statements.words import Shape, Unknowns
from aicheck.regex import regex

LITERAL = (
    rb"(?i:[\"'`]\s*+(?:--[^\n]*\s*+)?(?:SELECT\s|WITH\s|DELETE\s+FROM|UPDATE\s|DROP\s|TRUNCATE\s|ALTER\s|CREATE\s+(?:TABLE|TEMP|POLICY|(?:UNIQUE\s+)?INDEX)"
    rb"|GRANT\s|RENAME\s+TABLE))"
)
"""The beginning of a literal that may hold a statement."""
LONGEST_TEXT = 400
"""Characters that are kept of a statement."""
LONGEST_READ = 200_000
"""Characters of a statement that are looked at: beyond are the rows of a dump."""
_FIRST = regex(r"\s*\(*\s*(?:SELECT|WITH|DELETE|UPDATE|DROP|TRUNCATE|ALTER|CREATE|GRANT|REVOKE|RENAME)\b", re.IGNORECASE)


def read_sql(text: str, unknowns: Unknowns | None = None) -> tuple[Shape, ...]:
    """The shapes of one statement, without a semicolon; empty for one that says nothing here."""
    if _FIRST.match(text[:200]) is None:
        return ()
    unknowns = unknowns or Unknowns()
    words = " ".join(text[:LONGEST_READ].split())
    shapes = read_definition(words) or read_manipulation(words, unknowns)
    shown = unknowns.restore(words)[:LONGEST_TEXT]
    return tuple(replace(shape, text=shown, objects=tuple(unknowns.restore(name) for name in shape.objects)) for shape in shapes)


def read_embedded_sql(text: str, unknowns: Unknowns) -> tuple[Shape, ...]:
    """The shapes of a text that a program executes: one statement or several, marked as embedded; empty when it is no SQL."""
    head = blank_comments(text[:2_000]).lstrip() if text.lstrip()[:2] in {"--", "/*"} else text
    if _FIRST.match(head[:200]) is None:
        return ()
    if ";" not in text.rstrip().rstrip(";"):
        shapes = read_sql(blank_comments(text).strip().rstrip("; "), unknowns)
        return tuple(replace(shape, form="embedded") for shape in shapes)
    return tuple(replace(shape, form="embedded") for piece in split_script(text) for shape in read_sql(piece.text, unknowns))
