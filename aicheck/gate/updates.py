"""The updates of a push, as git writes them to the standard input of its hook."""

import msgspec

from aicheck.errors import UsageError
from aicheck.regex import regex

MOST_UPDATES = 10_000
_UPDATE = regex(r"([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) (refs/[^\n]+)")


class Update(msgspec.Struct, frozen=True):
    """One line that git hands to the hook."""

    before: str
    """Zeros where the ref is new."""
    after: str
    """Zeros where it is deleted."""
    ref: str

    @property
    def creates(self) -> bool:
        """Whether the ref is new."""
        return not self.before.strip("0")

    @property
    def deletes(self) -> bool:
        """Whether the ref goes."""
        return not self.after.strip("0")


def parse_updates(data: bytes) -> tuple[Update, ...]:
    """The updates of a push. Raises UsageError for anything that git does not write."""
    found: list[Update] = []
    for line in data.decode("utf-8", "surrogateescape").splitlines():
        parts = _UPDATE.fullmatch(line)
        if parts is None or len(found) >= MOST_UPDATES:
            raise UsageError("standard input does not hold the updates of a push; aicheck gate git receive is run by git")
        found.append(Update(parts[1], parts[2], parts[3]))
    return tuple(found)
