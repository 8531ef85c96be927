"""Runs Python checks over the regions of one side of one file. Runs inside the worker: it parses untrusted bytes."""

import warnings
from collections.abc import Iterator, Sequence

from aicheck.authoring import Hit, PythonCheck
from aicheck.model.coverage import Failure
from aicheck.model.finding import Match
from aicheck.model.location import Location, Side
from aicheck.readers.python.region import BrokenRegion, Region
from aicheck.readers.python.regions import Regions, read_regions


def check_python(path: str, side: Side, data: bytes, checks: Sequence[type[PythonCheck]]) -> tuple[tuple[Match, ...], tuple[Failure, ...]]:
    """The matches of `checks` in the file, sorted by place, and what could not be checked. Raises Unreadable.

    A check that crashes loses its matches in this file and is named in a failure; the others are not affected.
    """
    regions = read_regions(data)
    matches: list[Match] = []
    failures: list[Failure] = []
    for check in checks:
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
    for region in regions.select(check.needles, check.candidate):
        if isinstance(region, BrokenRegion):
            place = f"in {region.symbol}" if region.symbol else "in code outside of functions"
            yield Failure(path, side, "cst", f"{region.reason} ({place})", check.id)
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # literals of the judged code may warn when they are evaluated
            hits = tuple(check().check(region))
        for hit in hits:
            yield _match(check, region, hit, Location(path, side, hit.span))


def _match(check: type[PythonCheck], region: Region, hit: Hit, location: Location) -> Match:
    made = check.match(
        location, hit.message, symbol=region.symbol, text=hit.text or region.normalised_span(hit.span), severity=hit.severity
    )
    return Match(made.rule, location, made.message, made.symbol, made.text, region.digest, made.engine, None, made.severity)
