"""Compose files to resources: named volumes, and services with what is mounted where."""

from collections.abc import Iterator
from posixpath import normpath

from aicheck.model.facts import Resource, Setting
from aicheck.readers.resources.naming import attributes_of
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node
from aicheck.regex import regex

_DEFAULT = regex(r"\$\{\w+:?-([^{}$]*)\}")
"""`${NAME:-value}`: what stands when nobody says otherwise."""
_MODE = regex(r":(?:ro|rw|z|Z|cached|delegated|consistent|nocopy|,)+$")


def read_compose(document: MapNode) -> Iterator[Resource]:
    """`services.db` with `image` and `mounts.<target>` (the source of each mount), `volumes.data`.

    A volume carries the project's name, which is part of its own, as `project` unless it is named itself.
    """
    services, volumes = document.items.get("services"), document.items.get("volumes")
    if not isinstance(services, MapNode) or not any(_is_service(node) for node in services.items.values()):
        return
    project = document.items.get("name")
    for name, node in services.items.items():
        if isinstance(node, MapNode):
            yield Resource(f"services.{name}", "service", tuple(_service(node)), node.span, "compose")
    for name, node in volumes.items.items() if isinstance(volumes, MapNode) else ():
        attributes = attributes_of(node)
        if isinstance(project, Leaf) and not any(setting.key == ("name",) for setting in attributes):
            attributes = (Setting(("project",), project.value, project.type, project.span), *attributes)
        yield Resource(f"volumes.{name}", "volume", attributes, node.span, "compose")


def _is_service(node: Node) -> bool:
    return isinstance(node, MapNode) and not node.items.keys().isdisjoint({"image", "build", "extends"})


def _service(service: MapNode) -> Iterator[Setting]:
    image, mounts = service.items.get("image"), service.items.get("volumes")
    if isinstance(image, Leaf):
        yield Setting(("image",), image.value, image.type, image.span)
    for mount in mounts.items if isinstance(mounts, ListNode) else ():
        found = _short(mount.value) if isinstance(mount, Leaf) else _long(mount) if isinstance(mount, MapNode) else None
        if found is not None:
            source, target = found
            yield Setting(("mounts", target), source, "expression" if "$" in source else "string", mount.span)


def _short(text: str) -> tuple[str, str] | None:
    """(source, target) of `data:/var/lib/data:ro`; None for an anonymous volume."""
    source, _, target = _MODE.sub("", _DEFAULT.sub(r"\1", text)).rpartition(":")
    return (_path(source), normpath(target)) if source and target.startswith("/") else None


def _long(mount: MapNode) -> tuple[str, str] | None:
    source, target = (mount.items.get(name) for name in ("source", "target"))
    if not isinstance(source, Leaf) or not isinstance(target, Leaf):
        return None
    return _path(_DEFAULT.sub(r"\1", source.value)), normpath(target.value)


def _path(source: str) -> str:
    """A path in its shortest form (`./data` and `data/` differ from the volume `data`); the name of a volume as it is."""
    if not source.startswith((".", "/", "~")):
        return source
    return normpath(source) if source.startswith("/") else f"./{normpath(source)}"
