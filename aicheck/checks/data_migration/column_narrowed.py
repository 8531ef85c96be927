"""data-migration/column-narrowed."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_steps import StatementCheck, added_statements, is_migration, plain_name
from aicheck.authoring.wording import clip
from aicheck.model.facts import Statement
from aicheck.model.finding import Match
from aicheck.model.rule import Severity

RANKS = {"tinyint": 1, "smallint": 2, "smallinteger": 2, "mediumint": 3, "int": 4, "integer": 4, "biginteger": 8, "bigint": 8}
"""Bytes of whole numbers."""
TEXTS = frozenset({"text", "longtext", "mediumtext", "clob", "string", "unicodetext"})


class ColumnNarrowed(StatementCheck):
    """Finds new statements of migrations after which a column holds less, must be filled, or has another name."""

    id = "data-migration/column-narrowed"
    title = "A column holds less, must be filled, or gets another name"
    why = (
        "Instances of the previous release fail when they write the old shape or read the old name, and rows that do "
        "not fit stop the migration."
    )
    instead = "Add a second column, write both, copy, and switch readers over in a later release; fill empty rows before NOT NULL."
    severity = "medium"
    confidence = "medium"
    cwe = (1188,)
    examples = (
        bad_change({}, {"db/migrations/3.sql": "ALTER TABLE orders RENAME COLUMN total TO amount;\n"}, "another name"),
        bad_change(
            {},
            {
                "migrations/versions/5.py": "from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n"
                "    op.alter_column('orders', 'note', existing_type=sa.Text(), type_=sa.String(length=80))\n"
            },
            "text becomes 80 characters",
        ),
        bad_change({}, {"db/migrations/4.sql": "ALTER TABLE orders ADD COLUMN owner text NOT NULL;\n"}, "no value for the rows that exist"),
        bad_change(
            {},
            {
                "shop/migrations/0012_z.py": "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
                "    operations = [\n        migrations.RenameField(\n"
                "            model_name='order', old_name='a', new_name='b'\n        )\n    ]\n"
            },
            "Django, another name",
        ),
        good_change(
            {},
            {
                "migrations/versions/6.py": "from alembic import op\nimport sqlalchemy as sa\n\n\ndef upgrade():\n"
                "    op.alter_column('orders', 'note', existing_type=sa.String(length=80), type_=sa.String(length=200))\n"
            },
            "wider",
        ),
        good_change({}, {"db/migrations/6.sql": "ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';\n"}, "with a default"),
        good_change(
            {},
            {
                "db/migrations/7.sql": "ALTER TABLE orders ADD COLUMN state text;\nUPDATE orders SET state = 'new';\n"
                "ALTER TABLE orders ALTER COLUMN state SET NOT NULL;\n"
            },
            "filled first, in the same file",
        ),
        good_change(
            {},
            {"db/migrations/8.sql": "CREATE TABLE a (id int);\nALTER TABLE a ADD COLUMN b int NOT NULL;\nALTER TABLE a RENAME TO c;\n"},
            "a new table",
        ),
        good_change(
            {},
            {
                "db/migrations/9.sql": "ALTER TABLE orders RENAME TO orders_old;\nCREATE TABLE orders (id int, total numeric);\n"
                "INSERT INTO orders (id, total) SELECT id, total FROM orders_old;\n"
            },
            "copied into a new table of that name",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each new statement."""
        added = {
            (plain_name(one.objects[0]), *one.columns[:1])
            for one in pair.facts("after").statements
            if one.verb == "add column" and one.objects and one.direction != "downgrade"
        }
        anew = {plain_name(one.objects[0]) for one in pair.facts("after").statements if one.verb == "create table" and one.objects}
        for statement in added_statements(pair, change):
            if statement.verb == "rename table" and statement.objects and plain_name(statement.objects[0]) in anew:
                continue  # its name goes on, to the table that it is copied into
            if statement.created_here or statement.direction == "downgrade" or not is_migration(pair, statement) or not statement.objects:
                continue
            is_own = (plain_name(statement.objects[0]), *statement.columns[:1]) in added
            found = _describe(statement, is_own=is_own)
            if found is not None:
                name = clip(".".join((statement.objects[0], *statement.columns[:1])), 44)
                yield self.match_statement(pair, statement, f"`{name}` {found[0]}", severity=found[1])


def _describe(statement: Statement, *, is_own: bool) -> tuple[str, Severity] | None:
    match statement.verb:
        case "rename column":
            return None if is_own else (f"gets the name `{statement.columns[-1]}`", "medium")
        case "rename table":
            return f"gets the name `{statement.columns[-1] if statement.columns else ''}`", "medium"
        case "set not null":
            return None if is_own else ("must be filled from now on", "medium")
        case "add column" if statement.detail == "not null":
            return "is new, must be filled and has no default", "medium"
        case "alter column type":
            return _narrowed(statement.detail)
    return None


def _narrowed(detail: str) -> tuple[str, Severity] | None:
    """`sa.Text() -> sa.String(length=80)`; SQL tells only the new type, of which a short one is a note."""
    before, arrow, after = detail.rpartition(" -> ")
    if not arrow:
        return ("gets the type " + after[:30], "low") if re.search(r"char|tinyint|smallint|\bdate\b", after) else None
    earlier, later = _type(before), _type(after)
    if earlier == later or not later[0]:
        return None
    narrower = (
        (earlier[0] in TEXTS and earlier[1] == 0 and later[1] > 0)
        or (earlier[1] > later[1] > 0 and earlier[0] == later[0])
        or (RANKS.get(later[0], 0) < RANKS.get(earlier[0], 0) and later[0] in RANKS)
    )
    return (f"holds less: {before[:24]} -> {after[:24]}", "high") if narrower else None


def _type(text: str) -> tuple[str, int]:
    """(name in lower case, length or 0)."""
    found = re.search(r"(\w+)\s*(?:\(\s*(?:length\s*=\s*)?(\d+)?[^)]*\))?\s*$", text)
    return (found[1].lower().replace("varchar", "string"), int(found[2] or 0)) if found else ("", 0)
