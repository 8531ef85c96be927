"""Typed amounts: `30s`, `30000ms` and `timeout_ms: 30000` are the same duration."""

import re
from fractions import Fraction
from typing import Literal

import msgspec

from aicheck.regex import regex

Kind = Literal["duration", "size", "percent", "number"]

DURATION_UNITS: dict[str, Fraction] = {
    unit: Fraction(seconds)
    for units, seconds in (
        (("ns", "nanos", "nanosecond", "nanoseconds"), Fraction(1, 10**9)),
        (("us", "µs", "μs", "micros", "microsecond", "microseconds"), Fraction(1, 10**6)),
        (("ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds"), Fraction(1, 1000)),
        (("s", "sec", "secs", "second", "seconds"), 1),
        (("m", "min", "mins", "minute", "minutes"), 60),
        (("h", "hr", "hrs", "hour", "hours"), 3600),
        (("d", "day", "days"), 86400),
        (("w", "week", "weeks"), 604800),
    )
    for unit in units
}
"""In seconds."""
SIZE_UNITS: dict[str, int] = {
    "b": 1,
    **{f"{letter}{tail}": 1000**power for power, letter in enumerate("kmgtp", 1) for tail in ("", "b")},
    **{f"{letter}i{tail}": 1024**power for power, letter in enumerate("kmgtp", 1) for tail in ("", "b")},
}
"""In bytes, by lower-case name."""
SIZE_WORDS = frozenset(
    {"buffer", "bytes", "disk", "heap", "maxmemory", "mem", "memory", "ram", "shm", "size", "storage", "upload", "volume", "xms", "xmx"}
)
"""Words of a key under which `m` means millions of bytes and not minutes."""
TIME_WORDS = frozenset({"age", "delay", "expire", "interval", "minimum", "period", "refresh", "retry", "time", "timeout", "ttl"})
"""Words of a key under which `M` means minutes and not millions of bytes."""
MAX_DIGITS = 30
"""A longer number is not an amount that anyone meant."""

_NUMBER = regex(r"[+-]?(?:\d[\d_]*+(?:\.\d++)?|\.\d++)(?:e[+-]?\d{1,2})?", re.ASCII)
_MILLIONS = regex(r"(\d++(?:\.\d++)?)\s?([mM])", re.ASCII)
_TERMS = regex(r"(\d++(?:\.\d++)?)\s?([a-zµμ]++)\s?", re.ASCII)
_ISO = regex(r"p(?:(\d++)w)?(?:(\d++)d)?(?:t(?:(\d++)h)?(?:(\d++)m)?(?:(\d++(?:\.\d++)?)s)?)?", re.ASCII)
_CAMEL = regex(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = regex(r"[A-Za-z0-9µμ]+")


class Quantity(msgspec.Struct, frozen=True):
    """An amount in the base unit of its kind: seconds, bytes, percent, or no unit."""

    kind: Kind
    amount: Fraction


def parse_quantity(value: str, key: str = "") -> Quantity | None:
    """The amount that a value means under a key (whose last word may hold the unit: `timeoutSeconds`).

    None when the text is no amount.
    """
    text = value.strip()
    if not text or len(text) > MAX_DIGITS:
        return None
    if (found := _MILLIONS.fullmatch(text)) and (quantity := _millions(Fraction(found[1]), found[2], key)):
        return quantity
    text = text.lower()
    if _NUMBER.fullmatch(text):
        return _plain(Fraction(text.replace("_", "")), key)
    if text.endswith("%") and _NUMBER.fullmatch(text[:-1].strip()):
        return Quantity("percent", Fraction(text[:-1].strip().replace("_", "")))
    duration = _duration(text)
    return Quantity("duration", duration) if duration is not None else _size(text)


def key_words(key: str) -> tuple[str, ...]:
    """The lower-case words of a key: `readTimeoutMs` and `read_timeout-ms` are `read`, `timeout`, `ms`."""
    return tuple(word.lower() for word in _WORD.findall(_CAMEL.sub(" ", key)))


def _plain(amount: Fraction, key: str) -> Quantity:
    words = key_words(key)
    unit = words[-1] if len(words) > 1 else ""
    if unit in DURATION_UNITS:
        return Quantity("duration", amount * DURATION_UNITS[unit])
    if unit in SIZE_UNITS or unit == "bytes":
        return Quantity("size", amount * SIZE_UNITS.get(unit, 1))
    return Quantity("number", amount)


def _millions(amount: Fraction, unit: str, key: str) -> Quantity | None:
    """`500m` of a processor is half of it, `512m` of memory a size; None when it is minutes."""
    words = key_words(key)
    if words and words[-1] in {"cpu", "cpus"} and unit == "m":
        return Quantity("number", amount / 1000)
    is_size = SIZE_WORDS.intersection(words) if unit == "m" else not TIME_WORDS.intersection(words)
    return Quantity("size", amount * SIZE_UNITS["m"]) if is_size else None


def _duration(text: str) -> Fraction | None:
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
    iso = _ISO.fullmatch(text)
    if iso and any(iso.groups()):
        parts = (Fraction(part or 0) * seconds for part, seconds in zip(iso.groups(), (604800, 86400, 3600, 60, 1), strict=True))
        return sign * sum(parts, Fraction(0))
    total, end = Fraction(0), 0
    for term in _TERMS.finditer(text):
        if term.start() != end or term[2] not in DURATION_UNITS:
            return None
        total, end = total + Fraction(term[1]) * DURATION_UNITS[term[2]], term.end()
    return sign * total if end == len(text) else None


def _size(text: str) -> Quantity | None:
    found = _TERMS.fullmatch(text)
    return Quantity("size", Fraction(found[1]) * SIZE_UNITS[found[2]]) if found and found[2] in SIZE_UNITS else None
