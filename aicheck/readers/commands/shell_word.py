"""The value of one word of a shell command."""

import msgspec

from aicheck.readers.commands.shell_text import Stretch


class Word(msgspec.Struct, frozen=True):
    """One word, quotes removed; what only a run can tell is its source."""

    text: str
    unquoted: bool = False
    """Whether an expansion stands in it outside quotes."""
    start: int = -1
    """Where its first character stands, in code points; -1 when it stands nowhere as it is."""
    gaps: tuple[int, ...] = ()
    """As in `Stretch`."""

    @property
    def stretch(self) -> Stretch:
        """Its text, placed."""
        return Stretch(self.text, self.start, self.gaps)
