"""Which openings a change brings: what neither the file had before, nor another one that has it no longer."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from aicheck.authoring.openings import Opening, read_openings
from aicheck.authoring.published import read_published
from aicheck.authoring.setting_tree import Key, is_position
from aicheck.model.facts import Facts


class OpeningFile(msgspec.Struct, frozen=True):
    """The openings of one file, under its after path."""

    path: str
    before: tuple[Opening, ...]
    after: tuple[Opening, ...]


def opening_file(path: str, before: Facts | None, after: Facts | None) -> OpeningFile:
    """A file of the change with the openings of both sides."""
    sides = [read_openings(facts.settings) + read_published(facts.settings) if facts is not None else () for facts in (before, after)]
    return OpeningFile(path, sides[0], sides[1])


def new_openings(files: Sequence[OpeningFile]) -> Mapping[str, tuple[Opening, ...]]:
    """The new ones of each file by its after path; files without any are left out."""
    fresh: list[tuple[str, Opening]] = []
    lost: Counter[str] = Counter()
    for file in files:
        known = Counter(_place(opening) for opening in file.before)
        for opening in file.after:
            if known[_place(opening)] > 0:
                known[_place(opening)] -= 1
            else:
                fresh.append((file.path, opening))
        for (_, what), number in known.items():
            lost[what] += number
    found: dict[str, list[Opening]] = {}
    for path, opening in fresh:
        if lost[opening.what] > 0:
            lost[opening.what] -= 1
        else:
            found.setdefault(path, []).append(opening)
    return {path: tuple(openings) for path, openings in found.items()}


def _place(opening: Opening) -> tuple[Key, str]:
    return tuple(part for part in opening.key if not is_position(part)), opening.what
