"""safeguard-removal/row-limit-removed."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_steps import StatementCheck, by_symbol, shown_objects
from aicheck.model.facts import Statement
from aicheck.model.finding import Match
from aicheck.regex import regex

LIMIT = regex(r"\bLIMIT\s+\S|\bFETCH\s+(?:FIRST|NEXT)\b|\bSELECT\s+TOP\b|\brownum\b", re.IGNORECASE)
ONE_ROW = regex(r"\bLIMIT\s+1\b(?!\d)|\bSELECT\s+(?:COUNT|SUM|MAX|MIN|AVG|EXISTS)\s*\(|\bGROUP\s+BY\b", re.IGNORECASE)


class RowLimitRemoved(StatementCheck):
    """Finds queries that stay but lose their `LIMIT`; those that ask for one row or for a number are none."""

    id = "safeguard-removal/row-limit-removed"
    title = "A query lost its limit of rows"
    why = "The day the table has grown, the query reads all of it into memory and holds the database up for everybody."
    instead = "Keep the limit, or read page by page with a key to go on from."
    severity = "medium"
    confidence = "medium"
    languages = ("go", "javascript", "sql", "typescript")
    restores = True
    cwe = (770,)
    examples = (
        bad_change(
            {"queries/orders.sql": "SELECT id, total FROM orders ORDER BY id LIMIT 50;\n"},
            {"queries/orders.sql": "SELECT id, total FROM orders ORDER BY id;\n"},
            "a query file",
        ),
        bad_change(
            {"src/orders.ts": "export const newest = (db) => db.query('SELECT id FROM orders ORDER BY id DESC LIMIT 50');\n"},
            {"src/orders.ts": "export const newest = (db) =>\n  db.query('SELECT id FROM orders ORDER BY id DESC');\n"},
            "in a program",
        ),
        good_change(
            {"queries/orders.sql": "SELECT id FROM orders LIMIT 50;\n"},
            {"queries/orders.sql": "SELECT id FROM orders LIMIT 100;\n"},
            "another",
        ),
        good_change(
            {"queries/orders.sql": "SELECT id FROM orders LIMIT 50;\n"},
            {"queries/orders.sql": "SELECT id FROM orders FETCH FIRST 50 ROWS ONLY;\n"},
            "another spelling",
        ),
        good_change(
            {"queries/orders.sql": "SELECT id FROM orders LIMIT 50;\n"},
            {"queries/orders.sql": "SELECT COUNT(*) FROM orders;\n"},
            "a number",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:  # noqa: ARG002
        """Pair the queries of each function by their tables."""
        after = by_symbol(pair.facts("after").statements)
        for before in pair.facts("before").statements:
            if before.verb != "select" or not LIMIT.search(before.text) or ONE_ROW.search(before.text):
                continue
            same = [one for one in after.get(before.symbol, ()) if one.verb == "select" and _names(one) == _names(before)]
            if same and not any(LIMIT.search(one.text) or ONE_ROW.search(one.text) for one in same):
                yield self.match_statement(pair, same[0], f"query of {shown_objects(before)} has no limit of rows any more", before=before)


def _names(statement: Statement) -> list[str]:
    return sorted(name.lower() for name in statement.objects)
