"""How much work one text may cause, whatever is nested in it."""

from aicheck.readers.syntax_tree import MAX_NODES
from aicheck.readers.unreadable import Unreadable

MAX_BYTES = 2 << 20
MOST_COMMANDS = 20_000
MOST_CHARACTERS = 4 << 20
"""Of all words together."""


class Allowance:
    """Counts down what the reading of one text may use. Raises Unreadable when it is used up."""

    def __init__(self) -> None:
        self._nodes = MAX_NODES
        self._commands = MOST_COMMANDS
        self._characters = MOST_CHARACTERS

    def spend_nodes(self, count: int) -> None:
        """Nodes of a syntax tree."""
        self._nodes -= count
        if self._nodes < 0:
            raise Unreadable(f"scripts of more than {MAX_NODES:,} nodes of the syntax tree")

    def spend_command(self) -> None:
        """One command."""
        self._commands -= 1
        if self._commands < 0:
            raise Unreadable(f"more than {MOST_COMMANDS:,} commands")

    def spend_words(self, count: int, characters: int) -> None:
        """Words, however they came to be."""
        self._characters -= characters + 8 * count
        if self._characters < 0:
            raise Unreadable(f"more than {MOST_CHARACTERS >> 20} MiB of commands in a script")
