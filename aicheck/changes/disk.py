"""Reads files of a work tree or folder without following, waiting for or executing anything."""

import os
import stat
from pathlib import Path

from aicheck.model.change import Content

SIZE_LIMIT = 5 << 20
"""Bytes of one side that are read; larger files are named in the ledger."""
TOO_LARGE = f"larger than {SIZE_LIMIT >> 20} MiB"


class Folder:
    """A folder whose files are read by relative path; no path leaves it through a symbolic link."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self._plain: dict[str, bool] = {"": True}

    def status(self, path: str) -> os.stat_result | None:
        """The file's own status; None when it does not exist or a folder on the way is a symbolic link."""
        if not self._is_plain(os.path.dirname(path)):
            return None
        try:
            return os.lstat(self.root / path)
        except OSError:
            return None

    def read(self, path: str) -> Content | None:
        """The content of a path; None when there is none. A folder is none."""
        status = self.status(path)
        if status is None or stat.S_ISDIR(status.st_mode):
            return None
        try:
            return _read(self.root / path, status)
        except OSError as error:
            return Content("file", executable=False, size=status.st_size, data=None, unread=f"could not be read: {error.strerror}")

    def walk(self, below: str = "") -> list[str]:
        """Every path below a folder that is not a folder, sorted; `.git` is left out."""
        found: list[str] = []
        waiting = [below]
        while waiting:
            folder = waiting.pop()
            try:
                entries = list(os.scandir(self.root / folder))
            except OSError:
                continue  # it was listed a moment ago; `read` reports what cannot be read
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.name == ".git":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                else:
                    found.append(path)
        return sorted(found, key=os.fsencode)

    def _is_plain(self, folder: str) -> bool:
        if folder not in self._plain:
            parent = os.path.dirname(folder)
            try:
                mode = os.lstat(self.root / folder).st_mode if self._is_plain(parent) else 0
            except OSError:
                mode = 0
            self._plain[folder] = stat.S_ISDIR(mode)
        return self._plain[folder]


def _read(file: Path, status: os.stat_result) -> Content:
    if stat.S_ISLNK(status.st_mode):
        target = os.fsencode(os.readlink(file))
        return Content("symlink", executable=False, size=len(target), data=target)
    if not stat.S_ISREG(status.st_mode):
        return Content("special", executable=False, size=0, data=None, unread="not a regular file")
    executable = bool(status.st_mode & stat.S_IXUSR)
    if status.st_size > SIZE_LIMIT:
        return Content("file", executable, status.st_size, None, TOO_LARGE)
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # it was replaced since it was listed
            return Content("special", executable=False, size=0, data=None, unread="not a regular file")
        data = stream.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        return Content("file", executable, len(data), None, TOO_LARGE)
    return Content("file", executable, len(data), data)
