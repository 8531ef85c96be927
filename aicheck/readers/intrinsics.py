"""Calls that stand in configuration as data: `!Sub "${A}"`, `{"Fn::Sub": "${A}"}`, `Ref: A`. Both spellings give one text."""

from aicheck.readers.tree import Leaf, ListNode, MapNode, Node

MAX_TEXT = 500
"""Of a folded call, in code points; a longer one stays the container that it is."""
MAX_DEPTH = 20
_PREFIX = "Fn::"


def fold_call(tag: str, node: Node) -> Leaf | None:
    """A container under a tag of its own as one expression: `!Join [-, [a, !Ref b]]`.

    None when it is long, or a choice between blocks (`!If`): their settings stay visible.
    """
    if tag == "!If" and isinstance(node, ListNode) and any(isinstance(item, MapNode) for item in node.items):
        return None
    if tag == "!GetAtt" and isinstance(node, ListNode) and all(isinstance(item, Leaf) for item in node.items):
        text = ".".join(item.value for item in node.items if isinstance(item, Leaf))
    else:
        text = _text(node, MAX_DEPTH)
    return Leaf(f"{tag} {text}", "expression", node.span) if text and len(text) <= MAX_TEXT else None


def fold_calls(root: Node) -> None:
    """Fold the calls of a CloudFormation document that are mappings of one key (`Ref`, `Fn::Name`), in place."""
    if not _is_template(root):
        return
    holders: list[MapNode | ListNode] = []
    seen: set[int] = set()
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Leaf) or id(node) in seen:
            continue
        seen.add(id(node))
        holders.append(node)
        pending += node.items.values() if isinstance(node, MapNode) else node.items
    for holder in reversed(holders):
        if isinstance(holder, MapNode):
            holder.items = {name: _call(child) or child for name, child in holder.items.items()}
        else:
            holder.items = [_call(child) or child for child in holder.items]


def _is_template(root: Node) -> bool:
    return isinstance(root, MapNode) and ("AWSTemplateFormatVersion" in root.items or isinstance(root.items.get("Resources"), MapNode))


def _call(node: Node) -> Leaf | None:
    if not isinstance(node, MapNode) or len(node.items) != 1:
        return None
    ((name, argument),) = node.items.items()
    if name != "Ref" and not name.startswith(_PREFIX):
        return None
    folded = fold_call(f"!{name.removeprefix(_PREFIX)}", argument)
    return Leaf(folded.value, "expression", node.span) if folded is not None else None


def _text(node: Node, depth: int) -> str:
    """The node in one line; empty when it is too long or too deep."""
    if isinstance(node, Leaf):
        return node.value
    if depth == 0 or len(node.items) > MAX_TEXT // 3:
        return ""
    parts: list[str] = []
    room = MAX_TEXT
    for name, child in node.items.items() if isinstance(node, MapNode) else (("", item) for item in node.items):
        text = _text(child, depth - 1)
        room -= len(text) + len(name) + 2
        if room < 0 or (not text and not isinstance(child, Leaf)):
            return ""
        parts.append(f"{name}: {text}" if isinstance(node, MapNode) else text)
    return f"{{{', '.join(parts)}}}" if isinstance(node, MapNode) else f"[{', '.join(parts)}]"
