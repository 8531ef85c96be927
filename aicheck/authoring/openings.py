"""What everybody on a network may reach: rules that let every address in, with the ports they open, read from settings."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec

from aicheck.authoring.opened_ports import judge_ports, ports_of
from aicheck.authoring.setting_names import words_of_part
from aicheck.authoring.setting_tree import Key, is_position
from aicheck.model.facts import Setting
from aicheck.model.location import Span
from aicheck.model.rule import Severity
from aicheck.regex import regex

EVERYWHERE = frozenset({"0.0.0.0/0", "::/0", "0::/0", "0.0.0.0-255.255.255.255"})
ANYBODY = frozenset({"*", "internet", "any"})
"""Besides the above, where the key says that it is a source."""
STORES = frozenset(
    """
    cache database databases db dbs elasticache elasticsearch kafka mariadb memcached mongo mongodb mssql mysql opensearch postgres
    postgresql psql rabbitmq rds redis redshift sql sqlserver valkey
    """.split()  # noqa: SIM905
)
FRONTS = frozenset(
    {
        "alb",
        "cdn",
        "cloudfront",
        "edge",
        "elb",
        "frontend",
        "gateway",
        "http",
        "https",
        "ingress",
        "lb",
        "loadbalancer",
        "nginx",
        "nlb",
        "proxy",
        "public",
        "web",
    }
)
OUTWARD = frozenset({"destination", "egress", "nat", "outbound", "route", "routes", "routing"})
"""Words in a key with which a range is where something goes to."""
LISTS = frozenset({"authorized", "trusted", "whitelist", "whitelisted", "allowlist", "allowed", "access"})
"""Words of lists of addresses that a managed service lets in."""
SOURCE_WORDS = frozenset({"cidr", "cidrs", "source", "sources", "ranges", "networks", "network", "ip", "ips", "ipv4", "ipv6", *LISTS})
PORT_WORDS = frozenset({"port", "ports"})
PROTOCOL_WORDS = frozenset({("protocol",), ("ip", "protocol")})
DIRECTION_WORDS = frozenset({("type",), ("direction",)})
PEER = regex(r"any_?ipv[46]\(\)|ipv[46]\([\"'](?:0\.0\.0\.0/0|::/0)[\"']\)", re.IGNORECASE)


class Opening(msgspec.Struct, frozen=True):
    """One rule that lets every address in."""

    key: Key
    span: Span
    what: str
    """As in `port 22` or `the list of addresses`."""
    severity: Severity


def read_openings(settings: Sequence[Setting]) -> tuple[Opening, ...]:
    """The openings of one side of a file, in file order; web ports, and what only goes out, are none."""
    sources = [setting for setting in settings if _is_source(setting)]
    held = _by_block(settings, sources) if sources else {}
    found = [opening for setting in sources if (opening := _judge(setting, held)) is not None]
    return tuple(found + list(_by_calls(settings)))


def _is_source(setting: Setting) -> bool:
    value = setting.value.strip().lower()
    if value not in EVERYWHERE and value not in ANYBODY:
        return False
    words = _words(setting.key)
    if words & OUTWARD:
        return False
    own = set(words_of_part(_name(setting.key)))
    return (
        bool(own & SOURCE_WORDS or words & LISTS)
        if value in EVERYWHERE
        else "source" in own and bool(own & {"address", "prefix", "prefixes"})
    )


def _by_block(settings: Sequence[Setting], sources: Sequence[Setting]) -> dict[Key, list[Setting]]:
    """The settings below each block that a source stands in."""
    blocks = {setting.key[:depth] for setting in sources for depth in range(1, len(setting.key))}
    depths = sorted({len(key) for key in blocks})
    held: dict[Key, list[Setting]] = {key: [] for key in blocks}
    for setting in settings:
        for depth in depths:
            if setting.key[:depth] in held and depth < len(setting.key):
                held[setting.key[:depth]].append(setting)
    return held


def _judge(source: Setting, held: dict[Key, list[Setting]]) -> Opening | None:
    """From the innermost block outwards: the first one that says ports or a direction decides."""
    for depth in range(len(source.key) - 1, 0, -1):
        siblings = [one for one in held[source.key[:depth]] if one.key[depth] != source.key[depth]]
        if is_position(source.key[depth]) or not siblings:
            continue
        if any(_turns_away(one, depth) for one in siblings):
            return None
        ranges = list(_ranges(siblings, depth))
        if ranges:
            found = judge_ports(ranges)
            return Opening(source.key, source.span, found[0], found[1]) if found is not None else None
        protocols = {one.value.lower() for one in siblings if words_of_part(_name(one.key)) in PROTOCOL_WORDS}
        if protocols & {"-1", "all"} or (protocols & {"tcp", "udp"} and "firewall" in _words(source.key) and not _names_port(siblings)):
            return Opening(source.key, source.span, "every port", "high")
        if any("icmp" in protocol for protocol in protocols):
            return None
    return _by_name(source)


def _turns_away(setting: Setting, depth: int) -> bool:
    """Whether a rule is about what goes out, refuses, or is the network's own list that every packet passes."""
    words, value = words_of_part(setting.key[depth]), setting.value.lower()
    if words in DIRECTION_WORDS and value in {"egress", "outbound"}:
        return True
    if words == ("egress",) and value == "true":
        return True
    return (words in {("access",), ("action",)} and value in {"deny", "block"}) or words == ("network", "acl", "id")


def _names_port(settings: Iterable[Setting]) -> bool:
    return any(_words(one.key) & PORT_WORDS for one in settings)


def _ranges(settings: Sequence[Setting], depth: int) -> Iterator[tuple[int, int]]:
    """What ports the settings of a block open; from and to are put together."""
    first = last = None
    for setting in settings:
        words = _words(setting.key[depth:])
        if "source" in words or not (words & PORT_WORDS or {"ingress", "rules"} <= words):
            continue
        found = ports_of(setting.value)
        if found is not None and words & {"from", "start"}:
            first = found[0]
        elif found is not None and words & {"to", "end"}:
            last = found[1]
        elif found is not None:
            yield found
    if first is not None and last is not None:
        yield (0, 65535) if first == last == 0 else (first, max(first, last))
    elif first is not None or last is not None:
        port = first if first is not None else last or 0
        yield port, port


def _by_name(source: Setting) -> Opening | None:
    """Where no port stands beside it, the names around it say what is opened."""
    words = _words(source.key)
    if words & STORES:
        return Opening(source.key, source.span, "a store", "high")
    if {"authorized", "networks"} <= words or {"authorized", "ip"} <= words:
        return Opening(source.key, source.span, "a managed service", "high")
    if {"public", "access", "cidrs"} <= words:
        return Opening(source.key, source.span, "a cluster's interface", "medium")
    is_rule = bool(words & {"ingress", "inbound", "firewall", "security"} or words & LISTS - {"access"})
    return Opening(source.key, source.span, "a network", "medium") if is_rule and not words & FRONTS else None


def _by_calls(settings: Sequence[Setting]) -> Iterator[Opening]:
    """`add_ingress_rule(Peer.any_ipv4(), Port.tcp(22))` and `allow_from_any_ipv4(Port.tcp(22))`."""
    for number, setting in enumerate(settings):
        method = setting.key[-2] if len(setting.key) > 1 and is_position(setting.key[-1]) else _name(setting.key)
        name = re.sub(r"#\d+$", "", method.rpartition(".")[2]).replace("_", "").lower()
        is_any = name == "addingressrule" and PEER.search(setting.value)
        if is_any or name in {"allowfromanyipv4", "allowdefaultportfromanyipv4"}:
            port = settings[number + 1].value if is_any and number + 1 < len(settings) else setting.value
            if name == "allowdefaultportfromanyipv4":
                words = _words(setting.key)
                if words & STORES:
                    yield Opening(setting.key, setting.span, "a store", "high")
                continue
            found = judge_ports(_called_ports(port))
            if found is not None:
                yield Opening(setting.key, setting.span, found[0], found[1])


def _called_ports(text: str) -> Iterator[tuple[int, int]]:
    if "alltraffic" in text.replace("_", "").lower() or "alltcp" in text.replace("_", "").lower():
        yield 0, 65535
    found = re.search(r"(?:tcp|udp)\w*\((\d{1,5})(?:,\s*(\d{1,5}))?\)", text, re.IGNORECASE)
    if found is not None:
        yield int(found[1]), int(found[2] or found[1])
    name = re.search(r"\.(SSH|RDP|MYSQL_AURORA|POSTGRES|REDIS|MSSQL)\b", text)
    if name is not None:
        port = {"SSH": 22, "RDP": 3389, "MYSQL_AURORA": 3306, "POSTGRES": 5432, "REDIS": 6379, "MSSQL": 1433}[name[1]]
        yield port, port


def _name(key: Key) -> str:
    return next((part for part in reversed(key) if not is_position(part)), "")


@lru_cache(maxsize=5_000)
def _words(key: Key) -> frozenset[str]:
    return frozenset(word for part in key for word in (*words_of_part(part), *re.split(r"[^a-z0-9]+", part.lower())))
