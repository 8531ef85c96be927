"""What the engines found, brought together under the real paths of the change."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from aicheck.authoring import FilePair
from aicheck.model.change import FileChange
from aicheck.model.coverage import Failure
from aicheck.model.facts import Definition, Facts
from aicheck.model.finding import Match
from aicheck.model.location import Location, Side
from aicheck.readers.language import language_of
from aicheck.readers.source_text import BYTE_ORDER_MARK
from aicheck.readers.suppressions import SuppressionComment
from aicheck.runners.plan import Reading
from aicheck.runners.protocol import Answer
from aicheck.runners.sarif import Imported

Place = tuple[str, Side]


class Results(msgspec.Struct, frozen=True):
    """The findings of all engines so far."""

    matches: tuple[Match, ...] = ()
    failures: tuple[Failure, ...] = ()
    facts: Mapping[Place, Facts] = msgspec.field(default_factory=dict)
    """By (path, side); sides whose facts were not asked for or could not be read are not in it."""
    not_applicable: Mapping[Place, str] = msgspec.field(default_factory=dict)
    """The written rule by which a side that was read is judged by nothing."""
    suppressions: tuple[tuple[Side, SuppressionComment], ...] = ()
    imported: Imported = Imported()
    """What other tools' logs say; its matches are among the others."""

    def comments(self, side: Side) -> tuple[SuppressionComment, ...]:
        """The suppression comments of one side."""
        return tuple(comment for of, comment in self.suppressions if of == side)


def collect_results(readings: Sequence[Reading], answers: Sequence[Answer]) -> Results:
    """The worker's answers, in the order of `readings`, with the real paths in place of those that the worker was told."""
    matches: list[Match] = []
    failures: list[Failure] = []
    facts: dict[Place, Facts] = {}
    not_applicable: dict[Place, str] = {}
    suppressions: list[tuple[Side, SuppressionComment]] = []
    for reading, answer in zip(readings, answers, strict=True):
        for found in answer.sides:
            path = reading.path(found.side)
            matches.extend(replace(match, location=replace(match.location, path=path)) for match in found.matches)
            failures.extend(replace(failure, path=path) for failure in found.failures)
            suppressions.extend((found.side, replace(comment, path=path)) for comment in found.suppressions)
            if found.facts is not None:
                facts[path, found.side] = found.facts
            if found.not_applicable:
                not_applicable[path, found.side] = found.not_applicable
        failures.extend(_lost_sides(reading, answer))
    return Results(tuple(matches), tuple(failures), facts, not_applicable, tuple(suppressions))


def _lost_sides(reading: Reading, answer: Answer) -> Iterator[Failure]:
    """An after side that the change itself took out of reach: what the before side says has nothing to be compared with."""
    was_read = any(found.side == "before" and found.facts is not None for found in answer.sides)
    for found in answer.sides:
        if was_read and found.side == "after" and found.not_applicable:
            yield Failure(reading.path("after"), "after", "read", f"{found.not_applicable}, unlike before")


def file_pairs(files: Iterable[FileChange], readings: Iterable[Reading], facts: Mapping[Place, Facts]) -> tuple[FilePair, ...]:
    """Both sides of every file of the change, in its order; the two halves of a moved file are one pair."""
    by_path = {reading.file.path: reading for reading in readings}
    continued = {reading.before_path for reading in by_path.values() if reading.before_path != reading.file.path}
    pairs = []
    for file in files:
        reading = by_path.get(file.path)
        if file.path in continued:
            continue
        if reading is None:
            pairs.append(FilePair(file.path, file.path, language_of(file.path, b""), file, None, None))
            continue
        pairs.append(
            FilePair(
                path=file.path,
                before_path=reading.before_path,
                language=reading.language,
                change=_regular_sides(file),
                before=facts.get((reading.before_path, "before")),
                after=facts.get((file.path, "after")),
                before_source=_text(reading.before),
                after_source=_text(reading.after),
            )
        )
    return tuple(pairs)


def _regular_sides(file: FileChange) -> FileChange:
    """Where a link or a submodule took the place of a file, that file is gone."""
    before, after = (None if content and content.kind in {"symlink", "submodule"} else content for content in (file.before, file.after))
    return replace(file, before=before, after=after)


def name_symbols(matches: Iterable[Match], facts: Mapping[Place, Facts]) -> tuple[Match, ...]:
    """Matches of other engines with the symbol and digest of the innermost definition that they stand in."""
    named = []
    around = DefinitionsAround(facts)
    for match in matches:
        definition = around.innermost(match.location)
        named.append(replace(match, symbol=definition.symbol, digest=definition.digest) if definition else match)
    return tuple(named)


class DefinitionsAround:
    """Finds what a place stands in. Each look-up takes the logarithm of the number of definitions, plus their depth."""

    def __init__(self, facts: Mapping[Place, Facts]) -> None:
        self._facts = facts
        self._nested: dict[Place, list[tuple[int, Definition, int]]] = {}
        """By first line: the first line, the definition and the row of the one around it (-1: none)."""

    def innermost(self, location: Location) -> Definition | None:
        """The smallest definition that the location's first line stands in, if any."""
        place, line = (location.path, location.side), location.span.line
        if place not in self._nested:
            self._nested[place] = _nest(self._facts[place].definitions) if place in self._facts else []
        rows = self._nested[place]
        row = bisect_right(rows, line, key=lambda entry: entry[0]) - 1
        while row >= 0 and rows[row][1].span.end_line < line:
            row = rows[row][2]
        return rows[row][1] if row >= 0 else None


def _nest(definitions: Iterable[Definition]) -> list[tuple[int, Definition, int]]:
    rows: list[tuple[int, Definition, int]] = []
    open_rows: list[int] = []
    for definition in sorted(definitions, key=lambda one: (one.span.line, -one.span.end_line)):
        while open_rows and rows[open_rows[-1]][1].span.end_line < definition.span.line:
            open_rows.pop()
        rows.append((definition.span.line, definition, open_rows[-1] if open_rows else -1))
        open_rows.append(len(rows) - 1)
    return rows


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace")
