"""Who may take up a role: the principals and conditions of trust policies, and how far a subject of OpenID Connect reaches."""

import re
from collections.abc import Iterator

from aicheck.authoring.grant_steps import GrantStep
from aicheck.authoring.grants import ANY, Grant, covers
from aicheck.authoring.wording import clip
from aicheck.model.rule import Severity, severity_rank
from aicheck.regex import regex

Found = tuple[str, Severity]
ASSUMES = regex(r"sts:(?:AssumeRole\w*|\*)", re.IGNORECASE)
ANY_SUBJECT = regex(r"\*|repo:\*.*|repo:[^/]*\*/.*|project_path:\*.*|system:serviceaccount:\*(?::\*)?|organization:\*.*", re.IGNORECASE)
"""Subjects that strangers have too."""
WIDE_SUBJECT = regex(r"repo:[^/:*]+/\*.*|project_path:[^/*]+/\*.*|system:serviceaccount:[^:*]+:\*", re.IGNORECASE)
"""Subjects of a whole organisation or namespace."""
ANY_IDENTITY = regex(r"principalSet://[\w./-]{1,200}/workloadIdentityPools/[\w-]+/\*")
GUARDS = regex(r"externalid|:sub$|:aud$|source(?:arn|account)|principalorg|multifactor|sourceip|sourcevpce|oidc", re.IGNORECASE)
"""What a condition must look at to keep strangers out."""


def judge_trust(step: GrantStep) -> Found | None:
    """What a trust policy newly lets in; None for a denial, for other policies, and where conditions hold everybody off."""
    grant = step.after
    if grant.kind == "role":
        pools = [one for one in grant.principals if ANY_IDENTITY.fullmatch(one)]
        was = {one for earlier in step.before for one in earlier.principals}
        return ("every identity of a pool", "high") if set(pools) - was else None
    if grant.kind != "policy" or not grant.allows or not all(ASSUMES.fullmatch(action) for action in grant.actions):
        return None
    return max(_trusts(step), key=lambda found: severity_rank(found[1]), default=None)


def judge_subject(value: str) -> Found | None:
    """How far a subject that stands as a setting of its own reaches (`repo:*` given to a module)."""
    if not value.startswith(("repo:", "project_path:", "system:serviceaccount:")):
        return None
    if ANY_SUBJECT.fullmatch(value):
        return f"{clip(value, 40)} is every subject", "critical"
    return (f"{clip(value, 40)} is a whole organisation or namespace", "medium") if WIDE_SUBJECT.fullmatch(value) else None


def _trusts(step: GrantStep) -> Iterator[Found]:
    grant = step.after
    if ANY in grant.principals and not any(GUARDS.search(condition.partition("=")[0]) for condition in grant.conditions):
        yield "every AWS account may take up this role", "critical"
    earlier = [subject for one in step.replaced for subject in _subjects(one, "")]
    for subject in _subjects(grant, "like"):
        if ANY_SUBJECT.fullmatch(subject):
            yield f"{clip(subject, 40)} lets every subject in", "critical"
        elif any(covers(subject, one) and subject != one for one in earlier):
            yield f"{clip(subject, 40)} lets in more than before", "high"
        elif WIDE_SUBJECT.fullmatch(subject):
            yield f"{clip(subject, 40)} is a whole organisation or namespace", "medium"
    if any(one.startswith("Federated ") and "saml" not in one.lower() for one in grant.principals) and not _looks_at_caller(grant):
        yield "federated trust without a condition on the subject", "high"
    for condition in step.loses_conditions():
        if GUARDS.search(condition):
            yield f"condition {clip(condition.rpartition(' ')[2], 50)} goes", "high"
    was = {one for earlier in step.replaced for one in earlier.principals}
    if was and any(_is_account(one) for one in set(grant.principals) - was) and not any(_is_account(one) for one in was):
        yield "a whole account may take up this role, one identity before", "medium"


def _subjects(grant: Grant, test: str) -> list[str]:
    """The values of conditions on `sub`, of tests whose name holds `test`: only `StringLike` knows `*`."""
    parts = [condition.partition("=") for condition in grant.conditions]
    return [value for name, _, value in parts if name.lower().endswith(":sub") and test in name.lower()]


def _looks_at_caller(grant: Grant) -> bool:
    """Whether a condition looks at more than the audience; a name that only a run can tell may."""
    names = [condition.partition("=")[0].lower() for condition in grant.conditions]
    return any(not name.endswith(":aud") for name in names)


def _is_account(principal: str) -> bool:
    return re.fullmatch(r"AWS (?:arn:aws[\w-]*:iam::\d+:root|\d{12})", principal) is not None
