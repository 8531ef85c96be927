"""Who has looked at a change so far: what a forge, a keyring or the command line says, before anybody judges it.

The review file is read into these values as they stand, so a key they do not know is an error.
"""

from typing import Literal

import msgspec

ReviewKind = Literal["approved", "changes-requested", "dismissed"]


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing a reviewer said. Never the text of a comment."""

    by: str
    """An identity: login, e-mail address or key fingerprint."""
    commit: str
    """The commit that it was said of."""
    at: int = 0
    """Seconds since 1970; 0 when unknown, which never expires."""
    kind: ReviewKind = "approved"
    patch_id: str = ""
    """Of the whole change as it stood then; empty when unknown."""
    bot: bool = False
    """True when the forge says that this is no person's account."""
    dismissed_by: str = ""
    """For `dismissed`: who took it back."""


class BreakGlass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody overrides the decision in an emergency. It is never an approval."""

    by: str
    reason: str
    commit: str
    """The head that it is bound to."""
    at: int
    incident: str = ""
    second: str = ""
    """The identity of a second person who confirms it; empty while there is none."""


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything known about the people around a change."""

    head: str = ""
    patch_id: str = ""
    now: int = 0
    """Seconds since 1970; 0 when no clock may be asked, and then nothing expires."""
    author: str = ""
    """Who the forge or the command line says the author is; empty: the commits say."""
    contributors: tuple[str, ...] = ()
    """Everyone who ever was author, committer or pusher of the change, also of versions that were rewritten."""
    operators: tuple[str, ...] = ()
    """Who drove the agent that wrote it: the requester, the assignee who asked."""
    approvals: tuple[Approval, ...] = ()
    load: tuple[tuple[str, int], ...] = ()
    """(login, reviews open or done lately) of people who may be asked."""
    labels: tuple[str, ...] = ()
    branch: str = ""
    """The branch that it goes to; empty when unknown."""
    break_glass: BreakGlass | None = None


NO_REVIEW = Review()
