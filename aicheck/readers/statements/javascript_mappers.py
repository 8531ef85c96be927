"""Calls of Prisma, Sequelize, TypeORM, Mongoose, Drizzle and Knex that look up, delete or update rows."""

import re

from tree_sitter import Node

from aicheck.model.facts import Statement
from aicheck.model.location import WHOLE_FILE
from aicheck.readers.commands.javascript_names import call_arguments
from aicheck.readers.statements.words import Shape
from aicheck.readers.syntax_tree import text_of, walk
from aicheck.regex import regex

PRISMA = {
    "deleteMany": "delete",
    "updateMany": "update",
    "findFirst": "select",
    "findUnique": "select",
    "findMany": "select",
    "delete": "delete",
    "update": "update",
}
SHOWN = 80
MOST_LINKS = 40
_CLIENT = regex(r"(?:^|\.)(?:prisma|tx|db|client|this\.prisma|ctx\.db|ctx\.prisma)\.\w+$|[Pp]risma\w*\.\w+$")
_MODEL = regex(r"(?:^|\.)[A-Z]\w*$")
_REPOSITORY = regex(r"[Rr]epo(?:sitory)?$")
_KNEX = regex(r"""(?:knex|trx|db|this\.knex|transaction)\(\s*['"`]([\w.]+)['"`]""")
_CONDITION = regex(
    r"\b(?:eq|ne|gt|gte|lt|lte|inArray|isNull|isNotNull|like|notInArray|between)\(\s*[\w$]+(?:\.[\w$]+)*\.(\w+)\s*(?:,\s*([\w.$?!]+))?"
)
_RAW_COLUMN = regex(r"([A-Za-z_][\w.]*)\s*(?:=|<>|!=|>|<|\bIN\b|\bLIKE\b|\bIS\b)", re.IGNORECASE)


def read_mapper(call: Node, name: str, given: list[Node]) -> Shape | None:  # noqa: PLR0911  one way out for each library
    """The statement that a call of a method `name` stands for; None where it is none."""
    function = call.child_by_field_name("function")
    owner = function.child_by_field_name("object") if function is not None and function.type == "member_expression" else None
    if owner is None:
        return None
    plain = text_of(owner)[:200] if owner.end_byte - owner.start_byte < 200 else ""
    if name in PRISMA and _CLIENT.search(plain) and (not given or given[0].type == "object"):
        return _with_options(PRISMA[name], plain.rpartition(".")[2], call, given[0] if given else None)
    if _MODEL.search(plain):
        model = plain.rpartition(".")[2]
        if name in {"destroy", "update"} and given and given[-1].type == "object" and _member(given[-1], "where", "truncate"):
            return _with_options("delete" if name == "destroy" else "update", model, call, given[-1])
        if name in {"findOne", "findAll"} and given and given[0].type == "object" and _member(given[0], "where"):
            return _with_options("select", model, call, given[0])
        if name in {"deleteMany", "deleteOne", "updateMany", "findOneAndDelete"}:
            return _filtered("update" if name == "updateMany" else "delete", model, call, given[0] if given else None)
    if name in {"deleteMany", "updateMany"} and re.search(r"[Cc]oll(?:ection)?$|\.collection\([^()]*\)$", plain):
        return _filtered("update" if name == "updateMany" else "delete", plain, call, given[0] if given else None)
    if _REPOSITORY.search(plain) and name in {"delete", "clear"}:
        return _filtered("delete", plain.rpartition(".")[2], call, given[0] if given else None)
    return _chained(call)


def _with_options(verb: str, model: str, call: Node, options: Node | None) -> Shape:
    where = _member(options, "where") if options is not None else None
    return _filtered(verb, model, call, where)


def _filtered(verb: str, model: str, call: Node, where: Node | None) -> Shape:
    predicates = _keys(where) if where is not None else set()
    return Statement(
        verb, (model,), WHOLE_FILE, form="orm", predicates=tuple(sorted(predicates)), has_where=bool(predicates), text=_shown(call, 400)
    )


def _member(options: Node, *names: str) -> Node | None:
    """The value of a key of an object literal; of a spread, or a shorthand, the node itself."""
    for child in options.named_children:
        if child.type == "pair" and text_of(child.child_by_field_name("key")).strip("'\"") in names:
            return child.child_by_field_name("value")
        if child.type == "spread_element" or (child.type == "shorthand_property_identifier" and text_of(child) in names):
            return child
    return None


def _keys(node: Node) -> set[tuple[str, str]]:
    """(key, source of its value) of an object literal; column `*` for any other expression."""
    if node.type != "object":
        return {("*", _shown(node, SHOWN))}
    found: set[tuple[str, str]] = set()
    for child in node.named_children:
        if child.type == "pair":
            key = text_of(child.child_by_field_name("key")).strip("'\"")
            value = child.child_by_field_name("value")
            if key in {"AND", "OR", "NOT"} and value is not None:
                found |= {(text_of(one.child_by_field_name("key")), "") for _, one in walk(value) if one.type == "pair"}
            else:
                found.add((key, _shown(value, SHOWN)))
        elif child.type == "shorthand_property_identifier":
            found.add((text_of(child), text_of(child)))
        elif child.type == "spread_element":
            found.add(("*", _shown(child, SHOWN)))
    return found


def _chained(call: Node) -> Shape | None:
    """`db.delete(orders).where(eq(orders.id, id))`, `knex("orders").where({id}).del()`."""
    links: list[tuple[str, Node]] = []
    current: Node | None = call
    root = ""
    for _ in range(MOST_LINKS):
        function = current.child_by_field_name("function") if current is not None else None
        if current is None or function is None:
            break
        if function.type != "member_expression":
            root = text_of(current)[:200]
            break
        links.append((text_of(function.child_by_field_name("property")), current))
        current = function.child_by_field_name("object")
        while current is not None and current.type in {"await_expression", "parenthesized_expression"} and current.named_children:
            current = current.named_children[0]
        if current is not None and current.type != "call_expression":
            break
    links.reverse()
    names = [name for name, _ in links]
    head = _head(names, links, root)
    if head is None:
        return None
    verb, model = head
    predicates: set[tuple[str, str]] = set()
    for name, node in links:
        if name in {"where", "andWhere", "whereIn", "whereNull", "whereNot", "andWhereIn"}:
            predicates |= _conditions(call_arguments(node))
    if verb == "select" and not predicates:
        return None
    return Statement(
        verb, (model,), WHOLE_FILE, form="orm", predicates=tuple(sorted(predicates)), has_where=bool(predicates), text=_shown(call, 400)
    )


def _head(names: list[str], links: list[tuple[str, Node]], root: str) -> tuple[str, str] | None:
    knex = _KNEX.match(root)
    if knex is not None and set(names) & {"del", "delete", "update", "truncate"}:
        return ("truncate" if "truncate" in names else "update" if "update" in names else "delete"), knex[1]
    if not links:
        return None
    first = call_arguments(links[0][1])
    if names[0] in {"delete", "update"} and len(first) == 1 and first[0].type in {"identifier", "member_expression"}:
        followers = {"delete": {"where", "returning", "execute"}, "update": {"set"}}[names[0]]
        if len(names) > 1 and set(names[1:]) & followers:
            return names[0], text_of(first[0]).rpartition(".")[2]
    if names[0] == "delete" and len(names) == 1 and first and re.search(r"(?:^|\.)(?:schema|tables?)\.\w+$", text_of(first[0])):
        return "delete", text_of(first[0]).rpartition(".")[2]
    source = next((node for name, node in links if name == "from"), None)
    if source is not None and "where" in names:
        given = call_arguments(source)
        if given and given[0].type in {"identifier", "member_expression"}:
            return ("delete" if "delete" in names else "select"), text_of(given[0]).rpartition(".")[2]
    return None


def _conditions(given: list[Node]) -> set[tuple[str, str]]:
    if not given:
        return set()
    first = given[0]
    if first.type == "object":
        return _keys(first)
    if first.type in {"string", "template_string"}:
        text = text_of(first)[1:-1]
        found = {(name.rpartition(".")[2], "") for name in _RAW_COLUMN.findall(text[:500])}
        return found or {(text.rpartition(".")[2], _shown(given[1], SHOWN) if len(given) > 1 else "")}
    found = {(name, value) for name, value in _CONDITION.findall(text_of(first)[:2_000])}
    return found or {("*", _shown(first, SHOWN))}


def _shown(node: Node | None, limit: int) -> str:
    return " ".join((node.text or b"")[: limit * 4].decode(errors="ignore").split())[:limit] if node is not None else ""
