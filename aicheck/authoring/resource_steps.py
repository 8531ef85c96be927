"""What became of each resource of a change: kept, moved, renamed, let go of, or gone.

A resource is looked for in its file, its folder and the whole change, by address, through blocks that say where it
went, and by likeness. Pure: it knows files by their paths and resources only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Literal

import msgspec

from aicheck.authoring.resource_kinds import attributes_by_name, kind_of, text_of
from aicheck.model.facts import Resource, Setting

Fate = Literal["same", "moved", "renamed", "forgotten", "gone"]
"""same: at its address in its file; moved: elsewhere, with its state or identity; renamed: another address and nothing that
says so, which deletes and creates it; forgotten: no longer managed, but kept; gone: in no file of the change."""
COMMON_SHARE = 0.5
"""Two resources of one type that share this part of their attributes are one that was renamed."""
MOST_PAIRS = 10_000
"""How many pairs of lost and gained resources are looked at to find alike ones."""
SETTINGS = frozenset({"file", "locals"})
"""Holders of values that are the same only in their own file."""
STATEMENTS = frozenset({"moved", "removed", "import", "output", "check", "terraform", "provider"})
"""Blocks of Terraform that are no resources."""


class ResourceFile(msgspec.Struct, frozen=True):
    """The resources of both sides of one file."""

    path: str
    before_path: str
    before: tuple[Resource, ...]
    after: tuple[Resource, ...]


class ResourceStep(msgspec.Struct, frozen=True):
    """One resource of the before side and what became of it."""

    before: Resource
    after: Resource | None
    """None when it is gone or forgotten, and where it moved to a place that the change does not show."""
    path: str
    """The after path of the file in which it stands now; of its own file when it stands nowhere."""
    fate: Fate


class ResourceSteps(msgspec.Struct, frozen=True):
    """Those of a whole change by the after path of the file of the before side."""

    steps: Mapping[str, tuple[ResourceStep, ...]]
    added: Mapping[str, tuple[Resource, ...]]
    """Resources of the after side that none of the before side became."""
    moves: Mapping[tuple[str, str], str]
    """(folder, address) -> the address that a `moved` block gives it."""


class _Place(msgspec.Struct, frozen=True):
    file: ResourceFile
    resource: Resource


def compare_resources(files: Sequence[ResourceFile]) -> ResourceSteps:
    """What became of every resource of the files."""
    return _Comparison(files).compare()


def folder_of(path: str) -> str:
    """The folder of a file: what Terraform reads as one module."""
    return str(PurePosixPath(path).parent)


def values_held(resource: Resource) -> Iterator[tuple[str, Setting]]:
    """(reference, value) of what a block of Terraform gives a name: `var.size`, `local.region`."""
    if resource.type == "variable":
        name = resource.address.rpartition(".")[2]
        yield from ((f"var.{name}", setting) for setting in resource.attributes if setting.key == ("default",))
    elif resource.type == "locals":
        yield from ((f"local.{setting.key[0]}", setting) for setting in resource.attributes if len(setting.key) == 1)


class _Comparison:
    def __init__(self, files: Sequence[ResourceFile]) -> None:
        self._files = files
        self._steps: dict[str, list[ResourceStep]] = {}
        self._lost: list[_Place] = []
        self._gained: list[_Place] = []
        self._by_type: dict[str, list[_Place]] = {}
        self._by_address: dict[tuple[str, str], list[_Place]] = {}
        """The gained ones by type, and by type and address."""
        self._taken: set[int] = set()
        self._moves: dict[tuple[str, str], str] = {}
        """(folder, address) -> address that a `moved` block gives it."""
        self._let_go: set[tuple[str, str]] = set()
        self._imported: set[tuple[str, str]] = set()

    def compare(self) -> ResourceSteps:
        for file in self._files:
            self._compare_file(file)
            self._read_statements(file)
        for place in self._gained:
            self._by_type.setdefault(place.resource.type, []).append(place)
            self._by_address.setdefault((place.resource.type, place.resource.address), []).append(place)
        waiting = [place for place in self._lost if not self._follow(place)]
        waiting = [place for place in waiting if not self._find_address(place)]
        self._find_alike(waiting)
        added: dict[str, list[Resource]] = {}
        for place in self._gained:
            if id(place.resource) not in self._taken:
                added.setdefault(place.file.path, []).append(place.resource)
        return ResourceSteps(
            {path: tuple(steps) for path, steps in self._steps.items()},
            {path: tuple(found) for path, found in added.items()},
            self._moves,
        )

    def _compare_file(self, file: ResourceFile) -> None:
        earlier = {resource.address: resource for resource in file.before}
        later = {resource.address: resource for resource in file.after}
        for address, resource in earlier.items():
            kept = later.get(address)
            if kept is not None and kept.type == resource.type:
                self._settle(_Place(file, resource), "same", _Place(file, kept))
            elif resource.type not in SETTINGS | STATEMENTS:
                self._lost.append(_Place(file, resource))
        self._gained += (
            _Place(file, resource)
            for address, resource in later.items()
            if (address not in earlier or earlier[address].type != resource.type) and resource.type not in SETTINGS | STATEMENTS
        )

    def _read_statements(self, file: ResourceFile) -> None:
        folder = folder_of(file.path)
        for resource in file.after:
            if resource.type == "moved":
                self._moves[folder, text_of(resource, "from")] = text_of(resource, "to")
            elif resource.type == "removed" and text_of(resource, "lifecycle", "destroy") == "false":
                self._let_go.add((folder, text_of(resource, "from")))
            elif resource.type == "import":
                self._imported.add((folder, text_of(resource, "to").partition("[")[0]))

    def _settle(self, place: _Place, fate: Fate, after: _Place | None = None) -> None:
        if after is not None:
            self._taken.add(id(after.resource))
        step = ResourceStep(place.resource, after.resource if after else None, (after or place).file.path, fate)
        self._steps.setdefault(place.file.path, []).append(step)

    def _follow(self, place: _Place) -> bool:
        """Settle a resource of which a block says where it went."""
        key = (folder_of(place.file.before_path), place.resource.address)
        if key in self._let_go:
            self._settle(place, "forgotten")
            return True
        if place.resource.type == "module" and any(folder == key[0] and one.startswith(f"{key[1]}.") for folder, one in self._moves):
            self._settle(place, "moved")  # taken apart: what it held stands elsewhere
            return True
        target = self._moves.get(key, "").partition("[")[0]
        if not target:
            return False
        wanted = target if target.startswith("module.") and place.resource.type == "module" else ".".join(target.split(".")[-2:])
        self._settle(place, "moved", self._nearest(place, wanted))
        return True

    def _find_address(self, place: _Place) -> bool:
        """Settle a resource that stands under its address in another file."""
        found = self._nearest(place, place.resource.address)
        if found is not None:
            self._settle(place, "moved", found)
        return found is not None

    def _nearest(self, place: _Place, address: str) -> _Place | None:
        """The gained resource of the same type at an address that stands for no other one yet; the one in the nearest folder."""
        parts = PurePosixPath(place.file.before_path).parts
        found = self._free(self._by_address.get((place.resource.type, address), ()))
        return min(found, key=lambda one: (-_common(parts, PurePosixPath(one.file.path).parts), one.file.path), default=None)

    def _free(self, places: Iterable[_Place]) -> list[_Place]:
        return [one for one in places if id(one.resource) not in self._taken]

    def _find_alike(self, waiting: Sequence[_Place]) -> None:
        """Settle the rest: those that are like a gained one under another address, and those that are gone."""
        pairs: list[tuple[float, int, _Place, _Place]] = []
        candidates = [self._free(self._by_type.get(place.resource.type, ())) for place in waiting]
        if sum(map(len, candidates)) <= MOST_PAIRS:
            for number, (place, free) in enumerate(zip(waiting, candidates, strict=True)):
                pairs += ((likeness, -number, place, one) for one in free if (likeness := _likeness(place, one)) > 0)
        settled: set[int] = set()
        for _, number, place, one in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
            if number not in settled and id(one.resource) not in self._taken:
                settled.add(number)
                self._settle(place, self._fate(place, one), one)
        for number, place in enumerate(waiting):
            if -number not in settled:
                self._settle(place, "gone")

    def _fate(self, place: _Place, one: _Place) -> Fate:
        folder = folder_of(one.file.path)
        is_elsewhere = folder != folder_of(place.file.before_path)
        is_known = (folder, one.resource.address) in self._imported or any("aliases" in setting.key for setting in one.resource.attributes)
        is_same = place.resource.platform == "compose" and text_of(place.resource, "name") == text_of(one.resource, "name") != ""
        return "moved" if is_elsewhere or is_known or is_same else "renamed"


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many leading parts two paths share."""
    return next(
        (number for number, (mine, theirs) in enumerate(zip(one, other, strict=False)) if mine != theirs), min(len(one), len(other))
    )


def _likeness(place: _Place, one: _Place) -> float:
    """How sure it is that a resource got another address, 0 (not at all) to 2."""
    before, after = place.resource, one.resource
    if before.platform == "kubernetes" and folder_of(place.file.before_path) != folder_of(one.file.path):
        return 0.0
    if _names(before) & _names(after):
        return 2.0
    mine, theirs = (_content(resource) for resource in (before, after))
    if not mine and not theirs:
        return COMMON_SHARE if place.file is one.file else 0.0
    shared = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
    return shared if shared >= COMMON_SHARE else 0.0


def _content(resource: Resource) -> frozenset[tuple[tuple[str, ...], str]]:
    own = {("metadata", "name"), ("apiVersion",), ("kind",)} if resource.platform == "kubernetes" else set()
    return frozenset((setting.key, setting.value) for setting in resource.attributes if setting.key not in own)


def _names(resource: Resource) -> frozenset[tuple[str, str]]:
    """(attribute, value) of what says which one a resource is."""
    kind = kind_of(resource)
    if kind is None or resource.platform == "kubernetes":
        return frozenset()
    return frozenset(_literal_names(resource, kind.names))


def _literal_names(resource: Resource, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    named = attributes_by_name(resource)
    for name in names:
        setting = named.get(name)
        if setting is not None and setting.type == "string" and setting.value:
            yield name, setting.value
