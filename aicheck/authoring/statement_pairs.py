"""Statements of one function that stand on both sides, and the columns that one lost from what narrows it."""

from collections.abc import Iterator

import msgspec

from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.statement_steps import added_statements, by_symbol, column_names, lost_statements, plain_column, plain_name
from aicheck.model.facts import Statement

OWNERS = frozenset(
    [
        "team",
        "tenant",
        "org",
        "organization",
        "organisation",
        "account",
        "workspace",
        "user",
        "owner",
        "customer",
        "project",
        "company",
        "site",
        "domain",
        "realm",
        "member",
        "membership",
        "author",
        "creator",
        "created_by",
        "group",
        "client",
        "merchant",
        "shop",
        "store",
        "business",
        "service",
        "namespace",
        "username",
        "patron",
        "profile",
        "subscriber",
        "institution",
    ]
)
"""Columns that say whose a row is."""


class StatementPair(msgspec.Struct, frozen=True):
    """What became of a statement."""

    before: Statement
    after: Statement
    lost: tuple[str, ...]
    """Columns (as `plain_column` spells them) that narrowed it before and do not now, sorted."""


def changed_statements(pair: FilePair, change: ChangeFacts) -> Iterator[StatementPair]:
    """Statements of the same function, verb and object whose predicates differ, those nearest in what narrows them together."""
    lost, gained = lost_statements(pair, change), by_symbol(added_statements(pair, change))
    standing = by_symbol(pair.facts("after").statements) if lost else {}
    for before in lost:
        candidates = [
            one
            for one in gained.get(before.symbol, ())
            if one.verb == before.verb and _share_object(before, one) and _is_same_way(before, one)
        ]
        if not candidates:
            continue
        mine = column_names(before)
        after = min(candidates, key=lambda one: len(mine ^ column_names(one)))
        gained[before.symbol].remove(after)
        kept = {name for one in standing[before.symbol] if _share_object(before, one) for name in column_names(one)}
        yield StatementPair(before, after, tuple(name for name in _lost_columns(before, after) if name not in kept))


def _share_object(one: Statement, other: Statement) -> bool:
    return bool({plain_name(name) for name in one.objects} & {plain_name(name) for name in other.objects})


def _is_same_way(one: Statement, other: Statement) -> bool:
    return one.direction == other.direction and (one.form == "orm") == (other.form == "orm")


def _lost_columns(before: Statement, after: Statement) -> tuple[str, ...]:
    """Not those that only got another name: the same value, or a column of the other side with the same last part."""
    kept = column_names(after)
    values = {value for name, value in after.predicates if value}
    parts = {part for name in kept for part in name.split("__")}
    if "*" in {name for name, _ in after.predicates} - {name for name, _ in before.predicates}:
        return ()
    return tuple(
        sorted(
            {
                plain
                for name, value in before.predicates
                if (plain := plain_column(name)) not in kept and plain != "*" and value not in values and not set(plain.split("__")) & parts
            }
        )
    )


def owner_columns(statement: Statement) -> frozenset[str]:
    """Those of its predicates that say whose a row is: `team`, `session__team`, `owner_id`."""
    return frozenset(name for name in column_names(statement) if is_owner(name))


def is_owner(plain: str) -> bool:
    """Whether a column, as `plain_column` spells it, says whose a row is."""
    return any(part in OWNERS for part in plain.split("__")) or plain.rpartition("_")[2] in {
        "team",
        "tenant",
        "workspace",
        "organization",
        "org",
    }
