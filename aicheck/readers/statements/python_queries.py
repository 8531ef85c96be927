"""What chains of calls of Django, SQLAlchemy, Peewee and pymongo mean: which model, what is done, and what narrows it."""

import ast
from dataclasses import dataclass, replace

from aicheck.readers.statements.python_chains import Chain, Link, keys_of, predicates_of, source_of, take_apart
from aicheck.readers.statements.python_methods import DELETES, LOOKUPS, MANAGERS, NARROWING, NEUTRAL, UPDATES, WRITES
from aicheck.readers.statements.python_scopes import Binding, Scope

DEPTH = 5
"""Variables that are followed."""
TABLES = frozenset({"Table", "table"})
"""SQLAlchemy's own names for a table by its name."""
COLLECTION = {"delete_many": "delete", "delete_one": "delete", "update_many": "update"}


@dataclass(frozen=True, slots=True)
class Query:
    """What a chain means."""

    model: str
    verb: str
    predicates: frozenset[tuple[str, str]] = frozenset()
    has_where: bool = False
    vacuous: bool = False
    """Whether only some runs narrow it."""
    columns: tuple[str, ...] = ()
    rest: int = 0
    """How many links of the chain are read."""


class QueryReader:
    """Reads the chains of one scope."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def read(self, chain: Chain, depth: int = DEPTH) -> Query | None:
        """What a chain means; None where it is no query."""
        base = self._base(chain, depth)
        if base is None:
            return _of_collection(chain, self._scope)
        for link in chain.links[base.rest :]:
            base = _extended(base, link)
            if base is None:
                return None
        return base

    def _base(self, chain: Chain, depth: int) -> Query | None:
        links = chain.links
        if not links or depth < 0:
            return None
        for index, link in enumerate(links):
            if link.name in LOOKUPS and link.call is not None and link.call.args:
                found = self._subject(link.call.args[0], depth)
                rest = ast.Call(link.call.func, link.call.args[1:], link.call.keywords)
                return _narrowed(found, rest, index + 1) if found else None
            if (link.name in MANAGERS or link.name.endswith("objects")) and link.call is None:
                name = links[index - 1].name if index else chain.root_name
                return Query(name, "select", rest=index + 1) if name[:1].isupper() or name in {"model", "cls", "klass"} else None
            if link.call is not None:
                return self._called(chain, index, depth)
        return None

    def _called(self, chain: Chain, index: int, depth: int) -> Query | None:
        """By the first link that is a call."""
        link = chain.links[index]
        assert link.call is not None
        model = (_model(link.call.args[0]) or self._table(link.call.args[0])) if link.call.args else ""
        if link.name in {"query", "select", "delete", "update"} and model and (index == 0 or link.name == "query"):
            verb = "select" if link.name == "query" else link.name
            return Query(model, verb, rest=index + 1)
        following = {later.name for later in chain.links[index + 1 :]}
        if (
            index == 0
            and chain.root_name[:1].isupper()
            and link.name in {"select", "delete", "update"}
            and following & {"where", "execute"}
        ):
            return Query(chain.root_name, link.name, columns=_columns(link.call), rest=1)
        if index == 0 and chain.root_name:
            table = self._table(ast.Name(chain.root_name)) if link.name in {"delete", "update"} else ""
            return Query(table, link.name, rest=1) if table else self._of_variable(chain.root_name, depth)
        return None

    def _table(self, node: ast.expr) -> str:
        """The name that a variable's `sa.table("orders")` or `Table("orders", ...)` gives it; empty for another value."""
        if not isinstance(node, ast.Name):
            return ""
        values = [binding.value for binding in self._scope.lookup(node.id) if isinstance(binding.value, ast.Call)]
        named = [
            value.args[0] for value in values if take_apart(value).links[-1:] and take_apart(value).links[-1].name in TABLES and value.args
        ]
        return next((str(name.value) for name in named if isinstance(name, ast.Constant) and isinstance(name.value, str)), "")

    def _of_variable(self, name: str, depth: int) -> Query | None:
        """The query that a variable holds."""
        bindings = [binding for binding in self._scope.bindings.get(name, []) if binding.kind in {"set", "loop"}]
        if not bindings or len(bindings) > 12:
            return None
        found: Query | None = None
        narrowed_always = False
        tests: set[str] = set()
        for binding in bindings:
            chain = take_apart(binding.value)
            own = chain.root_name == name and bool(found)
            query = _extended_all(found, chain) if own and found is not None else self.read(chain, depth - 1)
            if query is None:
                return found if binding.optional and found else None
            if not (own and binding.optional):
                narrowed_always = query.has_where
            else:
                tests |= set(binding.tests)
            found = _merged(found, query, binding)
        if found is None:
            return None
        vacuous = found.has_where and not narrowed_always and not (tests & self._scope.guarded)
        return replace(found, vacuous=found.vacuous or vacuous, rest=0)

    def _subject(self, node: ast.expr, depth: int) -> Query | None:
        """A model, a manager or a query."""
        chain = take_apart(node)
        if not chain.links and chain.root_name:
            return Query(chain.root_name, "select") if chain.root_name[:1].isupper() else self._of_variable(chain.root_name, depth)
        found = self.read(chain, depth - 1)
        if found is not None:
            return found
        last = chain.links[-1] if chain.links else None
        return Query(last.name, "select") if last and last.call is None and last.name[:1].isupper() else None


def _merged(found: Query | None, query: Query, binding: Binding) -> Query:
    if found is None or not binding.optional:
        return query
    return replace(query, predicates=query.predicates | found.predicates)


def _extended_all(query: Query, chain: Chain) -> Query | None:
    current: Query | None = replace(query, rest=0)
    for link in chain.links:
        current = _extended(current, link) if current else None
    return current


def _extended(query: Query, link: Link) -> Query | None:  # noqa: PLR0911  one way out for each kind of method
    """The query with one more link; None where the chain leaves what it found (`.get(...).owner.items`)."""
    if link.call is None:
        return query if link.name in {"c", "columns", "objects", "__table__"} else None
    name = link.name
    if name in DELETES:
        return replace(query, verb="delete")
    if name in UPDATES:
        return replace(query, verb="update", columns=_columns(link.call))
    if name in WRITES:
        return None
    if name == "values" and query.verb == "update":
        return replace(query, columns=_columns(link.call))
    if name in NARROWING:
        return _narrowed(query, link.call, query.rest)
    if name in NEUTRAL:
        return query
    found = predicates_of(link.call) or {("*", "")}
    own = name.removeprefix("for_").removeprefix("by_").removeprefix("with_")
    return replace(
        query, predicates=query.predicates | {(own, source_of(link.call.args[0]) if link.call.args else "")} | found, has_where=True
    )


def _narrowed(query: Query, call: ast.Call, rest: int) -> Query:
    positional = {("pk", source_of(call.args[0]))} if len(call.args) == 1 and isinstance(call.args[0], (ast.Name, ast.Constant)) else set()
    found = predicates_of(call)
    if positional and isinstance(call.func, ast.Attribute) and call.func.attr in {"get", "get_or_404"}:
        found = positional
    return replace(query, predicates=query.predicates | found, has_where=query.has_where or bool(found), rest=rest)


def _columns(call: ast.Call) -> tuple[str, ...]:
    names = [keyword.arg for keyword in call.keywords if keyword.arg and keyword.arg != "synchronize_session"]
    for argument in call.args[:1]:
        names += sorted(key for key, _ in keys_of(argument) or ())
    return tuple(names)


def _model(node: ast.expr) -> str:
    """The model that an argument names: `Order`, `models.Order`, `Order.id`, `Order.__table__`, `func.count(Order.id)`."""
    chain = take_apart(node)
    names = [chain.root_name, *(link.name for link in chain.links if link.call is None)]
    found = [name for name in names if name[:1].isupper() and not name.isupper()]
    if found:
        return found[-1]
    last = chain.links[-1].call if chain.links else None
    return _model(last.args[0]) if last is not None and last.args else ""


def _of_collection(chain: Chain, scope: Scope) -> Query | None:
    """`db.users.delete_many({...})`."""
    link = chain.links[-1] if chain.links else None
    if link is None or link.call is None or link.name not in COLLECTION:
        return None
    owner = chain.links[-2].name if len(chain.links) > 1 else chain.root_name
    given = link.call.args[0] if link.call.args else next((one.value for one in link.call.keywords if one.arg == "filter"), None)
    if given is None or not owner:
        return None
    keys = keys_of(given)
    vacuous = False
    if keys is None:
        keys, vacuous = _keys_of_variable(given, scope)
    return Query(owner, COLLECTION[link.name], frozenset(keys), bool(keys), vacuous)


def _keys_of_variable(node: ast.expr, scope: Scope) -> tuple[set[tuple[str, str]], bool]:
    """The keys that a variable's dictionary may hold, and whether only some runs put any there."""
    bindings = scope.bindings.get(node.id, []) if isinstance(node, ast.Name) else []
    start = keys_of(bindings[0].value) if bindings and bindings[0].kind == "set" else None
    if start is None or any(binding.kind not in {"set", "item"} for binding in bindings):
        return {("*", source_of(node))}, False
    always = bool(start) or any(binding.kind == "item" and not binding.optional for binding in bindings)
    keys = start | {(str(one.value.value) if isinstance(one.value, ast.Constant) else "*", "") for one in bindings if one.kind == "item"}
    guarded = isinstance(node, ast.Name) and node.id in scope.guarded
    return keys, bool(keys) and not always and not guarded
