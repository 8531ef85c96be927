"""What the command line says about the people around a change."""

import time
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec.structs import replace

from aicheck.errors import UsageError
from aicheck.model.change import ChangeSet
from aicheck.model.request import PullRequest
from aicheck.model.review import Review
from aicheck.provenance.event import EventError, parse_event
from aicheck.trusted import read_argument

SIZE_LIMIT = 4 * 1024 * 1024
"""Bytes of a review file."""
_SHORT = 12


class Wanted(Protocol):
    """The options that say something about people."""

    @property
    def review(self) -> Path | None:
        """A review file."""

    @property
    def author(self) -> str:
        """Who wrote the change; empty when not given."""


class Event(msgspec.Struct, frozen=True):
    """What a webhook's payload says."""

    request: PullRequest | None = None
    notes: tuple[str, ...] = ()
    """Sentences that the user must know."""


def read_event(file: Path | None, change: ChangeSet) -> Event:
    """The pull request of a payload. Raises UsageError when the file cannot be read."""
    if file is None:
        return Event()
    try:
        request = parse_event(read_argument(file))
    except EventError as error:
        raise UsageError(f"{file} cannot be used: {error}") from None
    if request is None:
        return Event(None, (f"{file.name} is about no pull request; it is not used",))
    if request.head and request.head != change.head:
        return Event(request, (f"{file.name} is about the head {request.head[:_SHORT]}, not about {change.head[:_SHORT]}",))
    return Event(request)


def read_review(wanted: Wanted, change: ChangeSet, request: PullRequest | None) -> Review:
    """The review file (`Review` as JSON); what it leaves out comes from the pull request, the clock and the change.

    Raises UsageError when the file cannot be read, has an unknown key, or is about another head than the change.
    """
    review = _decode(wanted.review) if wanted.review is not None else Review()
    if review.head and review.head != change.head:
        raise UsageError(f"{wanted.review} is about the head {review.head[:_SHORT]}, not about {change.head[:_SHORT]}")
    if request is not None:
        review = _with_request(review, request)
    return replace(review, head=change.head, now=review.now or int(time.time()), author=wanted.author or review.author)


def _with_request(review: Review, request: PullRequest) -> Review:
    """Of a machine's request the assignees count as those who drove it: they asked for the work or took it on."""
    by_machine = request.author_is_bot
    return replace(
        review,
        author=review.author or ("" if by_machine else request.author),
        operators=(*review.operators, *(request.assignees if by_machine else ())),
        labels=review.labels or request.labels,
        branch=review.branch or request.base_branch,
    )


def _decode(file: Path) -> Review:
    data = read_argument(file)
    if len(data) > SIZE_LIMIT:
        raise UsageError(f"{file} is larger than {SIZE_LIMIT // (1024 * 1024)} MiB")
    try:
        return msgspec.json.decode(data, type=Review)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{file} cannot be read as a review: {error}") from error
