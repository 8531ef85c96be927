"""Who owns a path: which lines of an owners file decide about it."""

import functools

import msgspec

from aicheck.readers.owners import OwnerLine, literal_folder, matches


class Owners(msgspec.Struct, frozen=True, dict=True):
    """An owners file, asked path by path. Paths have no leading `/`.

    A path is held only against lines whose pattern begins with one of its folders, or with a wildcard: files of large
    repositories have thousands of lines.
    """

    lines: tuple[OwnerLine, ...] = ()
    """In the order of the file."""

    def lines_of(self, path: str) -> tuple[OwnerLine, ...]:
        """The line of each section that decides about a path, in the order of the file."""
        near = self._near(path)
        if len(near) > 1:
            near.sort(reverse=True)
        deciding: dict[str, OwnerLine] = {}
        for number in near:
            line = self.lines[number]
            if line.section not in deciding and matches(line, path):
                deciding[line.section] = line
                if len(deciding) == self._sections:
                    break
        return tuple(reversed(deciding.values()))

    def owners_of(self, path: str) -> tuple[str, ...]:
        """The owners of a path: of the last line that matches, in each section; each owner once."""
        return tuple(dict.fromkeys(owner for line in self.lines_of(path) for owner in line.owners))

    def owner_sets(self, path: str) -> tuple[tuple[str, ...], ...]:
        """The owners of a path by who must be asked apart: those of each section, optional ones only where there is no other.

        At least one set; an empty one where nobody owns the path.
        """
        deciding = self.lines_of(path)
        asked = [line.owners for line in deciding if line.owners and not line.optional]
        return tuple(dict.fromkeys(asked or [line.owners for line in deciding if line.owners])) or ((),)

    def _near(self, path: str) -> list[int]:
        """The numbers of the lines that could match, from 0."""
        by_folder = self._by_folder
        found = [*by_folder.get("", ()), *by_folder.get(path, ())]
        at = path.find("/")
        while at >= 0:
            if more := by_folder.get(path[:at]):
                found += more
            at = path.find("/", at + 1)
        return found

    @functools.cached_property
    def _by_folder(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, line in enumerate(self.lines):
            found.setdefault(literal_folder(line), []).append(number)
        return found

    @functools.cached_property
    def _sections(self) -> int:
        return len({line.section for line in self.lines})


NO_OWNERS = Owners()
