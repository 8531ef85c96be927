"""The source lines of a change, for display and for placing what other tools found."""

from aicheck.model.change import ChangeSet
from aicheck.model.location import Side
from aicheck.readers.python_text import split_lines


class SideLines:
    """The lines of the files of one side, decoded when first asked for."""

    def __init__(self, change: ChangeSet, side: Side) -> None:
        self._contents = {file.path: content for file in change.files if (content := file.side(side)) is not None}
        self._lines: dict[str, tuple[str, ...]] = {}
        self.paths = frozenset(self._contents)

    def of(self, path: str) -> tuple[str, ...]:
        """The lines of a file, at least one; that one is empty where there is no content at hand."""
        if path not in self._lines:
            content = self._contents.get(path)
            self._lines[path] = split_lines(((content.data if content else None) or b"").decode("utf-8", "replace"))
        return self._lines[path]
