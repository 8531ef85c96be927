"""data-migration/locking-change."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_steps import StatementCheck, added_statements, is_migration, plain_name, shown_objects
from aicheck.model.facts import Statement
from aicheck.model.finding import Match
from aicheck.model.rule import Severity


class LockingChange(StatementCheck):
    """Finds new statements of migrations that keep others from writing to a whole table while they run.

    An index that is not built concurrently, a constraint that is checked at once, and an update of every row.
    """

    id = "data-migration/locking-change"
    title = "A migration locks a whole table while it runs"
    why = "On a large table every write waits until it is done, requests pile up behind it, and the deployment looks like an outage."
    instead = "Build indexes concurrently, add constraints as NOT VALID and validate later, update in batches, and set a lock timeout."
    severity = "low"
    confidence = "medium"
    cwe = (400,)
    examples = (
        bad_change({}, {"db/migrations/3.sql": "CREATE INDEX orders_user ON orders (user_id);\n"}, "not concurrently"),
        bad_change(
            {},
            {
                "migrations/versions/9.py": "from alembic import op\n\n\ndef upgrade():\n"
                "    op.create_foreign_key('fk', 'orders', 'users', ['u'], ['id'])\n"
            },
            "every row is checked at once",
        ),
        bad_change(
            {},
            {"db/migrations/4.sql": "ALTER TABLE orders ADD COLUMN state text;\nUPDATE orders SET state = 'new';\n"},
            "every row in one statement",
        ),
        good_change(
            {},
            {"db/migrations/3.sql": "SET lock_timeout = '2s';\nCREATE INDEX CONCURRENTLY orders_user ON orders (user_id);\n"},
            "concurrently",
        ),
        good_change({}, {"db/migrations/5.sql": "CREATE TABLE a (id int);\nCREATE INDEX a_id ON a (id);\n"}, "a new table is empty"),
        good_change(
            {},
            {"db/migrations/6.sql": "ALTER TABLE a ADD CONSTRAINT fk FOREIGN KEY (u) REFERENCES users (id) NOT VALID;\n"},
            "not checked yet",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each table."""
        seen: set[tuple[str, str]] = set()
        for statement in added_statements(pair, change):
            if not is_migration(pair, statement) or statement.created_here or statement.direction != "forward" or not statement.objects:
                continue
            found = _describe(statement)
            place = (statement.verb, plain_name(statement.objects[0]))
            if found is not None and place not in seen and not statement.objects[0].startswith("{"):
                seen.add(place)
                text, severity = found
                yield self.match_statement(pair, statement, f"`{shown_objects(statement)}`: {text}", severity=severity)


def _describe(statement: Statement) -> tuple[str, Severity] | None:
    if statement.verb == "create index" and not statement.concurrently:
        return "an index is built and writes wait", "low"
    if statement.verb == "add constraint" and "not valid" not in statement.detail:
        return "a constraint is checked on every row and writes wait", "low"
    if statement.verb == "update" and not statement.has_where and statement.columns:
        return "every row is updated in one statement", "low"
    return None
