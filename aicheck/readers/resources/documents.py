"""YAML and JSON documents to resources: CloudFormation, Kubernetes, compose, Terraform's and Pulumi's own forms."""

import re
from collections.abc import Iterator, Mapping

from aicheck.model.facts import Resource
from aicheck.readers.intrinsics import fold_calls
from aicheck.readers.resources.compose import read_compose
from aicheck.readers.resources.naming import Names, attributes_of
from aicheck.readers.resources.terraform import read_terraform_json
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node

BULKY = frozenset({"ConfigMap", "CustomResourceDefinition", "Secret"})
"""Kubernetes kinds of which only the metadata is kept."""
MOST_LISTED = 10_000
"""Items of a Kubernetes `List` that are looked at."""
_PULUMI_TYPE = re.compile(r"([\w-]+):(?:([\w-]+)(?:/\w+)?:)?(\w+)")
"""`aws:rds:Instance` or `aws:rds/instance:Instance`."""


def resources_of_documents(path: str, documents: tuple[Node, ...]) -> tuple[Resource, ...]:
    """The resources of all documents of a file, in file order."""
    names = Names()
    found: list[Resource] = []
    for document in documents:
        if not isinstance(document, MapNode):
            continue
        fold_calls(document)
        if path.lower().endswith(".tf.json"):
            found += read_terraform_json(document)
        elif "apiVersion" in document.items:
            found += _read_objects(document, names)
        elif templates := _templates(document):
            found += (resource for template in templates for resource in _read_template(template, names))
        else:
            found += read_compose(document)
    return tuple(found)


def _templates(document: MapNode) -> list[MapNode]:
    """The mappings of logical names to resources: CloudFormation's own, inside `serverless.yml`, or Pulumi's."""
    lower = document.items.get("resources")
    inner = lower.items.get("Resources") if isinstance(lower, MapNode) else None
    return [held for held in (document.items.get("Resources"), inner or lower) if isinstance(held, MapNode)]


def _read_template(resources: MapNode, names: Names) -> Iterator[Resource]:
    for name, node in resources.items.items():
        items: Mapping[str, Node] = node.items if isinstance(node, MapNode) else {}
        kind = _text(items.get("Type") or items.get("type"))
        pulumi = _PULUMI_TYPE.fullmatch(kind)
        if "::" in kind:
            yield Resource(names.unique(name), kind, attributes_of(node), node.span, "cloudformation")
        elif pulumi is not None:
            yield Resource(names.unique(name), ".".join(filter(None, pulumi.groups())), attributes_of(node), node.span, "pulumi")


def _read_objects(document: MapNode, names: Names) -> Iterator[Resource]:
    """A Kubernetes object, or the items of a `List`."""
    kind, listed = _text(document.items.get("kind")), document.items.get("items")
    if kind.endswith("List") and isinstance(listed, ListNode):
        for item in listed.items[:MOST_LISTED]:
            if isinstance(item, MapNode):
                yield from _read_object(item, names)
    else:
        yield from _read_object(document, names)


def _read_object(document: MapNode, names: Names) -> Iterator[Resource]:
    kind, metadata = _text(document.items.get("kind")), document.items.get("metadata")
    name = _text(metadata.items.get("name")) if isinstance(metadata, MapNode) else ""
    if not kind or not name:
        return
    group = _text(document.items.get("apiVersion")).rpartition("/")[0]
    held = MapNode({"metadata": metadata}, document.span) if metadata is not None and kind in BULKY else document
    address = names.unique(f"{kind}/{name}")
    yield Resource(address, f"{kind}.{group}" if group else kind, attributes_of(held), document.span, "kubernetes")


def _text(node: Node | None) -> str:
    return node.value if isinstance(node, Leaf) else ""
