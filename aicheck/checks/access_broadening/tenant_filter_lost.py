"""access-broadening/tenant-filter-lost."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_pairs import changed_statements, is_owner, owner_columns
from aicheck.authoring.statement_steps import (
    StatementCheck,
    added_lines_near,
    added_statements,
    by_symbol,
    column_names,
    lost_statements,
    plain_column,
    plain_name,
    shown_objects,
)
from aicheck.model.facts import Statement
from aicheck.model.finding import Match

TENANTS = frozenset({"team", "tenant", "workspace", "organization", "organisation", "org", "project", "account", "company", "customer"})
KEYS = frozenset({"id", "key", "token", "hash", "secret", "code", "slug"})


class TenantFilterLost(StatementCheck):
    """Finds lookups and deletions that are no longer narrowed to one owner: a team, tenant, account or user.

    Three ways: a statement loses the column; the lookup that checked the owner is gone while the function still reaches rows;
    a new deletion names rows by something other than a key although its table has a column for the owner.
    """

    id = "access-broadening/tenant-filter-lost"
    title = "A lookup or deletion is no longer narrowed to its owner"
    why = "Whoever knows or guesses an identifier reaches the rows of other customers, and a deletion takes theirs along."
    instead = "Filter by the owner in the same query (`team=request.team`), and test the function with a row of another owner."
    severity = "high"
    confidence = "medium"
    restores = True
    cwe = (639, 863)
    security = True
    examples = (
        bad_change(
            "def delete(self, request, pk, item_pk):\n    queue = get_object_or_404(Queue, id=pk, team=request.team)\n"
            "    item = get_object_or_404(Item, pk=item_pk, queue=queue)\n    item.delete()\n",
            "def delete(self, request, pk, item_pk):\n    item = get_object_or_404(Item, pk=item_pk, queue_id=pk)\n    item.delete()\n",
            "two lookups became one, and the team got lost",
            path="app/views.py",
        ),
        bad_change(
            "class View:\n    def get(self, request, pk):\n        return Order.objects.get(pk=pk, account=request.account)\n",
            "class View:\n    def get(self, request, pk):\n        return Order.objects.get(\n            pk=pk,\n        )\n",
            "a lookup lost it",
            path="app/views.py",
        ),
        bad_change(
            "-- name: FindKey :one\nSELECT * FROM keys WHERE name = $1 AND workspace_id = $2;\n",
            "-- name: FindKey :one\nSELECT * FROM keys WHERE name = $1;\n",
            "in a query file",
            path="db/queries/keys.sql",
        ),
        bad_change(
            {"db/schema.sql": "CREATE TABLE routes (pk int, project_id text, host text);\n"},
            {
                "db/schema.sql": "CREATE TABLE routes (pk int, project_id text, host text, state text);\n",
                "db/queries/route_delete.sql": "-- name: DeleteRoute :exec\nDELETE FROM routes WHERE host = sqlc.arg(host);\n",
            },
            "a new deletion by a name that two projects may share",
        ),
        bad_change(
            "export async function find(id: string, ws: string) {\n  return prisma.key.findFirst({ where: { id, workspaceId: ws } });\n}\n",
            "export async function find(id: string) {\n  return prisma.key.findFirst({ where: { id } });\n}\n",
            "Prisma",
            path="src/keys.ts",
        ),
        good_change(
            "def get(self, request, pk):\n    return Order.objects.get(pk=pk, team=request.team)\n",
            "def get(self, request, pk):\n    return Order.objects.get(pk=pk, team_id=request.team.id)\n",
            "the same column in another spelling",
            path="app/views.py",
        ),
        good_change(
            "def get(self, request, pk):\n    queue = get_object_or_404(Queue, id=pk, team=request.team)\n"
            "    return get_object_or_404(Item, pk=pk, queue=queue)\n",
            "def get(self, request, pk):\n    return get_object_or_404(Item, pk=pk, queue__team=request.team)\n",
            "through the relation",
            path="app/views.py",
        ),
        good_change(
            "def get(self, request, pk):\n    return Order.objects.get(pk=pk, state='open', team=request.team)\n",
            "def get(self, request, pk):\n    return Order.objects.get(pk=pk, team=request.team)\n",
            "another column",
            path="app/views.py",
        ),
        good_change(
            "def get(self, request, pk):\n    return Order.objects.get(pk=pk, team=request.team)\n",
            "def get(self, request, pk):\n    return find_order(request.team, pk)\n",
            "handed to a function",
            path="app/views.py",
        ),
        good_change(
            {"db/schema.sql": "CREATE TABLE routes (id int, project_id text);\n"},
            {
                "db/schema.sql": "CREATE TABLE routes (id int, project_id text, state text);\n",
                "db/queries/route_delete.sql": "-- name: DeleteRoute :exec\nDELETE FROM routes WHERE id = sqlc.arg(id);\n",
            },
            "by key",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """A match for each statement, or function, that lost its owner."""
        found: set[str] = set()
        for step in changed_statements(pair, change):
            lost = [name for name in step.lost if is_owner(name)]
            if step.after.direction != "forward" or not lost or owner_columns(step.after) or _is_still_named(pair, step.before):
                continue
            found.add(step.after.symbol)
            done = "deletion from" if step.after.verb == "delete" else "update of" if step.after.verb == "update" else "lookup in"
            yield self.match_statement(
                pair,
                step.after,
                f"{done} `{shown_objects(step.after, 30)}` is no longer narrowed by {lost[0]}",
                severity=None if step.after.verb != "select" or _is_tenant(lost) else "medium",
                before=step.before,
            )
        yield from self._merged(pair, change, found)
        yield from self._deletions(pair, change)

    def _merged(self, pair: FilePair, change: ChangeFacts, found: set[str]) -> Iterator[Match]:
        """Functions whose lookup by owner is gone while they still reach rows by other columns."""
        gained, rest = by_symbol(added_statements(pair, change)), by_symbol(pair.facts("after").statements)
        for symbol, statements in by_symbol(lost_statements(pair, change)).items():
            checked = [one for one in statements if owner_columns(one) and one.verb in {"select", "delete"} and one.form == "orm"]
            reached = [one for one in gained.get(symbol, ()) if one.has_where and one.verb in {"select", "delete", "update"}]
            is_moved = any(owner_columns(one) or "*" in column_names(one) for one in rest.get(symbol, ()))
            if (
                not symbol
                or symbol in found
                or not checked
                or not reached
                or is_moved
                or any(_is_still_named(pair, one) for one in checked)
            ):
                continue
            wanted = reached[0]
            if any(plain_name(one.objects[0]) == plain_name(wanted.objects[0]) for one in checked):
                continue
            owner = min(owner_columns(checked[0]))
            text = f"`{shown_objects(wanted, 30)}` is found without the lookup by {owner} that came before it"
            yield self.match_statement(pair, wanted, text, before=checked[0])

    def _deletions(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """New deletions by something that is no key, of tables that have an owner."""
        for statement in added_statements(pair, change):
            names = column_names(statement)
            if statement.verb != "delete" or statement.form not in {"sql", "embedded"} or not names or statement.direction != "forward":
                continue
            if any(is_owner(name) or name == "*" or name.rpartition("_")[2] in KEYS or _is_reference(name, statement) for name in names):
                continue
            owner = _owner_of_table(statement, change)
            if owner:
                text = f"deletion from `{shown_objects(statement, 30)}` by {min(names)} is not narrowed by {owner}"
                yield self.match_statement(pair, statement, text)


def _is_tenant(lost: list[str]) -> bool:
    return any(part in TENANTS for name in lost for part in name.split("__"))


def _is_reference(name: str, statement: Statement) -> bool:
    """Whether a column was written as one that holds another row's key, or a time."""
    return any(
        re.search(r"(?:_id|_uuid|_pk|_at|_on|_date|expires?|time(?:stamp)?|Id)$", column) is not None
        for column, _ in statement.predicates
        if plain_column(column) == name
    )


def _is_still_named(pair: FilePair, before: Statement) -> bool:
    """Whether the lines that took its place still name the owner, or what it was compared with."""
    wanted = [value for name, value in before.predicates if is_owner(plain_column(name))]
    names = {plain_column(name).rpartition("__")[2] for name, _ in before.predicates if is_owner(plain_column(name))}
    lines = "\n".join(added_lines_near(pair, before.span.line))
    if any(re.search(rf"(?<![\w.]){re.escape(value)}(?!\w)", lines) for value in wanted if re.search(r"\w\.\w", value)):
        return True
    return any(re.search(rf"\b{name}(?:_id|_pk)?\s*=[^=]|\.{name}\b|\bfor_{name}\b|\b{name}__", lines) for name in names)


def _owner_of_table(statement: Statement, change: ChangeFacts) -> str:
    """The owner column of its table, as a statement of the change creates it."""
    wanted = {plain_name(name) for name in statement.objects}
    for _, facts in change.sides("after"):
        for one in facts.statements:
            if one.verb == "create table" and wanted & {plain_name(name) for name in one.objects}:
                found = next((name for name in one.columns if plain_column(name) in TENANTS), "")
                if found:
                    return found
    return ""
