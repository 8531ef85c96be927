"""What the engines found, brought together under the real paths of the change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from aicheck.authoring import FilePair
from aicheck.model.change import FileChange
from aicheck.model.coverage import Failure
from aicheck.model.facts import Definition, Facts
from aicheck.model.finding import Match
from aicheck.model.location import Side
from aicheck.readers.language import language_of
from aicheck.readers.suppressions import SuppressionComment
from aicheck.runners.plan import Reading
from aicheck.runners.protocol import Answer

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
    for match in matches:
        known = facts.get((match.location.path, match.location.side))
        definition = _innermost(known.definitions if known else (), match.location.span.line)
        named.append(replace(match, symbol=definition.symbol, digest=definition.digest) if definition else match)
    return tuple(named)


def _innermost(definitions: Iterable[Definition], line: int) -> Definition | None:
    around = [definition for definition in definitions if definition.span.line <= line <= definition.span.end_line]
    return min(around, key=lambda definition: definition.span.end_line - definition.span.line, default=None)


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")
