"""Reads files of a work tree or folder without following, waiting for or executing anything."""

import hashlib
import os
import stat
from pathlib import Path

from aicheck.model.change import Content

SIZE_LIMIT = 5 << 20
"""Bytes of one side that are read; larger files are named in the ledger."""
TOO_LARGE = f"larger than {SIZE_LIMIT >> 20} MiB"
NOT_REGULAR = "not a regular file"
CHUNK = 1 << 20


class Folder:
    """A folder whose files are read by relative path; no path leaves it through a symbolic link."""

    def __init__(self, root: Path) -> None:
        self.root = os.path.realpath(root)
        self._plain: dict[str, bool] = {"": True}
        self._closed: dict[str, str] = {}

    def locate(self, path: str) -> str:
        """The absolute path of a relative one."""
        return f"{self.root}/{path}" if path else self.root

    def status(self, path: str) -> os.stat_result | None:
        """The file's own status; None when it does not exist or a folder on the way is a symbolic link."""
        if not self._is_plain(path.rpartition("/")[0]):
            return None
        try:
            return os.lstat(self.locate(path))
        except (OSError, ValueError):
            return None

    def read(self, path: str) -> Content | None:
        """The content of a path; None when there is none. A folder is none, unless `walk` could not open it."""
        if path in self._closed:
            return Content("special", executable=False, size=0, data=None, unread=f"folder could not be read: {self._closed[path]}")
        status = self.status(path)
        if status is None or stat.S_ISDIR(status.st_mode):
            return None
        try:
            return _read(self.locate(path), status)
        except OSError as error:
            return Content("file", executable=False, size=status.st_size, data=None, unread=f"could not be read: {error.strerror}")

    def digest(self, path: str, algorithm: str, header: bytes = b"") -> str:
        """The hexadecimal digest of `header` and a regular file of any size; empty when it cannot be read."""
        hasher = hashlib.new(algorithm, header, usedforsecurity=False)
        try:
            descriptor = _open(self.locate(path)) if self.status(path) is not None else -1
        except OSError:
            return ""
        if descriptor < 0:
            return ""
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return ""
            while chunk := stream.read(CHUNK):
                hasher.update(chunk)
        return hasher.hexdigest()

    def walk(self, below: str = "") -> list[str]:
        """Every path below a folder that is not a folder (or is one that cannot be opened), sorted by bytes; `.git` is left out."""
        found: list[str] = []
        waiting = [below]
        while waiting:
            folder = waiting.pop()
            for entry in self._entries(folder, found):
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.name == ".git":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                else:
                    found.append(path)
        return sorted(found, key=os.fsencode)

    def pipes(self, folder: str) -> list[str]:
        """The FIFOs and devices that stand directly in a folder: what would make a careless reader wait."""
        if not self._is_plain(folder):
            return []
        odd = [
            entry.name
            for entry in self._entries(folder, [])
            if not entry.is_file(follow_symlinks=False) and not entry.is_dir(follow_symlinks=False) and not entry.is_symlink()
        ]
        paths = [f"{folder}/{name}" if folder else name for name in odd]
        return [path for path in paths if (status := self.status(path)) is not None and not stat.S_ISSOCK(status.st_mode)]

    def _entries(self, folder: str, closed: list[str]) -> list["os.DirEntry[str]"]:
        try:
            with os.scandir(self.locate(folder)) as entries:
                return list(entries)
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                closed.append(folder)
                self._closed[folder] = error.strerror or "unknown error"
            return []

    def _is_plain(self, folder: str) -> bool:
        if folder not in self._plain:
            parent = folder.rpartition("/")[0]
            try:
                mode = os.lstat(self.locate(folder)).st_mode if self._is_plain(parent) else 0
            except (OSError, ValueError):
                mode = 0
            self._plain[folder] = stat.S_ISDIR(mode)
        return self._plain[folder]


def _open(file: str) -> int:
    return os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def _read(file: str, status: os.stat_result) -> Content:
    if stat.S_ISLNK(status.st_mode):
        target = os.fsencode(os.readlink(file))  # noqa: PTH115  a Path would normalise the target
        return Content("symlink", executable=False, size=len(target), data=target)
    if not stat.S_ISREG(status.st_mode):
        return Content("special", executable=False, size=0, data=None, unread=NOT_REGULAR)
    executable = bool(status.st_mode & stat.S_IXUSR)
    if status.st_size > SIZE_LIMIT:
        return Content("file", executable, status.st_size, None, TOO_LARGE)
    descriptor = _open(file)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # it was replaced since it was listed
            return Content("special", executable=False, size=0, data=None, unread=NOT_REGULAR)
        data = stream.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        return Content("file", executable, len(data), None, TOO_LARGE)
    return Content("file", executable, len(data), data)
