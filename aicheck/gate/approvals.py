"""The approvals that a repository holds, or is being given, for the head of a change."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from aicheck.changes.git import Git
from aicheck.changes.sources import from_range
from aicheck.errors import ChangeError
from aicheck.gate.approval_tag import APPROVALS, TAG_LIMIT, SignedApproval, read_approval, read_claim
from aicheck.gate.keyring import name_signer
from aicheck.gate.same_change import change_digest
from aicheck.gate.signature import SignatureError
from aicheck.model.review import Approval
from aicheck.policy.roster import Roster

MOST_APPROVALS = 100
"""For one head; a gate takes no more."""
MOST_EARLIER = 20
"""Approvals of earlier commits that are compared with the head, the latest first."""


class Signers(msgspec.Struct, frozen=True):
    """Who may be behind a key."""

    roster: Roster
    listed: Mapping[str, str]
    """Of the server: fingerprint -> who."""


def find_approvals(git: Git, head: str, branch: str, pushed: Mapping[str, str]) -> tuple[SignedApproval, ...]:
    """The approvals of a head for a branch whose signatures hold, those just being pushed included (ref -> tag object)."""
    prefix = f"{APPROVALS}{head}/"
    stored = git.refs(prefix) | {ref: tag for ref, tag in pushed.items() if ref.startswith(prefix)}
    tags = git.tags(list(stored.values())[:MOST_APPROVALS], TAG_LIMIT).values()
    return tuple(one for one in _read_each(tags, read_approval) if (one.head, one.branch) == (head, branch))


def find_earlier(git: Git, base: str, head: str, branch: str) -> tuple[tuple[SignedApproval, str], ...]:
    """The latest approvals of other commits for the branch, each with the digest of what that commit would change now."""
    tags = [tag for ref, tag in git.refs(APPROVALS).items() if not ref.startswith(f"{APPROVALS}{head}/")]
    claimed = [(data, one) for data in git.tags(tags, TAG_LIMIT).values() for one in _read_each([data], read_claim) if one.branch == branch]
    claimed.sort(key=lambda pair: (-pair[1].at, pair[1].head, pair[1].fingerprint))
    latest = [data for data, _ in claimed[:MOST_EARLIER]]  # to check a signature starts a program
    return tuple((one, _digest(git, base, one.head)) for one in _read_each(latest, read_approval))


def _digest(git: Git, base: str, head: str) -> str:
    try:
        return change_digest(from_range(git, base, head))
    except ChangeError:
        return ""  # what can no longer be compared is not the same


def _read_each(tags: Iterable[bytes], read: Callable[[bytes], SignedApproval]) -> Iterator[SignedApproval]:
    """The approvals among tag objects; what is none is passed over: nobody could be asked about it."""
    for data in tags:
        try:
            yield read(data)
        except SignatureError:
            continue


def to_approvals(signed: Iterable[SignedApproval], signers: Signers, patch_id: str = "") -> tuple[Approval, ...]:
    """The approvals as the decision takes them, those of keys that nobody vouches for left out."""
    named = ((one, name_signer(one.fingerprint, signers.roster, signers.listed)) for one in signed)
    return tuple(Approval(by, one.head, one.at, patch_id=patch_id) for one, by in named if by)
