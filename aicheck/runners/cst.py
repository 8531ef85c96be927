"""Runs Python checks over the regions of one side of one file. Runs inside the worker: it parses untrusted bytes."""

import warnings
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from aicheck.authoring import Hit, PythonCheck
from aicheck.model.coverage import Failure
from aicheck.model.finding import Match
from aicheck.model.location import Location, Side, Span
from aicheck.readers.kept import Kept
from aicheck.readers.place import place_of
from aicheck.readers.python.region import Region
from aicheck.readers.python.regions import Regions, read_regions
from aicheck.readers.python.source import RegionKey
from aicheck.readers.unreadable import Unreadable

KEPT_CHARACTERS = 16 << 20
"""Of the regions whose outcomes are remembered, ENTRY_WEIGHT for each outcome added."""
ENTRY_WEIGHT = 500
_kept: Kept[tuple[type[PythonCheck], RegionKey], tuple[Match | Failure, ...]] = Kept(KEPT_CHARACTERS)
"""What a check found in a region, by all that this depends on. Most regions stand on both sides of a change."""


def check_python(path: str, side: Side, data: bytes, checks: Sequence[type[PythonCheck]]) -> tuple[tuple[Match, ...], tuple[Failure, ...]]:
    """The matches of `checks` in the file, sorted by place, and what could not be checked. Raises Unreadable.

    A check that crashes loses its matches in this file and is named in a failure; the others are not affected.
    """
    regions = read_regions(data)
    matches: list[Match] = []
    failures: list[Failure] = []
    is_test = place_of(path) == "test"
    for check in (one for one in checks if one.in_tests or not is_test):
        try:
            for outcome in _run(check, regions, path, side):
                if isinstance(outcome, Failure):
                    failures.append(outcome)
                else:
                    matches.append(outcome)
        except Exception as error:  # noqa: BLE001  a rule's own bug must cost this rule on this file, nothing else
            matches = [match for match in matches if match.rule != check.id]
            failures.append(Failure(path, side, "cst", f"rule crashed: {type(error).__name__}", check.id))
    return tuple(sorted(matches, key=lambda match: (match.location, match.rule, match.message))), tuple(sorted(set(failures)))


def _run(check: type[PythonCheck], regions: Regions, path: str, side: Side) -> Iterator[Match | Failure]:
    if regions.source.needs_whole:
        for region in regions.select(check.needles):
            yield from _placed(_check(check, region), 0, path, side)
        return
    for position, outline in regions.holding(check.needles):
        key = regions.key(position)
        found = _kept.get((check, key)) if key is not None else None
        if found is None:
            parsed = regions.parse(position) if check.candidate(outline.node) else None
            found = tuple(_placed(_check(check, parsed), -outline.line)) if parsed is not None else ()
            if key is not None and (parsed is None or not parsed.looked_beyond):
                _kept.put((check, key), found, len(key.text) + ENTRY_WEIGHT)
        yield from _placed(found, outline.line, path, side)


def _placed(outcomes: Iterable[Match | Failure], lines: int, path: str = "", side: Side = "after") -> Iterator[Match | Failure]:
    """The outcomes of another file, or of a region that stood so many lines higher."""
    for outcome in outcomes:
        if isinstance(outcome, Failure):
            yield Failure(path, side, outcome.engine, outcome.reason, outcome.rule)
        else:
            at = outcome.location.span
            span = Span(at.line + lines, at.column, at.end_line + lines, at.end_column)
            yield replace(outcome, location=Location(path, side, span))


def _check(check: type[PythonCheck], region: Region) -> Iterator[Match | Failure]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # literals of the judged code may warn when they are evaluated
            hits = tuple(check().check(region))
        yield from [_match(check, region, hit, Location("", "after", hit.span)) for hit in hits]
    except Unreadable as error:
        place = f"in {region.symbol}" if region.symbol else "in code outside of functions"
        yield Failure("", "after", "cst", f"{error.reason} ({place})", check.id)


def _match(check: type[PythonCheck], region: Region, hit: Hit, location: Location) -> Match:
    made = check.match(
        location, hit.message, symbol=region.symbol, text=hit.text or region.normalised_span(hit.span), severity=hit.severity
    )
    return replace(made, digest=region.digest, fix=hit.fix)
