"""The syntax tree of Terraform and other HCL, and the text of its expressions. Nothing is evaluated."""

from functools import lru_cache

from tree_sitter import Node

from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import parse_valid, text_of

MAX_NODES_DEEP = 1_000
"""About 200 nested brackets."""
WHOLE = frozenset({"heredoc_template", "quoted_template", "string_lit"})
"""Nodes in which layout has a meaning."""


@lru_cache(maxsize=1)
def parse_terraform(data: bytes) -> tuple[SourceText, Node]:
    """The text of a file and its syntax tree without errors, kept for the next reader of the same file. Raises Unreadable."""
    source = SourceText(data)
    return source, parse_valid("terraform", source, MAX_NODES_DEEP)


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
