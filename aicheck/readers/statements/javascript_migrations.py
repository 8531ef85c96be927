"""Operations of Knex, Sequelize, TypeORM and node-pg-migrate migrations as statements."""

from collections.abc import Iterator

from msgspec.structs import replace
from tree_sitter import Node

from aicheck.model.facts import Statement
from aicheck.model.location import WHOLE_FILE
from aicheck.readers.commands.javascript_names import call_arguments
from aicheck.readers.statements.words import Shape
from aicheck.readers.syntax_tree import text_of

OPERATIONS: dict[str, str] = {
    "dropTable": "drop table",
    "dropTableIfExists": "drop table",
    "dropTables": "drop table",
    "createTable": "create table",
    "renameTable": "rename table",
    "dropColumn": "drop column",
    "dropColumns": "drop column",
    "removeColumn": "drop column",
    "renameColumn": "rename column",
    "addColumn": "add column",
    "addColumns": "add column",
    "alterColumn": "alter column",
    "changeColumn": "alter column",
    "dropForeignKey": "drop constraint",
    "dropForeign": "drop constraint",
    "dropUnique": "drop constraint",
    "dropConstraint": "drop constraint",
    "removeConstraint": "drop constraint",
    "dropIndex": "drop index",
    "removeIndex": "drop index",
    "clearTable": "truncate",
}
_TABLES = frozenset({"table", "alterTable", "createTable", "withSchema"})


def read_operation(name: str, call: Node, given: list[Node]) -> Iterator[Shape]:
    """The statement of one operation; in a Knex callback (`table.dropColumn("a")`) the table is that of the call around it."""
    verb = OPERATIONS[name]
    texts = [_text(node) for node in given]
    around = _table_around(call) if verb not in {"drop table", "create table", "rename table", "truncate"} else ""
    is_builder = around and len([text for text in texts if text and not text.startswith("{")]) <= (2 if verb == "rename column" else 1)
    table, columns = (around, texts) if is_builder else (texts[0] if texts else "", texts[1:])
    shape = Statement(verb, (table,), WHOLE_FILE, form="migration", text=" ".join(text_of(call)[:1_600].split())[:400].replace("'", '"'))
    plain = tuple(text for text in columns if text and not text.startswith("{"))
    yield replace(shape, columns=plain[:2] if verb == "rename column" else plain[:1], if_exists=name.endswith("IfExists"))


def _table_around(call: Node) -> str:
    node: Node | None = call.parent
    for _ in range(60):
        if node is None:
            return ""
        if node.type == "call_expression":
            function = node.child_by_field_name("function")
            name = (
                text_of(function.child_by_field_name("property")) if function is not None and function.type == "member_expression" else ""
            )
            given = call_arguments(node)
            if name in _TABLES and given:
                return _text(given[0])
        node = node.parent
    return ""


def _text(node: Node) -> str:
    """A literal's text, or the source in braces."""
    if node.type in {"string", "template_string"}:
        return text_of(node)[1:-1]
    return "{" + " ".join((node.text or b"")[:200].decode(errors="ignore").split())[:60] + "}"
