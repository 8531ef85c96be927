"""data-migration/object-dropped."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_steps import (
    StatementCheck,
    added_statements,
    is_migration,
    is_passing,
    is_recreated,
    plain_name,
    shown_objects,
)
from aicheck.model.facts import Statement
from aicheck.model.finding import Match
from aicheck.model.rule import Severity

DROPS = frozenset({"drop database", "drop keyspace", "drop partition", "drop schema", "drop table", "truncate"})
WHOLE = frozenset({"drop database", "drop keyspace", "drop schema"})


class ObjectDropped(StatementCheck):
    """Finds new statements that drop or empty a lasting table, schema or database on the way forward."""

    id = "data-migration/object-dropped"
    title = "A lasting table, schema or database is dropped or emptied"
    why = "The rows are gone once it has run, and instances of the previous release still read the table; only a backup brings it back."
    instead = "Stop using it first, rename it in a later release, and drop it when a backup and some weeks say that nothing misses it."
    severity = "high"
    confidence = "high"
    cwe = (471,)
    examples = (
        bad_change({}, {"db/migrations/0042_cleanup.sql": "DROP TABLE invoices CASCADE;\n"}, "in a SQL migration"),
        bad_change({}, {"migrations/V7__audit.sql": "/* tidy up */\ntruncate audit_log;\n"}, "emptied"),
        bad_change(
            {},
            {
                "migrations/versions/3f_drop.py": "from alembic import op\n\n\ndef upgrade():\n    op.drop_table('invoices')\n\n\n"
                "def downgrade():\n    op.create_table('invoices')\n"
            },
            "Alembic, in upgrade",
        ),
        bad_change(
            {},
            {
                "shop/migrations/0009_auto.py": "from django.db import migrations as m, migrations\n\n\n"
                "class Migration(migrations.Migration):\n"
                "    operations = [\n        migrations.DeleteModel(\n            name='Invoice',\n        ),\n    ]\n"
            },
            "Django",
        ),
        bad_change(
            {},
            {
                "src/migrations/1700-drop.ts": "export class Drop1700 {\n  async up(queryRunner: QueryRunner) {\n"
                '    await queryRunner.query(`DROP TABLE "invoice"`);\n  }\n  async down(queryRunner: QueryRunner) {}\n}\n'
            },
            "SQL that a TypeORM migration runs",
        ),
        good_change({}, {"jobs/report.sql": "CREATE TEMP TABLE totals (id int);\nDROP TABLE totals;\n"}, "a temporary table"),
        good_change(
            {},
            {
                "migrations/versions/4a_new.py": "from alembic import op\n\n\ndef upgrade():\n    op.create_table('invoices')\n\n\n"
                "def downgrade():\n    op.drop_table('invoices')\n"
            },
            "on the way back",
        ),
        good_change(
            {},
            {"db/migrations/0043_new.sql": "-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE a;\n"},
            "on the way back, by a marker",
        ),
        good_change(
            {},
            {
                "prisma/migrations/2_redo/migration.sql": 'CREATE TABLE "new_User" (id int);\n'
                'INSERT INTO "new_User" SELECT * FROM "User";\n'
                'DROP TABLE "User";\nALTER TABLE "new_User" RENAME TO "User";\n'
            },
            "a table that is built anew and takes the old one's name",
        ),
        good_change({}, {"db/dump.sql": "DROP TABLE IF EXISTS users;\nCREATE TABLE users (id int);\n"}, "a dump that sets up a schema"),
        good_change(
            {},
            {"app/help.py": 'MESSAGE = "DROP TABLE invoices removes everything"\nprint("never run: TRUNCATE audit_log")\n'},
            "a message",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each new statement."""
        for statement in added_statements(pair, change):
            if statement.verb not in DROPS or statement.direction == "downgrade" or statement.created_here:
                continue
            if _is_view(pair, statement) or (is_recreated(pair, statement) and not is_migration(pair, statement)):
                continue
            verb = "empties" if statement.verb == "truncate" else "drops"
            kind = "" if statement.verb in {"drop table", "truncate"} else f"{statement.verb.partition(' ')[2]} "
            with_ = " with CASCADE" if statement.cascade else ""
            yield self.match_statement(
                pair, statement, f"{verb} {kind}`{shown_objects(statement)}`{with_}", severity=_severity(pair, statement)
            )


def _is_view(pair: FilePair, statement: Statement) -> bool:
    """Whether what it drops is a view, which holds no rows of its own, as a statement of the file that creates it again says."""
    names = {plain_name(name) for name in statement.objects}
    views = {plain_name(name) for one in pair.facts("after").statements if one.verb == "create view" for name in one.objects}
    return names <= views


def _severity(pair: FilePair, statement: Statement) -> Severity:
    if statement.direction == "seed" or all(is_passing(name) for name in statement.objects):
        return "low"
    if any(name.startswith("{") for name in statement.objects):
        return "medium"
    if is_recreated(pair, statement) and statement.if_exists:
        return "medium"
    if statement.verb in WHOLE or (statement.verb == "truncate" and statement.cascade):
        return "critical" if is_migration(pair, statement) else "high"
    return "high"
