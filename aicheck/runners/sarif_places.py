"""Which changed file a place in another tool's log means.

Whatever the log names, the answer is a path of the change or nothing; no place in it is ever opened.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from urllib.parse import unquote_to_bytes

from aicheck.runners.sarif_log import ArtifactLocation, Location, Region, Run

MOST_BASES = 10
"""Longest chain of bases that name each other."""
MOST_FOLDERS = 64
"""Deepest path that is looked at."""
MOST_CHARACTERS = 8192
"""Longest URI that is looked at; paths of Linux end at 4096 bytes."""


class Places:
    """The files that one run names, resolved against the paths of one side of the change."""

    def __init__(self, run: Run, roots: Sequence[str], paths: Collection[str]) -> None:
        """`roots`: absolute folders without a final slash that hold the paths of this side."""
        self._run = run
        self._paths = paths
        self._known: dict[ArtifactLocation, str] = {}
        self._roots = tuple(roots)
        named = {at for result in run.results or () for at, _ in locations_of(result.locations)}
        absolute = {place for at in named if (place := self._absolute(at))}
        if not any(_below(place, self._roots) for place in absolute):
            self._roots = _foreign_roots(absolute, paths)

    def path_of(self, location: ArtifactLocation) -> str:
        """The path of the change that the location means; empty for every other file."""
        if location not in self._known:
            place = self._absolute(location)
            path = _below(place, self._roots) if place else _normal(self._relative(location))
            self._known[location] = path if path in self._paths else ""
        return self._known[location]

    def _absolute(self, location: ArtifactLocation) -> str:
        """The absolute path, normalised; empty for a relative place and for one that is no file."""
        text = self._relative(location)
        return f"/{path}" if text.startswith("/") and (path := _normal(text[1:])) else ""

    def _relative(self, location: ArtifactLocation) -> str:
        """The decoded path with its bases in front; starts with a slash where one of them is absolute."""
        artifacts = self._run.artifacts or ()
        if location.uri is None and location.index is not None and 0 <= location.index < len(artifacts):
            location = artifacts[location.index].location or location
        bases = self._run.original_uri_base_ids or {}
        text = _decoded(location.uri or "")
        for _ in range(MOST_BASES):
            base = bases.get(location.uri_base_id or "")
            if base is None or text.startswith("/") or not text:
                break
            start = _decoded(base.uri or "")
            text = f"{start.rstrip('/')}/{text}" if start else text
            location = base
        return text


def locations_of(locations: Iterable[Location] | None) -> Iterator[tuple[ArtifactLocation, Region | None]]:
    """The files that the locations name and where in them, in order."""
    for location in locations or ():
        place = location.physical_location
        if place is not None and place.artifact_location is not None:
            yield place.artifact_location, place.region


def _decoded(uri: str) -> str:
    """The path of a file URI or of a relative reference; empty for other schemes.

    Bytes that are not UTF-8 are surrogate escapes, as in the paths of a change.
    """
    if len(uri) > MOST_CHARACTERS:
        return ""
    scheme, colon, rest = uri.partition(":")
    if colon and scheme.isalnum():
        if scheme.lower() != "file":
            return ""
        uri = rest
    if uri.startswith("//"):
        uri = "/" + uri[2:].partition("/")[2]
    return unquote_to_bytes(uri).decode("utf-8", "surrogateescape")


def _normal(path: str) -> str:
    """The relative path without `.` and `..`; empty when it leads outside or too deep."""
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) if len(parts) <= MOST_FOLDERS else ""


def _below(place: str, roots: Iterable[str]) -> str:
    """The absolute place relative to the first root that holds it; empty when none does."""
    return next((place[len(root) + 1 :] for root in roots if place.startswith(f"{root}/")), "")


def _foreign_roots(places: Iterable[str], paths: Collection[str]) -> tuple[str, ...]:
    """The checkout that a log of another machine or folder was made in.

    A folder below which a place is a path of the change; the one that holds the most places, of several the highest.
    """
    splits = [[place[:index] for index, sign in enumerate(place) if sign == "/"] for place in places]
    found = {head for place, heads in zip(places, splits, strict=True) for head in heads if place[len(head) + 1 :] in paths}
    held = Counter(head for heads in splits for head in heads if head in found)
    return tuple(sorted(found, key=lambda head: (-held[head], len(head), head))[:1])
