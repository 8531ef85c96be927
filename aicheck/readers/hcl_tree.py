"""Terraform and other HCL to a tree of settings: what is written as a literal is typed, all else is an expression.

The top holds one mapping for each block under the block's address (`aws_db_instance.main`, `module.db`, `locals`,
`variable.size`, `terraform`) and the attributes outside any block (`.tfvars`, Terragrunt). Nothing is evaluated.
"""

import re
from collections.abc import Iterator

from tree_sitter import Node as SyntaxNode

from aicheck.model.facts import Scalar
from aicheck.readers.line_source import add_value, section
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import text_of
from aicheck.readers.terraform import normalize, parse_terraform
from aicheck.readers.tree import MAX_DEPTH, Leaf, ListNode, MapNode, Node, plain_text
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

SHARED = frozenset({"locals", "terraform"})
"""Blocks that mean one mapping however often they stand in a file."""
REPEATED = frozenset(
    {
        *("action", "attribute", "cache_behavior", "condition", "container", "default_action", "ebs_block_device", "egress", "env"),
        *("exclude", "filter", "include", "ingress", "lifecycle_rule", "managed_rule", "option", "ordered_cache_behavior", "origin"),
        *("parameter", "principals", "record", "route", "rule", "security_rule", "set", "setting", "statement", "subject", "tag"),
        *("taint", "transition", "volume", "volume_mount", "allow", "deny", "import", "moved", "removed", "backend_service"),
    }
)
"""Nested blocks that stand in a list by nature: one of them is a list of one, so that a second one changes no key."""
ENCODERS = frozenset({"jsonencode", "yamlencode", "toset", "tolist", "tomap", "tonumber", "tostring", "tobool", "sensitive"})
"""Functions that stand around a literal and leave its meaning."""
TEXTS = frozenset({"string_lit", "quoted_template", "heredoc_template"})
LITERALS: dict[str, Scalar] = {"bool_lit": "boolean", "null_lit": "null", "numeric_lit": "number"}
_ESCAPE = regex(r'\\(n|r|t|"|\\)')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_HEREDOC = regex(r"<<(-?)\s*\w+[^\n]*\n(.*)\n[ \t]*\w+\s*", re.DOTALL)


def read_documents(source: SourceText) -> tuple[Node, ...]:
    """The one mapping of the file. Raises Unreadable."""
    _, root = parse_terraform(source.data)
    body = next((child for child in root.named_children if child.type in {"body", "object"}), None)
    table = BodyReader(source).body(body, 1, is_top=True) if body is not None else None
    return (table,) if table is not None and table.items else ()


class BodyReader:
    """Reads what stands between the braces of blocks and objects."""

    def __init__(self, source: SourceText) -> None:
        self._source = source

    def body(self, body: SyntaxNode, depth: int, *, is_top: bool = False) -> MapNode:
        """The attributes and blocks between braces."""
        if depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        table = MapNode({}, self._source.node_span(body))
        for child in body.named_children:
            self.read_into(table, child, depth, is_top=is_top)
        return table

    def read_into(self, table: MapNode, child: SyntaxNode, depth: int = 1, *, is_top: bool = False) -> None:
        """Add one attribute, element of an object or block to the table of what it stands in."""
        if child.type == "attribute":
            name, *rest = _parts(child)
            table.items[text_of(name)] = self.value(rest[-1], depth + 1)
        elif child.type == "object_elem":
            self._element(table, child, depth)
        elif child.type == "block":
            self._block(table, child, depth, is_top=is_top)

    def _block(self, table: MapNode, block: SyntaxNode, depth: int, *, is_top: bool) -> None:
        inner = next((child for child in block.named_children if child.type == "body"), None)
        held = self.body(inner, depth + 1) if inner is not None else MapNode({}, self._source.node_span(block))
        kind, *labels = block_labels(block)
        if not is_top:
            for label in (kind, *labels)[:-1]:
                table = section(table, label, held.span)
            self._add(table, (kind, *labels)[-1], held, is_item=kind in REPEATED)
        elif kind in SHARED:
            shared = section(table, kind, held.span)
            for name, node in held.items.items():
                self._add(shared, name, node, is_item=False)
        else:
            alias = held.items.get("alias") if kind == "provider" else None
            parts = labels if kind == "resource" and labels else [kind, *labels]
            address = ".".join([*parts, alias.value] if isinstance(alias, Leaf) else parts)
            self._add(table, address, held, is_item=kind in REPEATED)

    def _add(self, table: MapNode, name: str, held: Node, *, is_item: bool) -> None:
        present = table.items.get(name)
        if present is None and is_item:
            table.items[name] = ListNode([held], held.span)
        elif isinstance(present, MapNode) and isinstance(held, MapNode) and not (present.items.keys() & held.items.keys()):
            present.items.update(held.items)
        else:
            add_value(table, name, held)

    def _element(self, table: MapNode, element: SyntaxNode, depth: int) -> None:
        name, *rest = _parts(element)
        if rest:
            key = self.value(name, depth + 1)
            table.items[key.value if isinstance(key, Leaf) else normalize(name)] = self.value(rest[-1], depth + 1)

    def value(self, expression: SyntaxNode, depth: int) -> Node:
        """What stands after `=`: a literal as what it is, anything else as its source."""
        if depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        node = _innermost(expression)
        span = self._source.node_span(node)
        if node.type == "tuple":
            items = [child for child in node.named_children if child.type == "expression"]
            return ListNode([self.value(item, depth + 1) for item in items], span)
        if node.type == "object":
            return self.body(node, depth + 1)
        if node.type == "function_call":
            argument = _encoded(node)
            return self.value(argument, depth + 1) if argument is not None else Leaf(normalize(expression), "expression", span)
        return self._scalar(node, expression)

    def _scalar(self, node: SyntaxNode, expression: SyntaxNode) -> Leaf:
        span = self._source.node_span(node)
        text = text_of(node)
        if node.type in TEXTS:
            is_whole = [child.type for child in node.named_children[1:-1]] == ["template_interpolation"]
            return Leaf(text[1:-1], "expression", span) if is_whole and text[0] == '"' else Leaf(_text(text), "string", span)
        kind = LITERALS.get(node.type)
        if kind is not None:
            return Leaf("" if kind == "null" else text, kind, span)
        if node.type == "unary_operation" and re.fullmatch(r"-\s*[\d.]{1,50}", text):
            return Leaf(text.replace(" ", ""), "number", span)
        if node.type == "variable_expr" and _is_key(expression):
            return Leaf(text, "string", span)
        return Leaf(normalize(expression), "expression", self._source.node_span(expression))


def block_labels(block: SyntaxNode) -> list[str]:
    """The kind of a block and its labels without quotes."""
    return [text_of(child).strip('"') for child in block.named_children if child.type in {"identifier", "string_lit"}]


def _text(text: str) -> str:
    """Of a quoted text or a heredoc what is meant, interpolations as they stand; `<<-` takes the indentation away."""
    if text.startswith('"'):
        return plain_text(_ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text[1:-1]))
    found = _HEREDOC.fullmatch(text)
    if found is None:
        return ""
    return "\n".join(line.strip() if found[1] else line.rstrip("\r") for line in found[2].split("\n"))


def _innermost(expression: SyntaxNode) -> SyntaxNode:
    """What an expression is when it is only one thing."""
    node = expression
    while node.type in {"expression", "collection_value", "literal_value", "template_expr", "operation"}:
        parts = [child for child in node.named_children if child.type != "comment"]
        if len(parts) != 1 or node.child_count - node.named_child_count:
            return node
        node = parts[0]
    return node


def _encoded(call: SyntaxNode) -> SyntaxNode | None:
    """The one literal argument of a function that leaves its meaning."""
    parts = _parts(call)
    if text_of(parts[0]) not in ENCODERS or len(parts) != 2:
        return None
    arguments = _parts(parts[1])
    literal = _innermost(arguments[0]).type if len(arguments) == 1 else ""
    return arguments[0] if literal in {"object", "tuple", "string_lit", "numeric_lit", "bool_lit"} else None


def _is_key(expression: SyntaxNode) -> bool:
    parent = expression.parent
    return parent is not None and parent.type == "object_elem" and parent.named_children[0] == expression


def _parts(node: SyntaxNode) -> list[SyntaxNode]:
    return list(_named(node))


def _named(node: SyntaxNode) -> Iterator[SyntaxNode]:
    return (child for child in node.named_children if child.type != "comment")
