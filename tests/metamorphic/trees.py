"""Trees of settings written out again: as YAML in many styles, as JSON and as TOML. Written by us from what our readers read."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from aicheck.readers.settings import READERS, settings_of_documents
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node
from aicheck.readers.unreadable import Unreadable

_PLAIN = re.compile(r"[A-Za-z_./][\w ./=-]*[\w/]")
_BARE_KEY = re.compile(r"[\w-]+", re.ASCII)


class NotExpressibleError(Exception):
    """The tree holds something that the form cannot say."""


@dataclass(frozen=True)
class Style:
    """How YAML is written."""

    indent: int = 2
    quote: str = "plain"
    """`plain` (where it is safe), `'` or `"`; keys and strings."""
    hang: bool = False
    """Whether list items are indented below their key."""
    anchors: bool = False
    """Every container and text has an anchor; what stands again is an alias."""
    merge: bool = False
    """The first key of every mapping comes through a merge key."""


def read(language: str, text: str) -> tuple[Node, ...]:
    """The documents of a file. Raises NotExpressibleError when it cannot be read."""
    try:
        return READERS[language](SourceText(text.encode()))
    except Unreadable as error:
        raise NotExpressibleError(error.reason) from None


def meaning(documents: tuple[Node, ...]) -> frozenset[tuple[tuple[str, ...], str, str]]:
    """What the documents say, whatever the order."""
    return frozenset((setting.key, setting.value, setting.type) for setting in settings_of_documents(documents))


def written(documents: tuple[Node, ...], style: Style) -> str:
    """The documents as YAML. Raises NotExpressibleError."""
    return "---\n".join("\n".join(_Writer(style).lines(document, "")) + "\n" for document in documents)


def as_json(node: Node, indent: int | None = None, depth: int = 1) -> str:
    """A value as JSON, on one line or indented. Raises NotExpressibleError."""
    if isinstance(node, Leaf):
        return _json_scalar(node)
    if isinstance(node, MapNode):
        parts = [f"{json.dumps(name)}: {as_json(child, indent, depth + 1)}" for name, child in node.items.items()]
        marks = "{}"
    else:
        parts, marks = [as_json(child, indent, depth + 1) for child in node.items], "[]"
    if indent is None or not parts:
        return marks[0] + ", ".join(parts) + marks[1]
    pad = "\n" + " " * indent * depth
    return marks[0] + pad + f",{pad}".join(parts) + "\n" + " " * indent * (depth - 1) + marks[1]


def as_toml(node: Node, *, inline: bool) -> str:
    """A mapping as TOML: each table a section, or in braces. Raises NotExpressibleError."""
    if not isinstance(node, MapNode):
        raise NotExpressibleError("not a table")
    text = "\n".join(_toml_lines(node, (), inline=inline)) + "\n"
    try:
        tomllib.loads(text)
    except ValueError:
        raise NotExpressibleError("no such value in TOML") from None
    return text


def reversed_maps(node: Node) -> Node:
    """The same with the keys of every mapping the other way round."""
    if isinstance(node, MapNode):
        return MapNode({name: reversed_maps(node.items[name]) for name in reversed(node.items)}, node.span)
    return ListNode([reversed_maps(child) for child in node.items], node.span) if isinstance(node, ListNode) else node


def nested(node: Node, *names: str) -> Node:
    """The same below further keys."""
    for name in reversed(names):
        node = MapNode({name: node}, node.span)
    return node


def leaves(node: Node) -> Iterator[Leaf]:
    """Every scalar below a node."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, MapNode):
        for child in node.items.values():
            yield from leaves(child)
    else:
        for child in node.items:
            yield from leaves(child)


@dataclass
class _Writer:
    style: Style
    known: dict[str, str] = field(default_factory=dict)

    def lines(self, node: Node, pad: str) -> list[str]:
        """The lines of a container, or the one of a scalar."""
        if isinstance(node, Leaf) or not node.items:
            return [pad + self._scalar(node)]
        if isinstance(node, ListNode):
            return [line for child in node.items for line in self._item(child, pad)]
        entries = list(node.items.items())
        merged: list[str] = []
        if self.style.merge and len(entries) > 1:
            (name, child), *entries = entries
            merged = [f"{pad}<<: {{{self._key(name)}: {_flow(child)}}}"]
        return merged + [line for name, child in entries for line in self._entry(self._key(name), child, pad)]

    def _entry(self, name: str, child: Node, pad: str) -> list[str]:
        anchor, is_alias = self._anchor(child)
        if is_alias or isinstance(child, Leaf) or not child.items:
            return [f"{pad}{name}: {anchor}" if is_alias else f"{pad}{name}: {anchor}{self._scalar(child)}"]
        is_flush = isinstance(child, ListNode) and not self.style.hang
        return [f"{pad}{name}: {anchor}".rstrip(), *self.lines(child, pad if is_flush else pad + " " * self.style.indent)]

    def _item(self, child: Node, pad: str) -> list[str]:
        anchor, is_alias = self._anchor(child)
        if is_alias or isinstance(child, Leaf) or not child.items:
            return [f"{pad}- {anchor}" if is_alias else f"{pad}- {anchor}{self._scalar(child)}"]
        first, *rest = self.lines(child, pad + "  ")
        return [f"{pad}- {anchor}".rstrip(), first, *rest] if anchor else [f"{pad}- {first[len(pad) + 2 :]}", *rest]

    def _anchor(self, node: Node) -> tuple[str, bool]:
        if not self.style.anchors:
            return "", False
        content = f"{type(node).__name__} {node.type if isinstance(node, Leaf) else ''} {_flow(node)}"
        if content in self.known:
            return f"*{self.known[content]}", True
        self.known[content] = f"a{len(self.known)}"
        return f"&{self.known[content]} ", False

    def _key(self, name: str) -> str:
        return self._quoted(name)

    def _scalar(self, node: Node) -> str:
        return self._quoted(node.value) if isinstance(node, Leaf) and node.type == "string" else _flow(node)

    def _quoted(self, text: str) -> str:
        if self.style.quote == "plain" and _PLAIN.fullmatch(text) and isinstance(yaml.safe_load(text), str):
            return text
        if self.style.quote == "'" and "\n" not in text and text.isprintable():
            return "'" + text.replace("'", "''") + "'"
        return json.dumps(text)


def _flow(node: Node) -> str:
    """On one line, as YAML (numbers as they stand)."""
    if isinstance(node, MapNode):
        return "{" + ", ".join(f"{json.dumps(name)}: {_flow(child)}" for name, child in node.items.items()) + "}"
    if isinstance(node, ListNode):
        return "[" + ", ".join(_flow(child) for child in node.items) + "]"
    if node.type == "expression":
        raise NotExpressibleError("an expression")
    return {"null": "null", "string": json.dumps(node.value)}.get(node.type, node.value)


def _json_scalar(leaf: Leaf) -> str:
    text = _flow(leaf)
    try:
        json.loads(text)
    except ValueError:
        raise NotExpressibleError("no such number in JSON") from None
    return text


def _toml_lines(table: MapNode, path: tuple[str, ...], *, inline: bool) -> Iterator[str]:
    tables = {} if inline else {name: child for name, child in table.items.items() if isinstance(child, MapNode)}
    for name, child in table.items.items():
        if name not in tables:
            yield f"{_toml_key(name)} = {_toml_value(child)}"
    for name, child in tables.items():
        yield f"[{'.'.join(map(_toml_key, (*path, name)))}]"
        yield from _toml_lines(child, (*path, name), inline=inline)


def _toml_key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else json.dumps(name)


def _toml_value(node: Node) -> str:
    if isinstance(node, MapNode):
        return "{" + ", ".join(f"{_toml_key(name)} = {_toml_value(child)}" for name, child in node.items.items()) + "}"
    if isinstance(node, ListNode):
        return "[" + ", ".join(_toml_value(child) for child in node.items) + "]"
    return _flow(node)
