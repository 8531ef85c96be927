"""data-migration/column-dropped."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_steps import StatementCheck, added_statements, is_migration
from aicheck.authoring.wording import clip
from aicheck.model.facts import Statement
from aicheck.model.finding import Match
from aicheck.model.rule import Severity
from aicheck.readers.language import SOURCE_LANGUAGES
from aicheck.readers.place import place_of

DEFINITION = r"^\s*(?:{0}\b[\"'`]?\s*(?::[^=]*)?[=:(]|[\"'`]{0}[\"'`]\s+\w+|{0}\s+[A-Za-z]\w*[?\s\[(,]|@Column|#|//)"
"""A line that only says that the column exists: `name = Column(...)`, `name: string`, `name String?`."""


class ColumnDropped(StatementCheck):
    """Finds new statements that drop a column on the way forward.

    High when the same change takes away code that read or wrote it, beyond its definition: the release that runs while the
    migration is applied still needs the column.
    """

    id = "data-migration/column-dropped"
    title = "A column is dropped"
    why = (
        "Instances of the previous release still name the column and fail until they are replaced; the values are gone "
        "if that release returns."
    )
    instead = "Ship the release that no longer uses the column first, and drop the column in the one after it."
    severity = "medium"
    confidence = "high"
    cwe = (1188,)
    examples = (
        bad_change(
            {"app/dao.py": "def find(session, month):\n    return session.query(Billing).filter(Billing.month == month).first()\n"},
            {
                "app/dao.py": "def find(session, start):\n    return session.query(Billing).filter(Billing.start == start).first()\n",
                "migrations/versions/0112.py": "from alembic import op\n\n\ndef upgrade():\n    op.drop_column('billing', 'month')\n",
            },
            "in the release that stops using it",
        ),
        bad_change(
            {}, {"db/migrate/5.sql": "ALTER TABLE orders\n  ADD COLUMN a int,\n  DROP COLUMN legacy_total;\n"}, "in a SQL migration"
        ),
        bad_change(
            {},
            {
                "shop/migrations/0010_x.py": "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
                "    operations = [migrations.RemoveField('order', 'total')]\n"
            },
            "Django, positional",
        ),
        bad_change(
            {},
            {
                "migrations/20240101-a.js": "exports.up = async function (knex) {\n  await knex.schema.alterTable('users', (t) => {\n"
                "    t.dropColumn('email');\n  });\n};\n"
            },
            "Knex",
        ),
        good_change(
            {},
            {
                "migrations/versions/0113.py": "from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n"
                "    op.add_column('billing', sa.Column('start', sa.Date))\n\n\ndef downgrade():\n    op.drop_column('billing', 'start')\n"
            },
            "on the way back",
        ),
        good_change(
            {},
            {
                "migrations/versions/0114.py": "from alembic import op\n\n\ndef upgrade():\n    with op.batch_alter_table('a') as batch:\n"
                "        batch.add_column('x')\n\n\ndef downgrade():\n    with op.batch_alter_table('a') as batch:\n"
                "        batch.drop_column('x')\n"
            },
            "on the way back, in a batch",
        ),
        good_change(
            {},
            {"db/setup.sql": "CREATE TABLE a (id int, b int);\nALTER TABLE a DROP COLUMN b;\n"},
            "of a table that the same file creates",
        ),
        good_change(
            {},
            {
                "shop/migrations/0011_y.py": "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
                "    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('order', 'total')])]\n"
            },
            "only in the state, the database keeps it",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each new statement; columns that the file adds before are its own."""
        made: set[tuple[str, ...]] = set()
        for statement in pair.facts("after").statements:
            if statement.verb == "add column" and statement.direction != "downgrade":
                made.add((*statement.objects, *statement.columns[:1]))
        for statement in added_statements(pair, change):
            if statement.verb != "drop column" or statement.direction == "downgrade" or statement.created_here:
                continue
            if not is_migration(pair, statement) and statement.form == "embedded":
                continue
            if (*statement.objects, *statement.columns[:1]) in made and statement.form != "sql":
                continue
            severity, text = _severity(statement, change)
            name = clip(".".join((*statement.objects, *statement.columns)), 50)
            yield self.match_statement(pair, statement, f"drops column `{name}`{text}", severity=severity)


def _severity(statement: Statement, change: ChangeFacts) -> tuple[Severity, str]:
    column = statement.columns[0] if statement.columns else ""
    if len(column) < 3 or not re.fullmatch(r"\w+", column):
        return "medium", ""
    lost = sum(_lost_uses(other, column) for other in change.pairs)
    return ("high", " in the change that stops using it") if lost else ("medium", "")


def _lost_uses(pair: FilePair, column: str) -> int:
    """How many lines of a program use the column before but not after, its definition left out."""
    if pair.language not in SOURCE_LANGUAGES or pair.language == "sql" or place_of(pair.path) in {"test", "migration", "docs", "example"}:
        return 0
    if (
        pair.before_source is None
        or pair.after_source is None
        or column not in pair.before_source
        or re.search("migrat|/versions/", pair.path)
    ):
        return 0
    return max(_uses(pair.before_source, column) - _uses(pair.after_source, column), 0)


def _uses(source: str, column: str) -> int:
    camel = re.sub(r"_(\w)", lambda found: found[1].upper(), column)
    word = re.compile(rf"\b(?:{column}|{camel})\b")
    definition = re.compile(DEFINITION.format(f"(?:{column}|{camel})"))
    return sum(1 for line in source.split("\n") if word.search(line) and not definition.match(line))
