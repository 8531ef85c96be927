"""One update of a protected branch into a report and a decision: everything that judges it comes from the branch as it stands."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from aicheck.attribution import Claimed, attribute
from aicheck.catalogue import load_catalogue
from aicheck.changes.git import Git
from aicheck.changes.sources import from_range
from aicheck.errors import AicheckError, PolicyError
from aicheck.gate.approvals import Signers, find_approvals, find_earlier, to_approvals
from aicheck.gate.memory import recall
from aicheck.gate.pusher import Pusher
from aicheck.gate.same_change import change_digest
from aicheck.model.change import ChangeSet
from aicheck.model.decision import Decision, Report
from aicheck.model.review import Approval, BreakGlass, Review
from aicheck.policy.judges import judge_paths
from aicheck.policy.people import People
from aicheck.policy.policy import Policy
from aicheck.policy.roster import Roster
from aicheck.scan import Request, scan
from aicheck.trusted import read_trusted_side

BRANCHES = "refs/heads/"


class Around(msgspec.Struct, frozen=True):
    """What is known besides the commits."""

    now: int
    """Seconds since 1970."""
    pusher: Pusher = Pusher()
    pushed: Mapping[str, str] = {}
    """Refs that are pushed together with the change -> their new objects."""
    signers: Mapping[str, str] = {}
    """Of the server: fingerprint -> who."""
    memory: Path | None = None
    """Who ever pushed what; None where nobody keeps it."""


class Judged(msgspec.Struct, frozen=True):
    """What came out, and by what it was judged."""

    report: Report
    decision: Decision
    digests: tuple[tuple[str, str], ...]
    """(what, sha256 of its value): change, policy, roster."""
    people: People


def judge_range(git: Git, ends: tuple[str, str], branch: str, around: Around) -> Judged:
    """Judge what a head brings to a base (`ends`), the tip of the trusted side, on its way to a branch (its full name).

    Raises AicheckError when that cannot be told.
    """
    base, head = ends
    change = from_range(git, base, head)
    trusted = read_trusted_side(git, change.trusted)
    config = trusted.config(None)
    catalogue = load_catalogue(config.plugins)
    policy = trusted.policy(None, catalogue)
    roster = trusted.roster(None)
    check_what_follows(git, change)
    written = attribute(git, change, Claimed(labels=policy.labels), trusted.signatures(config.plugins))
    digest = change_digest(change)
    signers = Signers(roster, around.signers)
    approvals = to_approvals(find_approvals(git, change.head, branch, around.pushed), signers, digest)
    if policy.approvals.on == "patch-id":
        for signed, patch_id in find_earlier(git, base, change.head, branch):
            approvals += to_approvals([signed], signers, patch_id)
    contributors, operators = recall(around.memory, change) if around.memory is not None else ((), ())
    review = Review(
        head=change.head,
        patch_id=digest,
        now=around.now,
        contributors=(*around.pusher.identities, *contributors),
        operators=operators,
        approvals=approvals,
        branch=branch.removeprefix(BRANCHES),
        break_glass=_break_glass(around, change.head, approvals, roster),
    )
    people = People(roster, review, owners=trusted.owners())
    change = replace(change, notes=(*change.notes, *written.problems))
    how = (config.jobs or os.cpu_count() or 1,)
    request = Request(
        change, written.attribution, catalogue, config, policy, *how, lines=written.lines, accepted=trusted.accepted(), people=people
    )
    report, decision = scan(request)
    return Judged(report, decision, _digests(digest, policy, roster), replace(people, commits=change.commits))


def check_what_follows(git: Git, change: ChangeSet) -> None:
    """Refuse policy and roster that would leave the gate unable to judge the next push. Raises AicheckError."""
    if judge_paths(change):
        check_trusted_side(git, change.head)


def check_trusted_side(git: Git, commit: str) -> None:
    """Raises AicheckError for a commit that could not serve as the trusted side."""
    try:
        files = read_trusted_side(git, commit)
        files.policy(None, load_catalogue(files.config(None).plugins))
        files.signatures(files.config(None).plugins)
        files.accepted()
        files.owners()
        roster = files.roster(None)
        able = [person for person in roster.people if any(name.startswith("SHA256:") for name in person.identities)]
        if roster.people and not roster.at_least("senior").intersection(person.login for person in able):
            raise PolicyError("no senior on the roster has a key under [identity], so nobody could approve anything after this change")
    except AicheckError as error:
        raise type(error)(f"the gate could not work with what this change brings: {error}") from None


def _break_glass(around: Around, head: str, approvals: tuple[Approval, ...], roster: Roster) -> BreakGlass | None:
    """The override that the pusher asks for. Somebody else of the roster who signed the head confirms it."""
    pusher = around.pusher
    if pusher.reason is None:
        return None
    own = roster.find(pusher.identity)
    others = (one.by for one in approvals if one.commit == head and own is not None and roster.find(one.by) not in {None, own})
    by = pusher.identity or "somebody whom neither a push certificate nor the transport names"
    return BreakGlass(by, pusher.reason, head, around.now, pusher.incident, next(others, ""))


def _digests(change: str, policy: Policy, roster: Roster) -> tuple[tuple[str, str], ...]:
    values = (("policy", policy), ("roster", roster))
    return ("change", change), *((name, hashlib.sha256(msgspec.json.encode(value)).hexdigest()) for name, value in values)
