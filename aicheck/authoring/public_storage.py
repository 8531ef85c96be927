"""What puts stored data before everybody: grants to anybody and commands; and the names of what is public on purpose."""

import re

from aicheck.authoring.command_words import Words
from aicheck.authoring.grant_steps import GrantStep
from aicheck.authoring.grants import ANY, Grant
from aicheck.authoring.wording import clip
from aicheck.model.rule import Severity
from aicheck.readers.place import words_of
from aicheck.regex import regex

EVERYBODY = frozenset({"allusers", "allauthenticatedusers"})
PUBLIC_ACLS = frozenset(
    {"public-read", "public-read-write", "publicread", "publicreadwrite", "public_read", "public_read_write", "authenticated-read"}
)
ON_PURPOSE = frozenset(
    {"asset", "assets", "cdn", "docs", "download", "downloads", "frontend", "homepage", "public", "site", "spa", "static", "website", "www"}
)
"""Words in the name of a bucket that is made to be read by everybody."""
TYPE = regex(r"^(?:data\.)?[a-z0-9]+_\w+\.(?=\w)")
"""The type in the address of a Terraform resource, which names nothing by itself."""
ASSUMING = regex(r"sts:(?:AssumeRole\w*|\*|Tag\w+)", re.IGNORECASE)
SERVED = regex(r"execute-api:Invoke|lambda:InvokeFunctionUrl", re.IGNORECASE)
"""What is called over the web with the caller's own proof."""
STARTED = regex(r"roles/(?:run|cloudfunctions)\.invoker")


def is_on_purpose(*texts: str) -> bool:
    """Whether a name says that everybody is to read it: `www_bucket`, `static-assets`."""
    names = (TYPE.sub("", text) for text in texts)
    return any(words_of(re.sub(r"(?<=[a-z])(?=[A-Z])", "-", text).replace(":", "/")) & ON_PURPOSE for text in names)


def judge_public_grant(step: GrantStep) -> tuple[str, Severity] | None:
    """What a grant newly opens to everybody; None for one with a condition, of a website, or to take up a role."""
    grant = step.after
    if not grant.allows or not _is_public(grant) or (step.before and not step.fresh_actions() and not step.loses_conditions()):
        return None
    if grant.kind == "role":
        role = grant.actions[0]
        if STARTED.fullmatch(role):
            return f"everybody may call it ({clip(role, 40)})", "medium"
        return None if _is_reading(grant) and is_on_purpose(*grant.home) else (f"{clip(role, 40)} for everybody", "high")
    if grant.conditions or all(ASSUMING.fullmatch(one) or SERVED.fullmatch(one) for one in grant.actions):
        return None
    if _is_reading(grant) and is_on_purpose(*grant.home, *grant.resources):
        return None
    return f"{clip(', '.join(grant.actions), 48)} for everybody", "high"


def public_command(words: Words, line: str) -> Severity | None:
    """How bad it is what a command puts before everybody; None when it puts nothing there, or something made for it."""
    severity = _severity(words, line)
    return None if severity is None or is_on_purpose(*words.positionals, words.value("bucket"), words.value("name")) else severity


def _severity(words: Words, line: str) -> Severity | None:
    if words.program == "aws" and words.positionals[:1] in {("s3",), ("s3api",)}:
        if words.value("acl").lower() in PUBLIC_ACLS:
            return "high" if "put-bucket-acl" in line or "create-bucket" in line else "medium"
        is_block = "delete-public-access-block" in line
        return "high" if is_block or ("put-public-access-block" in line and re.search(r"=\s*false", line, re.IGNORECASE)) else None
    if words.program == "aws":
        is_snapshot = re.search(r"modify-(?:db-(?:cluster-)?snapshot|snapshot|image)-attribute", line)
        return "high" if is_snapshot and re.search(r"values-to-add[= ]all|[Gg]roup(?:-names)?[= ]\W*all|group-names all", line) else None
    if words.program in {"gsutil", "gcloud"}:
        is_storage = words.program == "gsutil" or "storage" in words.positionals
        return "high" if is_storage and re.search(r"\ball(?:Authenticated)?Users\b", line, re.IGNORECASE) and " -d " not in line else None
    if words.program == "az":
        is_open = words.value("public-access").lower() in {"blob", "container"} or words.value("allow-blob-public-access").lower() == "true"
        return "high" if is_open else None
    is_minio = words.program == "mc" and words.positionals[:2] in {("anonymous", "set"), ("policy", "set")}
    return "high" if is_minio and {"public", "download", "upload"} & set(words.positionals) else None


def _is_public(grant: Grant) -> bool:
    return any(one == ANY or one.rpartition(" ")[2].lower() in EVERYBODY for one in grant.principals)


def _is_reading(grant: Grant) -> bool:
    return all(re.fullmatch(r"s3:(?:Get|List)\w*\*?|roles/storage\.(?:legacy)?[oO]bject(?:Viewer|Reader)", one) for one in grant.actions)
