"""Which lines the change left alone: what stands on one was there before."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from aicheck.changes.hunks import diff_lines, lines_before
from aicheck.model.change import FileChange, Hunk
from aicheck.model.finding import Match

StandingKey = tuple[str, str, str, int]
"""Rule, path, matched text and before line."""


def standing_keys(files: Iterable[FileChange], matches: Sequence[Match]) -> dict[Match, StandingKey]:
    """A key for each match whose line stands on both sides of its file: equal for the same match before and after.

    Matches in added, removed and moved files have none, nor have those on a line that the change brought.
    """
    after_lines: dict[str, list[int]] = defaultdict(list)
    for match in matches:
        if match.location.side == "after":
            after_lines[match.location.path].append(match.location.span.line)
    origins = {
        file.path: lines_before(file.hunks, after_lines[file.path])
        for file in files
        if file.before is not None and file.after is not None and file.path in after_lines
    }
    keys: dict[Match, StandingKey] = {}
    for match in matches:
        path, line = match.location.path, match.location.span.line
        before = line if match.location.side == "before" else origins.get(path, {}).get(line)
        if path in origins and before is not None:
            keys[match] = (match.rule, path, match.text, before)
    return keys


class ChangedLines:
    """The after lines that the change touched, by path. A moved file is compared with the one it came from."""

    def __init__(self, files: Iterable[FileChange], carried: Collection[str]) -> None:
        """`carried`: the paths of moved files of which the old lines count as such; all lines of another new file are new."""
        by_path = {file.path: file for file in files}
        self._hunks: dict[str, tuple[Hunk, ...] | None] = {}
        for path, file in by_path.items():
            origin = by_path.get(file.moved_from or "") if path in carried else None
            if file.before is not None:
                self._hunks[path] = file.hunks
            elif origin is not None and origin.before is not None and file.after is not None:
                self._hunks[path] = diff_lines(origin.before.data or b"", file.after.data or b"")
            else:
                self._hunks[path] = None

    def is_new(self, path: str) -> bool:
        """Whether the whole file came with the change."""
        return self._hunks.get(path) is None

    def touches(self, path: str, first: int, last: int) -> bool:
        """Whether the change brought or altered one of the lines `first` to `last` (1-based, both included), or took one away there."""
        hunks = self._hunks.get(path)
        if hunks is None:
            return True
        position = bisect_right(hunks, first, key=lambda hunk: hunk.after_line + hunk.after_count)
        if position == len(hunks):
            return False
        return hunks[position].after_line <= (last if hunks[position].after_count else last + 1)
