"""The lines of a file that is read line by line, with what a template fills in hidden and put back."""

from collections.abc import Iterator

import msgspec

from aicheck.model.location import Span
from aicheck.readers.scalar import read_scalar
from aicheck.readers.source_text import SourceText
from aicheck.readers.template import START, Template, hide, is_template
from aicheck.readers.template_lines import blank_lines
from aicheck.readers.tree import MAX_LEAVES, TOO_MANY, Leaf, ListNode, MapNode, Node
from aicheck.readers.unreadable import Unreadable

MAX_LINES = 4 * MAX_LEAVES


class Line(msgspec.Struct, frozen=True):
    """One line, as long as in the source, without its line end."""

    text: str
    start: int
    """Its offset in the source, in code points."""
    comments: str = "#"
    """The characters that begin a remark where they begin a line."""

    @property
    def indent(self) -> int:
        """The column of its first character, from 0."""
        return len(self.text) - len(self.text.lstrip())

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but white space or a remark."""
        first = self.text.lstrip()[:1]
        return not first or first in self.comments


class LineSource:
    """The lines of one file, and leaves made of pieces of them."""

    def __init__(self, source: SourceText, comments: str = "#") -> None:
        self._source = source
        self._comments = comments
        template = hide(source.text) if is_template(source.text) else None
        self._template: Template | None = template if template is not None and template.blocks else None
        self.text = blank_lines(self._template) if self._template is not None else source.text
        """The whole text, as long as the source."""
        self._leaves = 0
        if self.text.count("\n") > MAX_LINES:
            raise Unreadable(TOO_MANY)

    def lines(self) -> Iterator[Line]:
        """Every line, blank ones too."""
        start = 0
        for text in self.text.split("\n"):
            yield Line(text.rstrip("\r"), start, self._comments)
            start += len(text) + 1

    def span(self, start: int, end: int) -> Span:
        """Between two offsets in code points."""
        return self._source.span(start, end)

    def restore(self, text: str) -> str:
        """A piece of `text` as it stands in the source."""
        return self._template.restore(text) if self._template is not None else text

    def leaf(self, text: str, start: int) -> Leaf:
        """The typed value of a piece that begins at an offset, without its quotes. Raises Unreadable beyond the limits of `tree`."""
        self._leaves += 1
        if self._leaves > MAX_LEAVES:
            raise Unreadable(TOO_MANY)
        leaf = read_scalar(text, self.span(start, start + len(text)))
        if self._template is not None and START in leaf.value:
            leaf.type = "expression" if self._template.is_expression(leaf.value) else "string"
            leaf.value = self._template.restore(leaf.value)
        return leaf


def add_value(table: MapNode, name: str, value: Node) -> None:
    """Set a key; one that stands there already becomes the list of its values."""
    present = table.items.get(name)
    if present is None:
        table.items[name] = value
    elif isinstance(present, ListNode):
        present.items.append(value)
    else:
        table.items[name] = ListNode([present, value], present.span)


def section(table: MapNode, name: str, span: Span) -> MapNode:
    """The mapping under a key, made when it is not there; under `name (2)` when something else is."""
    present = table.items.setdefault(name, MapNode({}, span))
    while not isinstance(present, MapNode):
        name = f"{name} (2)"
        present = table.items.setdefault(name, MapNode({}, span))
    return present
