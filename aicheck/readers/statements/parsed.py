"""Reads one SELECT, DELETE or UPDATE with sqlglot. Imported only when there is one: the import takes 0.2 seconds."""

import logging
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from aicheck.model.facts import Statement
from aicheck.model.location import WHOLE_FILE
from aicheck.readers.statements.words import Shape, is_unknown

logging.getLogger("sqlglot").disabled = True  # it would warn on standard error of what it does not know
MOST_NODES = 5_000
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Like, exp.ILike, exp.Is, exp.Between, exp.NullSafeEQ)


def parse_manipulation(text: str) -> tuple[Shape, ...]:
    """Each deletion and update of the statement, or what it selects; empty when it could not be read."""
    try:
        tree = sqlglot.parse_one(text, read="mysql" if "`" in text else "tsql" if _is_bracketed(text) else None)
        changes = [node for node in tree.find_all(exp.Delete, exp.Update) if isinstance(node, (exp.Delete, exp.Update))]
        if changes:
            return tuple(shape for node in changes if (shape := _changed(node)) is not None)
        query = tree if isinstance(tree, exp.Query) else None
        return tuple(_selected(query)) if query is not None else ()
    except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return ()  # its grammar is no dialect's own: whatever it stumbles over, patterns read the statement


def _is_bracketed(text: str) -> bool:
    return "[dbo]" in text or "FROM [" in text or "UPDATE [" in text


def _changed(node: exp.Delete | exp.Update) -> Shape | None:
    targets = node.args.get("tables") or [node.this]
    names = tuple(name for target in targets if (name := _table_name(target, node)))
    if not names:
        return None
    joins = [join for table in node.find_all(exp.Join) for join in [table]]
    where = node.args.get("where")
    is_narrowed = bool(joins) or bool(node.args.get("using")) or (isinstance(node, exp.Update) and node.args.get("from_") is not None)
    condition = where.this if isinstance(where, exp.Expression) else None
    columns: tuple[str, ...] = ()
    if isinstance(node, exp.Update):
        columns = tuple(one.this.sql() for one in node.expressions if isinstance(one, exp.EQ))
    return Statement(
        "delete" if isinstance(node, exp.Delete) else "update",
        names,
        WHOLE_FILE,
        columns=columns,
        predicates=_predicates([condition, *(join.args.get("on") for join in joins)]),
        has_where=condition is not None or is_narrowed,
        tautological=condition is not None and _is_true(condition) and not is_narrowed,
    )


def _selected(query: exp.Query) -> Iterator[Shape]:
    tables = tuple(dict.fromkeys(name for table in query.find_all(exp.Table) if (name := _full_name(table))))
    common = {expression.alias_or_name for expression in query.find_all(exp.CTE)}
    tables = tuple(name for name in tables if name not in common)
    if not tables:
        return
    wheres = [where.this for where in query.find_all(exp.Where)]
    joins = [join.args.get("on") for join in query.find_all(exp.Join)]
    yield Statement("select", tables, WHOLE_FILE, predicates=_predicates([*wheres, *joins]), has_where=bool(wheres))


def _table_name(target: object, node: exp.Delete | exp.Update) -> str:
    """The name of the table that a deletion names, or that the alias it names stands for."""
    if not isinstance(target, exp.Table):
        return ""
    for table in node.find_all(exp.Table):
        if table is not target and table.alias and table.alias == target.name:
            return _full_name(table)
    return _full_name(target)


def _full_name(table: exp.Table) -> str:
    return ".".join(part for part in (table.catalog, table.db, table.name) if part)


def _predicates(conditions: list[object]) -> tuple[tuple[str, str], ...]:
    found: set[tuple[str, str]] = set()
    visited = 0
    for condition in conditions:
        if not isinstance(condition, exp.Expression):
            continue
        for node in condition.walk():
            visited += 1
            if visited > MOST_NODES:
                return tuple(sorted(found))
            if isinstance(node, _COMPARISONS):
                found |= _compared(node)
            elif (
                isinstance(node, exp.Column)
                and is_unknown(node.name)
                and isinstance(node.parent, (exp.Where, exp.Connector, exp.Paren, exp.Not))
            ):
                found.add(("*", ""))
        if isinstance(condition, exp.Column) and is_unknown(condition.name):
            found.add(("*", ""))
    return tuple(sorted(found))


def _compared(node: exp.Expression) -> set[tuple[str, str]]:
    left = node.this
    other = node.args.get("expression") or node.args.get("query") or next(iter(node.args.get("expressions") or []), None)
    found = set()
    for one, value in ((left, other), (other, left)):
        if not isinstance(one, exp.Expression) or isinstance(one, exp.Query):
            continue
        for column in [one] if isinstance(one, exp.Column) else list(one.find_all(exp.Column))[:5]:
            if not is_unknown(column.name):
                found.add((column.name, value.sql()[:80] if isinstance(value, exp.Expression) else ""))
    return found


def _is_true(condition: exp.Expr) -> bool:
    if isinstance(condition, exp.Paren):
        return _is_true(condition.this)
    if isinstance(condition, exp.And):
        return _is_true(condition.left) and _is_true(condition.right)
    if isinstance(condition, exp.Or):
        return _is_true(condition.left) or _is_true(condition.right)
    if isinstance(condition, exp.Boolean):
        return bool(condition.this)
    if isinstance(condition, exp.EQ):
        return condition.left == condition.right and not is_unknown(condition.sql())
    return isinstance(condition, exp.Literal) and not condition.is_string and condition.name not in {"0", ""}
