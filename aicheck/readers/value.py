"""What a setting's value is: an amount with its unit, a version, an image, an address, a schedule, a permission or a word.

The text decides where it can; where it could be several things, the last word of the key does.
"""

from fractions import Fraction
from typing import Literal

import msgspec

from aicheck.model.facts import Scalar
from aicheck.readers.address import Address, is_network, read_address
from aicheck.readers.cron import runs_per_day
from aicheck.readers.permission import Permission, read_actions, read_grants, read_mode
from aicheck.readers.quantity import key_words, parse_quantity
from aicheck.readers.release import Image, Version, read_image, read_version
from aicheck.readers.scalar import FALSE, TRUE

ValueKind = Literal[
    "duration", "size", "percent", "count", "number", "version", "image", "permission", "address", "cron", "boolean", "word"
]
MAX_TEXT = 2_000
"""A longer text is a word."""
COUNT_WORDS = frozenset(
    {
        *("attempts", "backoff", "capacity", "concurrency", "connections", "copies", "count", "instances", "limit", "max", "min"),
        *("nodes", "number", "parallelism", "processes", "quota", "replicas", "retries", "shards", "tasks", "threads", "total", "workers"),
    }
)
VERSION_WORDS = frozenset({"branch", "channel", "ref", "release", "revision", "tag", "version", "versions"})
IMAGE_WORDS = frozenset({"image", "images", "uses"})
ADDRESS_WORDS = frozenset(
    {
        *("addr", "address", "addresses", "bind", "broker", "brokers", "cidr", "cidrs", "cname", "dns", "domain", "endpoint", "fqdn"),
        *("gateway", "host", "hostname", "hosts", "ip", "ips", "listen", "nameserver", "origin", "origins", "server", "servers"),
        *("source", "target", "upstream", "uri", "url"),
    }
)
LOOSE_ADDRESS_WORDS = frozenset({"gateway", "ip", "listen", "origin", "origins", "server", "servers", "source", "target", "upstream"})
"""Under these alone a single word is no host name."""
SCHEDULE_WORDS = frozenset({"cron", "crontab", "schedule"})
PERMISSION_WORDS = frozenset(
    {
        *("access", "acl", "action", "actions", "grant", "grants", "permission", "permissions", "privilege", "privileges"),
        *("role", "scope", "verbs"),
    }
)
MODE_WORDS = frozenset({"chmod", "mode", "permissions", "umask"})
ON = TRUE | {"enabled", "enable"}
OFF = FALSE | {"disabled", "disable"}


class Value(msgspec.Struct, frozen=True):
    """A typed value. Values that mean the same are equal: `30s` and `30000ms`, `yes` and `"true"`."""

    kind: ValueKind
    text: str
    """As it stands; of amounts the amount, of booleans `true` or `false`."""
    amount: Fraction | None = None
    """Seconds, bytes, percent, or no unit; of `cpu` whole processors; of a schedule runs a day; None for other kinds."""
    version: Version | None = None
    """Of a version and of an image."""
    image: Image | None = None
    address: Address | None = None
    permission: Permission | None = None


def read_value(text: str, key: str, type: Scalar = "string") -> Value:  # noqa: A002  the word of the facts
    """The value of a setting whose key's last part is `key`. An expression and what is none of the kinds are words."""
    text = text.strip()
    if type in {"list", "map", "null"} or not text or len(text) > MAX_TEXT:
        return Value("word", text)
    words = frozenset(key_words(key))
    if IMAGE_WORDS & words and type in {"string", "expression"} and (image := read_image(text)) is not None:
        return Value("image", text, version=image.version, image=image)
    if type == "expression":
        return Value("word", text)
    if type == "boolean" or text.lower() in ON | OFF:
        return Value("boolean", "true" if text.lower() in ON else "false")
    return _by_key(text, words) or _amount(text, key, words) or _by_text(text) or Value("word", text)


def _by_key(text: str, words: frozenset[str]) -> Value | None:
    """What only the key tells apart from a number or a word."""
    if MODE_WORDS & words and (mode := read_mode(text)) is not None:
        return Value("permission", text, permission=mode)
    if PERMISSION_WORDS & words and (granted := read_grants(text) or read_actions(text)) is not None:
        return Value("permission", text, permission=granted)
    if VERSION_WORDS & words and (version := read_version(text)) is not None:
        return Value("version", text, version=version)
    if SCHEDULE_WORDS & words and (runs := runs_per_day(text)) is not None:
        return Value("cron", text, runs)
    return _address(text, words) if ADDRESS_WORDS & words and not text.isdigit() else None


def _address(text: str, words: frozenset[str]) -> Value | None:
    """An address, or a module's source that carries its version: `git::https://host/name?ref=v1.2.0`."""
    image = read_image(text) if "source" in words and "ref=" in text else None
    if image is not None:
        return Value("image", text, version=image.version, image=image)
    address = read_address(text)
    is_bare = address is not None and not (set(text) & set(".:*/") or address.is_local or address.is_wildcard)
    if address is None or (is_bare and not words & ADDRESS_WORDS - LOOSE_ADDRESS_WORDS):
        return None
    return Value("address", text, address=address)


def _amount(text: str, key: str, words: frozenset[str]) -> Value | None:
    quantity = parse_quantity(text, key)
    if quantity is None:
        return None
    if quantity.kind == "number" and len(text) == 4 and text[0] == "0" and (mode := read_mode(text)) is not None:
        return Value("permission", text, permission=mode)
    is_count = quantity.kind == "number" and quantity.amount.denominator == 1 and COUNT_WORDS & words
    return Value("count" if is_count else quantity.kind, str(quantity.amount), quantity.amount)


def _by_text(text: str) -> Value | None:
    """What its shape alone tells."""
    if is_network(text) or "://" in text:
        address = read_address(text)
        return Value("address", text, address=address) if address is not None else None
    if set(text) & set("*?@(") and (runs := runs_per_day(text)) is not None:
        return Value("cron", text, runs)
    if (":" in text and "@sha256:" in text) or ("/" in text and _has_tag(text)):
        image = read_image(text)
        return Value("image", text, version=image.version, image=image) if image is not None else None
    if text.lower() == "latest" or text[:1] in "v^~<>=" or text.count(".") >= 2 or text[:1].isdigit():
        version = read_version(text)
        return Value("version", text, version=version) if version is not None else None
    actions = read_actions(text) if ":" in text else None
    return Value("permission", text, permission=actions) if actions is not None else None


def _has_tag(text: str) -> bool:
    tag = text.rpartition("/")[2].partition(":")[2]
    return bool(tag) and (tag[0].isdigit() or read_version(tag) is not None) and " " not in text
