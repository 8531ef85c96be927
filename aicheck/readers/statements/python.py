"""Statements of Python code: SQL that reaches an execute call, queries of object mappers, operations of migrations."""

import ast
from collections.abc import Iterator

from msgspec.structs import replace

from aicheck.model.facts import Direction, Statement
from aicheck.model.location import WHOLE_FILE
from aicheck.readers.python_text import decode
from aicheck.readers.source_text import SourceText
from aicheck.readers.statements.python_chains import Chain, source_of, take_apart
from aicheck.readers.statements.python_methods import DELETES, LOOKUPS
from aicheck.readers.statements.python_migrations import ALEMBIC, DJANGO, read_alembic, read_django, source_of_call
from aicheck.readers.statements.python_queries import Query, QueryReader
from aicheck.readers.statements.python_scopes import CallSite, read_sites
from aicheck.readers.statements.python_texts import TextReader
from aicheck.readers.statements.sql import LITERAL, read_embedded_sql
from aicheck.readers.statements.sql_files import direction_of, mark_created
from aicheck.readers.statements.words import Shape, Unknowns
from aicheck.readers.tests_python import parse_python
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

WORTH = regex(
    rb"\.objects\b|get_(?:object|list)_or_404|\bfilter_by\b|\.where\(|\b(?:select|delete|update)\(\s*(?:\w+\.)?[A-Z]|\.query\.|session\.(?:query|delete)\b"
    rb"|\bop\.(?:add|alter|batch|create|drop|execute|rename)|\bmigrations\.[A-Z]|\b(?:delete|update)_(?:many|one)\(|\bwhere\s*=\s*f?['\"]|"
    + LITERAL
)
EXECUTES = frozenset(
    [
        "execute",
        "executemany",
        "executescript",
        "exec_driver_sql",
        "execute_sql",
        "executeQuery",
        "raw",
        "query",
        "text",
        "RunSQL",
        "fetch",
        "fetchrow",
        "fetchval",
        "fetch_all",
        "fetch_one",
        "sql",
    ]
)
"""Functions and methods that take a text to execute first."""
TEXT_PARAMETERS = frozenset({"operation", "query", "raw_query", "sql", "statement"})


def read_python_statements(path: str, data: bytes) -> tuple[Statement, ...]:
    """The statements of a file in file order; symbols are qualified names of functions. Raises Unreadable."""
    if WORTH.search(data) is None:
        return ()
    source = SourceText(decode(data).encode())
    try:
        tree = parse_python(source.text)
    except Unreadable:
        return ()  # the reader of constants, which reads every file, says whether it is unreadable or only newer than this Python
    try:
        return mark_created(_PythonFile(path, source, tree).statements())
    except RecursionError:
        raise Unreadable("nested too deeply for Python itself") from None


_HEADS = {"delete": "DELETE FROM NAME", "update": "UPDATE NAME SET x = 1", "select": "SELECT * FROM NAME"}


class _PythonFile:
    def __init__(self, path: str, source: SourceText, tree: ast.Module) -> None:
        self._source = source
        self._direction: Direction = direction_of(path)
        self._sites = read_sites(tree)
        self._read: set[int] = set()
        """Calls that are part of one that was read."""
        self._is_migration = b"alembic" in source.data or b"migrations" in source.data
        self._reverse = {name for site in self._sites for name in _reverse_names(site.call)}

    def statements(self) -> Iterator[Statement]:
        for site in self._sites:
            if id(site.call) in self._read:
                continue
            for shape in self._shapes(site):
                yield self._placed(shape, site)

    def _placed(self, shape: Shape, site: CallSite) -> Statement:
        call = site.call
        span = self._source.byte_span((call.lineno, call.col_offset), (call.end_lineno or 1, call.end_col_offset or 0))
        name = site.scope.symbol.rpartition(".")[2]
        down = name.startswith(("downgrade", "reverse", "backward", "rollback")) or name in self._reverse or shape.direction == "downgrade"
        return replace(
            shape,
            span=span if shape.span == WHOLE_FILE else shape.span,
            symbol=site.scope.symbol,
            direction="downgrade" if down else self._direction,
            looped=site.looped,
        )

    def _shapes(self, site: CallSite) -> Iterator[Shape]:
        chain = take_apart(site.call)
        last = chain.links[-1] if chain.links else None
        if last is None or last.call is not site.call:
            return
        if self._is_migration and (owner := _owner(chain)) and (owner == "migrations" or last.name in ALEMBIC):
            yield from self._operation(site, owner, last.name)
            if owner == "migrations":
                return
        if last.name in EXECUTES and (found := list(self._embedded(site, last.name))):
            yield from found
        elif last.name in {"delete", "update", "select"} and _text_keyword(site.call, "where"):
            yield from self._worded(site, last.name)
        else:
            yield from self._query(site, chain)

    def _operation(self, site: CallSite, owner: str, name: str) -> Iterator[Shape]:
        if owner == "migrations":
            if name == "SeparateDatabaseAndState":
                for keyword in site.call.keywords:
                    if keyword.arg == "state_operations":
                        self._read |= {id(node) for node in ast.walk(keyword.value)}
            elif name in DJANGO:
                yield read_django(name, site.call)
            elif name == "RunSQL":
                yield from self._run_sql(site)
            return
        table = ""
        if owner != "op":
            batch = next((binding.value for binding in site.scope.lookup(owner)), None)
            if not isinstance(batch, ast.Call) or not source_of(batch.func).endswith("batch_alter_table"):
                return
            table = str(batch.args[0].value) if batch.args and isinstance(batch.args[0], ast.Constant) else "{table}"
        yield from read_alembic(name, site.call, table)

    def _run_sql(self, site: CallSite) -> Iterator[Shape]:
        call = site.call
        given = {**dict(zip(("sql", "reverse_sql"), call.args, strict=False)), **{one.arg: one.value for one in call.keywords if one.arg}}
        for name, direction in (("sql", "forward"), ("reverse_sql", "downgrade")):
            node = given.get(name)
            items = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node] if node is not None else []
            for item in items:
                first = item.elts[0] if isinstance(item, ast.Tuple) and item.elts else item
                for shape in self._texts(first, site):
                    yield replace(shape, form="migration", direction=direction)

    def _embedded(self, site: CallSite, name: str) -> Iterator[Shape]:
        call = site.call
        given = next((one.value for one in call.keywords if one.arg in TEXT_PARAMETERS), None)
        node = call.args[0] if call.args else given
        if node is None:
            return
        shapes = list(self._texts(node, site))
        if shapes:
            self._read |= {id(inner) for inner in ast.walk(node)}
        form = "migration" if name in {"execute", "text"} and self._is_migration and b"def upgrade" in self._source.data else "embedded"
        yield from (replace(shape, form=form) for shape in shapes)

    def _texts(self, node: ast.expr, site: CallSite) -> Iterator[Shape]:
        unknowns = Unknowns()
        reader = TextReader(site.scope, unknowns)
        text = reader.read(node)
        for shape in read_embedded_sql(text, unknowns) if text else ():
            if reader.optional and not shape.has_where and shape.verb in {"delete", "update", "select"}:
                shape = replace(shape, has_where=True, tautological=shape.verb != "select", predicates=(("*", ""),))  # noqa: PLW2901  the same one
            yield shape

    def _worded(self, site: CallSite, verb: str) -> Iterator[Shape]:
        """`db.delete("orders", where="id=$id", vars=...)`."""
        reader = TextReader(site.scope, unknowns := Unknowns())
        table = reader.read(site.call.args[0]) if site.call.args else None
        where = reader.read(next(one.value for one in site.call.keywords if one.arg == "where"))
        name = table or (unknowns.add(source_of(site.call.args[0])) if site.call.args else "")
        head = _HEADS[verb].replace("NAME", name)
        if name and where is not None:
            yield from (replace(shape, columns=()) for shape in read_embedded_sql(f"{head} WHERE {where or '1=1'}", unknowns))

    def _query(self, site: CallSite, chain: Chain) -> Iterator[Shape]:
        query = QueryReader(site.scope).read(chain) or self._of_instance(site, chain)
        if query is None or not query.model:
            return
        self._read |= {id(link.call) for link in chain.links if link.call is not None}
        for link in chain.links:
            if link.name in LOOKUPS and link.call is not None:
                self._read |= {id(inner) for argument in link.call.args[:1] for inner in ast.walk(argument)}
        yield Statement(
            query.verb,
            (query.model,),
            WHOLE_FILE,
            form="orm",
            columns=query.columns,
            predicates=tuple(sorted(query.predicates)),
            has_where=query.has_where,
            tautological=query.vacuous,
            text=source_of_call(site.call),
        )

    def _of_instance(self, site: CallSite, chain: Chain) -> Query | None:
        """`session.delete(order)`: the deletion of what a variable was looked up as."""
        last = chain.links[-1]
        call = last.call
        if last.name not in DELETES or call is None or len(call.args) != 1 or not isinstance(call.args[0], ast.Name):
            return None
        if not (chain.root_name.endswith("session") or any(link.name.endswith("session") for link in chain.links)):
            return None
        name = ast.Attribute(call.args[0], "delete", ast.Load())
        return QueryReader(site.scope).read(take_apart(ast.Call(name, [], [])))


def _owner(chain: Chain) -> str:
    """`op` of `op.drop_table(...)`; empty for a longer or shorter chain."""
    return chain.root_name if len(chain.links) == 1 else ""


def _text_keyword(call: ast.Call, name: str) -> bool:
    return any(one.arg == name and isinstance(one.value, (ast.Constant, ast.JoinedStr, ast.Name)) for one in call.keywords) and bool(
        call.args
    )


def _reverse_names(call: ast.Call) -> Iterator[str]:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "RunPython":
        given = [one.value for one in call.keywords if one.arg == "reverse_code"] + call.args[1:2]
        yield from (node.id for node in given if isinstance(node, ast.Name))
