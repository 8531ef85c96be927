"""SELECT, DELETE and UPDATE: which tables, and which columns narrow what is reached.

Where there is something to narrow, sqlglot reads the statement; what it cannot read is searched for comparisons.
"""

import re
from functools import lru_cache

from aicheck.model.facts import Statement
from aicheck.model.location import WHOLE_FILE
from aicheck.readers.statements.definitions import NAME
from aicheck.readers.statements.words import Shape, Unknowns, is_unknown, unquoted
from aicheck.regex import regex

LONGEST = 8_000
"""Characters of a statement that sqlglot is given; it reads about a thousand words in ten milliseconds."""
DEEPEST = 40
"""Open parentheses."""
_PARAMETER = regex(
    r"'(?:[^'\\]++|''|\\.)*+(?:'|\Z)|\"[^\"]*+(?:\"|\Z)|`[^`]*+(?:`|\Z)"
    r"|(?P<unknown>\{\{.{0,300}?\}\}|[#$]\{[^{}]{0,300}\}|\bsqlc\.(?:s?n?arg|slice|embed)\(\s*'?\w+'?\s*\)|%\(\w+\)s|%[sdr]\b|\$\d+|\$\w+\b|\?\d*"
    r"|(?<![:\w]):[A-Za-z_]\w*|(?<![\w@])@[A-Za-z_]\w*|\{[^{}'\"]{0,200}\})",
    re.DOTALL,
)
_FIRST = regex(r"\s*\(*\s*(SELECT|WITH|DELETE|UPDATE)\b", re.IGNORECASE)
_NARROWING = regex(r"\b(?:WHERE|JOIN|USING|HAVING|QUALIFY)\b", re.IGNORECASE)
_CHANGED = regex(
    rf"\b(?P<verb>DELETE\s+(?:TOP\s*\([^)]*\)\s+)?FROM|UPDATE(?!\s+SET\b))\s+(?:LOW_PRIORITY\s+|IGNORE\s+|OR\s+\w+\s+|ONLY\s+)*(?P<name>{NAME})",
    re.IGNORECASE,
)
_TABLES = regex(rf"\b(?:FROM|JOIN)\s+(?:ONLY\s+|LATERAL\s+)*(?P<name>{NAME})", re.IGNORECASE)
_SET = regex(r"(?:\bSET\s|,)\s*([\w.\"`\[\]]+)\s*=", re.IGNORECASE)
_COMPARED = regex(
    r"([\w.\"`\[\]]+)\s*(?:=|<>|!=|>=|<=|<|>|\bNOT\s+IN\b|\bIN\b|\bI?LIKE\b|\bIS\b|\bBETWEEN\b)\s*(\(?\s*(?:'[^']{0,100}'|[\w.:$%@?]{1,80}))",
    re.IGNORECASE,
)
_TAUTOLOGY = regex(r"\s*\(?\s*(?:(\d+)\s*=\s*\1|'(\w*)'\s*=\s*'\2'|TRUE)\s*\)?\s*(?:;|RETURNING\b.*|$)", re.IGNORECASE | re.DOTALL)
_REST_UNKNOWN = regex(r"\bxpar\d+x\b")


def read_manipulation(text: str, unknowns: Unknowns) -> tuple[Shape, ...]:
    """The deletions and updates of a statement, or what it selects; none for other statements.

    `text` has its words parted by single blanks.
    """
    if _FIRST.match(text) is None:
        return ()
    hidden = _PARAMETER.sub(lambda found: unknowns.add(found[0]) if found["unknown"] else found[0], text)
    numbered: dict[str, str] = {}
    # equal texts shall meet in the cache whatever they hide and however often
    plain = re.sub(r"\bxpar\d+x\b", lambda found: numbered.setdefault(found[0], f"xpar{len(numbered)}x"), hidden)
    back = {short: long for long, short in numbered.items()}

    def restored(name: str) -> str:
        return unknowns.restore(re.sub(r"\bxpar\d+x\b", lambda found: back.get(found[0], found[0]), name))

    return tuple(_restored(shape, restored) for shape in _read(plain))


def _restored(shape: Shape, restored: "object") -> Shape:
    from msgspec.structs import replace

    assert callable(restored)
    return replace(
        shape,
        objects=tuple(restored(name) for name in shape.objects),
        columns=tuple(restored(name) for name in shape.columns),
        predicates=tuple(sorted({(restored(name), restored(value)) for name, value in shape.predicates})),
    )


@lru_cache(maxsize=4_096)
def _read(text: str) -> tuple[Shape, ...]:
    if _NARROWING.search(text) is None:
        return _search(text)
    if len(text) > LONGEST or _depth(text) > DEEPEST:
        return _search(text)
    from aicheck.readers.statements.parsed import parse_manipulation  # imports sqlglot, which takes 0.2 seconds

    return parse_manipulation(text) or _search(text)


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in re.findall(r"[()]", text):
        depth += 1 if character == "(" else -1
        deepest = max(deepest, depth)
    return deepest


def _search(text: str) -> tuple[Shape, ...]:
    """What patterns tell of a statement that is simple, or that no grammar knows."""
    changed = _CHANGED.search(text)
    tables = [unquoted(found["name"]) for found in _TABLES.finditer(text)]
    narrowing = re.search(r"\bWHERE\b(.*)", text, re.IGNORECASE | re.DOTALL)
    clause = narrowing[1] if narrowing else ""
    predicates = {(unquoted(name), value.strip("( ")) for name, value in _COMPARED.findall(clause[:LONGEST]) if not name[0].isdigit()}
    if changed is None:
        if not tables or not _FIRST.match(text):
            return ()
        return (_shape("select", tuple(dict.fromkeys(tables)), predicates, has_where=narrowing is not None),)
    verb = "delete" if changed["verb"].upper().startswith("DELETE") else "update"
    rest = text[changed.end() :]
    is_open = narrowing is None and (_REST_UNKNOWN.search(rest.partition(" SET ")[2] if verb == "update" else rest) is not None)
    columns = tuple(unquoted(name) for name in _SET.findall(rest.partition(" WHERE ")[0])) if verb == "update" else ()
    if is_open and verb == "update":
        is_open = re.search(r"(?<![=,(]) xpar\d+x\s*$", rest) is not None and not re.search(r"=\s*xpar\d+x\s*$", rest)
    if is_open:
        predicates.add(("*", ""))
    has_where = narrowing is not None or is_open or re.search(r"\b(?:JOIN|USING)\b", rest, re.IGNORECASE) is not None
    shape = _shape(verb, (unquoted(changed["name"]),), predicates, has_where=has_where)
    from msgspec.structs import replace

    return (replace(shape, columns=columns, tautological=narrowing is not None and _TAUTOLOGY.match(clause) is not None),)


def _shape(verb: str, objects: tuple[str, ...], predicates: set[tuple[str, str]], *, has_where: bool) -> Shape:
    narrowed = {(name, value) for name, value in predicates if not (is_unknown(name) and name != "*")}
    return Statement(verb, objects, WHOLE_FILE, predicates=tuple(sorted(narrowed)), has_where=has_where)
