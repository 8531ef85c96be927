"""Texts that look like a real credential, by the form that their issuers give them."""

import re

from aicheck.regex import regex

_ISSUED = regex(
    r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|sk-(?:ant-|proj-|live-)?[\w-]{20,}|[sr]k_live_\w{16,}"
    r"|xox[abposr]-[\w-]{10,}|AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|AIza[\w-]{30,}|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{40,}|hf_[A-Za-z0-9]{30,}"
    r"|dop_v1_[0-9a-f]{40,}|SG\.[\w-]{16,}\.[\w-]{16,}|eyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{10,}|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)"
)
_ADDRESS = regex(r"[a-z][a-z0-9+.-]{1,30}://[^\s:/@$<{]{0,64}:([^\s@/$<{*]{3,128})@([^\s/:?\"']{1,253})", re.IGNORECASE)
_MADE_UP = regex(
    r"example|sample|dummy|fake|test|change.?me|placeholder|your|xxxx|password|passwd|secret|postgres|root|admin|user|mock|1234|foobar|localhost",
    re.IGNORECASE,
)
_NEARBY = regex(
    r"localhost|127\.0\.0\.1|0\.0\.0\.0|host\.docker\.internal|db|postgres|mysql|redis|mongo|rabbitmq|database|[\w-]+", re.IGNORECASE
)


def holds_credential(text: str) -> bool:
    """Whether a text holds a token that some issuer made, or the address of a host elsewhere with a password that is no placeholder."""
    issued = _ISSUED.search(text)
    if issued is not None and not _MADE_UP.search(issued[0]) and len(set(issued[0])) > 8:
        return True
    address = _ADDRESS.search(text)
    return address is not None and not _MADE_UP.fullmatch(address[1]) and _NEARBY.fullmatch(address[2]) is None
