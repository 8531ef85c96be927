"""How a protection against deletion stands in a resource. Which attributes are one is data, beside."""

import tomllib
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec

from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.authoring.resource_changes import resolve
from aicheck.authoring.resource_kinds import attribute_name
from aicheck.model.facts import Resource, Setting
from aicheck.model.location import Side, Span
from aicheck.readers.quantity import key_words, parse_quantity
from aicheck.regex import regex

State = Literal["on", "off", "unknown", "absent"]
"""`absent`: left out where that means nothing by itself."""
SETTINGS = frozenset({"file", "locals", "variable"})
"""Blocks of Terraform that hold values for resources elsewhere."""
_SEPARATOR = regex(r"[,\s]+")


class Protection(msgspec.Struct, frozen=True):
    """One kind of protection, known by the words that an attribute's name ends with."""

    names: tuple[str, ...]
    absent: State
    """What leaving the attribute out means."""
    safe: tuple[str, ...] = ()
    """Values, in lower case and with `*` for anything, that keep the protection on; none for a waiting time."""
    unsafe: tuple[str, ...] = ()
    """In place of `safe`: values that turn it off."""
    platforms: tuple[str, ...] = ()
    """Where it counts; everywhere when empty."""
    whole: bool = False
    """Whether a name is the whole path of the attribute."""
    follows: bool = False
    """Whether it says what happens to data, and means nothing where a resource holds none."""
    loses: bool = False
    """Whether a new resource that turns it off is made to lose its data."""


class Guard(msgspec.Struct, frozen=True):
    """A protection as it stands on one side."""

    protection: Protection
    state: State
    value: str
    """As written; empty when it is left out."""
    span: Span
    amount: Fraction | None = None
    """The waiting time; None for a switch."""


def is_protection(name: str) -> bool:
    """Whether a variable of this name holds a protection."""
    return _protection(" ".join(key_words(name)), "terraform") is not None


def protected_names(resource: Resource) -> list[str]:
    """The attributes of a resource that hold a protection, by `attribute_name`; of a variable its own name."""
    if resource.type == "variable":
        name = _variable_name(resource)
        return [name] if _protection(name, resource.platform) is not None else []
    names = dict.fromkeys(attribute_name(setting.key) for setting in resource.attributes)
    return [name for name in names if _protection(name, resource.platform) is not None]


def read_guard(home: tuple[FilePair, Resource], name: str, change: ChangeFacts, side: Side) -> Guard:
    """The protection of a name that `protected_names` gave, as one side has it; variables are resolved where the change shows them."""
    pair, resource = home
    protection = _protection(name, resource.platform)
    assert protection is not None
    settings = [setting for setting in resource.attributes if _stands_for(setting, resource, name)]
    if not settings:
        return Guard(protection, _left_out(resource, protection), "", resource.span)
    resolved = [resolve(setting, pair, change, side) for setting in settings]
    value = ",".join(setting.value or "null" for setting in settings)
    if protection.safe or protection.unsafe:
        return Guard(protection, _state(resolved, protection), value, settings[0].span)
    quantity = parse_quantity(resolved[0].value)
    if quantity is None:
        return Guard(protection, "unknown", value, settings[0].span)
    return Guard(protection, "on" if quantity.amount > 0 else "off", value, settings[0].span, quantity.amount)


def _variable_name(resource: Resource) -> str:
    return " ".join(key_words(resource.address.rpartition(".")[2]))


def _stands_for(setting: Setting, resource: Resource, name: str) -> bool:
    return setting.key == ("default",) if resource.type == "variable" else attribute_name(setting.key) == name


def _left_out(resource: Resource, protection: Protection) -> State:
    is_told_elsewhere = any(setting.key[0].startswith("**") for setting in resource.attributes)
    if resource.type in SETTINGS or is_told_elsewhere:
        return "absent"
    patterns = (pattern for name in protection.names for pattern in _table()[1].get(name, ()))
    return "on" if any(fnmatchcase(resource.type, pattern) for pattern in patterns) else protection.absent


def _state(settings: list[Setting], protection: Protection) -> State:
    items = [item for setting in settings for item in _SEPARATOR.split(setting.value.lower())]
    if any(fnmatchcase(item, pattern) for item in items for pattern in protection.safe):
        return "on"
    is_known = all(setting.type != "expression" and not ("${" in setting.value or "{{" in setting.value) for setting in settings)
    if not is_known:
        return "unknown"
    return "off" if protection.safe or any(item in protection.unsafe for item in items) else "on"


@lru_cache(maxsize=20_000)
def _protection(name: str, platform: str) -> Protection | None:
    """The first protection of the table that an attribute's name means."""
    return next((row for row in _table()[0] if _is_meant(row, name) and (not row.platforms or platform in row.platforms)), None)


def _is_meant(protection: Protection, name: str) -> bool:
    return name in protection.names or (not protection.whole and name.endswith(tuple(f" {phrase}" for phrase in protection.names)))


@cache
def _table() -> tuple[tuple[Protection, ...], dict[str, tuple[str, ...]]]:
    """The protections, and by name the types that have one without saying so."""
    text = Path(__file__).with_name("protections.toml").read_text(encoding="utf-8")  # as in `resource_kinds`
    data = tomllib.loads(text)
    rows = [
        Protection(
            tuple(" ".join(phrase.split()) for phrase in row["names"].split(";")),
            row["absent"],
            tuple(row.get("safe", "").split()),
            tuple(row.get("unsafe", "").split()),
            tuple(row.get("platforms", ())),
            row.get("whole", False),
            row.get("follows", False),
            row.get("loses", False),
        )
        for row in data["protection"]
    ]
    return tuple(rows), {name: tuple(types.split()) for name, types in data["on"].items()}
