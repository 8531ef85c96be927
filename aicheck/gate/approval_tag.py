"""An approval on plain git: a tag object that a reviewer signs, which names one commit and the branch that it may go to.

Stored at `refs/aicheck/approvals/HEAD/SLOT`. Everything that counts stands in what is signed; the name of the ref and the
tagger's name are only for people.
"""

import msgspec

from aicheck.gate.signature import SIGNATURE_LIMIT, SignatureError, check_signature, signing_key, split_signed
from aicheck.regex import regex

APPROVALS = "refs/aicheck/approvals/"
TAG_LIMIT = SIGNATURE_LIMIT + 4096
"""Bytes of a tag object that are looked at."""
SLOT_LENGTH = 16
_HEX = rb"[0-9a-f]{40}(?:[0-9a-f]{24})?"
_PAYLOAD = regex(
    rb"object (?P<head>" + _HEX + rb")\ntype commit\ntag aicheck/approve/(?P<named>" + _HEX + rb")\n"
    rb"tagger (?P<tagger>[^\n]{0,500}) (?P<at>\d{1,12}) [-+]\d{4}\n\napproved for (?P<branch>refs/heads/[^\n]{1,500})\n"
)


class SignedApproval(msgspec.Struct, frozen=True):
    """What the tag of an approval says. Whether its key belongs to anybody is another question."""

    head: str
    branch: str
    """The full name of the ref: `refs/heads/main`."""
    at: int
    """Seconds since 1970, as the reviewer's clock had it."""
    fingerprint: str
    """Of the key: `SHA256:...`."""


def write_payload(head: str, branch: str, tagger: str) -> bytes:
    """What a reviewer signs. `tagger` is a name, an address, a time and a zone, as `git var` tells them."""
    return f"object {head}\ntype commit\ntag aicheck/approve/{head}\ntagger {tagger}\n\napproved for {branch}\n".encode(
        "utf-8", "surrogateescape"
    )


def read_approval(data: bytes) -> SignedApproval:
    """The approval that a tag object holds. Raises SignatureError."""
    payload, signature = split_signed(data)
    claimed = read_claim(data)
    check_signature(payload, signature, signing_key(signature))
    return claimed


def read_claim(data: bytes) -> SignedApproval:
    """What a tag object says that it is; nobody has looked at its signature. Raises SignatureError."""
    payload, signature = split_signed(data)
    found = _PAYLOAD.fullmatch(payload)
    if found is None or found["head"] != found["named"]:
        raise SignatureError("is not an approval as `aicheck gate git approve` makes it")
    branch = found["branch"].decode("utf-8", "surrogateescape")
    return SignedApproval(found["head"].decode("ascii"), branch, int(found["at"]), signing_key(signature).fingerprint)


def approval_ref(head: str, tag: str) -> str:
    """Where the approval with this tag object belongs."""
    return f"{APPROVALS}{head}/{tag[:SLOT_LENGTH]}"
