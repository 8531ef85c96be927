"""Whose key is it: the roster of the trusted side knows, and only while there is no roster the server's own list of signers."""

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path

from aicheck.errors import ConfigError
from aicheck.policy.roster import Roster, fingerprint_of
from aicheck.regex import regex

SIZE_LIMIT = 4 * 1024 * 1024
"""Bytes of a list of signers."""
_KEY = regex(r"(?:^|[ \t])(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+[ \t]+([A-Za-z0-9+/=]+)")


def read_signers(file: str) -> dict[str, str]:
    """Fingerprint -> who, from a file in the format of OpenSSH's allowed_signers; the first principal of a line says who.

    Authorities (`cert-authority`) and patterns name nobody in particular and are passed over. Raises ConfigError.
    """
    if not file:
        return {}
    try:
        data = Path(file).read_bytes()[:SIZE_LIMIT]
    except OSError as error:
        raise ConfigError(f"the list of signers {file} cannot be read: {error.strerror}") from None
    found: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        text = line.strip()
        key = _KEY.search(text)
        if key is None or text.startswith("#") or "cert-authority" in text[: key.start()]:
            continue
        who = text.split(maxsplit=1)[0].split(",")[0].strip('"')
        try:
            fingerprint = fingerprint_of(base64.b64decode(key[1], validate=True))
        except binascii.Error:
            continue
        if not set("*?!") & set(who):
            found.setdefault(fingerprint, who)
    return found


def name_signer(fingerprint: str, roster: Roster, signers: Mapping[str, str]) -> str:
    """The identity under which an approval counts; empty when it is nobody's key and no roster could say so.

    With a roster an unknown key keeps its fingerprint, so that the decision says why it does not count.
    """
    return fingerprint if roster.people else signers.get(fingerprint, "")
