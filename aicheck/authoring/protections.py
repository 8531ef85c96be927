"""Terraform's protections against deletion, as data, and how one stands in a resource."""

import re
from fractions import Fraction
from typing import Literal

import msgspec

from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.resource_changes import resolve
from aicheck.model.facts import Resource
from aicheck.model.location import Side, Span
from aicheck.readers.quantity import parse_quantity

State = Literal["on", "off", "unknown", "absent"]
"""`absent`: left out where that means nothing by itself."""
SETTINGS = frozenset({"file", "locals", "variable"})
"""Blocks that hold values for resources elsewhere."""


class Protection(msgspec.Struct, frozen=True):
    """One kind of protection, known by the last part of an attribute's key."""

    key: re.Pattern[str]
    safe: frozenset[str]
    """Values, in lower case without quotes, that keep the protection on; empty for a waiting time."""
    when_absent: State
    """What leaving the attribute out means."""


def _protection(key: str, safe: str, when_absent: State = "off") -> Protection:
    return Protection(re.compile(key), frozenset(safe.split()), when_absent)


PROTECTIONS = (
    _protection(r"^prevent_destroy$", "true"),
    _protection(
        r"(?:deletion|delete|termination|drop|purge)_protection(?:_enabled|_state)?$",
        "true active enabled protected delete_protection_enabled",
    ),
    _protection(r"^(?:prevent_deletion_if_contains_resources|protect_from_scale_in|disable_api_termination)$", "true"),
    _protection(r"(?:^|_)skip_final_(?:snapshot|backup)$", "false", "on"),
    _protection(r"(?:^|_)force_(?:destroy|delete)$", "false", "on"),
    _protection(r"^(?:delete_automated_backups|purge_soft_delete_on_destroy)$", "false", "absent"),
    _protection(r"^(?:deletion_window_in_days|recovery_window_in_days|soft_delete_retention_(?:in_)?days)$", "", "absent"),
)
ON_BY_DEFAULT = re.compile(r"^google_(?:sql_database_instance|container_cluster|bigquery_table|spanner_\w+|cloud_run_v2_\w+|alloydb_\w+)$")
"""Types whose `deletion_protection` is on when left out."""


class Guard(msgspec.Struct, frozen=True):
    """A protection as it stands on one side."""

    state: State
    value: str
    span: Span
    amount: Fraction | None = None
    """The waiting time; None for a switch."""


def is_protection(name: str) -> bool:
    """Whether an attribute or variable of this name is a protection."""
    return any(protection.key.search(name) for protection in PROTECTIONS)


def protected_keys(resource: Resource) -> list[tuple[str, ...]]:
    """The keys of a resource that hold a protection; of a variable, its default when the variable's name says so."""
    if resource.type == "variable":
        return [("default",)] if is_protection(_name(resource, ("default",))) else []
    return [key for key, _, _ in resource.attributes if is_protection(key[-1])]


def read_guard(home: tuple[FilePair, Resource], key: tuple[str, ...], change: ChangeFacts, side: Side) -> Guard:
    """The protection at a key that `protected_keys` gave, as one side has it; variables are resolved where the change shows them."""
    pair, resource = home
    protection = next(protection for protection in PROTECTIONS if protection.key.search(_name(resource, key)))
    value, span = next(((text, span) for name, text, span in resource.attributes if name == key), ("", resource.span))
    if not value:
        is_default = key[-1] == "deletion_protection" and ON_BY_DEFAULT.match(resource.type)
        return Guard("on" if is_default else "absent" if resource.type in SETTINGS else protection.when_absent, "", span)
    literal = resolve(value, pair, change, side)
    if protection.safe:
        return Guard(_state(literal, protection), value, span)
    quantity = parse_quantity(literal.strip('"'))
    if quantity is None:
        return Guard("unknown", value, span)
    return Guard("on" if quantity.amount > 0 else "off", value, span, quantity.amount)


def _name(resource: Resource, key: tuple[str, ...]) -> str:
    return resource.address.rpartition(".")[2] if resource.type == "variable" else key[-1]


def _state(literal: str, protection: Protection) -> State:
    if literal.strip('"').lower() in protection.safe:
        return "on"
    is_text = literal.startswith('"') and "${" not in literal
    return "off" if is_text or re.fullmatch(r"null|true|false|\d+", literal) else "unknown"
