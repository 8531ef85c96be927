"""The facts of a whole change, both sides, as differential and change rules see them."""

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

import msgspec

from aicheck.authoring.command_steps import CommandSteps, command_file, compare_commands
from aicheck.authoring.grant_steps import GrantStep, compare_grants, grant_file
from aicheck.authoring.opening_steps import new_openings, opening_file
from aicheck.authoring.openings import Opening
from aicheck.authoring.resource_steps import ResourceFile, ResourceSteps, compare_resources, folder_of, values_held
from aicheck.authoring.routine_steps import RoutineSteps, compare_routines
from aicheck.authoring.setting_steps import FileSteps, resolve_moves, steps_of
from aicheck.authoring.setting_tree import SettingStep
from aicheck.model.change import FileChange
from aicheck.model.facts import NO_FACTS, Facts, Setting
from aicheck.model.location import Side
from aicheck.readers.python_text import split_lines


class FilePair(msgspec.Struct, frozen=True):
    """Both sides of one file. A file that moved is one pair, not a loss and a gain."""

    path: str
    """The after path; the before path when the file was removed."""
    before_path: str
    """Differs from `path` only when the file moved."""
    language: str
    change: FileChange
    before: Facts | None
    """None when the file did not exist before, or its facts could not be read."""
    after: Facts | None
    before_source: str | None = None
    """The decoded text of the before side; None when absent or unreadable."""
    after_source: str | None = None

    def facts(self, side: Side) -> Facts:
        """The facts of a side, empty when there are none."""
        return (self.before if side == "before" else self.after) or NO_FACTS

    def line(self, side: Side, number: int) -> str:
        """Line `number` (1-based) of a side without its line end; empty when there is none."""
        source = self.before_source if side == "before" else self.after_source
        lines = _lines(source or "")
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def new_lines(self) -> Iterator[tuple[int, str]]:
        """(1-based number, text) of the lines of the after side that stand nowhere on the before side."""
        known = set(_lines(self.before_source or ""))
        return ((number, line) for number, line in enumerate(_lines(self.after_source or ""), 1) if line not in known)


class ChangeFacts(msgspec.Struct, frozen=True, dict=True):
    """Every file of the change; lets a rule see that what one file lost another one gained."""

    pairs: tuple[FilePair, ...]
    """Sorted by path bytes."""

    def sides(self, side: Side) -> Iterator[tuple[FilePair, Facts]]:
        """Each file's facts on one side, files without facts left out."""
        for pair in self.pairs:
            facts = pair.before if side == "before" else pair.after
            if facts is not None:
                yield pair, facts

    @cached_property
    def setting_steps(self) -> Mapping[str, tuple[SettingStep, ...]]:
        """What the change does to the settings of each file (by after path), what only moved left out."""
        return resolve_moves([FileSteps(pair.path, steps_of(pair.before, pair.after)) for pair in self.pairs])

    @cached_property
    def command_steps(self) -> Mapping[str, CommandSteps]:
        """What the change does to the commands of each file (by after path), what only moved left out."""
        return compare_commands([command_file(pair.path, pair.before_path, pair.before, pair.after) for pair in self.pairs])

    @cached_property
    def routine_steps(self) -> RoutineSteps:
        """What the change does to the functions, classes and modules of its Python files."""
        return compare_routines(self.pairs)

    @cached_property
    def grant_steps(self) -> Mapping[str, tuple[GrantStep, ...]]:
        """What the change newly allows to whom, by the after path of the file that says so; what only moved left out."""
        return compare_grants([grant_file(pair.path, pair.before, pair.after) for pair in self.pairs])

    @cached_property
    def openings(self) -> Mapping[str, tuple[Opening, ...]]:
        """What the change newly lets every address reach, by the after path of the file that says so; what only moved left out."""
        return new_openings([opening_file(pair.path, pair.before, pair.after) for pair in self.pairs])

    @cached_property
    def resource_steps(self) -> ResourceSteps:
        """What became of every resource, those that only moved told from those that are gone."""
        files = [
            ResourceFile(pair.path, pair.before_path, pair.facts("before").resources, pair.facts("after").resources) for pair in self.pairs
        ]
        return compare_resources([file for file in files if file.before or file.after])

    @cached_property
    def terraform_values(self) -> Mapping[tuple[Side, str, str], Setting]:
        """What `var.name` and `local.name` stand for, by (side, folder, reference): a variable's default, a local's value."""
        sides: tuple[Side, Side] = ("before", "after")
        return {
            (side, folder_of(pair.before_path if side == "before" else pair.path), name): setting
            for side in sides
            for pair in self.pairs
            for resource in pair.facts(side).resources
            for name, setting in values_held(resource)
        }

    def pair_at(self, path: str) -> FilePair:
        """The file with this after path. Raises KeyError when the change has none."""
        return self._pairs_by_path[path]

    @cached_property
    def _pairs_by_path(self) -> Mapping[str, FilePair]:
        return {pair.path: pair for pair in self.pairs}


@lru_cache(maxsize=8)
def _lines(source: str) -> tuple[str, ...]:
    """The lines of a text that is asked for line by line."""
    return tuple(split_lines(source))
