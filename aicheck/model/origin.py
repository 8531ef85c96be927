"""Which commit of a change brought or took away each of its lines."""

import msgspec

Stretches = tuple[tuple[int, int], ...]
"""Ascending, disjoint stretches of 1-based lines, both ends included."""


class Run(msgspec.Struct, frozen=True):
    """Neighbouring lines of one side of a file that one commit brought (after) or took away (before)."""

    first: int
    """1-based."""
    last: int
    """Included."""
    commit: str
    path: str
    """How the commit calls the file."""
    at: int
    """The line of the commit's own version where `first` stood; 0 for lines that were taken away."""


class FileOrigins(msgspec.Struct, frozen=True):
    """The changed lines of one file. Lines whose commit could not be worked out are in no run."""

    path: str
    added: tuple[Run, ...]
    """Lines of the after side, ascending."""
    removed: tuple[Run, ...]
    """Lines of the before side, ascending."""
    commits: tuple[str, ...]
    """All that changed the file, oldest first."""


class CommitLines(msgspec.Struct, frozen=True):
    """What one commit added to one file, in lines of its own version."""

    commit: str
    path: str
    lines: Stretches


class Origins(msgspec.Struct, frozen=True):
    """Where the lines of a change come from."""

    files: tuple[FileOrigins, ...]
    """One for each file of the change, in its order."""
    added: tuple[CommitLines, ...]
    """Also what later commits of the change took away again."""
