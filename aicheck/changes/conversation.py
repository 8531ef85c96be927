"""A git process that answers one question after another, so that asking costs no start."""

import os
import select
import subprocess
import tempfile
import time
import weakref
from collections.abc import Iterator, Sequence
from typing import IO

import msgspec

from aicheck.errors import ChangeError

QUESTION_BYTES = 16 << 10
"""Of questions sent before their answers are read: less than a pipe holds, so that neither side waits for the other."""
HEADER_LIMIT = 4096


class Found(msgspec.Struct, frozen=True):
    """One object."""

    id: str
    kind: str
    """`blob`, `tree`, `commit` or `tag`."""
    size: int
    """Bytes."""
    data: bytes = b""
    """Its content, where the process was started to give it and it is not too large."""


class Conversation:
    """A running `git cat-file --batch` or `--batch-check`."""

    def __init__(self, process: subprocess.Popen[bytes], complaints: IO[bytes], *, with_data: bool) -> None:
        self._process = process
        self._complaints = complaints
        self._with_data = with_data
        self._rest = b""
        self._end = weakref.finalize(self, _close, process, complaints)

    def ask(self, names: Sequence[str], seconds: float, most: int, largest: int) -> Iterator[tuple[str, Found | None]]:
        """(name, object) of each name in order; None for one that is missing or ambiguous.

        The answers must come within `seconds` and hold at most `most` bytes, not counting objects of more than `largest`
        bytes, whose content is passed over. Raises EOFError when git ended, TimeoutError, and OverflowError.
        """
        deadline = time.monotonic() + seconds
        left = most
        for group in _groups(names):
            try:
                self._write("".join(f"{name}\n" for name in group).encode())
            except BrokenPipeError:
                raise EOFError from None
            for name in group:
                found = self._answer(deadline, left, largest)
                left -= len(found.data) if found else 0
                yield name, found

    def complaint(self, limit: int) -> bytes:
        """The beginning of what git wrote to standard error, after it ended."""
        self._process.wait()
        self._complaints.seek(0)
        return self._complaints.read(limit)

    def close(self) -> None:
        """End the process."""
        self._end()

    def _answer(self, deadline: float, left: int, largest: int) -> Found | None:
        header = self._line(deadline).split(b" ")
        if header[-1] in {b"missing", b"ambiguous"} or len(header) != 3:
            return None
        identifier, kind, size = header[0].decode("ascii"), header[1].decode("ascii"), int(header[2])
        if not self._with_data:
            return Found(identifier, kind, size)
        if size > largest:
            self._pass_over(size + 1, deadline)
            return Found(identifier, kind, size)
        if size > left:
            raise OverflowError
        data = self._take(size + 1, deadline)
        return Found(identifier, kind, size, data[:-1])

    def _line(self, deadline: float) -> bytes:
        while b"\n" not in self._rest:
            if len(self._rest) > HEADER_LIMIT:
                raise ChangeError("git answered what is no object; run git fsck")
            self._rest += self._read(deadline)
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _take(self, size: int, deadline: float) -> bytes:
        parts = [self._rest[:size]]
        missing, self._rest = size - len(parts[0]), self._rest[size:]
        while missing > 0:
            part = self._read(deadline)
            parts.append(part[:missing])
            self._rest = part[missing:]
            missing -= len(part)
        return b"".join(parts)

    def _pass_over(self, size: int, deadline: float) -> None:
        while size > len(self._rest):
            size -= len(self._rest)
            self._rest = self._read(deadline)
        self._rest = self._rest[size:]

    def _write(self, questions: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(questions)
        self._process.stdin.flush()

    def _read(self, deadline: float) -> bytes:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        part = os.read(descriptor, 1 << 20)
        if not part:
            raise EOFError
        return part


def converse(command: Sequence[str], folder: str, environment: dict[str, str], *, with_data: bool) -> Conversation:
    """Start the process. Raises OSError."""
    complaints = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process; the conversation closes it
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, cwd=folder, env=environment, start_new_session=True
    )
    return Conversation(process, complaints, with_data=with_data)


def _groups(names: Sequence[str]) -> Iterator[list[str]]:
    group: list[str] = []
    size = 0
    for name in names:
        if group and size + len(name) > QUESTION_BYTES:
            yield group
            group, size = [], 0
        group.append(name)
        size += len(name.encode()) + 1
    if group:
        yield group


def _close(process: subprocess.Popen[bytes], complaints: IO[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, complaints):
        if stream is not None:
            try:
                stream.close()
            except BrokenPipeError:  # questions that an ended process never read
                continue
