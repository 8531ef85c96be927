"""Which ports a rule of a network opens, and how bad that is."""

from collections.abc import Iterable

from aicheck.model.rule import Severity
from aicheck.regex import regex

WEB_PORTS = frozenset({80, 443})
VPN_PORTS = frozenset({500, 1194, 4500, 51820})
STORE_PORTS = frozenset(
    {
        1433,
        1521,
        2181,
        2379,
        3306,
        5432,
        5433,
        5601,
        5672,
        5984,
        6379,
        6432,
        7000,
        7687,
        8086,
        9042,
        9092,
        9200,
        9300,
        11211,
        15672,
        26257,
        27017,
    }
)
"""Databases, caches, queues and searches."""
CONTROL_PORTS = frozenset({21, 22, 23, 111, 135, 139, 389, 445, 873, 2049, 2375, 2376, 3389, 5900, 5985, 5986, 6443, 8200, 8500, 10250})
"""Logins, file shares, and the interfaces that steer machines."""
MOST_SPECIAL = 5_000
"""A range of more ports opens everything."""
NAMED_PORTS = {
    "ssh": 22,
    "rdp": 3389,
    "postgresql": 5432,
    "mysql": 3306,
    "redis": 6379,
    "mongodb": 27017,
    "mssql": 1433,
    "http": 80,
    "https": 443,
}
_RANGE = regex(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?")


def ports_of(text: str) -> tuple[int, int] | None:
    """(first, last) of `22`, `20-21`, `*`; None for a text that names no port."""
    text = text.strip().lower()
    if text in {"*", "-1", "all", "any", "0-65535", "1-65535"}:
        return 0, 65535
    found = _RANGE.fullmatch(text)
    if found is not None:
        return int(found[1]), int(found[2] or found[1])
    name = text.partition("-")[0]
    return (NAMED_PORTS[name], NAMED_PORTS[name]) if name in NAMED_PORTS else None


def judge_ports(ranges: Iterable[tuple[int, int]]) -> tuple[str, Severity] | None:
    """The worst of the opened ports and how bad it is; None when all are for the web or a tunnel."""
    found: list[tuple[int, str, Severity]] = []
    for first, last in ranges:
        if last - first > MOST_SPECIAL:
            found.append((3, "every port", "high"))
            continue
        special = [port for port in STORE_PORTS | CONTROL_PORTS if first <= port <= last]
        if special:
            found.append((2, f"port {min(special)}", "high"))
        elif not (first == last and first in WEB_PORTS | VPN_PORTS):
            found.append((1, f"port {first}" if first == last else f"ports {first}-{last}", "medium"))
    worst = max(found, default=None)
    return (worst[1], worst[2]) if worst is not None else None
