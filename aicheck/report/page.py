"""A page of terminal text, laid out by rich. Nothing that is written here is read as markup."""

import io

from rich.box import ASCII, ROUNDED
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

PROSE_WIDTH = 100
"""Longer lines are hard to read."""
NARROWEST = 40
TAB_SIZE = 8


class Page:
    """Collects styled lines. Untrusted text must have gone through `encode.visible` before."""

    def __init__(self, colour: bool, width: int, ascii_only: bool) -> None:
        self.width = max(width, NARROWEST)
        self._colour = colour
        self.bar = "|" if ascii_only else "│"
        self._box = ASCII if ascii_only else ROUNDED
        self._console = Console(
            file=io.StringIO(),
            width=self.width,
            height=25,
            color_system="standard" if colour else None,
            no_color=not colour,
            force_terminal=colour,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )

    def line(self, *parts: str | tuple[str, str] | Text) -> None:
        """One line, never wrapped, of plain or (text, style) parts."""
        text = Text.assemble(*parts)
        if self._colour:
            self._console.print(text, soft_wrap=True)
        else:  # what the console would print, at a tenth of the cost
            text.expand_tabs(TAB_SIZE)
            print(text.plain, file=self._console.file)

    def prose(self, *parts: str | tuple[str, str], lead: str = "", style: str = "") -> None:
        """Parts wrapped at words; `lead` stands before the first line, its width in blanks before the others."""
        width = min(self.width, PROSE_WIDTH)
        for number, line in enumerate(Text.assemble(*parts).wrap(self._console, width - len(lead))):
            line.rstrip()
            self.line((lead if number == 0 else " " * len(lead), style), line)

    def panel(self, lines: list[Text], title: str, style: str) -> None:
        """A box around the lines."""
        body = Text("\n").join(lines)
        box = Panel(body, title=Text(title, style=f"bold {style}"), title_align="left", border_style=style, box=self._box, padding=(0, 1))
        self._console.print(box, width=min(self.width, PROSE_WIDTH))

    def text(self) -> str:
        """All that was written, without blanks at line ends."""
        file = self._console.file
        assert isinstance(file, io.StringIO)
        return "\n".join(line.rstrip() for line in file.getvalue().split("\n"))
