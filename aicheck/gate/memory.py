"""Who ever pushed what: rewriting commits under other names does not make their first author a stranger to them.

A file of JSON lines beside the record of decisions: digests of what a push changed, file by file, and everybody who had a
part in it. A digest holds the lines that went and came, so it survives a rebase, a squash and an amended author.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from aicheck.changes.git import Git
from aicheck.changes.sources import from_range
from aicheck.errors import ChangeError
from aicheck.gate.audit_lines import AuditError, append_line
from aicheck.model.change import ChangeSet, Content, FileChange
from aicheck.model.path import path_bytes
from aicheck.model.review import Review
from aicheck.policy.participants import participants

MEMORY_FILE = "pushed.jsonl"
MOST_FILES = 2000
"""A larger push is not remembered."""
_DIGEST_LENGTH = 24


class Seen(msgspec.Struct, frozen=True):
    """One push."""

    at: int
    files: tuple[str, ...]
    """Digests, sorted."""
    contributors: tuple[str, ...]
    """Identities of those who wrote, committed, co-wrote or pushed it, sorted."""
    operators: tuple[str, ...] = ()
    """Identities of those who drove an agent, sorted."""


def remember(file: Path, change: ChangeSet, pushers: tuple[str, ...], now: int) -> None:
    """Note who had a part in a change. Raises AuditError."""
    digests = frozenset(_digests(change))
    if not digests or len(change.files) > MOST_FILES:
        return
    everybody = participants(change.commits, Review(contributors=pushers))
    contributors = {one.identity for one in everybody if one.part != "operator"}
    operators = {one.identity for one in everybody if one.part == "operator"}
    if any(digests <= set(one.files) and contributors <= set(one.contributors) and operators <= set(one.operators) for one in _read(file)):
        return
    seen = Seen(now, tuple(sorted(digests)), tuple(sorted(contributors)), tuple(sorted(operators)))
    try:
        append_line(file, msgspec.json.encode(seen) + b"\n")
    except OSError as error:
        raise AuditError(f"{file} cannot be written: {error.strerror}") from None


def remember_branch(file: Path, git: Git, ends: tuple[str, str], pushers: tuple[str, ...], now: int) -> None:
    """Note who had a part in what a branch adds to the trusted tip (`ends`), where the two can be compared."""
    try:
        bases = git.merge_bases(*ends)
        if bases and len(git.diff_trees(bases[0], ends[1])) <= MOST_FILES:
            remember(file, from_range(git, *ends), pushers, now)
    except ChangeError:
        return  # not a branch of this history, or not a commit at all: nothing of it can get to a protected branch unjudged


def recall(file: Path, change: ChangeSet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(contributors, operators) of every push that held a part of a change, each sorted. Raises AuditError."""
    wanted = frozenset(_digests(change))
    seen = [one for one in _read(file) if not wanted.isdisjoint(one.files)]
    contributors = {who for one in seen for who in one.contributors}
    return tuple(sorted(contributors)), tuple(sorted({who for one in seen for who in one.operators}))


def _read(file: Path) -> Iterator[Seen]:
    try:
        with file.open("rb") as stream:
            for line in stream:
                yield msgspec.json.decode(line, type=Seen)
    except FileNotFoundError:
        return
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        raise AuditError(f"{file} is damaged: nobody can tell who pushed what; repair it, or remove it and start anew") from None


def _digests(change: ChangeSet) -> Iterator[str]:
    for file in change.files:
        total = hashlib.sha256(path_bytes(file.path))
        for part in _parts(file):
            total.update(b"\0" + hashlib.sha256(part).digest())
        yield total.hexdigest()[:_DIGEST_LENGTH]


def _parts(file: FileChange) -> Iterable[bytes]:
    """What went and what came: lines where there are any, else both sides whole."""
    if not file.hunks:
        return [b"?" if side is None else side.data or b"" for side in (file.before, file.after)]
    before, after = _lines(file.before), _lines(file.after)
    parts: list[bytes] = []
    for hunk in file.hunks:
        parts += [b"-" + line for line in before[hunk.before_line - 1 :][: hunk.before_count]]
        parts += [b"+" + line for line in after[hunk.after_line - 1 :][: hunk.after_count]]
    return parts


def _lines(content: Content | None) -> list[bytes]:
    return (content.data or b"").splitlines() if content is not None else []
