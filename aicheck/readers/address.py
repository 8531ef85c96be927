"""Addresses: where a service listens, whom a rule lets in, what a client calls."""

import ipaddress

import msgspec

from aicheck.regex import regex

EVERYWHERE = frozenset({"*", "0.0.0.0", "0.0.0.0/0", "::", "::/0", "[::]", "any", "internet"})  # noqa: S104  it is looked for
LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})
MAX_TEXT = 300
_URL = regex(r"([A-Za-z][A-Za-z0-9+.\-]*)://(?:[^\s/@]*@)?(\[[^\]\s]*\]|[^\s/:?#]*)(?::(\d{1,5}))?(?:[/?#]\S*)?")
_HOST_PORT = regex(r"(\[[0-9A-Fa-f:.]+\]|[^\s/:\[\]]*)(?::(\d{1,5}))?")
_HOSTNAME = regex(r"(?:\*\.)?(?!-)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,10}\.?")


class Address(msgspec.Struct, frozen=True):
    """One address, network or URL."""

    host: str
    """In lower case without port; of a network `10.0.0.0/8`."""
    port: int | None
    scheme: str
    """Of a URL, else empty."""
    prefix: int | None
    """Length of a network's prefix in bits; None for a single host."""
    is_wildcard: bool
    """Everybody or every interface: `0.0.0.0/0`, `::/0`, `0.0.0.0`, `*`."""
    is_local: bool
    """This machine only: `localhost`, `127.0.0.1`, a socket file."""
    is_private: bool
    """Inside a private network (RFC 1918 and its like)."""


def read_address(text: str) -> Address | None:
    """What a text means where an address is expected; None when it is none. A single word is a host name."""
    text = text.strip()
    if not text or len(text) > MAX_TEXT:
        return None
    if text.lower() in EVERYWHERE:
        return Address(text.lower(), None, "", _prefix_of(text), is_wildcard=True, is_local=False, is_private=False)
    if text.startswith(("unix:", "/")):
        return Address(text, None, "unix", None, is_wildcard=False, is_local=True, is_private=False)
    found = _URL.fullmatch(text)
    if found:
        return _address(found[2], found[3], found[1].lower())
    network = _network(text)
    if network is not None:
        return _of_network(network, None, "")
    found = _HOST_PORT.fullmatch(text)
    return _address(found[1], found[2], "") if found else None


def is_network(text: str) -> bool:
    """Whether the text is an IP address or a network: an address wherever it stands."""
    return text[:1] in "0123456789abcdefABCDEF:" and ("." in text or ":" in text) and _network(text) is not None


def _address(host: str, port: str | None, scheme: str) -> Address | None:
    number = int(port) if port else None
    host = host.strip("[]").lower()
    if host in EVERYWHERE or (not host and port):
        return Address(host or "*", number, scheme, None, is_wildcard=True, is_local=False, is_private=False)
    network = _network(host)
    if network is not None:
        return _of_network(network, number, scheme)
    if not _HOSTNAME.fullmatch(host):
        return None
    return Address(host, number, scheme, None, is_wildcard=False, is_local=host in LOCAL_NAMES, is_private=False)


def _of_network(network: ipaddress.IPv4Network | ipaddress.IPv6Network, port: int | None, scheme: str) -> Address:
    is_host = network.num_addresses == 1
    return Address(
        host=str(network.network_address) if is_host else str(network),
        port=port,
        scheme=scheme,
        prefix=None if is_host else network.prefixlen,
        is_wildcard=network.prefixlen == 0,
        is_local=network.is_loopback,
        is_private=network.is_private and not network.is_loopback and network.prefixlen > 0,
    )


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _prefix_of(text: str) -> int | None:
    return 0 if text.endswith("/0") else None
