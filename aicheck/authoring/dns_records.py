"""DNS records in one form, from zone files, Terraform, YAML zones, Kubernetes endpoints and maps of hosts, and what became of them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

import msgspec

from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.model.facts import Facts, Resource, Setting
from aicheck.model.location import Side, Span
from aicheck.readers.quantity import key_words
from aicheck.regex import regex

ADDRESSES = frozenset({"A", "AAAA"})
POINTING = frozenset({"A", "AAAA", "ALIAS", "CNAME", "DNAME", "MX", "NS", "SRV"})
"""Types that traffic follows. Text, reverse and signature records say something about a name and carry none of it."""
DELEGATING = frozenset({"MX", "NS"})
RECORD_TYPES = regex(r"A|AAAA|ALIAS|CNAME|DNAME|MX|NS|PTR|SRV|TXT|SPF|CAA|SOA|DS|TLSA|NAPTR|SSHFP|HTTPS|SVCB")
VERIFYING = regex(r"(?:^|\.)_|acm-validations|verify|validation|dkim|domainkey", re.IGNORECASE)
"""Names and targets that prove who owns a name; nobody else asks for them."""
TERRAFORM_RECORD = regex(
    r"aws_route53_record|cloudflare_(?:dns_)?record|google_dns_record_set|azurerm_(?:private_)?dns_\w+_record|digitalocean_record"
)
TERRAFORM_VALUES = frozenset({"records", "record", "rrdatas", "value", "content", "target_resource_id"})
EXTERNAL_TARGET = regex(r"external-dns(?:\.alpha|\.beta)?\.kubernetes\.io/target")
HOST_LISTS = frozenset({"hostnames", "aliases", "domains", "vhosts"})
"""Words of lists of names that a server answers to."""
INTERCHANGEABLE = frozenset({"A", "AAAA", "ALIAS", "CNAME", "DNAME"})
"""Types that take each other's place."""
ZONE_FOLDERS = frozenset({"dns", "octodns", "zone", "zones", "zonefiles", "records"})
TERRAFORM_ITEM = regex(r'"((?:[^"\\]|\\.)*)"|([A-Za-z][\w.\[\]*]*)')


class Record(msgspec.Struct, frozen=True):
    """The records of one name and type."""

    name: str
    """As written, absolute where the file tells; of a Terraform resource its `name`, or its address."""
    type: str
    values: tuple[str, ...]
    """Sorted."""
    span: Span

    @property
    def key(self) -> tuple[str, str]:
        """What stays the same when a value changes."""
        return self.name, self.type

    @property
    def is_wide(self) -> bool:
        """Whether more than one host hangs on it: a delegation, mail, a whole zone or every name below one."""
        return (
            self.type in DELEGATING
            or self.name.startswith("*")
            or self.name in {"@", ""}
            or (self.name.count(".") == 1 and self.name[-1:] != ".")
        )


class RecordStep(msgspec.Struct, frozen=True):
    """What became of the records of one name and type."""

    before: Record | None
    after: Record | None


Records = Mapping[tuple[str, str], Record]


def record_steps(pair: FilePair, change: ChangeFacts) -> Iterator[RecordStep]:
    """The records of a file that differ: values changed, gone from the whole change, or new. Records that only moved are none."""
    if pair.before is None and pair.after is None:
        return
    before, after = records_of(pair, "before"), records_of(pair, "after")
    for key, record in before.items():
        later = after.get(key)
        if later is None and not _stands_elsewhere(key, pair, change):
            yield RecordStep(record, None)
        elif later is not None and later.values != record.values:
            yield RecordStep(record, later)
    yield from (RecordStep(None, record) for key, record in after.items() if key not in before)


def records_of(pair: FilePair, side: Side) -> Records:
    """The records of one side of a file by name and type."""
    facts = pair.facts(side)
    found = list(_of_terraform(facts) if pair.language == "terraform" else _of_settings(pair, facts))
    return {record.key: record for record in found}


def name_records(records: Records, name: str) -> list[Record]:
    """The records of one name."""
    return [record for record in records.values() if record.name == name]


def find_replacement(records: Records, gone: Record) -> Record | None:
    """The record that answers for the name in place of one of another type."""
    if gone.type not in INTERCHANGEABLE:
        return None
    return next((other for other in name_records(records, gone.name) if other.type in INTERCHANGEABLE and other.type != gone.type), None)


def is_proof(record: Record) -> bool:
    """Whether a record only proves ownership or identity."""
    return VERIFYING.search(record.name) is not None or (bool(record.values) and all(VERIFYING.search(value) for value in record.values))


def _stands_elsewhere(key: tuple[str, str], pair: FilePair, change: ChangeFacts) -> bool:
    return any(key in records_of(other, "after") and key not in records_of(other, "before") for other in change.pairs if other is not pair)


def _of_settings(pair: FilePair, facts: Facts) -> Iterator[Record]:
    if pair.language == "dnszone":
        yield from _grouped((_zone_place(setting), setting) for setting in facts.settings)
    elif pair.language in {"json", "yaml"}:
        yield from _grouped((_endpoint_place(setting), setting) for setting in facts.settings)
        yield from _of_yaml_zone(pair, facts)
        yield from _grouped((_host_place(setting), setting) for setting in facts.settings)


def _grouped(placed: Iterator[tuple[tuple[str, str] | None, Setting]]) -> Iterator[Record]:
    values: dict[tuple[str, str], list[Setting]] = {}
    for place, setting in placed:
        if place is not None:
            values.setdefault(place, []).append(setting)
    for (name, kind), settings in values.items():
        yield Record(name, kind, tuple(sorted(setting.value for setting in settings if setting.value)), settings[0].span)


def _zone_place(setting: Setting) -> tuple[str, str] | None:
    key = setting.key
    return (key[0], key[1]) if len(key) > 2 and key[2] == "data" else None


def _endpoint_place(setting: Setting) -> tuple[str, str] | None:
    """Kubernetes: a `DNSEndpoint`, or the host names that an object asks external-dns for."""
    key = setting.key
    if key and any(EXTERNAL_TARGET.fullmatch(part) for part in key):
        return key[0], "CNAME"
    if key and key[0].startswith("DNSEndpoint/") and "targets" in key:
        return ".".join((key[0], *key[1 : key.index("targets")])), "A"
    return None


def _host_place(setting: Setting) -> tuple[str, str] | None:
    """A map of hosts, as configuration management has it: `hosts: {name: {ip: ...}}`, or lists of names to serve."""
    key = setting.key
    if len(key) < 2:
        return None
    if key[-1].lower() in {"ip", "ip_address", "address"} and {"hosts", "dns"} & {word for part in key[:-1] for word in key_words(part)}:
        return ".".join(key[:-1]), "A"
    if key[-1].startswith("[") and HOST_LISTS & set(key_words(key[-2])):
        return ".".join(key[:-1]), "ALIAS"
    return None


def _of_yaml_zone(pair: FilePair, facts: Facts) -> Iterator[Record]:
    """Zones as trees: name -> {type, value or values}."""
    path = PurePosixPath(pair.path)
    if not ZONE_FOLDERS & {part.lower() for part in path.parts[:-1]} and path.stem.count(".") == 0:
        return
    types = {
        setting.key[:-1]: setting.value
        for setting in facts.settings
        if setting.key[-1:] == ("type",) and RECORD_TYPES.fullmatch(setting.value)
    }
    placed = []
    for setting in facts.settings:
        depth = next((number for number, part in enumerate(setting.key) if part in {"value", "values", "targets", "content"}), 0)
        kind = types.get(setting.key[:depth]) if depth else None
        name = ".".join(part for part in setting.key[:depth] if not part.startswith(("[", "type=")))
        placed.append(((name, kind) if kind else None, setting))
    yield from _grouped(iter(placed))


def _of_terraform(facts: Facts) -> Iterator[Record]:
    for resource in facts.resources:
        if TERRAFORM_RECORD.fullmatch(resource.type):
            yield _terraform_record(resource)


def _terraform_record(resource: Resource) -> Record:
    texts = {setting.key: setting.value for setting in resource.attributes}
    kind = texts.get(("type",), "") or resource.type.removesuffix("_record").rpartition("_")[2].upper()
    held = [setting for setting in resource.attributes if _holds_target(setting.key)]
    items = {item for setting in held for item in _targets(setting)}
    span = held[0].span if held else resource.span
    return Record(texts.get(("name",), "") or resource.address, kind, tuple(sorted(items)), span)


def _holds_target(key: tuple[str, ...]) -> bool:
    return not TERRAFORM_VALUES.isdisjoint(key[-2:]) or (key[:1] == ("alias",) and key[-1] == "name")


def _targets(setting: Setting) -> list[str]:
    """What a record points to; of an expression the texts and names in it."""
    if setting.type != "expression":
        return [setting.value] if setting.type not in {"list", "map", "null"} else []
    return [found[1] or found[2] for found in TERRAFORM_ITEM.finditer(setting.value)]
