"""Variables of a shell script whose value is known before a run, and where they hold it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import msgspec
from tree_sitter import Node

from aicheck.readers.commands.shell_word import Word
from aicheck.readers.syntax_tree import text_of, walk
from aicheck.regex import regex

MOST_CHARACTERS = 1 << 20
"""Of the values of all variables of a script."""
LITERALS = frozenset({"array", "ansi_c_string", "concatenation", "number", "raw_string", "string", "word"})
EXPANSIONS = frozenset({"simple_expansion", "expansion"})
SETTERS = frozenset({"getopts", "let", "mapfile", "printf", "read", "readarray", "unset"})
"""Programs that change the variables that they are given by name."""
LOCAL = frozenset({"declare", "local", "typeset"})
LOOPS = frozenset({"for_statement", "c_style_for_statement", "select_statement"})
OPERATORS = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "++", "--"})
CHANGING: Mapping[str, frozenset[str]] = {
    "binary_expression": OPERATORS,
    "expansion": frozenset({"=", ":="}),
    "postfix_expression": OPERATORS,
    "unary_expression": OPERATORS,
    "unset_command": frozenset({"unset"}),
}
"""Kind of node -> the tokens with which it changes the variables that it names."""
_ONE_EXPANSION = regex(r"\$\w+|\$\{[^{}]*+\}|\$[^\w{(]|\$\(.*\)|`[^`]*+`", re.DOTALL)
ANYWHERE = -1
"""The scope of what stands in no function."""


class Use(msgspec.Struct, frozen=True):
    """Where a variable is used."""

    at: int
    """Offset in bytes."""
    scope: int = ANYWHERE
    """Where the function around it starts."""


EVERYTHING = Use(1 << 60)
"""Below everything that is assigned."""


class Variable(msgspec.Struct, frozen=True):
    """One variable."""

    words: tuple[Word, ...]
    """More than one for a list alone."""
    is_list: bool
    use: Use
    is_local: bool = False
    """Whether it is unknown outside its function."""

    def is_known(self, use: Use) -> bool:
        """Whether it has its value there: assigned above, or used in a function that may be called later."""
        if self.use.scope != use.scope and (self.is_local or any(_is_argument(word) for word in self.words)):
            return False
        return self.use.at < use.at or use.scope not in {ANYWHERE, self.use.scope}


class Variables:
    """The variables of one script, and under them those of the text that it stands in."""

    def __init__(self, outer: "Variables | None" = None, outer_use: Use | None = None) -> None:
        self._known: dict[str, Variable] = {}
        self._changed: frozenset[str] = frozenset()
        self._outer = outer
        self._outer_use = outer_use

    def find(self, name: str, use: Use) -> Variable | None:
        """The variable of that name, where its value is known."""
        found = self._known.get(name)
        if found is not None:
            return found if found.is_known(use) else None
        if self._outer is None or self._outer_use is None or name in self._changed:
            return None
        return self._outer.find(name, self._outer_use)

    def read(self, root: Node, words_of: Callable[[Node, Use], tuple[Word, ...]]) -> None:
        """Learn the variables that a script assigns exactly once, to a text that is known before a run."""
        times: Counter[str] = Counter()
        assigned: dict[str, tuple[Node, Use]] = {}
        for node, scope in _scoped(root):
            for name, weight in _changes(node):
                times[name] += weight
            if node.type == "variable_assignment":
                assigned[text_of(node.child_by_field_name("name"))] = (node, Use(node.start_byte, scope))
        self._changed = frozenset(times)
        characters = 0
        for name, (node, use) in assigned.items():
            value = node.child_by_field_name("value")
            if times[name] != 1 or value is None or value.type not in LITERALS | EXPANSIONS:
                continue
            variable = _variable(node, value, use, words_of)
            if not variable.is_list and _says_nothing(variable.words[0].text):
                continue
            characters += sum(len(word.text) for word in variable.words)
            if characters > MOST_CHARACTERS:
                return
            self._known[name] = variable


def _variable(node: Node, value: Node, use: Use, words_of: Callable[[Node, Use], tuple[Word, ...]]) -> Variable:
    is_list = value.type == "array"
    words = tuple(word for item in (value.named_children if is_list else [value]) for word in words_of(item, use))
    if not is_list:
        words = (Word(" ".join(word.text for word in words)),)
    keyword = text_of(node.parent.children[0]) if node.parent is not None and node.parent.type == "declaration_command" else ""
    return Variable(words, is_list, use, use.scope != ANYWHERE and keyword in LOCAL)


def _scoped(root: Node) -> Iterator[tuple[Node, int]]:
    """Every node with the start of the function around it."""
    functions: list[tuple[int, int]] = [(root.end_byte + 1, ANYWHERE)]
    for _, node in walk(root):
        while node.start_byte >= functions[-1][0]:
            functions.pop()
        if node.type == "function_definition":
            functions.append((node.end_byte, node.start_byte))
        yield node, functions[-1][1]


def _changes(node: Node) -> Iterator[tuple[str, int]]:
    """(name, how often) of the variables that a node may give a value; twice where the value is not a plain one."""
    kind = node.type
    if kind == "variable_assignment":
        yield from _assigned(node)
    elif kind in LOOPS:
        yield text_of(node.child_by_field_name("variable")), 2
    elif kind == "command_name" and text_of(node) in SETTERS and node.parent is not None:
        for child in node.parent.children:
            yield text_of(child).strip("\"'").partition("=")[0].rstrip("+-*/%"), 2
    elif kind in CHANGING and any(child.type in CHANGING[kind] for child in node.children):
        for child in node.children:
            if child.type in {"variable_name", "word"}:
                yield text_of(child), 2


def _assigned(node: Node) -> Iterator[tuple[str, int]]:
    """In front of a command it holds for that one alone, and for a list's item or with `+=` it is not all of the value."""
    name = node.child_by_field_name("name")
    is_item = name is not None and name.type == "subscript"
    is_prefix = node.parent is not None and node.parent.type == "command"
    is_plain = not is_item and not is_prefix and any(child.type == "=" for child in node.children)
    yield text_of(name.child_by_field_name("name") if name is not None and is_item else name), 1 if is_plain else 2


def _says_nothing(value: str) -> bool:
    """Whether a value is empty or one expansion and nothing else: then the variable's name says more."""
    return not value or _ONE_EXPANSION.fullmatch(value) is not None


def _is_argument(word: Word) -> bool:
    """Whether a word holds an argument of the script or function (`$1`, `$@`)."""
    return any(mark in word.text for mark in ("$@", "$*", "${@", "${*", "$#")) or any(
        follows[:1].isdigit() for part in word.text.split("$")[1:] for follows in (part.removeprefix("{"),)
    )
