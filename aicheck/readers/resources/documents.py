"""YAML and JSON documents to resources: CloudFormation, Kubernetes, compose, Terraform's and Pulumi's own forms."""

from collections.abc import Iterator

from aicheck.model.facts import Resource
from aicheck.readers.intrinsics import fold_calls
from aicheck.readers.resources.compose import read_compose
from aicheck.readers.resources.naming import Names, attributes_of
from aicheck.readers.resources.terraform import read_terraform_json
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node
from aicheck.regex import regex

BULKY = frozenset({"ConfigMap", "CustomResourceDefinition", "Secret"})
"""Kubernetes kinds of which only the metadata is kept."""
TEMPLATE_DEPTH = 3
"""Levels of a document on which `Resources` is looked for."""
MOST_LISTED = 10_000
"""Items of a Kubernetes `List` that are looked at."""
_PULUMI_TYPE = regex(r"([\w-]+):(?:([\w-]+)(?:/\w+)?:)?(\w+)")
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
    """The mappings of logical names to resources: CloudFormation's, also inside of another file, and Pulumi's own."""
    found: list[MapNode] = []
    level = [document]
    for _ in range(TEMPLATE_DEPTH):
        held = [child for table in level for name, child in table.items.items() if name in {"Resources", "resources"}]
        found += (child for child in held if isinstance(child, MapNode))
        level = [child for table in level for child in table.items.values() if isinstance(child, MapNode)]
    return [table for table in found if any(_kind(node) for node in table.items.values())]


def _kind(node: Node) -> str:
    """The type that a resource of a template says."""
    return _text(node.items.get("Type") or node.items.get("type")) if isinstance(node, MapNode) else ""


def _read_template(resources: MapNode, names: Names) -> Iterator[Resource]:
    for name, node in resources.items.items():
        kind = _kind(node)
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
