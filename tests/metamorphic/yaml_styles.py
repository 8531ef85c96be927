"""Trees of settings written as YAML in many styles."""

import json
import re
from dataclasses import dataclass, field

import yaml

from aicheck.readers.tree import Leaf, ListNode, MapNode, Node
from tests.metamorphic.trees import NotExpressibleError

_PLAIN = re.compile(r"[A-Za-z_./][\w ./=-]*[\w/]")


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


def written(documents: tuple[Node, ...], style: Style) -> str:
    """The documents as YAML. Raises NotExpressibleError."""
    return "---\n".join("\n".join(_Writer(style).lines(document, "")) + "\n" for document in documents)


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
            merged = [f"{pad}<<: {{{self._key(name)}: {on_one_line(child)}}}"]
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
        content = f"{type(node).__name__} {node.type if isinstance(node, Leaf) else ''} {on_one_line(node)}"
        if content in self.known:
            return f"*{self.known[content]}", True
        self.known[content] = f"a{len(self.known)}"
        return f"&{self.known[content]} ", False

    def _key(self, name: str) -> str:
        return self._quoted(name)

    def _scalar(self, node: Node) -> str:
        return self._quoted(node.value) if isinstance(node, Leaf) and node.type == "string" else on_one_line(node)

    def _quoted(self, text: str) -> str:
        if self.style.quote == "plain" and _PLAIN.fullmatch(text) and isinstance(yaml.safe_load(text), str):
            return text
        if self.style.quote == "'" and "\n" not in text and text.isprintable():
            return "'" + text.replace("'", "''") + "'"
        return json.dumps(text)


def on_one_line(node: Node) -> str:
    """On one line, as YAML (numbers as they stand)."""
    if isinstance(node, MapNode):
        return "{" + ", ".join(f"{json.dumps(name)}: {on_one_line(child)}" for name, child in node.items.items()) + "}"
    if isinstance(node, ListNode):
        return "[" + ", ".join(on_one_line(child) for child in node.items) + "]"
    if node.type == "expression":
        raise NotExpressibleError("an expression")
    return {"null": "null", "string": json.dumps(node.value)}.get(node.type, node.value)
