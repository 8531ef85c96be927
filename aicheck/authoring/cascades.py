"""Foreign keys in SQL that begin to delete the rows that point to a deleted row."""

import re
from collections.abc import Iterator

import msgspec

from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.statement_steps import added_statements, lost_statements, plain_name
from aicheck.model.facts import Statement
from aicheck.model.rule import Severity
from aicheck.regex import regex

ON_DELETE = regex(r"\bON\s+DELETE\s+CASCADE\b", re.IGNORECASE)
MADE = frozenset({"add constraint", "add column"})


class Cascade(msgspec.Struct, frozen=True):
    """One foreign key that cascades now."""

    statement: Statement
    text: str
    severity: Severity


def cascades_gained(pair: FilePair, change: ChangeFacts) -> Iterator[Cascade]:
    """Of tables that the change does not make. `high` where another rule stood there, `medium` for a key that is new."""
    statements = pair.facts("after").statements
    made = {plain_name(one.objects[0]) for _, facts in change.sides("after") for one in facts.statements if _makes_table(one)}
    known = {plain_name(one.objects[0]) for _, facts in change.sides("before") for one in facts.statements if _makes_table(one)}
    for one in added_statements(pair, change):
        is_new_key = one.verb in MADE and one.cascade and one.form in {"sql", "embedded"} and one.direction == "forward"
        if not is_new_key or one.created_here or not one.objects or plain_name(one.objects[0]) in made - known:
            continue
        replaced = any(
            other.verb == "drop constraint" and other.objects[:1] == one.objects[:1] and other.direction == "forward"
            for other in statements
        )
        yield Cascade(one, "a constraint becomes CASCADE" if replaced else "a new CASCADE", "high" if replaced else "medium")
    yield from _in_schema(pair, change)


def _in_schema(pair: FilePair, change: ChangeFacts) -> Iterator[Cascade]:
    """Tables whose own text says CASCADE more often than it did."""
    before = {_key(one): _count(one) for one in pair.facts("before").statements if _makes_table(one)}
    moved = {_key(one): _count(one) for one in lost_statements(pair, change) if _makes_table(one)}
    for one in pair.facts("after").statements:
        was = before.get(_key(one), moved.get(_key(one))) if _makes_table(one) else None
        if was is not None and _count(one) > was:
            yield Cascade(one, "a key of the table is CASCADE now", "high")


def _makes_table(one: Statement) -> bool:
    return one.verb == "create table" and bool(one.objects) and one.form in {"sql", "embedded"}


def _key(one: Statement) -> tuple[str, str]:
    return one.direction, plain_name(one.objects[0])


def _count(one: Statement) -> int:
    return len(ON_DELETE.findall(one.text))
