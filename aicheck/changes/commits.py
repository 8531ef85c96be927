"""Commit objects as values, read from the objects themselves: a shallow clone's log hides parents that they name."""

import re
from collections.abc import Sequence

from aicheck.changes.git import Git
from aicheck.errors import ChangeError
from aicheck.model.change import Commit, Identity

_IDENTITY = re.compile(r"(?P<name>.*?) ?<(?P<email>[^<>]*)> ?-?\d* ?[-+]?\d*")


def read_commits(git: Git, identifiers: Sequence[str]) -> tuple[Commit, ...]:
    """The commits in the order of their ids. Raises ChangeError when one is missing."""
    raw = git.objects(identifiers)
    missing = next((identifier for identifier in identifiers if identifier not in raw), None)
    if missing is not None:
        raise ChangeError(f"commit {missing} is missing here; fetch the full history (in CI: fetch-depth: 0)")
    return tuple(parse_commit(identifier, raw[identifier]) for identifier in identifiers)


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
    )


def _identity(raw: bytes, encoding: str) -> Identity:
    text = _decode(raw, encoding)
    found = _IDENTITY.fullmatch(text)
    return Identity(found["name"].strip(), found["email"].strip()) if found else Identity(text, "")


def _decode(raw: bytes, encoding: str) -> str:
    """Text in the encoding that the commit names; what does not decode stays as surrogate escapes of UTF-8."""
    if encoding.lower().replace("-", "").replace("_", "") in {"latin1", "iso88591", "windows1252", "cp1252"}:
        return raw.decode("latin-1")
    return raw.decode("utf-8", "surrogateescape")
