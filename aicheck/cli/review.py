"""What the command line says about the people around a change."""

import time
from pathlib import Path

import msgspec
from msgspec.structs import replace

from aicheck.errors import UsageError
from aicheck.model.change import ChangeSet
from aicheck.model.review import Review
from aicheck.trusted import read_argument

SIZE_LIMIT = 4 * 1024 * 1024
"""Bytes of a review file."""


def read_review(file: Path | None, change: ChangeSet, author: str) -> Review:
    """The review file (`Review` as JSON), with head and clock filled in where it leaves them out.

    Raises UsageError when the file cannot be read, has an unknown key, or is about another head than the change.
    """
    review = _decode(file) if file is not None else Review()
    if review.head and review.head != change.head:
        raise UsageError(f"{file} is about the head {review.head[:12]}, not about {change.head[:12]}")
    return replace(review, head=change.head, now=review.now or int(time.time()), author=author or review.author)


def _decode(file: Path) -> Review:
    data = read_argument(file)
    if len(data) > SIZE_LIMIT:
        raise UsageError(f"{file} is larger than {SIZE_LIMIT // (1024 * 1024)} MiB")
    try:
        return msgspec.json.decode(data, type=Review)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{file} cannot be read as a review: {error}") from error
