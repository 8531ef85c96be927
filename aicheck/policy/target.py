"""What a path or a finding is aimed at: production, unless its names say otherwise."""

import functools
from typing import Final

from aicheck.model.finding import Finding
from aicheck.readers.place import PRODUCTION_WORDS, WORDS, Place, environment_of, place_of, words_of

TARGETS: Final[tuple[Place, ...]] = (*(place for place, _ in WORDS), "workflow", "production")


@functools.lru_cache(maxsize=16_384)
def targets_of_path(path: str) -> frozenset[Place]:
    """The place of a file; production too where a folder or the file is named so."""
    named: frozenset[Place] = frozenset({"production"}) if words_of(path) & PRODUCTION_WORDS else frozenset()
    return named | {place_of(path)}


def targets_of(finding: Finding, paths: tuple[str, ...]) -> frozenset[Place]:
    """What a finding is aimed at, by the paths that it stands in or came from and by the environment that its symbol names.

    An environment that the symbol names (`development.replicas`) takes the place of a path that names none.
    """
    return _targets(finding.symbol, paths)


@functools.lru_cache(maxsize=16_384)
def _targets(symbol: str, paths: tuple[str, ...]) -> frozenset[Place]:
    words = words_of(symbol)
    environment = environment_of(words)
    by_path = frozenset[Place]().union(*map(targets_of_path, paths))
    if words & PRODUCTION_WORDS:
        return by_path | {"production"}
    if environment == "production":
        return by_path
    is_named = any(words_of(path) & PRODUCTION_WORDS for path in paths)
    return (by_path if is_named else by_path - {"production"}) | {environment}
