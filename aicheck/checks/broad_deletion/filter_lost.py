"""broad-deletion/filter-lost."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_pairs import StatementPair, changed_statements, is_owner
from aicheck.authoring.statement_steps import StatementCheck, added_lines_near, column_names, shown_objects
from aicheck.model.facts import Statement
from aicheck.model.finding import Match
from aicheck.model.rule import Severity
from aicheck.regex import regex

SOFT = regex(r"(?:^|_)(?:is_?)?(?:deleted|removed|archived|active|disabled|expired|hidden|revoked)(?:_|$)", re.IGNORECASE)
"""Columns whose update stands for a deletion."""


class FilterLost(StatementCheck):
    """Finds deletions, and updates that mark rows as deleted, that a column narrowed before and does not now."""

    id = "broad-deletion/filter-lost"
    title = "A deletion lost a part of its filter"
    why = "It reaches rows that it did not reach before, and nothing in the result says so until somebody misses them."
    instead = "Keep the condition, or count on a copy of production which rows the new filter adds and put the number into the change."
    severity = "high"
    confidence = "medium"
    cwe = (471,)
    examples = (
        bad_change(
            "def drop(self, name, team):\n    Tag.objects.filter(name=name, is_system=False).delete()\n",
            "def drop(self, name, team):\n    Tag.objects.filter(name=name).delete()\n",
            "a condition is gone",
            path="app/tags.py",
        ),
        bad_change(
            "-- name: DeleteRoute :exec\nDELETE FROM routes WHERE host = $1 AND project_id = $2;\n",
            "-- name: DeleteRoute :exec\nDELETE FROM routes\nWHERE host = $1;\n",
            "in a query file",
            path="db/queries/routes.sql",
        ),
        bad_change(
            "async function drop(id, orgId) {\n  await prisma.tag.deleteMany({ where: { id, orgId } });\n}\n",
            "async function drop(id, orgId) {\n  await prisma.tag.deleteMany({ where: { id } });\n}\n",
            "Prisma",
            path="src/tags.js",
        ),
        bad_change(
            'func Drop(db *sql.DB, id, team string) {\n\tdb.Exec("DELETE FROM tags WHERE name = $1 AND team_id = $2", id, team)\n}\n',
            'func Drop(db *sql.DB, id, team string) {\n\tdb.Exec("DELETE FROM tags WHERE name = $1", id)\n}\n',
            "Go",
            path="tags/tags.go",
        ),
        good_change(
            "def drop(self, name, team):\n    Tag.objects.filter(name=name, team=team).delete()\n",
            "def drop(self, name, team):\n    Tag.objects.filter(name__in=[name], team_id=team.id).delete()\n",
            "the same columns in another spelling",
            path="app/tags.py",
        ),
        good_change(
            "def drop(self, name, team):\n    Tag.objects.filter(name=name).delete()\n",
            "def drop(self, name, team):\n    Tag.objects.filter(name=name, team=team).delete()\n",
            "one more",
            path="app/tags.py",
        ),
        good_change(
            "def find(self, name, team):\n    return Tag.objects.filter(name=name, hidden=False).count()\n",
            "def find(self, name, team):\n    return Tag.objects.filter(name=name).count()\n",
            "only reads",
            path="app/tags.py",
        ),
        good_change(
            "def drop(self, name, kind):\n    Tag.objects.filter(name=name, kind=kind).delete()\n",
            "def drop(self, tag_id):\n    Tag.objects.filter(id=tag_id).delete()\n",
            "by key instead",
            path="app/tags.py",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each deletion that lost a column."""
        for step in changed_statements(pair, change):
            lost = _lost(step, pair) if _deletes(step.after) else ()
            if lost:
                shown = ", ".join(lost)[:40]
                yield self.match_statement(
                    pair,
                    step.after,
                    f"deletion from `{shown_objects(step.after, 30)}` is no longer narrowed by {shown}",
                    severity=_severity(step, lost),
                    before=step.before,
                )


def _deletes(statement: Statement) -> bool:
    if statement.direction != "forward":
        return False
    return statement.verb == "delete" or (statement.verb == "update" and any(SOFT.search(name) for name in statement.columns))


def _lost(step: StatementPair, pair: FilePair) -> tuple[str, ...]:
    """Not where a key is asked for instead, nor a value that the new lines still name in another condition."""
    gained = column_names(step.after) - column_names(step.before)
    if "id" in gained:
        return ()
    if any(is_owner(name) for name in gained):
        return ()
    lines = " ".join(added_lines_near(pair, step.before.span.line))
    return tuple(name for name in step.lost if not re.search(rf"\b{re.escape(name.rpartition('__')[2])}(?:_id|__\w+)?\s*=[^=]", lines))


def _severity(step: StatementPair, lost: tuple[str, ...]) -> Severity:
    gained = column_names(step.after) - column_names(step.before)
    if not step.after.has_where or any(is_owner(name) for name in lost) or not gained:
        return "high"
    return "medium"
