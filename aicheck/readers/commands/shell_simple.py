"""One command as it stands in a shell text, before what only starts another one is taken off."""

import re

import msgspec
from tree_sitter import Node

from aicheck.readers.commands.shell_text import IN_HEREDOC, Stretch, leave_out
from aicheck.readers.commands.shell_variables import ANYWHERE, Use
from aicheck.readers.commands.shell_word import Word
from aicheck.readers.syntax_tree import text_of

CONDITION_WIDTH = 200
MOST_CONDITIONS = 12
"""The innermost count."""
SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})


class Input(msgspec.Struct, frozen=True):
    """A text that a command gets on its standard input."""

    text: Stretch
    use: Use | None = None
    """Where the variables of the text around it are filled in; None in a quoted heredoc."""
    substitutions: frozenset[str] = frozenset()
    """Sources of the substitutions that the text around it runs."""


class Around(msgspec.Struct, frozen=True):
    """What holds for the commands below a node."""

    function: str = ""
    scope: int = ANYWHERE
    masked: bool = False
    conditions: tuple[str, ...] = ()
    feeds: tuple[Word, ...] = ()
    """The words of the command that reads the output."""
    inputs: tuple[Input, ...] = ()
    more: tuple[Word, ...] = ()
    """Words of the command that stand behind a redirection."""
    depth: int = 0

    def under(self, condition: str) -> "Around":
        """The same under one more condition."""
        line = " ".join(condition.split())[:CONDITION_WIDTH]
        return msgspec.structs.replace(self, conditions=(*self.conditions, line)[-MOST_CONDITIONS:]) if line else self

    def inside(self) -> "Around":
        """What is left of it for the parts of a larger command."""
        return msgspec.structs.replace(self, inputs=(), more=()) if self.inputs or self.more else self


class SimpleCommand(msgspec.Struct, frozen=True):
    """One command with its words as they stand, `sudo` and the like included."""

    words: tuple[Word, ...]
    start: int
    """In code points."""
    end: int
    around: Around
    use: Use
    environment: tuple[tuple[str, str], ...] = ()
    substitutions: frozenset[str] = frozenset()
    """Sources of the substitutions in its words, which are commands of their own."""


def substitutions_in(node: Node) -> frozenset[str]:
    """The sources of the outermost substitutions below a node."""
    found: set[str] = set()
    pending = [node]
    while pending:
        current = pending.pop()
        if current.type in SUBSTITUTIONS:
            found.add(text_of(current))
        elif current.child_count:
            pending += current.named_children
    return frozenset(found)


def read_heredoc(body: Node, mark: str, start: int, use: Use) -> Input:
    """The text of a heredoc. `mark`: its delimiter as it stands behind `<<`; `start`: its offset in code points."""
    text = text_of(body)
    if re.match(r"[\"'\\]", mark):
        return Input(Stretch(text, start))
    return Input(leave_out(text, start, IN_HEREDOC), use, substitutions_in(body))


def nodes_behind(redirect: Node) -> list[Node]:
    """The words of a command that stand behind a redirection: the grammar takes them for more places to redirect to.

    Behind an error another command may stand.
    """
    found: list[Node] = []
    pending = [redirect]
    while pending:
        current = pending.pop(0)
        found += current.children_by_field_name("destination")[1:]
        for number, child in enumerate(current.children):
            if child.is_error:
                return found
            if current.field_name_for_child(number) == "argument":
                found.append(child)
            if child.type == "file_redirect":
                pending.append(child)
    return found
