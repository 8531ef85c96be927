"""Statements that define or grant, from their text alone: patterns, because no two databases spell ALTER TABLE alike."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from aicheck.model.facts import Statement
from aicheck.model.location import WHOLE_FILE
from aicheck.readers.statements.words import Shape, split_top, unquoted
from aicheck.regex import regex

NAME = r"(?:\"[^\"]+\"|`[^`]+`|\[[^\]]+\]|[^\s,;()\"`\[\]])+"
_NAMES = rf"{NAME}(?:\s*,\s*{NAME})*"
_DROP = regex(
    rf"DROP\s+(?P<kind>(?:MATERIALIZED\s+)?(?:TABLE|DATABASE|SCHEMA|VIEW|INDEX|TYPE|SEQUENCE|KEYSPACE|COLLECTION))\s+(?P<con>CONCURRENTLY\s+)?"
    rf"(?P<if>IF\s+EXISTS\s+)?(?P<names>{_NAMES})(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_TRUNCATE = regex(rf"TRUNCATE\s+(?:TABLE\s+)?(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<names>{_NAMES})(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_TABLE = regex(
    rf"CREATE\s+(?:OR\s+REPLACE\s+)?(?P<temp>(?:GLOBAL\s+|LOCAL\s+)?TEMP(?:ORARY)?\s+)?(?:UNLOGGED\s+|TRANSIENT\s+|EXTERNAL\s+|FOREIGN\s+|VIRTUAL\s+)?"
    rf"TABLE\s+(?P<if>IF\s+NOT\s+EXISTS\s+)?(?P<name>{NAME})(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_VIEW = regex(rf"CREATE\s+(?:OR\s+REPLACE\s+)?(?:MATERIALIZED\s+)?VIEW\s+(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{NAME})", re.IGNORECASE)
_INDEX = regex(
    rf"CREATE\s+(?P<unique>UNIQUE\s+)?(?:\w+\s+)?INDEX\s+(?P<con>CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?P<index>{NAME})?\s*ON\s+(?:ONLY\s+)?"
    rf"(?P<name>{NAME})",
    re.IGNORECASE,
)
_ALTER = regex(rf"ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?P<name>{NAME})\s+(?P<actions>.+)", re.IGNORECASE | re.DOTALL)
_GRANT = regex(
    rf"GRANT\s+(?P<what>[^;]{{1,300}}?)(?:\s+ON\s+(?P<object>(?:[\w]+\s+){{0,6}}?{NAME}(?:\s*,\s*{NAME})*))?\s+TO\s+(?P<to>{_NAMES})",
    re.IGNORECASE | re.DOTALL,
)
_POLICY = regex(rf"CREATE\s+POLICY\s+(?P<policy>{NAME})\s+ON\s+(?P<name>{NAME})(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_DROP_POLICY = regex(rf"DROP\s+POLICY\s+(?P<if>IF\s+EXISTS\s+)?(?P<policy>{NAME})\s+ON\s+(?P<name>{NAME})", re.IGNORECASE)
_RENAME = regex(rf"RENAME\s+TABLE\s+(?P<name>{NAME})\s+TO\s+(?P<new>{NAME})", re.IGNORECASE)
_ROLE = regex(rf"(?:ALTER|CREATE)\s+(?:ROLE|USER)\s+(?P<name>{NAME})\s(?P<rest>.*\b(?:SUPERUSER|BYPASSRLS)\b)", re.IGNORECASE | re.DOTALL)
_OPEN_POLICY = regex(r"\b(?:USING|CHECK)\s*\(\s*\(?\s*true\s*\)?\s*\)", re.IGNORECASE)
_NO_COLUMN = regex(r"(?:CONSTRAINT|PRIMARY|FOREIGN|UNIQUE|CHECK|KEY|INDEX|FULLTEXT|EXCLUDE|LIKE|PERIOD)\b", re.IGNORECASE)
_CASCADE = regex(r"\bCASCADE\b", re.IGNORECASE)
_ON_DELETE = regex(r"\bON\s+DELETE\s+CASCADE\b", re.IGNORECASE)
_FILLED = regex(r"\b(?:DEFAULT|GENERATED|AUTO_INCREMENT|IDENTITY|(?:SMALL|BIG)?SERIAL|AS\s*\()", re.IGNORECASE)

_ACTIONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (verb, regex(pattern, re.IGNORECASE | re.DOTALL))
    for verb, pattern in (
        ("disable row security", r"(?:DISABLE|NO\s+FORCE)\s+ROW\s+LEVEL\s+SECURITY"),
        ("enable row security", r"(?:ENABLE|FORCE)\s+ROW\s+LEVEL\s+SECURITY"),
        ("disable trigger", r"DISABLE\s+TRIGGER"),
        ("drop partition", rf"(?:DROP|TRUNCATE)\s+PARTITION\s+(?P<column>{NAME})"),
        ("drop constraint", r"DROP\s+PRIMARY\s+KEY"),
        ("drop constraint", rf"DROP\s+(?:CONSTRAINT|FOREIGN\s+KEY|CHECK)\s+(?:IF\s+EXISTS\s+)?(?P<column>{NAME})"),
        ("drop index", rf"DROP\s+(?:INDEX|KEY)\s+(?P<column>{NAME})"),
        ("drop column", rf"DROP\s+(?:COLUMN\s+)?(?P<if>IF\s+EXISTS\s+)?\(?\s*(?P<column>{NAME})"),
        ("rename table", rf"RENAME\s+(?:TO|AS)\s+(?P<column>{NAME})"),
        ("rename constraint", rf"RENAME\s+(?:CONSTRAINT|INDEX|KEY)\s+(?P<column>{NAME})"),
        ("rename column", rf"RENAME\s+(?:COLUMN\s+)?(?P<column>{NAME})\s+TO\s+(?P<new>{NAME})"),
        ("add index", rf"ADD\s+(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)?(?:INDEX|KEY)\b\s*(?P<column>{NAME})?"),
        ("add constraint", rf"ADD\s+(?:CONSTRAINT\s+(?P<column>{NAME})\s+)?(?P<detail>FOREIGN\s+KEY|UNIQUE|PRIMARY\s+KEY|CHECK|EXCLUDE)\b"),
        ("add partition", r"ADD\s+PARTITION"),
        ("add column", rf"ADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?\(?\s*(?P<column>{NAME})"),
        ("set not null", rf"ALTER\s+(?:COLUMN\s+)?(?P<column>{NAME})\s+SET\s+NOT\s+NULL"),
        ("drop not null", rf"ALTER\s+(?:COLUMN\s+)?(?P<column>{NAME})\s+DROP\s+NOT\s+NULL"),
        ("alter default", rf"ALTER\s+(?:COLUMN\s+)?(?P<column>{NAME})\s+(?:SET|DROP)\s+DEFAULT"),
        (
            "alter column type",
            rf"ALTER\s+(?:COLUMN\s+)?(?P<column>{NAME})\s+(?:SET\s+DATA\s+)?(?:TYPE\s+)?(?P<detail>\w[\w ]*(?:\([^)]*\))?)",
        ),
        ("alter column type", rf"(?:MODIFY|CHANGE)\s+(?:COLUMN\s+)?(?P<column>{NAME})\s+(?P<detail>\w[\w ]*(?:\([^)]*\))?)"),
        ("alter table", r""),
    )
)


def read_definition(text: str) -> tuple[Shape, ...]:
    """The shapes of a statement whose first word is ALTER, CREATE, DROP, GRANT, RENAME, REVOKE or TRUNCATE; else none.

    `text` has its words parted by single blanks.
    """
    word = text[:8].upper().partition(" ")[0]
    if word == "ALTER":
        return tuple(_altered(text)) or _role(text)
    readers = {"DROP": _dropped, "TRUNCATE": _truncated, "CREATE": _created, "GRANT": _granted, "RENAME": _renamed}
    return readers[word](text) if word in readers else ()


def _shape(verb: str, *objects: str, **more: Any) -> Shape:
    return Statement(verb, tuple(unquoted(name) for name in objects), WHOLE_FILE, **more)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _dropped(text: str) -> tuple[Shape, ...]:
    policy = _DROP_POLICY.match(text)
    if policy:
        return (_shape("drop policy", policy["name"], columns=(unquoted(policy["policy"]),), if_exists=bool(policy["if"])),)
    found = _DROP.match(text)
    if found is None:
        return ()
    verb = f"drop {' '.join(found['kind'].lower().split())}"
    cascade = _CASCADE.search(found["rest"]) is not None
    return (_shape(verb, *_names(found["names"]), cascade=cascade, if_exists=bool(found["if"]), concurrently=bool(found["con"])),)


def _truncated(text: str) -> tuple[Shape, ...]:
    found = _TRUNCATE.match(text)
    return (_shape("truncate", *_names(found["names"]), cascade=_CASCADE.search(found["rest"]) is not None),) if found else ()


def _created(text: str) -> tuple[Shape, ...]:
    if found := _TABLE.match(text):
        body = re.match(r"\s*\((.*)\)", found["rest"], re.DOTALL)
        columns = (
            tuple(unquoted(part.split()[0]) for part in split_top(body[1]) if part.strip() and not _NO_COLUMN.match(part)) if body else ()
        )
        return (_shape("create table", found["name"], columns=columns, if_exists=bool(found["if"]), created_here=bool(found["temp"])),)
    if found := _VIEW.match(text):
        return (_shape("create view", found["name"]),)
    if found := _INDEX.match(text):
        return (
            _shape(
                "create index",
                found["name"],
                columns=(unquoted(found["index"] or ""),),
                concurrently=bool(found["con"]),
                detail="unique" if found["unique"] else "",
            ),
        )
    if found := _POLICY.match(text):
        is_open = _OPEN_POLICY.search(found["rest"]) is not None
        return (_shape("create policy", found["name"], columns=(unquoted(found["policy"]),), tautological=is_open),)
    return _role(text)


def _role(text: str) -> tuple[Shape, ...]:
    found = _ROLE.match(text)
    return (_shape("grant", "", found["name"], detail=found["rest"].split()[-1].lower()),) if found else ()


def _granted(text: str) -> tuple[Shape, ...]:
    found = _GRANT.match(text)
    if found is None:
        return ()
    what = " ".join(found["what"].split())[:200]
    return (_shape("grant", " ".join((found["object"] or "").split()), *_names(found["to"]), detail=what.lower()),)


def _renamed(text: str) -> tuple[Shape, ...]:
    found = _RENAME.match(text)
    return (_shape("rename table", found["name"], columns=(unquoted(found["new"]),)),) if found else ()


def _altered(text: str) -> Iterator[Shape]:
    if re.match(r"ALTER\s+DEFAULT\s+PRIVILEGES\b", text, re.IGNORECASE):
        rest = re.search(r"\bGRANT\b.*", text, re.IGNORECASE | re.DOTALL)
        for shape in _granted(rest[0]) if rest else ():
            yield replace(shape, detail=f"default {shape.detail}"[:200])
        return
    found = _ALTER.match(text)
    if found is None:
        return
    for action in split_top(found["actions"]):
        yield _action(unquoted(found["name"]), action.strip())


def _action(table: str, action: str) -> Shape:
    verb, found = next((verb, found) for verb, pattern in _ACTIONS if (found := pattern.match(action)))
    parts = found.groupdict()
    columns = tuple(unquoted(parts[name]) for name in ("column", "new") if parts.get(name))
    detail = " ".join((parts.get("detail") or "").lower().split())
    if verb == "add column":
        is_bare = re.search(r"\bNOT\s+NULL\b", action, re.IGNORECASE) and not _FILLED.search(action)
        detail = "not null" if is_bare else ""
    elif verb == "add constraint" and re.search(r"\bNOT\s+VALID\b", action, re.IGNORECASE):
        detail += " not valid"
    cascade = _ON_DELETE.search(action) is not None if verb.startswith("add") else _CASCADE.search(action) is not None
    return _shape(verb, table, columns=columns, detail=detail, cascade=cascade, if_exists=bool(parts.get("if")))
