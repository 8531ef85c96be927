"""Reads git-ai notes out of a repository, a few at a time, and says what is wrong with those that cannot be used."""

from collections.abc import Iterator, Mapping, Sequence

from aicheck.changes.git import Git
from aicheck.provenance.claims import Record, RecordError
from aicheck.provenance.notes import NOTE_LIMIT, parse_note

NOTES_AT_ONCE = 8
"""Notes held in memory: each may have `NOTE_LIMIT` bytes."""
MOST_PROBLEMS = 5
"""Of notes and traces that are named one by one."""
SHOWN_ID = 12


def read_notes(git: Git, found: Mapping[str, str]) -> Iterator[tuple[str, Record | RecordError]]:
    """(commit id, its git-ai note or why it is not usable) for what `Git.find_notes` found, in that order."""
    waiting = list(found)
    for start in range(0, len(waiting), NOTES_AT_ONCE):
        group = waiting[start : start + NOTES_AT_ONCE]
        blobs = git.blobs([found[commit] for commit in group], NOTE_LIMIT)
        for commit in group:
            if found[commit] in blobs:
                record = _parse_note(blobs[found[commit]])
                if record is not None:
                    yield commit, record


def _parse_note(data: bytes | None) -> Record | RecordError | None:
    if data is None:
        return RecordError(f"is larger than {NOTE_LIMIT >> 20} MiB")
    try:
        return parse_note(data)
    except RecordError as error:
        return error


def describe_problem(commit: str, error: RecordError) -> str:
    """A sentence about a note that is not used."""
    return f"the git-ai note of {commit[:SHOWN_ID]} {error}; it is not used"


def shorten_problems(problems: Sequence[str]) -> tuple[str, ...]:
    """The first few sentences, and how many more there are."""
    more = len(problems) - MOST_PROBLEMS
    return (*problems[:MOST_PROBLEMS], *([f"{more} more records of AI tools are not used"] if more > 0 else []))
