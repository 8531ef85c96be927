"""What is open: overrides that wait for their second person or their review, from the record of decisions."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from aicheck.changes.git import Git
from aicheck.errors import ChangeError
from aicheck.gate.approvals import Signers, find_approvals, to_approvals
from aicheck.gate.audit_check import read_records, verify_record
from aicheck.gate.keyring import read_signers
from aicheck.gate.settings import audit_file, load_settings
from aicheck.policy.roster import NO_ROSTER, Roster
from aicheck.report.encode import visible
from aicheck.trusted import read_trusted_side

_SHORT = 12


class OpenOverride(msgspec.Struct, frozen=True):
    """A change that came in although its needs were not met."""

    head: str
    ref: str
    by: str
    reason: str
    second: str
    """Who confirmed it; empty while nobody has."""
    reviewer: str
    """The senior who has reviewed it since; empty while nobody has."""
    due: int
    """Seconds since 1970."""


def find_overrides(git: Git, log: Path) -> tuple[OpenOverride, ...]:
    """The overrides in the record, with who has signed their heads since. An approval of the head by another senior reviews it."""
    if not log.exists():
        return ()
    found = []
    for row in read_records(log):
        values = row.values
        override = values.get("decision", {}).get("override") if values.get("accepted") else None
        if override:
            found.append(_follow_up(git, values, override))
    return tuple(found)


def _follow_up(git: Git, values: Mapping[str, Any], override: Mapping[str, Any]) -> OpenOverride:
    head, ref = str(values["head"]), str(values["ref"])
    roster = _roster_at(git, str(values["base"]))
    part = {one["who"] for one in values["part"]}
    signed = [roster.find(one.by) for one in to_approvals(find_approvals(git, head, ref, {}), Signers(roster, {}))]
    others = [person for person in signed if person is not None and person.rank and person.login != override["by"]]
    seniors = roster.at_least("senior")
    reviewers = [one.login for one in others if one.login in seniors and part.isdisjoint({one.login, *one.identities})]
    second = str(override["second"]) or next((one.login for one in others), "")
    return OpenOverride(
        head, ref, str(override["by"]), str(override["reason"]), second, next(iter(reviewers), ""), int(override["review_due"])
    )


def _roster_at(git: Git, commit: str) -> Roster:
    try:
        return read_trusted_side(git, commit).roster(None)
    except ChangeError:
        return NO_ROSTER


def describe_server(git: Git, now: int) -> list[str]:
    """The state of a repository with a gate, in lines. Raises ConfigError where there is none."""
    git_dir = git.repository.git_dir
    settings = load_settings(git_dir)
    log = audit_file(git_dir)
    lines = [f"guards {', '.join(settings.protect)}; who pushes is told by push certificates or by {', '.join(settings.pusher)}"]
    if settings.signers:
        lines.append(f"while no roster names anybody, the keys of {len(read_signers(settings.signers))} people in {settings.signers} count")
    lines.append(_describe_record(log))
    lines += [_describe_override(one, now) for one in find_overrides(git, log)]
    return [visible(line) for line in lines]


def _describe_record(log: Path) -> str:
    if not log.exists():
        return f"no decisions yet; they will be recorded in {log}"
    verified = verify_record(log)
    state = f"damaged: {verified.problem}" if verified.problem else "whole"
    return f"{verified.tip.count} decisions in {log}, {state}; the last is {verified.tip.digest[:_SHORT]}"


def _describe_override(one: OpenOverride, now: int) -> str:
    second = f"confirmed by {one.second}" if one.second else "confirmed by nobody yet"
    due = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(one.due))
    review = f"reviewed by {one.reviewer}" if one.reviewer else f"to be reviewed by {due}{', which is over' if now > one.due else ''}"
    return f"override of {one.ref.removeprefix('refs/heads/')} {one.head[:_SHORT]} by {one.by} ({one.reason}): {second}, {review}"
