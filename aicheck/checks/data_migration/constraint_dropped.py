"""data-migration/constraint-dropped."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_steps import StatementCheck, added_statements, plain_name
from aicheck.authoring.wording import clip
from aicheck.model.finding import Match

MAKES = frozenset({"add constraint", "add index", "alter unique", "create index", "create table", "rename table"})


class ConstraintDropped(StatementCheck):
    """Finds new statements that drop a constraint and put none in its place."""

    id = "data-migration/constraint-dropped"
    title = "A constraint is dropped and none takes its place"
    why = (
        "Duplicates and rows that point nowhere are stored from then on, and nobody can add the constraint again until they are cleaned up."
    )
    instead = "Add the new constraint in the same migration (NOT VALID first on a large table), or say why the rows need none."
    severity = "medium"
    confidence = "medium"
    cwe = (1188,)
    examples = (
        bad_change({}, {"db/migrations/3.sql": "ALTER TABLE orders DROP CONSTRAINT orders_user_fk;\n"}, "SQL"),
        bad_change(
            {},
            {
                "migrations/versions/7.py": "from alembic import op\n\n\ndef upgrade():\n"
                "    op.drop_constraint(\n        'uq_orders', table_name='orders', type_='unique'\n    )\n"
            },
            "Alembic",
        ),
        bad_change(
            {},
            {
                "shop/migrations/0013_c.py": "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
                "    operations = [migrations.RemoveConstraint(model_name='order', name='unique_number')]\n"
            },
            "Django",
        ),
        good_change(
            {},
            {
                "db/migrations/4.sql": "ALTER TABLE orders DROP CONSTRAINT orders_user_fk;\n"
                "ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT;\n"
            },
            "another takes its place",
        ),
        good_change(
            {},
            {
                "migrations/versions/8.py": "from alembic import op\n\n\ndef upgrade():\n"
                "    op.create_unique_constraint('uq', 'orders', ['a'])\n\n\n"
                "def downgrade():\n    op.drop_constraint('uq', 'orders')\n"
            },
            "on the way back",
        ),
        good_change({}, {"db/migrations/5.sql": "DROP INDEX orders_note_idx;\n"}, "an index, which only slows"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each new statement."""
        forward = [one for one in pair.facts("after").statements if one.direction != "downgrade"]
        made = {plain_name(name) for one in forward if one.verb in MAKES for name in one.objects}
        gone = {plain_name(name) for one in forward if one.verb in {"drop table", "drop column"} for name in one.objects}
        for statement in added_statements(pair, change):
            if statement.verb != "drop constraint" or statement.direction == "downgrade" or statement.created_here:
                continue
            if any(plain_name(name) in made | gone for name in statement.objects):
                continue
            name = clip(" of ".join([*statement.columns[:1], *statement.objects[:1]]), 60)
            yield self.match_statement(pair, statement, f"drops constraint `{name}`, no other takes its place")
