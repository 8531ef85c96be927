"""Where a finding is shown: forges can only annotate lines that the after side has."""

from collections.abc import Mapping

from aicheck.model.change import ChangeSet, FileChange, Hunk
from aicheck.model.location import WHOLE_FILE, Location, Span


def files_by_path(change: ChangeSet) -> Mapping[str, FileChange]:
    """The files of the change under their paths."""
    return {file.path: file for file in change.files}


def anchor(location: Location, files: Mapping[str, FileChange]) -> Location:
    """The place on the after side that stands for `location`; `location` itself when it is there already.

    For a place on the before side: the nearest added or edited line of the same file; without any, the line that
    follows the removed ones; for a file that is gone, line 1 of the file it moved to, else of another file of the
    change, one with added lines and of the same folder first. Only a change that does nothing but remove files keeps the removed path.
    """
    if location.side == "after":
        return location
    file = files.get(location.path)
    if file is not None and _has_text(file):
        line = _nearest_line(location.span.line, file)
        return Location(location.path, "after", Span(line, 1, line, 1))
    return Location(_survivor(location.path, files), "after", WHOLE_FILE)


def _has_text(file: FileChange) -> bool:
    return file.after is not None and file.after.kind == "file"


def _nearest_line(line: int, file: FileChange) -> int:
    edited = [hunk for hunk in file.hunks if hunk.after_count]
    if edited:
        nearest = min(edited, key=lambda hunk: _distance(line, hunk))
        inside = min(max(line - nearest.before_line, 0), nearest.after_count - 1)
        return max(nearest.after_line + inside, 1)
    shift = 0
    for hunk in file.hunks:
        if line < hunk.before_line + hunk.before_count:
            return _clamp(min(line + shift, hunk.after_line), file)
        shift -= hunk.before_count
    return _clamp(line + shift, file)


def _distance(line: int, hunk: Hunk) -> int:
    return max(hunk.before_line - line, line - (hunk.before_line + max(hunk.before_count, 1) - 1), 0)


def _clamp(line: int, file: FileChange) -> int:
    data = (file.after.data if file.after else None) or b""
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    return max(1, min(line, lines))


def _survivor(path: str, files: Mapping[str, FileChange]) -> str:
    candidates = [file for file in files.values() if _has_text(file)]
    folder = path.rpartition("/")[0]
    best = min(candidates, key=lambda file: (file.moved_from != path, not file.added, file.path.rpartition("/")[0] != folder), default=None)
    return path if best is None else best.path
