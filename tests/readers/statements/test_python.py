import textwrap

import pytest

from aicheck.model.facts import Statement
from aicheck.readers.statements import read_statements


def read(text: str, path: str = "app/x.py") -> list[Statement]:
    return list(read_statements(path, "python", textwrap.dedent(text).encode()))


def brief(statement: Statement) -> tuple[str, str, set[str]]:
    return statement.verb, statement.objects[0], {name for name, _ in statement.predicates}


@pytest.mark.parametrize(
    ("code", "verb", "model", "columns"),
    [
        ("get_object_or_404(Order, pk=pk, team=request.team)", "select", "Order", {"pk", "team"}),
        ("get_object_or_404(Order.objects.filter(team=t), pk=pk)", "select", "Order", {"pk", "team"}),
        ("models.Order.objects.filter(Q(a=1) | Q(b=2)).exclude(c=3).delete()", "delete", "Order", {"a", "b", "c"}),
        ("await Order.objects.filter(a__b=1).aupdate(x=2)", "update", "Order", {"a__b"}),
        ("db.session.query(Order).filter(Order.id == 1, Order.team_id.in_(ids)).delete()", "delete", "Order", {"id", "team_id"}),
        ("session.execute(sa.delete(Order).where(Order.id == 1))", "delete", "Order", {"id"}),
        ("Order.query.filter_by(id=1).first()", "select", "Order", {"id"}),
        ("Order.delete().where(Order.id == 1).execute()", "delete", "Order", {"id"}),
        ("db.orders.delete_many({'id': 1})", "delete", "orders", {"id"}),
        ("Order.objects.filter(**kwargs).delete()", "delete", "Order", {"*"}),
        ("Order.objects.for_team(team).delete()", "delete", "Order", {"team", "*"}),
        ("cursor.execute('DELETE FROM orders WHERE id = %s', [1])", "delete", "orders", {"id"}),
        ("session.execute(text('DELETE FROM orders WHERE id = :id'))", "delete", "orders", {"id"}),
        ("cursor.execute(f'DELETE FROM orders WHERE id = {order.id}')", "delete", "orders", {"id"}),
        ("cursor.execute('DELETE FROM orders ' + where)", "delete", "orders", {"*"}),
        ("cursor.execute('DELETE FROM orders WHERE id = {}'.format(i))", "delete", "orders", {"id"}),
        ("db.delete('orders', where='id=$i', vars=v)", "delete", "orders", {"id"}),
    ],
)
def test_one_expression(code: str, verb: str, model: str, columns: set[str]) -> None:
    (found,) = read(f"async def f():\n    {code}\n")
    assert brief(found) == (verb, model, columns)
    assert found.has_where and found.symbol == "f"


@pytest.mark.parametrize(
    "code",
    [
        "config.get('a')",
        "requests.delete(url)",
        "order.team.items.delete_many",
        "logger.info('DELETE FROM orders')",
        "x = 'DROP TABLE orders'",
        "self.query.where",
        "shutil.copy(a, b)",
        "Order.objects.create(a=1)",
    ],
)
def test_what_is_no_statement(code: str) -> None:
    assert read(f"def f():\n    {code}\n") == []


def test_a_variable_that_holds_a_query() -> None:
    found = read("def f(a):\n    q = Order.objects.filter(team=1)\n    q = q.filter(a=a)\n    q.delete()\n")
    assert brief(found[-1]) == ("delete", "Order", {"team", "a"})


def test_the_deletion_of_what_was_looked_up() -> None:
    found = read("def f(s):\n    order = get_object_or_404(Order, pk=1, team=2)\n    order.delete()\n")
    assert brief(found[-1]) == ("delete", "Order", {"pk", "team"})


def test_filters_that_are_all_optional() -> None:
    code = "def f(a):\n    q = Order.objects.all()\n    if a:\n        q = q.filter(a=a)\n{guard}    q.delete()\n"
    assert read(code.format(guard=""))[-1].tautological
    assert not read(code.format(guard="    if not a:\n        raise ValueError\n"))[-1].tautological
    assert not read(code.format(guard="    else:\n        q = q.filter(b=1)\n"))[-1].tautological


def test_a_constant_of_the_class() -> None:
    (found,) = read("class A:\n    TABLE = 'orders'\n\n    def f(self):\n        db.execute(f'DELETE FROM {self.TABLE} WHERE id = 1')\n")
    assert found.objects == ("orders",)


def test_alembic() -> None:
    found = read(
        """
        from alembic import op

        def upgrade():
            op.alter_column("t", "c", existing_type=sa.Text(), type_=sa.String(10), nullable=False)
            with op.batch_alter_table("u") as batch_op:
                batch_op.drop_column("d")
            op.execute("UPDATE t SET a = 1")

        def downgrade():
            op.drop_table("v")
        """
    )
    assert [(one.verb, one.objects[0], one.columns, one.direction) for one in found] == [
        ("alter column type", "t", ("c",), "forward"),
        ("set not null", "t", ("c",), "forward"),
        ("drop column", "u", ("d",), "forward"),
        ("update", "t", ("a",), "forward"),
        ("drop table", "v", (), "downgrade"),
    ]
    assert {one.form for one in found} == {"migration"}


def test_django_migrations() -> None:
    found = read(
        """
        from django.db import migrations

        def back(apps, schema_editor):
            Order.objects.all().delete()

        class Migration(migrations.Migration):
            operations = [
                migrations.DeleteModel("Order"),
                migrations.RunSQL(sql=["DROP TABLE a"], reverse_sql="DROP TABLE b"),
                migrations.RunPython(forth, reverse_code=back),
                migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("m", "f")]),
            ]
        """
    )
    assert [(one.verb, one.direction) for one in found] == [
        ("delete", "downgrade"),
        ("drop table", "forward"),
        ("drop table", "forward"),
        ("drop table", "downgrade"),
        ("run code", "forward"),
    ]


@pytest.mark.parametrize("text", ["a.filter(" * 150 + ")" * 150, "x" + ".objects.filter(a=1)" * 5_000, "q = q.objects\n" * 20_000, "def ("])
def test_hostile_code_ends(text: str) -> None:
    assert len(read(f"select(A)\n{text}\n")) <= 2


def test_tables_of_sqlalchemys_core_in_a_migration() -> None:
    text = (
        "from alembic import op\nimport sqlalchemy as sa\n\nrows = sa.table('rows', sa.column('id'))\n\n\ndef upgrade():\n"
        "    users = sa.Table('users', sa.MetaData())\n    op.execute(users.update().values(active=False))\n"
        "    op.execute(users.delete().where(users.c.id == 1))\n    op.execute(sa.delete(rows))\n"
    )
    found = read(text, "migrations/versions/1_a.py")
    assert [(one.verb, one.objects, one.has_where) for one in found] == [
        ("update", ("users",), False),
        ("delete", ("users",), True),
        ("delete", ("rows",), False),
    ]
