"""Other tools' SARIF logs named on the command line."""

import os
from pathlib import Path

from aicheck.changes.git import Git
from aicheck.errors import UsageError
from aicheck.model.location import Side
from aicheck.runners.sarif import ImportedLog
from aicheck.runners.sarif_log import SIZE_LIMIT, read_log


def read_imports(git: Git | None, after: tuple[Path, ...], before: tuple[Path, ...], folders: dict[Side, Path]) -> tuple[ImportedLog, ...]:
    """The logs of both sides. `folders` are those of `--before` and `--after`; else the repository's top holds both sides.

    Raises UsageError for a log that cannot be read.
    """
    if before and not after:
        raise UsageError("--import-before needs --import: the log of the same tool after the change")
    top = git.repository.work_tree if git is not None else None
    sides: tuple[tuple[Side, tuple[Path, ...]], ...] = (("after", after), ("before", before))
    return tuple(
        ImportedLog(str(file), side, read_log(_read(file), str(file)), _roots(folders.get(side, top)))
        for side, files in sides
        for file in files
    )


def _roots(folder: Path | None) -> tuple[str, ...]:
    """The folder as it was named and as it truly is: tools write either."""
    return tuple(dict.fromkeys((str(folder.absolute()), os.path.realpath(folder)))) if folder is not None else ()


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
