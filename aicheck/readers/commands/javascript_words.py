"""The words of a command from the JavaScript expressions that make them up. Literals are read, nothing is evaluated."""

import re
from dataclasses import dataclass, field

from tree_sitter import Node

from aicheck.readers.commands.javascript_names import DEPTH, ScriptNames, call_arguments
from aicheck.readers.commands.templates import Expressions
from aicheck.readers.syntax_tree import text_of
from aicheck.regex import regex

MAX_STEPS = 5_000
"""Expressions looked at for one call: names that hold lists of names multiply."""
KNOWN_TEXTS = {"process.execPath": "node"}
TRANSPARENT = frozenset({"as_expression", "await_expression", "non_null_expression", "parenthesized_expression", "satisfies_expression"})
_ESCAPE = regex(r"\\(?:u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}


@dataclass(slots=True)
class ScriptWordReader:
    """Reads the arguments of one call. Unknown parts become `${source}`, hidden in `hidden` until the words are parsed."""

    names: ScriptNames
    hidden: Expressions = field(default_factory=lambda: Expressions(None))
    steps: int = 0

    def word(self, node: Node, depth: int = DEPTH) -> str:
        """The text of an expression, or its source in `${}`."""
        text = self.text(node, depth)
        return self._unknown(node) if text is None else text

    def text(self, node: Node | None, depth: int = DEPTH) -> str | None:  # noqa: PLR0911  one way out for each kind of expression
        """The text of an expression; None when none of it is known."""
        self.steps += 1
        if node is None or depth <= 0 or self.steps > MAX_STEPS:
            return None
        if node.type == "string":
            return _unescape(text_of(node)[1:-1])
        if node.type == "number":
            return text_of(node)
        if node.type == "template_string":
            return self.template(node, depth)
        if node.type == "binary_expression" and text_of(node.child_by_field_name("operator")) == "+":
            return self._sum(node, depth)
        if node.type in TRANSPARENT and node.named_children:
            return self.text(node.named_children[0], depth - 1)
        if node.type == "identifier":
            return self.text(self.names.values.get(text_of(node)), depth - 1)
        if node.type == "member_expression":
            return KNOWN_TEXTS.get(text_of(node))
        if node.type == "call_expression":
            return self._joined(node, depth)
        return None

    def words(self, node: Node | None, depth: int = DEPTH) -> list[str] | None:
        """The words of an expression that is an array; None when it is none."""
        self.steps += 1
        if node is None or depth <= 0 or self.steps > MAX_STEPS:
            return None
        if node.type == "array":
            return [word for item in node.named_children if item.type != "comment" for word in self.items(item, depth)]
        if node.type in TRANSPARENT and node.named_children:
            return self.words(node.named_children[0], depth - 1)
        if node.type == "identifier":
            return self.words(self.names.values.get(text_of(node)), depth - 1)
        return None

    def items(self, item: Node, depth: int = DEPTH) -> list[str]:
        """The words of one item of an array, which may be spread."""
        if item.type != "spread_element" or not item.named_children:
            return [self.word(item, depth - 1)]
        words = self.words(item.named_children[0], depth - 1)
        return [self._unknown(item)] if words is None else words

    def template(self, node: Node, depth: int = DEPTH) -> str:
        """The text of a template literal."""
        parts: list[str] = []
        for child in node.named_children:
            if child.type == "template_substitution":
                inner = self.text(child.named_children[0], depth - 1) if child.named_children else None
                parts.append(self.hidden.add(" ".join(text_of(child).split())) if inner is None else inner)
            else:
                parts.append(_unescape(text_of(child)))
        return "".join(parts)

    def _sum(self, node: Node, depth: int) -> str | None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return None
        before, after = self.text(left, depth - 1), self.text(right, depth - 1)
        if before is None and after is None:
            return None
        return (self._unknown(left) if before is None else before) + (self._unknown(right) if after is None else after)

    def _joined(self, call: Node, depth: int) -> str | None:
        """`["a", "b"].join(" ")`."""
        function, arguments = call.child_by_field_name("function"), call_arguments(call)
        if function is None or function.type != "member_expression" or len(arguments) > 1:
            return None
        method, owner = text_of(function.child_by_field_name("property")), function.child_by_field_name("object")
        if method == "trim":
            return self.text(owner, depth - 1)
        words = self.words(owner, depth - 1) if method == "join" and arguments else None
        separator = self.text(arguments[0], depth - 1) if words is not None else None
        return separator.join(words) if words is not None and separator is not None else None

    def _unknown(self, node: Node) -> str:
        return self.hidden.add("${" + " ".join(text_of(node).split()) + "}")


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(found: re.Match[str]) -> str:
    body = found.group()[1:]
    if body[0] in "ux" and len(body) > 1:
        code = int(body[1:].strip("{}"), 16)
        return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "?"
    return _SIMPLE.get(body, body)
