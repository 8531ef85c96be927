"""What a change does to the statements of its files, and what rules over them share."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import ClassVar

from aicheck.authoring.base import DifferentialCheck
from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.wording import EXCERPT_LIMIT, clip
from aicheck.model.facts import Statement
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location
from aicheck.model.rule import Severity
from aicheck.readers.place import place_of
from aicheck.regex import regex

LANGUAGES = ("go", "javascript", "python", "sql", "typescript")
StatementKey = tuple[object, ...]
_PASSING = regex(
    r"(?:^|[_.\b])(?:te?mp|temporary|scratch|staging|stage|stg|old|bak|backup|archived?|deprecated|obsolete|unused|legacy|new|test)(?:[_.]|$)|^#|^@|_\d{6,8}$"
)


class StatementCheck(DifferentialCheck):
    """A differential rule over the statements of one file."""

    languages: ClassVar[tuple[str, ...]] = LANGUAGES

    def match_statement(
        self, pair: FilePair, statement: Statement, message: str, *, severity: Severity | None = None, before: Statement | None = None
    ) -> Match:
        """The match of a statement of the after side; `before` is what stood there."""
        excerpt = None
        if before is not None:
            line = before.span.line
            excerpt = Excerpt(pair.before_path, line, clip(pair.line("before", line), EXCERPT_LIMIT))
        return self.match(
            Location(pair.path, "after", statement.span),
            message,
            symbol=statement.symbol,
            text=f"{statement.verb} {statement.text}",
            before=excerpt,
            severity=severity,
        )

    def match_lost(self, pair: FilePair, before: Statement, message: str, severity: Severity | None = None) -> Match:
        """The match of a statement that only the before side has."""
        line = before.span.line
        return self.match(
            Location(pair.path, "after", WHOLE_FILE),
            message,
            symbol=before.symbol,
            text=f"{before.verb} {before.text}",
            before=Excerpt(pair.before_path, line, clip(pair.line("before", line), EXCERPT_LIMIT)),
            severity=severity,
        )


def statement_key(statement: Statement) -> StatementKey:
    """What stays when a statement moves or is laid out anew."""
    names = tuple(sorted({name.lower() for name, _ in statement.predicates}))
    objects, columns = (tuple(name.lower() for name in given) for given in (statement.objects, statement.columns))
    return statement.verb, objects, columns, names, statement.has_where, statement.tautological, statement.direction


def added_statements(pair: FilePair, change: ChangeFacts) -> list[Statement]:
    """Those of the after side that the before side does not have, what came from another file of the change left out."""
    if not _is_comparable(pair) or pair.after is None:
        return []
    gained = _rest(pair.facts("after").statements, pair.facts("before").statements)
    if not gained:
        return []
    lost = Counter(statement_key(one) for other in change.pairs if other is not pair for one in _lost_here(other))
    return [one for one in gained if lost[statement_key(one)] <= 0]


def lost_statements(pair: FilePair, change: ChangeFacts) -> list[Statement]:
    """Those of the before side that the after side does not have, what went to another file of the change left out."""
    lost = _lost_here(pair)
    if not lost:
        return []
    gained = Counter(
        statement_key(one)
        for other in change.pairs
        if other is not pair and _is_comparable(other)
        for one in _rest(other.facts("after").statements, other.facts("before").statements)
    )
    return [one for one in lost if gained[statement_key(one)] <= 0]


def _lost_here(pair: FilePair) -> list[Statement]:
    return _rest(pair.facts("before").statements, pair.facts("after").statements) if _is_comparable(pair) else []


def _is_comparable(pair: FilePair) -> bool:
    """Whether no side that exists is unread."""
    unread_before = pair.change.before is not None and pair.before is None and pair.before_path == pair.path
    return not unread_before and (pair.change.after is None or pair.after is not None)


def _rest(statements: Iterable[Statement], others: Iterable[Statement]) -> list[Statement]:
    """The statements that have no equal among the others: first in the same function, then anywhere."""
    known = Counter((one.symbol, statement_key(one)) for one in others)
    rest = []
    for statement in statements:
        place = (statement.symbol, statement_key(statement))
        if known[place] > 0:
            known[place] -= 1
        else:
            rest.append(statement)
    spare: Counter[StatementKey] = Counter()
    for (_, key), number in known.items():
        spare[key] += number
    unmatched = []
    for statement in rest:
        key = statement_key(statement)
        if spare[key] > 0:
            spare[key] -= 1
        else:
            unmatched.append(statement)
    return unmatched


def is_migration(pair: FilePair, statement: Statement) -> bool:
    """Whether a statement is of a migration."""
    return (
        statement.form == "migration" or place_of(pair.path) == "migration" or re.search(r"migrat|/versions/|flyway", pair.path) is not None
    )


def is_passing(name: str) -> bool:
    """Whether a table's name says that it is temporary, or what is left of one."""
    return _PASSING.search(name.lower()) is not None


def is_recreated(pair: FilePair, statement: Statement) -> bool:
    """Whether the file creates again what the statement drops: a schema that is set up anew."""
    names = {plain_name(name) for name in statement.objects}
    return any(
        one.verb in {"create table", "create view"} and one.direction == statement.direction and one.span.line >= statement.span.line
        for one in pair.facts("after").statements
        if names & {plain_name(name) for name in one.objects}
    )


def plain_name(name: str) -> str:
    """The last part of a table's or model's name in lower case without underscores and a plural `s`: `app.user_keys` is `userkey`."""
    return name.lower().rpartition(".")[2].replace("_", "").removesuffix("s")


def column_names(statement: Statement) -> frozenset[str]:
    """The columns that narrow it, in one spelling: `pk` and `id` are one, `team_id` and `team__id` are `team`."""
    return frozenset(plain_column(name) for name, _ in statement.predicates)


def plain_column(name: str) -> str:
    """A column in the spelling that `column_names` gives."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.rpartition(".")[2]).lower()
    parts = [part for part in re.split(r"__", snake) if part not in {"in", "exact", "iexact", "id", "pk", "isnull"}]
    plain = "__".join(parts) if parts else "id"
    plain = plain.removesuffix("_id").removesuffix("_pk").removesuffix("_uuid")
    return "id" if plain in {"pk", "id", "uuid", "external_id", "public_id", "_id"} else plain


def by_symbol(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    """The statements of each function."""
    grouped: dict[str, list[Statement]] = {}
    for statement in statements:
        grouped.setdefault(statement.symbol, []).append(statement)
    return grouped


def added_lines_near(pair: FilePair, line: int) -> Iterator[str]:
    """The added lines of the hunk that took the before side's `line` (1-based) away."""
    for hunk in pair.change.hunks:
        if hunk.before_line <= line < hunk.before_line + max(hunk.before_count, 1):
            yield from (pair.line("after", number) for number in range(hunk.after_line, hunk.after_line + hunk.after_count))


def shown_objects(statement: Statement, limit: int = 40) -> str:
    """Its objects for a message."""
    return clip(", ".join(statement.objects), limit)
