"""Who pushes, and what they ask for: a push certificate or the transport tells the one, push options the other.

The names in commits prove nothing; a push certificate (`git push --signed`) is signed with a key of the pusher.
"""

from collections.abc import Mapping

import msgspec

from aicheck.changes.git import Git
from aicheck.errors import UsageError
from aicheck.gate.signature import SignatureError, check_signature, signing_key, split_signed

CERTIFICATE_LIMIT = 4 * 1024 * 1024
"""Bytes; it lists every ref that is pushed."""
MOST_OPTIONS = 100
PREFIX = "aicheck."
BREAK_GLASS = "aicheck.break-glass"
INCIDENT = "aicheck.incident"


class Pusher(msgspec.Struct, frozen=True):
    """What is known of the one who pushes."""

    identity: str = ""
    """A key's fingerprint, or the name that the transport gives; empty when nobody says."""
    identities: tuple[str, ...] = ()
    """All of them."""
    reason: str | None = None
    """Why they break the glass; None when they do not."""
    incident: str = ""


def read_pusher(git: Git, environment: Mapping[str, str], variables: tuple[str, ...]) -> Pusher:
    """The pusher, from what git and the transport leave in a hook's environment. Raises UsageError for what cannot be right."""
    options = _read_options(environment)
    transport = next((environment[name].strip() for name in variables if environment.get(name, "").strip()), "")
    key = _read_certificate(git, environment)
    identities = tuple(filter(None, (key, transport)))
    return Pusher(identities[0] if identities else "", identities, options.get(BREAK_GLASS), options.get(INCIDENT, ""))


def _read_options(environment: Mapping[str, str]) -> dict[str, str]:
    """The push options that are meant for aicheck. One that it does not know may be a mistyped one."""
    count = environment.get("GIT_PUSH_OPTION_COUNT", "0")
    if not count.isdecimal() or int(count) > MOST_OPTIONS:
        raise UsageError(f"more than {MOST_OPTIONS} push options")
    found: dict[str, str] = {}
    for number in range(int(count)):
        name, _, value = environment.get(f"GIT_PUSH_OPTION_{number}", "").partition("=")
        if not name.startswith(PREFIX):
            continue
        if name not in (BREAK_GLASS, INCIDENT):
            raise UsageError(f"the push option {name} is unknown; there are {BREAK_GLASS}=REASON and {INCIDENT}=ID")
        found[name] = value.strip()
    return found


def _read_certificate(git: Git, environment: Mapping[str, str]) -> str:
    """The fingerprint of the key that signed the push; empty when nobody signed it."""
    identifier = environment.get("GIT_PUSH_CERT", "")
    if not identifier.strip("0"):
        return ""
    data = git.blobs([identifier], CERTIFICATE_LIMIT).get(identifier)
    if environment.get("GIT_PUSH_CERT_NONCE_STATUS") != "OK":
        raise UsageError("the push certificate was not made for this push; push again")
    try:
        if data is None:
            raise SignatureError("is missing or too large")
        payload, signature = split_signed(data)
        key = signing_key(signature)
        check_signature(payload, signature, key)
    except SignatureError as error:
        raise UsageError(f"the push certificate {error}") from None
    return key.fingerprint
