"""What parent and worker say to each other: length-prefixed MessagePack, decoded into these types and nothing else.

The worker's answers are data from a process that read hostile bytes; decoding them cannot run code.
"""

from typing import IO

import msgspec

from aicheck.model.coverage import Failure
from aicheck.model.facts import Definition, Facts
from aicheck.model.finding import Match
from aicheck.model.location import Side
from aicheck.readers.suppressions import SuppressionComment

LENGTH_BYTES = 4
ANSWER_LIMIT = 256 << 20
"""Largest answer in bytes that the parent reads."""


class Hello(msgspec.Struct, frozen=True):
    """First message to a worker."""

    plugins: tuple[str, ...]
    """Trusted plugin distributions, so that the worker has the same catalogue."""
    python: dict[str, str] = {}
    """Rule id -> module, of the built-in LibCST checks; loaded when a job wants them."""
    comparing: tuple[str, ...] = ()
    """Modules of the built-in checks that compare calls; loaded when a job wants facts of Python."""


class Job(msgspec.Struct, frozen=True):
    """One file, both sides."""

    path: str
    """For language and place only; surrogate escapes replaced, so it need not be the real path."""
    language: str
    before: bytes | None
    after: bytes | None
    checks: tuple[str, ...]
    """Ids of the Python checks whose needles the file holds."""
    facts: bool
    """Whether facts are wanted."""
    suppressions: bool = False
    """Whether suppression comments are wanted."""
    around: tuple[tuple[Side, int], ...] = ()
    """Lines whose surrounding definitions are wanted, to name the symbol of another engine's match."""


class SideAnswer(msgspec.Struct, frozen=True):
    """What the worker found out about one side."""

    side: Side
    facts: Facts | None
    """None when not asked for or unreadable."""
    matches: tuple[Match, ...]
    failures: tuple[Failure, ...]
    suppressions: tuple[SuppressionComment, ...] = ()
    not_applicable: str = ""
    """The written rule by which nothing in this side is judged; empty when it was."""


class Answer(msgspec.Struct, frozen=True):
    """The answer to one job."""

    sides: tuple[SideAnswer, ...]


_encode = msgspec.msgpack.Encoder().encode
_job = msgspec.msgpack.Decoder(Job)
_hello = msgspec.msgpack.Decoder(Hello)
_answer = msgspec.msgpack.Decoder(Answer)

__all__ = ["Answer", "Definition", "Hello", "Job", "SideAnswer", "read_answer", "read_hello", "read_job", "write"]


def write(stream: IO[bytes], message: Hello | Job | Answer) -> None:
    """Send one message. Raises UnicodeEncodeError when a text in it is not Unicode; nothing is sent then."""
    payload = _encode(message)
    stream.write(len(payload).to_bytes(LENGTH_BYTES, "big") + payload)
    stream.flush()


def read_hello(stream: IO[bytes]) -> Hello:
    """The first message; raises EOFError when the other end is gone."""
    return _hello.decode(_read(stream))


def read_job(stream: IO[bytes]) -> Job:
    """The next job; raises EOFError when there are no more."""
    return _job.decode(_read(stream))


def read_answer(payload: bytes) -> Answer:
    """Decode an answer. Raises msgspec.DecodeError (ValidationError among them) when it is not one."""
    return _answer.decode(payload)


def _read(stream: IO[bytes]) -> bytes:
    header = stream.read(LENGTH_BYTES)
    if len(header) < LENGTH_BYTES:
        raise EOFError
    return stream.read(int.from_bytes(header, "big"))
