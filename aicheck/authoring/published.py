"""Stores whose port is put on a network: Kubernetes services with an address of their own, ports that compose publishes."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from aicheck.authoring.opened_ports import STORE_PORTS
from aicheck.authoring.openings import STORES, Opening
from aicheck.authoring.setting_names import words_of_part
from aicheck.authoring.setting_tree import Key
from aicheck.model.facts import Setting
from aicheck.regex import regex

INTERNAL = regex(r"internal|private|scheme|source-ranges|tailscale|lb-?ipam|lbipam|loadbalancerip|metallb|kube-vip", re.IGNORECASE)
"""Annotations and settings with which a load balancer is inside a network."""
PUBLISHED = regex(r"(?:(0\.0\.0\.0|\[?::\]?|):)?(\d{1,5}):(\d{1,5})(?:/tcp)?")


def read_published(settings: Sequence[Setting]) -> tuple[Opening, ...]:
    """What is published, for one side of a file: `high` for a load balancer, `medium` for compose on every address, `low` by default."""
    return (*_services(settings), *_compose(settings))


def _services(settings: Sequence[Setting]) -> Iterator[Opening]:
    groups: dict[Key, list[Setting]] = defaultdict(list)
    for setting in settings:
        if setting.key and setting.key[0].startswith("Service/"):
            groups[setting.key[:1]].append(setting)
    for key, held in groups.items():
        kind = next((one for one in held if one.key[1:] == ("spec", "type")), None)
        if kind is None or kind.value != "LoadBalancer" or any(INTERNAL.search(" ".join((*one.key[1:], one.value))) for one in held):
            continue
        ports = {int(one.value) for one in held if one.key[-1] == "port" and one.value.isdigit() and len(one.value) < 6}
        store = min(ports & STORE_PORTS, default=0)
        if store:
            yield Opening((*key, "spec", "type"), kind.span, f"port {store}", "high")


def _compose(settings: Sequence[Setting]) -> Iterator[Opening]:
    for setting in settings:
        if len(setting.key) != 4 or setting.key[0] != "services" or setting.key[2] != "ports":
            continue
        found = PUBLISHED.fullmatch(setting.value)
        if found is None:
            continue
        is_store = int(found[3]) in STORE_PORTS or bool(STORES & set(words_of_part(setting.key[-3])))
        if is_store:
            yield Opening(setting.key, setting.span, f"port {found[2]}", "medium" if found[1] else "low")
