"""A policy that extends another one: it may add to it and make it stricter, never loosen it."""

from collections.abc import Callable
from typing import Final, TypeVar

import msgspec
from msgspec.structs import replace

from aicheck.config import Section
from aicheck.model.rule import severity_rank
from aicheck.policy.levels import RANKS, rank_of
from aicheck.policy.policy import ApprovalTerms, Policy, RuleSetting
from aicheck.regex import regex

_REFERENCE: Final = regex(r"([^@]*)@([0-9a-f]{40}(?:[0-9a-f]{24})?)(?::(.+))?")
_SHOWN_ID: Final = 12

T = TypeVar("T")


class Reference(msgspec.Struct, frozen=True):
    """Where a policy that another one extends is stored."""

    repository: str
    """A folder, from the top of the repository on; `.` for the repository itself."""
    commit: str
    file: str

    def __str__(self) -> str:
        return f"{self.file} of {self.repository}@{self.commit[:_SHOWN_ID]}"


Fetch = Callable[[Reference], bytes]
"""Reads the file of that commit, or raises an AicheckError."""


def read_reference(root: Section, default_file: str) -> Reference | None:
    """What the policy extends: `REPOSITORY@COMMIT` or `REPOSITORY@COMMIT:FILE`. None when it extends nothing."""
    text = root.text("extends")
    if not text:
        return None
    found = _REFERENCE.fullmatch(text)
    if found is None:
        root.fail("extends", f"extends {text!r}; write REPOSITORY@COMMIT with the whole id of a commit: a branch or tag could move")
    return Reference(found[1] or ".", found[2], found[3] or default_file)


def combine(root: Section, own: Policy, inherited: Policy) -> Policy:
    """The policy with all that it inherits. `own` is what the file says, read with the inherited escalations before its own.

    Raises PolicyError naming the line of whatever is looser than what it inherits.
    """
    provenance, people = root.table("provenance", "[provenance]"), root.table("people", "[people]")
    if root.table("break_glass", "[break_glass]").values:
        root.fail("break_glass", "names who may override decisions, which only the policy that this one extends may say")
    own_age, age = own.max_age_days, inherited.max_age_days
    return replace(
        own,
        source=f"{own.source}, extending {inherited.source}",
        mode=_stricter(root, "mode", own.mode, inherited.mode, own.mode == "observe"),
        undeclared=_stricter(provenance, "undeclared", own.undeclared, inherited.undeclared, own.undeclared == "report"),
        labels=tuple(dict.fromkeys((*inherited.labels, *own.labels))),
        unknown_author=_stricter(
            people,
            "unknown_author",
            own.unknown_author,
            inherited.unknown_author,
            rank_of(own.unknown_author, RANKS) > rank_of(inherited.unknown_author, RANKS),
        ),
        max_age_days=_stricter(people, "max_age_days", own_age, age, age is not None and (own_age or 0) > age),
        approvals=_combine_approvals(root.table("approvals", "[approvals]"), own.approvals, inherited.approvals),
        groups=_combine_groups(root.table("groups", "[groups]"), own, inherited),
        break_glass=inherited.break_glass,
        rules=_combine_rules(root.table("rules", "rules"), own, inherited),
    )


def _stricter(section: Section, key: str, own: T, inherited: T, is_loose: bool) -> T:
    if key not in section.values:
        return inherited
    if is_loose and own != inherited:
        section.fail(key, f"has a {key!r} that is looser than {inherited!r} of the policy that it extends")
    return own


def _combine_approvals(section: Section, own: ApprovalTerms, inherited: ApprovalTerms) -> ApprovalTerms:
    hours, blocks = own.expire_hours, own.changes_requested_blocks
    return ApprovalTerms(
        on=_stricter(section, "on", own.on, inherited.on, own.on == "patch-id"),
        expire_hours=_stricter(section, "expire_hours", hours, inherited.expire_hours, hours > inherited.expire_hours),
        changes_requested_blocks=_stricter(section, "changes_requested_blocks", blocks, inherited.changes_requested_blocks, not blocks),
    )


def _combine_groups(section: Section, own: Policy, inherited: Policy) -> tuple[tuple[str, tuple[str, ...]], ...]:
    known = dict(inherited.groups)
    for name, _ in own.groups:
        if name in known:
            section.fail(name, f"has the group {name!r}, which the policy that it extends has too")
    return tuple(sorted((*inherited.groups, *own.groups)))


def _combine_rules(section: Section, own: Policy, inherited: Policy) -> tuple[RuleSetting, ...]:
    settings = {setting.rule: setting for setting in inherited.rules}
    for setting in own.rules:
        before = settings.get(setting.rule)
        if setting.off:
            section.fail(setting.rule, f"switches {setting.rule!r} off, which a policy that extends another cannot")
        if before is not None and before.off:
            section.fail(setting.rule, f"has {setting.rule!r}, which the policy that it extends switches off")
        if before is None:
            settings[setting.rule] = replace(setting, raises=True)
        elif setting.severity and (before.severity is None or severity_rank(setting.severity) > severity_rank(before.severity)):
            settings[setting.rule] = replace(before, severity=setting.severity, line=setting.line)
    return tuple(settings[rule] for rule in sorted(settings))
