"""Terraform and other HCL to resources.

A block becomes a resource; blocks nested in it and literal objects become key paths. Values are source text with layout
and comments taken out, strings in their quotes. Nothing is evaluated.
"""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from tree_sitter import Node

from aicheck.model.facts import Resource
from aicheck.model.location import Span
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import parse_valid, text_of

MAX_NODES_DEEP = 1_000
"""About 200 nested brackets."""
WHOLE = frozenset({"heredoc_template", "quoted_template", "string_lit"})
"""Nodes in which layout has a meaning."""
BARE = frozenset({"data", "resource"})

Attribute = tuple[tuple[str, ...], str, Span]


@lru_cache(maxsize=1)
def parse_terraform(data: bytes) -> tuple[SourceText, Node]:
    """The text of a file and its syntax tree without errors, kept for the next reader of the same file. Raises Unreadable."""
    source = SourceText(data)
    return source, parse_valid("terraform", source, MAX_NODES_DEEP)


def read_resources(data: bytes) -> tuple[Resource, ...]:
    """The blocks of a file in file order.

    Addresses: `aws_db_instance.main`, `data.aws_vpc.main`, `module.db`, `variable.size`, `provider.aws`, `locals`,
    `moved`; a repeated one carries `#2`. Attributes outside any block (`.tfvars`, Terragrunt) form one resource with the
    address and type `file`. A repeated nested block carries its position from the second on: `ingress[1]`.
    Raises Unreadable.
    """
    source, root = parse_terraform(data)
    resources = []
    seen: Counter[str] = Counter()
    body = next((child for child in root.named_children if child.type in {"body", "object"}), None)
    if body is None:
        return ()
    loose = tuple(attribute for child in body.named_children if child.type == "attribute" for attribute in _attribute(source, child, ()))
    if loose:
        resources.append(Resource("file", "file", loose, source.node_span(root)))
    for block in body.named_children:
        if block.type == "block":
            kind, *labels = _labels(block)
            address = ".".join(labels if kind == "resource" and labels else [kind, *labels])
            seen[address] += 1
            unique = address if seen[address] == 1 else f"{address}#{seen[address]}"
            type_ = labels[0] if kind in BARE and labels else kind
            resources.append(Resource(unique, type_, tuple(_body(source, block, ())), source.node_span(block)))
    return tuple(resources)


def _labels(block: Node) -> list[str]:
    """The block's type and labels without quotes."""
    return [text_of(child).strip('"') for child in block.named_children if child.type in {"identifier", "string_lit"}]


def _body(source: SourceText, block: Node, key: tuple[str, ...]) -> Iterator[Attribute]:
    body = next((child for child in block.named_children if child.type == "body"), None)
    seen: Counter[str] = Counter()
    for child in body.named_children if body is not None else ():
        if child.type == "attribute":
            yield from _attribute(source, child, key)
        elif child.type == "block":
            name = ".".join(_labels(child))
            yield from _body(source, child, (*key, f"{name}[{seen[name]}]" if seen[name] else name))
            seen[name] += 1


def _attribute(source: SourceText, attribute: Node, key: tuple[str, ...]) -> Iterator[Attribute]:
    name, *rest = [child for child in attribute.named_children if child.type != "comment"]
    yield from _value(source, attribute, rest[-1], (*key, text_of(name)))


def _value(source: SourceText, whole: Node, expression: Node, key: tuple[str, ...]) -> Iterator[Attribute]:
    """The attributes of a literal object, or the one value; `whole` is what the span shows."""
    elements = _object_elements(expression)
    if not elements:
        yield key, normalize(expression), source.node_span(whole)
    for element in elements:
        name, *rest = [child for child in element.named_children if child.type != "comment"]
        if rest:
            yield from _value(source, element, rest[-1], (*key, normalize(name).strip('"')))


def _object_elements(expression: Node) -> list[Node]:
    node = expression
    while node.type in {"expression", "collection_value"} and node.named_child_count == 1:
        (node,) = node.named_children
    return [child for child in node.named_children if child.type == "object_elem"] if node.type == "object" else []


def normalize(expression: Node) -> str:
    """Its text without comments and without the white space that does not part two words."""
    words: list[str] = []
    pending = [expression]
    while pending:
        node = pending.pop()
        if node.type == "comment":
            continue
        if node.child_count and node.type not in WHOLE:
            pending += reversed(node.children)
            continue
        text = text_of(node)
        if words and text and _is_word(words[-1][-1]) and _is_word(text[0]):
            words.append(" ")
        if text:
            words.append(text)
    return "".join(words)


def _is_word(character: str) -> bool:
    return character.isalnum() or character in "_-"
