"""What a resource holds, and which of its attributes cannot change without another one taking its place. The data stands beside."""

import re
import tomllib
from fnmatch import translate
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from aicheck.authoring.setting_tree import is_position
from aicheck.model.facts import Resource, Setting
from aicheck.model.rule import Severity
from aicheck.readers.place import words_of
from aicheck.readers.quantity import key_words
from aicheck.readers.tree import NATURAL_KEYS
from aicheck.regex import regex

THROWAWAY_WORDS = frozenset(
    {"dev", "development", "ephemeral", "preview", "sandbox", "scratch", "staging", "temp", "test", "testing", "tmp"}
)
WRAPPERS = frozenset({"Properties", "properties", "spec", "metadata", "forProvider"})
"""Parts that attributes stand below; they name nothing."""
ACCESSORIES = frozenset(
    """
    access addon addons alarm alarms alerts driver edge exporter grant grants iam irsa lambda monitor monitoring network notification
    parameter parameters permissions policy profile proxy role roles security sg subnet subnets user users
    """.split()  # noqa: SIM905
)
"""Words of modules that are about something beside what holds the data."""
_IMAGE = regex(r"(?:.*/)?([\w.-]+)(?::[^/]*)?(?:@.*)?")


class ResourceKind(msgspec.Struct, frozen=True):
    """One kind of resource that holds something."""

    noun: str
    """As in `database`."""
    loss: Severity
    """How bad it is to lose one."""
    names: frozenset[str] = frozenset()
    """Attributes (as `attribute_name` has them) that say which one it is."""
    replaces: frozenset[str] = frozenset()
    """Attributes that a provider cannot change in place."""
    on_set: frozenset[str] = frozenset()
    """Those of them for which a value where none stood is a change."""


class _Table(msgspec.Struct, frozen=True):
    exact: dict[str, ResourceKind]
    patterns: tuple[tuple[re.Pattern[str], ResourceKind], ...]
    modules: dict[str, ResourceKind]
    """By a word of a module's source."""
    images: frozenset[str]


def kind_of(resource: Resource) -> ResourceKind | None:
    """The kind of a resource that holds something; None for all others.

    A Terraform module is known by the words of its source, a compose service by its image.
    """
    if resource.type == "module":
        return _module_kind(text_of(resource, "source"), resource.address)
    if resource.platform == "compose" and resource.type == "service":
        found = _IMAGE.fullmatch(text_of(resource, "image"))
        return SERVICE if found is not None and found[1].lower() in _table().images else None
    return _kind_of_type(resource.type) if not resource.address.startswith("data.") else None


@lru_cache(maxsize=20_000)
def attribute_name(key: tuple[str, ...]) -> str:
    """The words of a key, whatever its spelling, without the items of lists and what all attributes stand below."""
    parts = [part for part in key if not (is_position(part) or ("=" in part and part.partition("=")[0] in NATURAL_KEYS))] or list(key)
    if len(parts) > 1:
        parts = [part for part in parts if part not in WRAPPERS] or parts[-1:]
    return " ".join(word for part in parts for word in key_words(part))


def attributes_by_name(resource: Resource) -> dict[str, Setting]:
    """The attributes by `attribute_name`; of several with one name the first."""
    named: dict[str, Setting] = {}
    for setting in resource.attributes:
        named.setdefault(attribute_name(setting.key), setting)
    return named


def is_throwaway(resource: Resource) -> bool:
    """Whether the address says that nobody would miss it."""
    return bool(words_of(resource.address) & THROWAWAY_WORDS)


def text_of(resource: Resource, *key: str) -> str:
    """The value of an attribute; empty when it has none."""
    return next((setting.value for setting in resource.attributes if setting.key == key), "")


SERVICE = ResourceKind("service", "medium")
"""A service of compose that keeps data in what is mounted into it."""


@lru_cache(maxsize=4_000)
def _kind_of_type(type_: str) -> ResourceKind | None:
    table = _table()
    return table.exact.get(type_) or next((kind for pattern, kind in table.patterns if pattern.fullmatch(type_)), None)


@lru_cache(maxsize=4_000)
def _module_kind(source: str, address: str) -> ResourceKind | None:
    modules = _table().modules
    for text in (_module_name(source), address.removeprefix("module.")):
        words = key_words(text)
        found = next((modules[word] for word in words if word in modules), None)
        if found is not None:
            return found if ACCESSORIES.isdisjoint(words) else None
    return None


def _module_name(source: str) -> str:
    """`rds` of `terraform-aws-modules/rds/aws`, `../modules/rds` and `git::https://a.example/rds.git//?ref=1`."""
    parts = [part for part in source.partition("?")[0].split("/") if part not in {"", ".", "..", "modules"}]
    is_registry = len(parts) == 3 and "://" not in source and not source.startswith(".")
    return (parts[1] if is_registry else parts[-1]).removesuffix(".git") if parts else ""


@cache
def _table() -> _Table:
    text = Path(__file__).with_name("resource_kinds.toml").read_text(encoding="utf-8")  # importlib.resources costs more than the reading
    data = tomllib.loads(text)
    exact: dict[str, ResourceKind] = {}
    patterns = []
    kinds = {}
    for row in data["kind"]:
        kind = ResourceKind(row["noun"], row["loss"], _phrases(row["names"]), _phrases(row["replaces"]), _phrases(row.get("on_set", "")))
        kinds[kind.noun] = kind
        for type_ in row["types"].split():
            if "*" in type_:
                patterns.append((re.compile(translate(type_)), kind))
            else:
                exact[type_] = kind
    modules = {
        word: ResourceKind(f"{noun} module", kinds[noun].loss, names=kinds[noun].names, replaces=kinds[noun].replaces)
        for noun, words in data["modules"].items()
        for word in words.split()
    }
    return _Table(exact, tuple(patterns), modules, frozenset(data["services"]["images"].split()))


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in " ".join(text.split()).split(";") if phrase.strip())
