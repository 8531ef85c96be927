"""The words of a shell command: quotes removed, what only a run can tell kept as its source, plain variables filled in."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec
from tree_sitter import Node

from aicheck.readers.syntax_tree import text_of, walk

MOST_CHARACTERS = 10_000
"""Of one word with variables filled in."""
MOST_WORDS = 2_000
"""Of one command with variables filled in."""
MOST_LEVELS = 4
"""Variables in the values of variables."""
LITERALS = frozenset({"array", "ansi_c_string", "concatenation", "number", "raw_string", "string", "word"})
EXPANSIONS = frozenset({"simple_expansion", "expansion", "command_substitution", "arithmetic_expansion", "process_substitution"})
VALUED_ELSEWHERE = frozenset({"getopts", "mapfile", "read", "readarray"})
_PLAIN = re.compile(r"\$(?:(\w+)|\{(\w+)(?:\[[@*]\])?\})")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED_IN_QUOTES = re.compile(r"\\([\"\\$`\n])")
_SIMPLE_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"', "r": "\r", "e": "\x1b", "0": ""}


class Word(msgspec.Struct, frozen=True):
    """One word of a command."""

    text: str
    unquoted: bool = False
    """Whether an expansion stands in it outside quotes."""


Variables = Mapping[str, tuple[Word, ...]]
"""Name -> the words of its value."""


def read_variables(root: Node) -> Variables:
    """The variables of a script that are assigned exactly once, to a text that is known before a run."""
    times: Counter[str] = Counter()
    values: dict[str, Node] = {}
    for _, node in walk(root):
        if node.type == "variable_assignment":
            name = text_of(node.child_by_field_name("name"))
            is_prefix = node.parent is not None and node.parent.type == "command"
            times[name] += 2 if is_prefix or text_of(node).startswith(f"{name}+=") else 1
            value = node.child_by_field_name("value")
            if value is not None:
                values[name] = value
        elif node.type in {"for_statement", "c_style_for_statement", "select_statement"}:
            times[text_of(node.child_by_field_name("variable"))] += 2
        elif node.type == "command_name" and text_of(node) in VALUED_ELSEWHERE and node.parent is not None:
            times.update({text_of(child): 2 for child in node.parent.children})
        elif node.type == "expansion" and "=" in text_of(node):
            times[text_of(next((child for child in node.children if child.type == "variable_name"), None))] += 2
    return {name: _value(node) for name, node in values.items() if times[name] == 1 and node.type in LITERALS}


def words_of(node: Node, variables: Variables) -> tuple[Word, ...]:
    """The words that one argument becomes: one, or several where a variable with blanks stands outside quotes."""
    source = text_of(node)
    found = _PLAIN.fullmatch(source.strip('"'))
    known = variables.get(found[1] or found[2] or "") if found else None
    if known is not None:
        is_list = source.strip('"').endswith(("[@]}", "[*]}"))
        if is_list or not source.startswith('"'):
            return tuple(part for word in known for part in _split(_fill(word, variables, MOST_LEVELS), is_list))[:MOST_WORDS]
    return (_fill(word_of(node), variables, MOST_LEVELS),)


def word_of(node: Node) -> Word:
    """One argument without its quotes."""
    match node.type:
        case "raw_string":
            return Word(text_of(node)[1:-1])
        case "ansi_c_string":
            return Word(_ESCAPED.sub(lambda found: _SIMPLE_ESCAPES.get(found[1], found[0]), text_of(node)[2:-1]))
        case "string" | "translated_string":
            return Word(_ESCAPED_IN_QUOTES.sub(lambda found: found[1].strip("\n"), text_of(node).lstrip("$")[1:-1]))
        case "concatenation" | "command_name":
            parts = [word_of(child) for child in node.children] or [Word(_unescape(text_of(node)))]
            return Word("".join(part.text for part in parts), any(part.unquoted for part in parts))
        case kind:
            is_expansion = kind in EXPANSIONS
            return Word(text_of(node) if is_expansion else _unescape(text_of(node)), is_expansion)


def _value(node: Node) -> tuple[Word, ...]:
    items = node.named_children if node.type == "array" else [node]
    return tuple(word_of(item) for item in items)


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: found[1].strip("\n"), text)


def _fill(word: Word, variables: Variables, levels: int) -> Word:
    """The word with the variables that are known filled in."""
    if "$" not in word.text or levels == 0:
        return word

    def known(found: re.Match[str]) -> str:
        value = variables.get(found[1] or found[2] or "")
        return _fill(value[0], variables, levels - 1).text if value is not None and len(value) == 1 else found[0]

    text = _PLAIN.sub(known, word.text)
    return Word(text, word.unquoted and "$" in text) if len(text) <= MOST_CHARACTERS else word


def _split(word: Word, is_list: bool) -> Iterator[Word]:
    """The words of a value that stands outside quotes."""
    if is_list:
        yield word
        return
    yield from (Word(part, "$" in part) for part in word.text.split())
