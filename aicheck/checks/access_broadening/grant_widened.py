"""access-broadening/grant-widened."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.statement_steps import StatementCheck, added_statements, lost_statements, plain_name
from aicheck.authoring.wording import clip
from aicheck.model.facts import Statement
from aicheck.model.finding import Match
from aicheck.model.rule import Severity
from aicheck.regex import regex

EVERYONE = frozenset({"public", "anon", "anonymous", "guest", "''@'%'", "everyone"})
ALL = regex(r"^(?:default )?all\b|\bsuper\b|\bsysadmin\b")
WRITES = regex(r"\b(?:all|insert|update|delete|truncate|create)\b")


class GrantWidened(StatementCheck):
    """Finds new statements that give a role more rights, or take row security off a table."""

    id = "access-broadening/grant-widened"
    title = "A database role gets more rights, or row security goes"
    why = "Whoever holds that role, which may be everybody with the public key, reads or writes rows of others."
    instead = "Grant single privileges on single tables to a role of its own, and keep row security on with a policy for each use."
    severity = "high"
    confidence = "high"
    cwe = (732, 863)
    security = True
    examples = (
        bad_change({}, {"supabase/migrations/2_open.sql": "alter table orders disable row level security;\n"}, "row security off"),
        bad_change(
            {}, {"db/migrations/2.sql": "GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated;\n"}, "everything to everybody"
        ),
        bad_change(
            {}, {"db/migrations/3.sql": "create policy open on orders for all\n  using (true);\n"}, "a policy that lets everything through"
        ),
        bad_change(
            {},
            {"migrations/versions/3.py": "from alembic import op\n\n\ndef upgrade():\n    op.execute('ALTER ROLE app WITH SUPERUSER')\n"},
            "a superuser",
        ),
        bad_change(
            {},
            {"supabase/migrations/3_new.sql": "create table public.notes (id int, body text);\n"},
            "a new public table without row security",
        ),
        good_change(
            {},
            {
                "supabase/migrations/4_new.sql": "create table public.notes (id int);\n"
                "alter table public.notes enable row level security;\n"
                "create policy own on public.notes using (auth.uid() = user_id);\n"
            },
            "row security follows",
        ),
        good_change(
            {},
            {
                "supabase/migrations/5_load.sql": "alter table notes disable row level security;\ninsert into notes values (1);\n"
                "alter table notes enable row level security;\n"
            },
            "on again later in the same migration",
        ),
        good_change({}, {"db/migrations/4.sql": "GRANT SELECT ON orders TO reporting;\n"}, "one privilege on one table"),
        good_change({}, {"db/migrations/5.sql": "CREATE TABLE notes (id int);\n"}, "a schema without row security"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each new statement."""
        secured = {
            plain_name(one.objects[0])
            for other in change.pairs
            for one in other.facts("after").statements
            if one.verb == "enable row security" and one.direction == "forward"
        }
        earlier = lost_statements(pair, change)
        for statement in added_statements(pair, change):
            if statement.direction != "forward" or not statement.objects:
                continue
            found = _describe(statement, pair, secured)
            if found is not None and not (statement.verb == "grant" and _was_granted(statement, earlier)):
                yield self.match_statement(pair, statement, found[0], severity=found[1])


def _describe(statement: Statement, pair: FilePair, secured: set[str]) -> tuple[str, Severity] | None:
    table = clip(statement.objects[0], 40)
    match statement.verb:
        case "disable row security" if plain_name(statement.objects[0]) not in secured:
            return f"row security of `{table}` goes off", "high"
        case "create policy" if statement.tautological:
            is_read = re.search(r"\bFOR\s+SELECT\b", statement.text, re.IGNORECASE) is not None
            is_service = re.search(r"\bTO\s+\"?(?:service_role|postgres|authenticated)\b", statement.text, re.IGNORECASE) is not None
            return f"a policy of `{table}` lets every row through", "medium" if is_read or is_service else "high"
        case "create table" if "supabase/" in pair.path and not statement.created_here:
            schema = statement.objects[0].rpartition(".")[0].lower()
            is_open = schema in {"", "public"} and plain_name(statement.objects[0]) not in secured and statement.form == "sql"
            return (f"new public table `{table}` without row security", "medium") if is_open else None
        case "grant":
            return _granted(statement)
    return None


def _granted(statement: Statement) -> tuple[str, Severity] | None:
    what, grantees = statement.detail, [name.lower() for name in statement.objects[1:]]
    shown = f"grants {clip(what, 24)} on {clip(statement.objects[0], 24)} to {clip(', '.join(statement.objects[1:]), 24)}"
    if what in {"superuser", "bypassrls"} or "super" in what.split(", "):
        return shown, "high"
    to_everyone = bool(EVERYONE & set(grantees))
    if to_everyone and WRITES.search(what):
        return shown, "high"
    is_wide = re.search(r"\ball\s+(?:tables|sequences|functions)|\*\.\*|^database\b", statement.objects[0], re.IGNORECASE) is not None
    return (shown, "medium") if to_everyone or (ALL.search(what) and is_wide) else None


def _was_granted(statement: Statement, earlier: list[Statement]) -> bool:
    return any(
        one.verb == "grant" and one.detail == statement.detail and set(statement.objects[1:]) <= set(one.objects[1:]) for one in earlier
    )
