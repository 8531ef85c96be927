"""Terraform and other HCL to resources, in its own syntax and in JSON."""

from collections.abc import Iterator

from tree_sitter import Node as SyntaxNode

from aicheck.model.facts import Resource
from aicheck.model.location import Span
from aicheck.readers.hcl_tree import BodyReader, block_labels
from aicheck.readers.resources.naming import Names, attributes_of
from aicheck.readers.source_text import SourceText
from aicheck.readers.terraform import parse_terraform
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node

BARE = frozenset({"data", "resource"})
LABELS = {"check": 1, "data": 2, "ephemeral": 2, "module": 1, "output": 1, "provider": 1, "resource": 2, "variable": 1}
"""Kinds of blocks -> how many labels they have; those that are not here have none."""
KINDS = frozenset({*LABELS, "import", "locals", "moved", "removed", "terraform"})


def read_terraform(data: bytes) -> tuple[Resource, ...]:
    """The blocks of a file in file order.

    Addresses: `aws_db_instance.main`, `data.aws_vpc.main`, `module.db`, `variable.size`, `provider.aws.alias`, `locals`,
    `moved`; a repeated one carries `#2`. Attributes outside any block (`.tfvars`, Terragrunt) form one resource with the
    address and type `file`. Raises Unreadable.
    """
    source, root = parse_terraform(data)
    body = next((child for child in root.named_children if child.type in {"body", "object"}), None)
    return tuple(_resources(source, body)) if body is not None else ()


def read_terraform_json(document: MapNode) -> Iterator[Resource]:
    """The blocks of a `.tf.json` file, which stand below their kind and their labels."""
    names = Names()
    for kind, held in document.items.items():
        if kind in KINDS:
            for labels, node in _labelled(held, LABELS.get(kind, 0)):
                yield _resource(names, [kind, *labels], node, node.span)


def _resources(source: SourceText, body: SyntaxNode) -> Iterator[Resource]:
    names, reader = Names(), BodyReader(source)
    loose = MapNode({}, source.node_span(body))
    for child in body.named_children:
        if child.type == "block":
            inner = next((part for part in child.named_children if part.type == "body"), None)
            table = reader.body(inner, 1) if inner is not None else MapNode({}, source.node_span(child))
            yield _resource(names, block_labels(child), table, source.node_span(child))
        else:
            reader.read_into(loose, child)
    if loose.items:
        yield Resource("file", "file", attributes_of(loose), loose.span)


def _resource(names: Names, labels: list[str], node: Node, span: Span) -> Resource:
    kind, *rest = labels
    alias = node.items.get("alias") if kind == "provider" and isinstance(node, MapNode) else None
    if isinstance(alias, Leaf):
        labels = [*labels, alias.value]
    address = names.unique(".".join(rest if kind == "resource" and rest else labels))
    return Resource(address, rest[0] if kind in BARE and rest else kind, attributes_of(node), span)


def _labelled(node: Node, depth: int) -> Iterator[tuple[tuple[str, ...], Node]]:
    """(labels, block) below a kind of block: mappings by label, and a list where several blocks have the same labels."""
    pending: list[tuple[tuple[str, ...], Node]] = [((), node)]
    while pending:
        labels, held = pending.pop()
        if isinstance(held, ListNode):
            pending += [(labels, item) for item in reversed(held.items)]
        elif isinstance(held, MapNode) and len(labels) < depth:
            pending += [((*labels, name), child) for name, child in reversed(held.items.items())]
        elif isinstance(held, MapNode):
            yield labels, held
