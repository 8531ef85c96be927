"""The one place that writes into a work tree: files that a person asked to have fixed, and only as they were read."""

import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from aicheck.changes.disk import Folder
from aicheck.errors import ChangeError


class Rewriting(msgspec.Struct, frozen=True):
    """New contents for one file."""

    path: str
    expected: bytes
    """What was judged; the file must still hold it, with the line ends of a checkout or without."""
    data: bytes


def rewrite_files(root: Path, rewritings: Sequence[Rewriting]) -> None:
    """Replace the files, each whole or not at all. Raises ChangeError before the first one when any is not as it was read."""
    folder = Folder(root)
    prepared = [(one, _converted(folder, one)) for one in rewritings]
    for one, data in prepared:
        try:
            _replace(Path(folder.locate(one.path)), data)
        except OSError as error:
            raise ChangeError(f"{one.path} cannot be written: {error.strerror}; make it writable, then run aicheck again") from error


def _converted(folder: Folder, one: Rewriting) -> bytes:
    """The new contents with the line ends that the file has."""
    status = folder.status(one.path)
    content = folder.read(one.path) if status is not None and stat.S_ISREG(status.st_mode) else None
    if content is not None and content.data == one.expected:
        return one.data
    if content is not None and content.data == one.expected.replace(b"\n", b"\r\n") and b"\r" not in one.expected:
        return one.data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    raise ChangeError(f"{one.path} has changed since it was read; run aicheck again")


def _replace(file: Path, data: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:100]}.")
    made = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        made.chmod(stat.S_IMODE(file.lstat().st_mode))
        made.replace(file)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
