"""Statements of `.sql` files: scripts, migrations of any tool, query files, dbt models."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from msgspec.structs import replace

from aicheck.model.facts import Direction, Statement
from aicheck.readers.source_text import SourceText
from aicheck.readers.statements.splitting import split_script
from aicheck.readers.statements.sql import read_sql
from aicheck.regex import regex

WORTH = regex(rb"\b(?:SELECT|DELETE|UPDATE|DROP|TRUNCATE|ALTER|CREATE|GRANT|RENAME|POLICY)\b", re.IGNORECASE)
_DOWN_NAME = regex(r"(?:^|[._-])(?:down|undo|rollback|revert)(?=[._-]|$)|^u\d[\d._]*__", re.IGNORECASE)
_DOWN_FOLDERS = frozenset({"down", "revert", "rollback", "rollbacks", "undo", "downgrade"})
_SEEDS = frozenset({"seed", "seeds", "seeders", "fixture", "fixtures", "testdata", "sample_data"})
MOST_KEPT = 5_000
"""Statements of one file."""


def read_sql_file(path: str, data: bytes) -> tuple[Statement, ...]:
    """The statements of a file in file order. Raises Unreadable."""
    if WORTH.search(data) is None:
        return ()
    source = SourceText(data)
    return mark_created(_statements(path, source))


def direction_of(path: str) -> Direction:
    """The direction that the name of a file gives its statements."""
    pure = PurePosixPath(path.lower())
    folders = frozenset(pure.parts[:-1])
    if _DOWN_NAME.search(pure.stem) or folders & _DOWN_FOLDERS:
        return "downgrade"
    return "seed" if folders & _SEEDS or re.search(r"(?:^|[._-])seeds?(?:[._-]|$)", pure.stem) else "forward"


def mark_created(statements: Iterator[Statement] | tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The statements, with `created_here` where they meet an object that the same file created, or is about to put in place again."""
    found = []
    created_by: dict[bool, set[str]] = {True: set(), False: set()}
    for statement in statements:
        names = {_plain(name) for name in statement.objects}
        created = created_by[statement.direction == "downgrade"]
        if statement.verb == "create table":
            created |= names if not statement.if_exists or statement.created_here else set()
        elif names and names <= created:
            statement = replace(statement, created_here=True)  # noqa: PLW2901  the same statement, marked
        if statement.verb == "rename table" and names & created and statement.columns:
            created.add(_plain(statement.columns[-1]))
        found.append(statement)
        if len(found) >= MOST_KEPT:
            break
    back = {_plain(one.columns[-1]) for one in found if one.verb == "rename table" and one.columns and one.created_here}
    return tuple(
        replace(one, created_here=True) if one.verb == "drop table" and {_plain(name) for name in one.objects} <= back else one
        for one in found
    )


def _plain(name: str) -> str:
    return name.lower().rpartition(".")[2]


def _statements(path: str, source: SourceText) -> Iterator[Statement]:
    direction = direction_of(path)
    for piece in split_script(source.text):
        for shape in read_sql(piece.text):
            way = piece.direction if direction == "forward" else direction
            end = piece.start + len(piece.text)
            yield replace(shape, span=source.span(piece.start, end), symbol=piece.symbol, direction=way)
