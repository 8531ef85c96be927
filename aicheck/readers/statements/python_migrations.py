"""Operations of Alembic and Django migrations as statements."""

import ast
from collections.abc import Iterator

from msgspec.structs import replace

from aicheck.model.facts import Statement
from aicheck.model.location import WHOLE_FILE
from aicheck.readers.statements.python_chains import source_of
from aicheck.readers.statements.words import Shape

ALEMBIC: dict[str, tuple[str, tuple[str, ...]]] = {
    "drop_table": ("drop table", ("table_name",)),
    "create_table": ("create table", ("table_name",)),
    "rename_table": ("rename table", ("old_table_name", "new_table_name")),
    "drop_column": ("drop column", ("table_name", "column_name")),
    "add_column": ("add column", ("table_name", "column")),
    "alter_column": ("alter column", ("table_name", "column_name")),
    "drop_constraint": ("drop constraint", ("table_name", "constraint_name")),
    "create_index": ("create index", ("table_name", "index_name")),
    "drop_index": ("drop index", ("table_name", "index_name")),
    "create_foreign_key": ("add constraint", ("source_table", "constraint_name")),
    "create_unique_constraint": ("add constraint", ("table_name", "constraint_name")),
    "create_check_constraint": ("add constraint", ("table_name", "constraint_name")),
    "create_primary_key": ("add constraint", ("table_name", "constraint_name")),
}
"""Operation -> (verb, its table and what it does to it)."""
POSITIONS: dict[str, tuple[str, ...]] = {
    "drop_constraint": ("constraint_name", "table_name"),
    "create_index": ("index_name", "table_name", "columns"),
    "drop_index": ("index_name", "table_name"),
    "create_foreign_key": ("constraint_name", "source_table", "referent_table"),
    "create_unique_constraint": ("constraint_name", "table_name"),
    "create_check_constraint": ("constraint_name", "table_name"),
    "create_primary_key": ("constraint_name", "table_name"),
}
"""Positional parameters of operations that do not take the table first."""
DJANGO: dict[str, tuple[str, tuple[str, ...]]] = {
    "DeleteModel": ("drop table", ("name",)),
    "CreateModel": ("create table", ("name",)),
    "RenameModel": ("rename table", ("old_name", "new_name")),
    "RemoveField": ("drop column", ("model_name", "name")),
    "AddField": ("add column", ("model_name", "name", "field")),
    "AlterField": ("alter column", ("model_name", "name", "field")),
    "RenameField": ("rename column", ("model_name", "old_name", "new_name")),
    "RemoveConstraint": ("drop constraint", ("model_name", "name")),
    "AddConstraint": ("add constraint", ("model_name", "constraint")),
    "RemoveIndex": ("drop index", ("model_name", "name")),
    "AddIndex": ("create index", ("model_name", "index")),
    "RemoveIndexConcurrently": ("drop index", ("model_name", "name")),
    "AddIndexConcurrently": ("create index", ("model_name", "index")),
    "AlterUniqueTogether": ("alter unique", ("name", "unique_together")),
    "RunPython": ("run code", ("code", "reverse_code")),
}
"""Operation -> (verb, its parameters in order: the model first, then what it does to it)."""


def read_alembic(name: str, call: ast.Call, table: str) -> Iterator[Shape]:
    """The statements of `op.<name>(...)`; `table` is that of the batch around it, else empty."""
    verb, (owner, subject, *_) = ALEMBIC[name][0], (*ALEMBIC[name][1], "")
    parameters = POSITIONS.get(name, (owner, subject))
    if table:
        parameters = tuple(one for one in parameters if one != owner)
    given = {**dict(zip(parameters, call.args, strict=False)), **{one.arg: one.value for one in call.keywords if one.arg}}
    objects = (table or _text(given.get(owner)),)
    column = _column(given.get(subject))
    shape = Statement(verb, objects, WHOLE_FILE, form="migration", columns=(column,) if column else (), text=source_of_call(call))
    if verb == "create table":
        columns = tuple(name for argument in call.args[1:] if (name := _column(argument)))
        shape = replace(shape, columns=columns)
    elif verb == "add column":
        shape = replace(shape, detail=_new_column(given.get(subject)), cascade=_cascades(given.get(subject)))
    elif verb == "create index":
        shape = replace(
            shape, concurrently=_is_true(given.get("postgresql_concurrently")), detail="unique" if _is_true(given.get("unique")) else ""
        )
    elif verb == "add constraint":
        shape = replace(
            shape, cascade=_text(given.get("ondelete")).upper() == "CASCADE", detail=name.removeprefix("create_").replace("_", " ")
        )
    elif verb == "alter column":
        yield from _altered(shape, given)
        return
    yield shape


def _altered(shape: Shape, given: dict[str, ast.expr]) -> Iterator[Shape]:
    if "new_column_name" in given:
        yield replace(shape, verb="rename column", columns=(*shape.columns, _text(given["new_column_name"])))
    if "type_" in given:
        before = f"{source_of(given['existing_type'])} -> " if "existing_type" in given else ""
        yield replace(shape, verb="alter column type", detail=before + source_of(given["type_"]))
    nullable = given.get("nullable")
    if isinstance(nullable, ast.Constant):
        yield replace(shape, verb="drop not null" if nullable.value else "set not null")
    if "server_default" in given and "type_" not in given and nullable is None:
        yield replace(shape, verb="alter default")


def read_django(name: str, call: ast.Call) -> Shape:
    """The statement of `migrations.<name>(...)`."""
    verb, parameters = DJANGO[name]
    given = {**dict(zip(parameters, call.args, strict=False)), **{one.arg: one.value for one in call.keywords if one.arg}}
    objects: tuple[str, ...] = (_text(given.get(parameters[0])),)
    columns = tuple(_name(given[one]) for one in parameters[1:] if one in given and one not in {"field", "constraint", "index"})
    if verb == "run code":
        objects, columns = (), tuple(_name(given[one]) for one in parameters if one in given)
    shape = Statement(verb, objects, WHOLE_FILE, form="migration", columns=columns, text=source_of_call(call))
    field = given.get("field")
    if verb == "alter column" and isinstance(field, ast.Call):
        shape = replace(shape, detail=source_of(field)[:200])
    elif verb == "create index":
        shape = replace(shape, concurrently=name.endswith("Concurrently"))
    return shape


def source_of_call(call: ast.Call) -> str:
    """The source of a call without layout, at most 400 characters."""
    try:
        return ast.unparse(call)[:400]
    except RecursionError:
        return ""


def _text(node: ast.expr | None) -> str:
    """A literal's text, that of `op.f("...")`, else the source in braces."""
    if node is None:
        return ""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "f" and node.args:
        return _text(node.args[0])
    return f"{{{source_of(node)}}}"


def _name(node: ast.expr) -> str:
    return _text(node).strip("{}")


def _column(node: ast.expr | None) -> str:
    """The name of a column: a text, or that of `Column("name", ...)`."""
    if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Attribute) and node.func.attr == "f"):
        is_column = source_of(node.func).rpartition(".")[2] == "Column"
        return _text(node.args[0]) if is_column and node.args else ""
    return _text(node) if node is not None else ""


def _new_column(node: ast.expr | None) -> str:
    if not isinstance(node, ast.Call):
        return ""
    options = {one.arg: one.value for one in node.keywords}
    nullable = options.get("nullable")
    is_bare = isinstance(nullable, ast.Constant) and nullable.value is False and "server_default" not in options
    return "not null" if is_bare else ""


def _cascades(node: ast.expr | None) -> bool:
    return node is not None and any(
        isinstance(one, ast.keyword) and one.arg == "ondelete" and _text(one.value).upper() == "CASCADE" for one in ast.walk(node)
    )


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
