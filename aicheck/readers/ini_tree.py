"""INI files to a tree: `[section]`, `key = value` or `key: value`, continued lines; also .properties, .npmrc and systemd units."""

from collections.abc import Iterator

from aicheck.readers.line_source import Line, LineSource, add_value, section
from aicheck.readers.scalar import unquoted
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import MAX_DEPTH, Leaf, ListNode, MapNode, Node
from aicheck.regex import regex

SECTION = regex(r"\s*\[+([^\[\]]+)\]+\s*(?:[#;].*)?")
BARE = regex(r"\s*[\w.\-/@*]+\s*")
"""A key without a value."""
MAX_KEY = 300
MAX_KEY_WORDS = 4
MOST_ASSIGNED = 10_000
"""Characters of a unit's `Environment=` that is taken apart."""
_REMARK = regex(r"\s[#;].*")
_WORD = regex(r"""(?:"(?:[^"\\]|\\.)*+"|'[^']*+'|[^\s"']|["'])++""")
_GIT_SECTION = regex(r'([\w.-]+)\s+"(.*)"')


def read_ini(source: SourceText, path: str) -> tuple[Node, ...]:
    """The one mapping of the file: a mapping for each section, keys before the first one beside them.

    A key that stands twice holds a list; dotted keys of .properties are paths; `Environment=A=b` of a unit is a mapping.
    Raises Unreadable.
    """
    name = path.rpartition("/")[2].lower()
    reader = _Reader(LineSource(source, "#;!" if ".properties" in name else "#;"), is_dotted=".properties" in name)
    return reader.read()


def fits(line: str) -> bool:
    """Whether a line that is not blank may stand in an INI file."""
    return SECTION.fullmatch(line) is not None or split_pair(line) is not None


def split_pair(line: str, *, tight: bool = False) -> tuple[str, int] | None:
    """(key, where the value begins) of `key = value` or `key: value` (`key:value` where `tight`); None for another line."""
    equals, colon = line.find("="), line.find(":")
    while colon >= 0 and not tight and line[colon + 1 : colon + 2].strip():
        colon = line.find(":", colon + 1)
    end = min((place for place in (equals, colon) if place >= 0), default=-1)
    name = line[: max(end, 0)].strip()
    if not name or len(name) > MAX_KEY or name[0] in "[#;" or len(name.split()) > MAX_KEY_WORDS:
        return None
    end += 2 if line.startswith("=>", end) else 1
    return name, end + len(line[end:]) - len(line[end:].lstrip())


class _Reader:
    def __init__(self, lines: LineSource, *, is_dotted: bool) -> None:
        self._lines = lines
        self._is_dotted = is_dotted
        self._root = MapNode({}, lines.span(0, 0))
        self._table = self._root
        self._is_service = False

    def read(self) -> tuple[Node, ...]:
        waiting: list[Line] = []
        for line in self._lines.lines():
            if line.is_blank:
                continue
            if waiting and self._continues(waiting, line):
                waiting.append(line)
                continue
            self._finish(waiting)
            waiting = []
            if found := SECTION.fullmatch(line.text):
                self._enter(found[1].strip(), line)
            else:
                waiting = [line]
        self._finish(waiting)
        return (self._root,) if self._root.items else ()

    def _enter(self, name: str, line: Line) -> None:
        self._table = self._root
        quoted = _GIT_SECTION.fullmatch(name)
        for part in quoted.groups() if quoted else (name,):
            self._table = section(self._table, self._lines.restore(part), self._lines.span(line.start, line.start + len(line.text)))
        self._is_service = name == "Service"

    def _continues(self, waiting: list[Line], line: Line) -> bool:
        if waiting[-1].text.endswith("\\"):
            return True
        if self._is_dotted or line.indent <= waiting[0].indent:
            return False
        found = split_pair(waiting[0].text)
        return found is not None and (found[1] == len(waiting[0].text) or split_pair(line.text) is None)

    def _finish(self, lines: list[Line]) -> None:
        if not lines:
            return
        first, *more = lines
        found = split_pair(first.text, tight=self._is_dotted)
        if found is None:
            word = first.text.strip()
            start = first.start + first.indent
            if BARE.fullmatch(word):
                self._add(word, Leaf("", "null", self._lines.span(start, start + len(word))))
            return
        name, begin = found
        pieces = [(self._value(first.text[begin:]), first.start + begin), *_pieces(more)]
        if self._is_service and name == "Environment":
            self._add_environment(pieces)
        else:
            self._add(name, self._joined(pieces))

    def _joined(self, pieces: list[tuple[str, int]]) -> Node:
        """One value; of several lines under an empty first one a list."""
        (text, start), *more = pieces
        span = self._lines.span(start, pieces[-1][1] + len(pieces[-1][0]))
        if more and not text:
            return ListNode([self._lines.leaf(*piece) for piece in more if piece[0]], span)
        value = self._lines.leaf(text, start)
        if more:
            value.value = " ".join(self._lines.restore(text) for text, _ in pieces if text)
            value.span = span
        return value

    def _add_environment(self, pieces: list[tuple[str, int]]) -> None:
        for text, start in pieces:
            for name, value, offset in _assignments(text):
                span = self._lines.span(start + offset, start + offset + len(name) + len(value) + 1)
                leaf = self._lines.leaf(value, start + offset)
                leaf.span = span
                section(self._table, "Environment", span).items[self._lines.restore(name)] = leaf

    def _value(self, text: str) -> str:
        text = text.strip().removesuffix("\\").rstrip()
        return text if self._is_dotted or self._is_service or text[:1] in {'"', "'"} else _REMARK.sub("", text, count=1)

    def _add(self, name: str, value: Node) -> None:
        name = self._lines.restore(name.strip("\"'")).removesuffix("[]")
        table = self._table
        *parents, last = name.split(".")[:MAX_DEPTH] if self._is_dotted else [name]
        for parent in parents:
            child = table.items.get(parent)
            if child is not None and not isinstance(child, MapNode):
                table, last = self._table, name
                break
            table = section(table, parent, value.span)
        add_value(table, last if not isinstance(table.items.get(last), MapNode) else f"{last}.", value)


def _pieces(lines: list[Line]) -> Iterator[tuple[str, int]]:
    for line in lines:
        yield line.text.strip(), line.start + line.indent


def _assignments(text: str) -> Iterator[tuple[str, str, int]]:
    """(name, value, offset) of `A=b "C=d e"`."""
    for found in _WORD.finditer(text[:MOST_ASSIGNED]):
        name, equals, value = unquoted(found[0]).partition("=")
        if equals:
            yield name, unquoted(value), found.start()
