"""broad-deletion/delete-without-filter."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_steps import (
    StatementCheck,
    added_statements,
    is_migration,
    is_passing,
    lost_statements,
    plain_name,
    shown_objects,
)
from aicheck.model.facts import Statement
from aicheck.model.finding import Match
from aicheck.model.rule import Severity
from aicheck.regex import regex

PURPOSE = regex(
    r"(?:^|[._])_?(?:reset|clear|truncate|wipe|flush|purge|clean|cleanup|teardown|tear|empty|drop|destroy|delete_?all|remove_?all|reindex|rebuild|reload"
    r"|rollback|undo|revert|seed|populate|refresh|replace|sync|import|load)",
    re.IGNORECASE,
)
"""Names of functions whose purpose is to empty something, or to fill it anew."""


class DeleteWithoutFilter(StatementCheck):
    """Finds new DELETE and UPDATE statements, in SQL or through an object mapper, that reach every row.

    Also those that only some runs narrow: filters that are all optional, `WHERE 1=1` with parts appended under an `if`.
    """

    id = "broad-deletion/delete-without-filter"
    title = "A deletion or update that reaches every row"
    why = "One run empties or overwrites the whole table; where all filters are optional, one request without any of them does."
    instead = "Name the rows in a WHERE clause that cannot be empty, and refuse to run when no filter is given."
    severity = "high"
    confidence = "medium"
    cwe = (471, 20)
    examples = (
        bad_change({}, {"app/views.py": "def close(request):\n    Order.objects.all().delete()\n"}, "every row, through a manager"),
        bad_change({}, {"ops/fix.sql": "begin;\nDELETE FROM orders;\ncommit;\n"}, "no WHERE"),
        bad_change({}, {"ops/fix.sql": "UPDATE accounts\n   SET status = 'closed';\n"}, "an update"),
        bad_change({}, {"ops/fix.sql": "delete from orders where 1 = 1;\n"}, "a WHERE that is always true"),
        bad_change(
            {},
            {"src/close.ts": "export async function close(id: string) {\n  await prisma.order.deleteMany({});\n}\n"},
            "Prisma with an empty filter",
        ),
        bad_change(
            {},
            {
                "app/search.py": "def drop(self, a, b):\n    q = Order.objects.all()\n    if a:\n        q = q.filter(a=a)\n    if b:\n"
                "        q = q.filter(b=b)\n    q.delete()\n"
            },
            "all filters are optional",
        ),
        bad_change(
            {},
            {
                "app/search.py": "def drop(collection, user):\n    query = {}\n    if user:\n        query['user'] = user\n"
                "    collection.delete_many(query)\n"
            },
            "a document that may stay empty",
        ),
        bad_change(
            {},
            {
                "app/search.py": "async def drop(cur, user):\n    sql = 'DELETE FROM orders WHERE 1=1'\n    if user:\n"
                "        sql += ' AND user_id = %s'\n"
                "    await cur.execute(sql, [user])\n"
            },
            "1=1 and optional parts",
        ),
        good_change({}, {"app/views.py": "def close(request):\n    Order.objects.filter(user=request.user).delete()\n"}, "filtered"),
        good_change(
            {},
            {"src/close.ts": "export async function close(userId: string) {\n  await prisma.order.deleteMany({ where: { userId } });\n}\n"},
            "filtered",
        ),
        good_change({}, {"tests/factories.py": "def teardown():\n    return 1\n"}, "nothing"),
        good_change({}, {"ops/list.sql": "SELECT * FROM orders WHERE 1=1;\n"}, "only reads"),
        good_change({}, {"ops/fix.sql": "CREATE TEMPORARY TABLE t (id int);\nDELETE FROM t;\n"}, "a temporary table"),
        good_change({}, {"ops/fix.sql": "DELETE FROM orders WHERE id = 7;\n"}, "by key"),
        good_change(
            {},
            {
                "app/search.py": "def drop(collection, user):\n    query = {}\n    if user:\n        query['user'] = user\n"
                "    if not query:\n"
                "        raise ValueError('no filter')\n    collection.delete_many(query)\n"
            },
            "refuses an empty filter",
        ),
        good_change(
            {},
            {
                "app/search.py": "def drop(self, owner, b):\n    q = Order.objects.filter(owner=owner)\n    if b:\n"
                "        q = q.filter(b=b)\n"
                "    q.delete()\n"
            },
            "one filter is always there",
        ),
        good_change(
            {},
            {
                "db/migrations/7.sql": "ALTER TABLE orders ADD COLUMN state text;\nUPDATE orders SET state = 'new';\n"
                "ALTER TABLE orders ALTER COLUMN state SET NOT NULL;\n"
            },
            "fills a column that the same migration adds",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each new statement."""
        candidates = [one for one in added_statements(pair, change) if _reaches_all(one)]
        if not candidates:
            return
        narrowed = {(one.symbol, one.verb, one.objects) for one in lost_statements(pair, change) if one.has_where and not one.tautological}
        filled = {
            (plain_name(one.objects[0]), column)
            for one in pair.facts("after").statements
            if one.verb in {"add column", "create table"} and one.objects
            for column in one.columns
        }
        for statement in candidates:
            if (statement.symbol, statement.verb, statement.objects) in narrowed or statement.direction == "downgrade":
                continue
            is_backfill = statement.columns and all((plain_name(statement.objects[0]), one) in filled for one in statement.columns)
            if statement.created_here or (statement.verb == "update" and (is_backfill or not statement.columns)):
                continue
            yield self._match(pair, statement)

    def _match(self, pair: FilePair, statement: Statement) -> Match:
        done = "deletes every row of" if statement.verb == "delete" else "updates every row of"
        if statement.tautological and statement.predicates:
            done += ", unless a filter is given,"
        return self.match_statement(pair, statement, f"{done} `{shown_objects(statement)}`", severity=_severity(pair, statement))


def _reaches_all(statement: Statement) -> bool:
    return statement.verb in {"delete", "update"} and (not statement.has_where or statement.tautological)


def _severity(pair: FilePair, statement: Statement) -> Severity:
    if statement.direction == "seed" or all(is_passing(name) for name in statement.objects):
        return "low"
    if is_migration(pair, statement):
        return "high" if statement.verb == "delete" else "medium"
    is_meant = PURPOSE.search(statement.symbol) is not None and not (statement.tautological and statement.predicates)
    return "medium" if is_meant or any(name.startswith("{") for name in statement.objects) else "high"
