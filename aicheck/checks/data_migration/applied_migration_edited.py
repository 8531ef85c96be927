"""data-migration/applied-migration-edited."""

from collections import Counter
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_steps import StatementCheck
from aicheck.authoring.wording import count
from aicheck.model.facts import Statement
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location
from aicheck.model.rule import Severity
from aicheck.readers.place import place_of
from aicheck.regex import regex

MIGRATION = regex(
    r"(?:^|/)(?:migrations?|alembic/versions|versions|migrate|db/migrate|flyway|liquibase|drizzle)/(?:[^/]+/)?[^/]*\d[^/]*(?:\.sql|\.py|\.[cm]?[jt]s|/migration\.sql)$"
    r"|(?:^|/)migrations/[^/]*\d[^/]*/migration\.sql$|(?:^|/)[VR]\d[\w.]*__\w+\.sql$"
)
COSMETIC = regex(
    r",?\s*\b(?:help_text|verbose_name(?:_plural)?|choices|default|related_name|options)\s*=\s*(?:'[^']*'|\"[^\"]*\"|\[[^\]]*\]|\{[^}]*\}|[\w.]+)"
)
"""Options of Django fields that change no database."""
SQUASHED = 5
"""So many migrations that go at once are squashed."""


class AppliedMigrationEdited(StatementCheck):
    """Finds migrations that stood before the change and do other things after it, or are deleted."""

    id = "data-migration/applied-migration-edited"
    title = "A migration that may have run is edited or deleted"
    why = "Databases that have run it never get the edit, new ones do: production and everything else are different from then on."
    instead = "Leave it as it is and add a new migration with the difference."
    severity = "medium"
    confidence = "medium"
    cwe = (471,)
    examples = (
        bad_change(
            {"db/migrations/0003_orders.sql": "CREATE TABLE orders (id int);\n"},
            {"db/migrations/0003_orders.sql": "CREATE TABLE orders (id int, state text);\n"},
            "another table",
        ),
        bad_change(
            {"migrations/versions/4a1_x.py": "from alembic import op\n\n\ndef upgrade():\n    op.drop_index('a', 'orders')\n"},
            {"migrations/versions/4a1_x.py": "from alembic import op\n\n\ndef upgrade():\n    pass\n"},
            "it does nothing any more",
        ),
        bad_change(
            {"db/migrations/0003_orders.sql": "ALTER TABLE orders ADD COLUMN a int;\n", "app.py": "a = 1\n"},
            {"app.py": "a = 2\n"},
            "deleted",
        ),
        good_change(
            {"db/migrations/0003_orders.sql": "CREATE TABLE orders (id int);\n"},
            {"db/migrations/0003_orders.sql": "-- the orders\nCREATE TABLE orders\n(\n    id int\n);\n"},
            "comment and layout",
        ),
        good_change(
            {"migrations/versions/4a1_x.py": "from alembic import op\n\n\ndef upgrade():\n    op.drop_index('a', 'orders')\n"},
            {
                "migrations/versions/4a1_x.py": "from alembic import op\n\n\ndef upgrade() -> None:\n    op.drop_index(\n"
                '        "a", "orders"\n    )\n'
            },
            "another formatter",
        ),
        good_change(
            {
                "migrations/versions/4a1_x.py": "from alembic import op\n\ndown_revision = 'a'\n\n\ndef upgrade():\n"
                "    op.drop_index('a', 'orders')\n"
            },
            {
                "migrations/versions/4a1_x.py": "from alembic import op\n\ndown_revision = 'b'\n\n\ndef upgrade():\n"
                "    op.drop_index('a', 'orders')\n"
            },
            "put behind another one",
        ),
        good_change({}, {"db/migrations/0004_new.sql": "CREATE TABLE a (id int);\n"}, "a new one"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for the file."""
        if not MIGRATION.search(pair.before_path) or place_of(pair.before_path) in {"test", "example", "docs"} or pair.before is None:
            return
        before = pair.before.statements
        if pair.after is None and pair.change.after is None:
            if before and _forward(before) and len(_deleted(change)) < SQUASHED:
                yield self._match(pair, before[0], None, "a migration is deleted", "low" if _is_made_anew(pair, change) else "medium")
            return
        if pair.after is None:
            return
        lost, gained = _forward(before), _forward(pair.after.statements)
        gone, new = list((lost - gained).elements()), list((gained - lost).elements())
        if gone or new:
            first = next((one for one in before if _text(one) in gone), None)
            place = next((one for one in pair.after.statements if _text(one) in new), None)
            text = f"{count(len(gone), 'statement')} of a migration gone, {len(new)} new"
            yield self._match(pair, first, place, text, "medium" if pair.path == pair.before_path else "low")

    def _match(self, pair: FilePair, before: Statement | None, after: Statement | None, text: str, severity: Severity) -> Match:
        line = before.span.line if before else 0
        return self.match(
            Location(pair.path, "after", after.span if after else WHOLE_FILE),
            text,
            symbol=pair.path.rpartition("/")[2],
            text=text,
            before=Excerpt(pair.before_path, line, pair.line("before", line)[:200]) if line else None,
            severity=severity,
        )


def _deleted(change: ChangeFacts) -> list[FilePair]:
    return [pair for pair in change.pairs if pair.change.after is None and MIGRATION.search(pair.before_path)]


def _is_made_anew(pair: FilePair, change: ChangeFacts) -> bool:
    """Whether another migration of the same folder is new: one that has not run yet was generated again or renumbered."""
    folder = pair.before_path.rpartition("/")[0]
    return any(
        other.change.before is None and other.path.rpartition("/")[0] == folder and MIGRATION.search(other.path) for other in change.pairs
    )


def _forward(statements: tuple[Statement, ...]) -> Counter[str]:
    return Counter(_text(one) for one in statements if one.direction == "forward" and one.verb != "select")


def _text(statement: Statement) -> str:
    return COSMETIC.sub("", "".join(statement.text.lower().split()) if statement.form == "sql" else statement.text)
