"""Files of directives to a tree: `name value;` with blocks in braces (nginx), and `name value` lines with sections.

Sections of the second kind are `<Directory /srv>` (Apache), a head in front of indented lines (HAProxy, ssh_config) or
`head {` (logrotate). The key path of a directive holds its blocks with their arguments: `server`, `location /api`.
"""

import re
from collections import Counter
from collections.abc import Iterator

from aicheck.model.location import Span
from aicheck.readers.ini_tree import split_pair
from aicheck.readers.line_source import Line, LineSource, add_value, section
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import MAX_DEPTH, Leaf, ListNode, MapNode, Node
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

NOT_KNOWN = "not settings in a known form"
NAMED = regex(r"(?:add_header|\w+_set_header|\w+_param|\w+_hide_header|set|setenv|SetEnv|RequestHeader|Header)")
"""Directives whose first argument names what the others set."""
WORD_LINE = regex(r"\s*[A-Za-z_+\ue000-\uf8ff][\w.\-\ue000-\uf8ff]*(?:\s+(.*\S))?\s*")
PAIR_LINE = regex(r"\s*[\w.\-\"'\ue000-\uf8ff]+\s*[:=]\s*(.*)")
_TOKEN = regex(r"""\s++|\#[^\n]*+|[;{}]|(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|\$\{[^{}\s]*+\}|\\.|[^\s;{}"'\\])+|["'\\]""", re.DOTALL)
_OPEN_TAG = regex(r"\s*<\s*([A-Za-z]\w*(?:\s[^<>]*)?)>\s*")
_CLOSE_TAG = regex(r"\s*</\s*\w+\s*>\s*")


def read_braces(source: SourceText) -> tuple[Node, ...]:
    """The one mapping of a file of `name value;` directives. Raises Unreadable, not applicable when braces do not match."""
    reader = _Braces(LineSource(source))
    for found in _TOKEN.finditer(reader.lines.text):
        reader.take(found)
    return reader.finish()


class _Braces:
    def __init__(self, lines: LineSource) -> None:
        self.lines = lines
        self._stack = [MapNode({}, lines.span(0, 0))]
        self._words: list[tuple[str, int]] = []
        self._repeated: Counter[tuple[int, str]] = Counter()
        self._blocks: list[MapNode] = [self._stack[0]]

    def take(self, found: re.Match[str]) -> None:
        """One token: a word, a mark, white space or a remark."""
        text = found[0]
        if text[0].isspace() or text[0] == "#":
            return
        if text not in {"{", ";", "}"}:
            self._words.append((text, found.start()))
            return
        if text == "{":
            self._open(found.end())
        elif self._words:
            _add(self._stack[-1], self.lines, self._words)
        self._words = []
        if text == "}":
            self._stack.pop()
            if not self._stack:
                raise Unreadable(NOT_KNOWN, applicable=False)

    def finish(self) -> tuple[Node, ...]:
        """The mapping, when every block is closed."""
        if len(self._stack) > 1 or self._words:
            raise Unreadable(NOT_KNOWN, applicable=False)
        for block in self._blocks:
            _name_servers(block)
        return (self._stack[0],) if self._stack[0].items else ()

    def _open(self, end: int) -> None:
        table = self._stack[-1]
        if len(self._stack) > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        name = self.lines.restore(" ".join(word for word, _ in self._words)) or "{"
        self._repeated[id(table), name] += 1
        number = self._repeated[id(table), name]
        span = self.lines.span(self._words[0][1] if self._words else end - 1, end)
        block = section(table, f"{name} ({number})" if number > 1 else name, span)
        self._stack.append(block)
        self._blocks.append(block)


def _name_servers(table: MapNode) -> None:
    """Let each `server` block that has names be known by them, and by what it listens on where two have the same."""
    names: dict[str, str] = {}
    taken: set[str] = set(table.items)
    for key, node in table.items.items():
        if not isinstance(node, MapNode) or not (key == "server" or key.startswith("server (")):
            continue
        for parts in (("server_name",), ("server_name", "listen")):
            name = " ".join(["server", *(_first(node.items.get(part)) for part in parts)])
            if name not in taken and "server_name" in node.items:
                taken.add(name)
                names[key] = name
                break
    if names:
        table.items = {names.get(key, key): node for key, node in table.items.items()}


def _first(node: Node | None) -> str:
    if isinstance(node, ListNode):
        node = node.items[0]
    return node.value if isinstance(node, Leaf) else ""


def read_words(source: SourceText) -> tuple[Node, ...]:
    """The one mapping of a file of `name value` lines. Raises Unreadable."""
    lines = LineSource(source)
    stack = [MapNode({}, lines.span(0, 0))]
    head: MapNode | None = None
    held = [line for line in lines.lines() if not line.is_blank]
    for number, line in enumerate(held):
        span = lines.span(line.start + line.indent, line.start + len(line.text.rstrip()))
        if len(stack) > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}")
        if _CLOSE_TAG.fullmatch(line.text) or line.text.strip() == "}":
            del stack[max(1, len(stack) - 1) :]
        elif (opened := _opened(line)) is not None:
            stack.append(section(stack[-1], lines.restore(" ".join(opened.split())), span))
        elif len(stack) == 1 and line.indent == 0 and number + 1 < len(held) and held[number + 1].indent > 0:
            head = section(stack[0], lines.restore(" ".join(line.text.split())), span)
        else:
            table = head if head is not None and len(stack) == 1 and line.indent > 0 else stack[-1]
            _add(table, lines, list(_words(line)))
    return (stack[0],) if stack[0].items else ()


def _opened(line: Line) -> str | None:
    """The head of the section that a line opens."""
    tag = _OPEN_TAG.fullmatch(line.text)
    if tag is not None:
        return tag[1]
    text = line.text.strip()
    return text[:-1].strip() if text.endswith("{") else None


def _words(line: Line) -> Iterator[tuple[str, int]]:
    pair = split_pair(line.text)
    if pair is not None and len(pair[0].split()) == 1:
        yield pair[0].strip("\"'"), line.start + line.indent
        if pair[1] < len(line.text):
            yield line.text[pair[1] :].strip(), line.start + pair[1]
        return
    for found in re.finditer(r"\S+", line.text):
        yield found[0], line.start + found.start()


def _add(table: MapNode, lines: LineSource, words: list[tuple[str, int]]) -> None:
    (name, start), *arguments = words
    holder = table
    name = lines.restore(name)
    if len(arguments) > 1 and NAMED.fullmatch(name):
        holder = section(table, name, _span(lines, words))
        name, start = lines.restore(arguments[0][0].strip("\"'")), arguments[0][1]
        arguments = arguments[1:]
    if len(arguments) == 1:
        add_value(holder, name, lines.leaf(*arguments[0]))
    elif arguments:
        add_value(holder, name, Leaf(lines.restore(" ".join(text for text, _ in arguments)), "string", _span(lines, arguments)))
    else:
        add_value(holder, name, Leaf("", "null", lines.span(start, start + len(name))))


def _span(lines: LineSource, words: list[tuple[str, int]]) -> Span:
    return lines.span(words[0][1], words[-1][1] + len(words[-1][0]))
