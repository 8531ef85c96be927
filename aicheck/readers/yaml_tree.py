"""YAML to trees, one per document.

Built from libyaml's events with a stack of our own: no object is constructed, no tag acts, and no depth of nesting
can overflow (PyYAML's composer recurses and dies at 100,000 brackets). Templates are read with their expressions hidden.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from aicheck.model.facts import Scalar
from aicheck.model.location import Span
from aicheck.readers.intrinsics import fold_call
from aicheck.readers.source_text import SourceText
from aicheck.readers.template import START, Template, hide, is_template
from aicheck.readers.template_lines import arrange_yaml
from aicheck.readers.tree import MAX_DEPTH, MAX_LEAVES, TOO_MANY, Leaf, ListNode, MapNode, Node, plain_text
from aicheck.readers.unreadable import Unreadable

MAX_ALIASES = 1_000
TYPES: dict[str, Scalar] = {"bool": "boolean", "int": "number", "float": "number", "null": "null"}
TRUE = frozenset({"true", "yes", "on"})

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_documents(source: SourceText) -> tuple[Node, ...]:
    """The root of each document that is not empty. Anchors, aliases and merge keys are resolved (nodes are shared).

    What a template fills in is an expression. Raises Unreadable: not applicable for a template that is not YAML even so,
    else with the line.
    """
    template = hide(source.text) if is_template(source.text) else None
    if template is None or not template.blocks:
        try:
            return tuple(_Builder(source, source.text).build())
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise Unreadable(f"syntax error at line {mark.line + 1}" if mark else "holds a character that YAML forbids") from None
    for text in (arrange_yaml(template), template.text):
        with contextlib.suppress(yaml.YAMLError):
            return tuple(_Builder(source, text, template).build())
    raise Unreadable("template, not plain YAML", applicable=False)


@dataclass(slots=True)
class _Open:
    """A container whose end has not come yet."""

    start: int
    anchor: str | None
    is_map: bool
    tag: str = ""
    """Its own tag (`!Sub`), with the mark; empty for a plain container."""
    children: list[tuple[Node, bool]] = field(default_factory=list)
    """(node, whether it is the merge key `<<`); keys and values in turn in a mapping."""


class _Builder:
    def __init__(self, source: SourceText, text: str, template: Template | None = None) -> None:
        self._source = source
        self._template = template
        self._loader = _Loader(text)
        self._anchors: dict[str, Node] = {}
        self._stack: list[_Open] = []
        self._aliases = 0
        self._merged = 0
        self._scalars = 0

    def build(self) -> Iterator[Node]:
        while self._loader.check_event():
            event: yaml.Event = self._loader.get_event()  # type: ignore[no-untyped-call]
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._open(event)
            elif isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                node, is_merge = self._node(event)
                if self._stack:
                    self._stack[-1].children.append((node, is_merge))
                elif not (isinstance(node, Leaf) and node.type == "null"):
                    yield node

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        if event.anchor:
            self._anchors.pop(event.anchor, None)  # until it is closed, an alias to it would be a cycle
        is_map = isinstance(event, yaml.MappingStartEvent)
        self._stack.append(_Open(_index(event.start_mark), event.anchor, is_map, _own_tag(event.tag)))

    def _node(self, event: yaml.Event) -> tuple[Node, bool]:
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event), False
        if isinstance(event, yaml.ScalarEvent):
            leaf, is_merge = self._scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = leaf
            return leaf, is_merge
        closed = self._stack.pop()
        span = self._source.span(closed.start, _index(event.end_mark))
        node: Node = self._mapping(closed, span) if closed.is_map else ListNode([child for child, _ in closed.children], span)
        if closed.tag:
            node = fold_call(closed.tag, node) or node
        if closed.anchor:
            self._anchors[closed.anchor] = node
        return node, False

    def _alias(self, event: yaml.AliasEvent) -> Node:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise Unreadable(f"more than {MAX_ALIASES:,} aliases")
        if event.anchor not in self._anchors:
            raise Unreadable(f"alias without an anchor before it at line {self._source.span(_index(event.start_mark), 0).line}")
        return self._anchors[event.anchor]

    def _scalar(self, event: yaml.ScalarEvent) -> tuple[Leaf, bool]:
        tag = event.tag or self._resolve(event)
        kind = TYPES.get(tag.removeprefix("tag:yaml.org,2002:"), "string")
        value = plain_text(event.value)
        self._scalars += 1
        if self._scalars > 2 * MAX_LEAVES:  # keys and values
            raise Unreadable(TOO_MANY)
        if kind == "boolean":
            value = "true" if value.lower() in TRUE else "false"
        span = self._source.span(_index(event.start_mark), _index(event.end_mark))
        if self._template is not None and START in value:
            kind = "expression" if self._template.is_expression(value) else "string"
            value = self._template.restore(value).strip() if kind == "expression" else self._template.restore(value)
        if event.tag and _own_tag(event.tag):
            return Leaf(f"{event.tag} {value}".strip(), "expression", span), False
        return Leaf("" if kind == "null" else value, kind, span), tag == "tag:yaml.org,2002:merge"

    def _resolve(self, event: yaml.ScalarEvent) -> str:
        return str(self._loader.resolve(yaml.ScalarNode, event.value, event.implicit))  # type: ignore[no-untyped-call]

    def _mapping(self, closed: _Open, span: Span) -> MapNode:
        pairs = list(zip(closed.children[::2], closed.children[1::2], strict=True))
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        for (key, is_merge), (value, _) in pairs:
            if is_merge:
                self._merge(merged, value)
            else:
                name = self._name(key)
                if name in own and self._template is not None:  # both branches of a condition
                    name = f"{name} (else)"
                own.pop(name, None)
                own[name] = value
        return MapNode({**{name: node for name, node in merged.items() if name not in own}, **own}, span)

    def _merge(self, merged: dict[str, Node], value: Node) -> None:
        for node in value.items if isinstance(value, ListNode) else [value]:
            if isinstance(node, MapNode):
                self._merged += len(node.items)
                if self._merged > MAX_LEAVES:
                    raise Unreadable(f"more than {MAX_LEAVES:,} merged values")
                for name, child in node.items.items():
                    merged.setdefault(name, child)

    def _name(self, key: Node) -> str:
        if isinstance(key, Leaf) and key.type not in {"boolean", "null"}:  # the key `on` is `on`, not `true`
            return key.value
        return self._source.between(key.span)


def _own_tag(tag: str | None) -> str:
    """A tag that is neither of YAML itself nor its mark for "no tag"."""
    return tag if tag and tag != "!" and not tag.startswith("tag:yaml.org,2002:") else ""


def _index(mark: object) -> int:
    """The offset in code points; libyaml's marks and PyYAML's own are different classes."""
    return int(getattr(mark, "index", 0))
