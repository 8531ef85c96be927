"""Commits as values. A few are read from the objects themselves: a shallow clone's log hides parents that they name.

A whole range is read from one log.
"""

from collections.abc import Iterator, Sequence

from aicheck.changes.git import Git
from aicheck.errors import ChangeError
from aicheck.model.change import Commit, Identity
from aicheck.regex import regex

_IDENTITY = regex(r"(?P<name>.*?) ?<(?P<email>[^<>]*)> ?(?P<time>-?\d{0,18})\d* ?[-+]?\d*")
_LATIN = frozenset({"latin1", "iso88591", "windows1252", "cp1252"})


def read_commits(git: Git, identifiers: Sequence[str]) -> tuple[Commit, ...]:
    """The commits in the order of their ids. Raises ChangeError when one is missing."""
    raw = git.objects(identifiers)
    missing = next((identifier for identifier in identifiers if identifier not in raw), None)
    if missing is not None:
        raise ChangeError(f"commit {missing} is missing here; fetch the full history (in CI: fetch-depth: 0)")
    return tuple(parse_commit(identifier, raw[identifier]) for identifier in identifiers)


def read_history(git: Git, exclude: str, include: str) -> Iterator[Commit]:
    """The commits reachable from `include` but not from `exclude`, oldest first. Raises ChangeError.

    What stands behind a NUL in a message is not seen, and a shallow clone's first commits seem to have no parents.
    """
    people: dict[tuple[bytes, bytes, str], Identity] = {}
    for record in git.history(exclude, include):
        yield _parse_record(record, people)


def _parse_record(record: bytes, people: dict[tuple[bytes, bytes, str], Identity]) -> Commit:
    """A commit of the log. `people` keeps what was read before: most commits are by few."""
    ids, author, author_email, committer, committer_email, when, message = record.split(b"\n", 6)
    identifier, *parents = ids.decode("ascii").split()
    time, _, named = when.partition(b" ")
    encoding = named.decode("ascii", "replace")
    found = []
    for key in ((author, author_email, encoding), (committer, committer_email, encoding)):
        identity = people.get(key)
        if identity is None:
            identity = people[key] = Identity(_decode(key[0], encoding).strip(), _decode(key[1], encoding).strip())
        found.append(identity)
    return Commit(identifier, tuple(parents), found[0], found[1], _decode(message, encoding), int(time or 0))


def parse_commit(identifier: str, raw: bytes) -> Commit:
    """A commit from its object. Continuation lines (signatures) are passed over."""
    header, _, message = raw.partition(b"\n\n")
    fields: dict[str, list[bytes]] = {}
    for line in header.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key:
            fields.setdefault(key.decode("ascii", "replace"), []).append(value)
    encoding = fields.get("encoding", [b"utf-8"])[0].decode("ascii", "replace")
    return Commit(
        id=identifier,
        parents=tuple(value.decode("ascii", "replace") for value in fields.get("parent", [])),
        author=_identity(fields.get("author", [b""])[0], encoding),
        committer=_identity(fields.get("committer", [b""])[0], encoding),
        message=_decode(message, encoding),
        committed=_time(fields.get("committer", [b""])[0]),
    )


def _identity(raw: bytes, encoding: str) -> Identity:
    text = _decode(raw, encoding)
    found = _IDENTITY.fullmatch(text)
    return Identity(found["name"].strip(), found["email"].strip()) if found else Identity(text, "")


def _time(raw: bytes) -> int:
    found = _IDENTITY.fullmatch(raw.decode("latin-1"))
    return int(found["time"]) if found and found["time"].strip("-") else 0


def _decode(raw: bytes, encoding: str) -> str:
    """Text in the encoding that the commit names; what does not decode stays as surrogate escapes of UTF-8."""
    if encoding and encoding.lower().replace("-", "").replace("_", "") in _LATIN:
        return raw.decode("latin-1")
    return raw.decode("utf-8", "surrogateescape")
