"""What became of a Terraform resource in a change, and what its variables stand for."""

import re
from pathlib import PurePosixPath

from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.model.facts import Resource
from aicheck.model.location import Side

COMMON_SHARE = 0.5
"""Two resources of one type that share this part of their attributes are one that was renamed."""
_REFERENCE = re.compile(r"(var|local)\.(\w+)")


def find_successor(pair: FilePair, resource: Resource, change: ChangeFacts) -> tuple[FilePair, Resource] | None:
    """The after side of a resource.

    Found by the same address in its file or folder, as the target of a `moved` block, or as the one new resource like
    it. None when it was removed, or is in a file that the change does not hold.
    """
    if resource.type in {"file", "locals"}:
        return next(((pair, other) for other in pair.facts("after").resources if other.address == resource.address), None)
    folder = folder_of(pair, "before")
    nearby = [(other, facts) for other, facts in change.sides("after") if other is pair or folder_of(other, "after") == folder]
    later = [(other, candidate) for other, facts in nearby for candidate in facts.resources]
    addresses = {resource.address, *(_target(candidate, resource.address) for _, candidate in later if candidate.type == "moved")}
    found = [entry for entry in later if entry[1].address in addresses]
    if found:
        return next((entry for entry in found if entry[0] is pair), found[0])
    earlier = {
        known.address for other, facts in change.sides("before") if folder_of(other, "before") == folder for known in facts.resources
    }
    doubles = [
        entry for entry in later if entry[1].type == resource.type and entry[1].address not in earlier and _is_alike(resource, entry[1])
    ]
    return doubles[0] if len(doubles) == 1 else None


def resolve(value: str, pair: FilePair, change: ChangeFacts, side: Side) -> str:
    """The literal behind `var.name` or `local.name` where a file of the same folder in the change holds it; else the value."""
    found = _REFERENCE.fullmatch(value)
    if found is None:
        return value
    wanted = ("default",) if found[1] == "var" else (found[2],)
    for other, facts in change.sides(side):
        for resource in facts.resources if folder_of(other, side) == folder_of(pair, side) else ():
            is_home = resource.address == f"variable.{found[2]}" if found[1] == "var" else resource.type == "locals"
            for key, text, _ in resource.attributes if is_home else ():
                if key == wanted:
                    return text
    return value


def folder_of(pair: FilePair, side: Side) -> str:
    """The folder of a file on one side: what Terraform reads as one module."""
    return str(PurePosixPath(pair.before_path if side == "before" else pair.path).parent)


def _target(moved: Resource, address: str) -> str:
    values = {key[-1]: text for key, text, _ in moved.attributes}
    return values.get("to", "") if values.get("from") == address else ""


def _is_alike(one: Resource, other: Resource) -> bool:
    mine, theirs = ({(key, text) for key, text, _ in resource.attributes} for resource in (one, other))
    return len(mine & theirs) >= COMMON_SHARE * min(len(mine), len(theirs)) > 0
