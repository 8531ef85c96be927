import pytest

from aicheck.model.facts import Statement
from aicheck.readers.statements import read_statements
from aicheck.readers.statements.sql_files import MOST_KEPT
from aicheck.readers.unreadable import Unreadable


def read(text: str, path: str = "db/1.sql") -> list[Statement]:
    return list(read_statements(path, "sql", text.encode()))


def one(text: str, path: str = "db/1.sql") -> Statement:
    (statement,) = read(text, path)
    return statement


@pytest.mark.parametrize(
    ("text", "verb", "objects"),
    [
        ('DROP TABLE IF EXISTS a.b, "c d" CASCADE;', "drop table", ("a.b", "c d")),
        ("truncate audit_log", "truncate", ("audit_log",)),
        ("GRANT ALL ON orders TO anon, web;", "grant", ("orders", "anon", "web")),
        ("ALTER TABLE ONLY t DISABLE ROW LEVEL SECURITY;", "disable row security", ("t",)),
        ("ALTER TABLE `t` MODIFY COLUMN `a` varchar(10);", "alter column type", ("t",)),
        ("EXEC sp_who; DELETE FROM [dbo].[t] WHERE x = 1\nGO\n", "delete", ("dbo.t",)),
        ("DELETE a FROM orders a JOIN users u ON a.u = u.id WHERE u.gone = 1;", "delete", ("orders",)),
        ("WITH d AS (SELECT 1) UPDATE t SET x = 1 WHERE y = 2;", "update", ("t",)),
        ("RENAME TABLE a TO b;", "rename table", ("a",)),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1;", "create view", ("v",)),
    ],
)
def test_what_a_statement_does_to_what(text: str, verb: str, objects: tuple[str, ...]) -> None:
    assert (one(text).verb, one(text).objects) == (verb, objects)


@pytest.mark.parametrize(
    ("clause", "columns"),
    [
        ("WHERE id = $1 AND team_id = sqlc.arg(team)", {"id", "team_id"}),
        ("WHERE t.id IN (%s, %s) AND name LIKE ?", {"id", "name"}),
        ("WHERE EXISTS (SELECT 1 FROM u WHERE u.org = @org)", {"org"}),
        ("WHERE a = {{ value }} AND (b = :b OR b IS NULL)", {"a", "b"}),
        ("WHERE this is !! no grammar AND owner = 3", {"owner"}),
    ],
)
def test_the_columns_that_narrow(clause: str, columns: set[str]) -> None:
    statement = one(f"DELETE FROM t {clause};")
    assert {name for name, _ in statement.predicates} >= columns
    assert statement.has_where and not statement.tautological


def test_a_value_keeps_its_source() -> None:
    assert one("DELETE FROM t WHERE id = sqlc.arg(id);").predicates == (("id", "{sqlc.arg(id)}"),)


@pytest.mark.parametrize("condition", ["1=1", "(1 = 1)", "TRUE", "'a' = 'a'", "1 = 1 AND 2 = 2"])
def test_a_condition_that_is_always_true(condition: str) -> None:
    assert one(f"DELETE FROM t WHERE {condition};").tautological


def test_actions_of_one_alter_table() -> None:
    found = read("ALTER TABLE t ADD COLUMN a numeric(10, 2) NOT NULL, DROP COLUMN b, RENAME TO u;")
    assert [(one.verb, one.columns, one.detail) for one in found] == [
        ("add column", ("a",), "not null"),
        ("drop column", ("b",), ""),
        ("rename table", ("u",), ""),
    ]


def test_what_is_not_executed_is_not_read() -> None:
    text = "-- DROP TABLE a;\n/* TRUNCATE b; */\nINSERT INTO t VALUES ('; DROP TABLE c;');\nCREATE FUNCTION f() AS $$ DELETE FROM d; $$;\n"
    assert read(text) == []


def test_trigger_bodies_are_not_read() -> None:
    assert read("CREATE TRIGGER g AFTER DELETE ON x BEGIN DELETE FROM y; UPDATE z SET a = 1; END;\n") == []


def test_an_anonymous_block_is_executed() -> None:
    assert one("DO $$ BEGIN IF true THEN DROP TABLE z; END IF; END $$;").objects == ("z",)


def test_rows_of_a_dump_are_not_statements() -> None:
    assert read("COPY t (a) FROM stdin;\nDROP TABLE a;\n\\.\n\\connect shop\nDROP TABLE b;\n")[0].objects == ("b",)


@pytest.mark.parametrize("marker", ["-- +goose Down", "-- migrate:down", "-- +migrate Down", "-- Down Migration", "--//@UNDO"])
def test_markers_of_the_way_back(marker: str) -> None:
    found = read(f"-- +goose Up\nDROP TABLE a;\n{marker}\nDROP TABLE b;\n")
    assert [one.direction for one in found] == ["forward", "downgrade"]


@pytest.mark.parametrize("path", ["db/1_x.down.sql", "db/U3__x.sql", "db/revert/x.sql", "migrations/7/down.sql"])
def test_names_of_the_way_back(path: str) -> None:
    assert one("DROP TABLE a;", path).direction == "downgrade"


def test_what_the_file_itself_creates() -> None:
    found = read("CREATE TEMP TABLE t (id int);\nDROP TABLE t;\nDROP TABLE u;\n")
    assert [one.created_here for one in found] == [True, True, False]


def test_what_the_way_back_creates_is_not_of_the_file() -> None:
    found = read("-- +goose Down\nCREATE TABLE a (id int);\n-- +goose Up\nDROP TABLE a;\n")
    assert [(one.verb, one.direction, one.created_here) for one in found] == [
        ("create table", "downgrade", False),
        ("drop table", "forward", False),
    ]


def test_a_table_that_is_built_anew() -> None:
    text = "CREATE TABLE new_x (id int);\nINSERT INTO new_x SELECT * FROM x;\nDROP TABLE x;\nALTER TABLE new_x RENAME TO x;\n"
    assert next(one for one in read(text) if one.verb == "drop table").created_here


def test_names_of_a_query_file() -> None:
    found = read("-- name: DropA :exec\nDELETE FROM a WHERE id = ?;\n\n-- name: DropB :exec\nDELETE FROM b WHERE id = ?;\n")
    assert [(one.symbol, one.span.line) for one in found] == [("DropA", 2), ("DropB", 5)]


@pytest.mark.parametrize(
    "text",
    [
        "/*" * 200_000,
        "$a$" * 200_000,
        "DELETE FROM t WHERE " + "(" * 100_000,
        "DELETE FROM t WHERE " + "a = 1 AND " * 50_000,
        "ALTER TABLE t " + "ADD a int, " * 50_000,
        "'" * 300_001,
        "SELECT " * 200_000,
        "-- name: a\n" * 100_000,
        "-- +goose Down\n" * 100_000,
        "CREATE TRIGGER x BEGIN " + ";" * 300_000,
        "COPY t FROM stdin;\n" * 50_000,
        "GRANT " + "a ON " * 100_000,
        ";" * 500_000,
        "{% " * 200_000,
        "DELETE FROM t WHERE x IN (" + "(" * 39 + "1" + ")" * 39 + ");",
    ],
    ids=lambda text: text[:16],
)
def test_hostile_scripts_end(text: str) -> None:
    assert len(read(text)) <= MOST_KEPT


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(Unreadable):
        read_statements("db/1.sql", "sql", b"DROP TABLE \xff;")
