"""DNS zone files (RFC 1035, section 5) to a tree: owner, record type, then `data` and, where it is written, `ttl`.

Owners and targets are absolute when the `$ORIGIN` is known, owners in lower case. One record's `data` is one value,
several records of one owner and type are a list. A start of authority is taken apart; `$TTL` stands at the top.
"""

from aicheck.readers.line_source import LineSource, add_value, section
from aicheck.readers.source_text import SourceText
from aicheck.readers.template import START
from aicheck.readers.tree import MAX_LEAVES, TOO_MANY, Leaf, MapNode, Node
from aicheck.readers.unreadable import Unreadable
from aicheck.readers.zone_sniff import CLASSES, is_ttl, is_type
from aicheck.regex import regex

SOA_FIELDS = ("mname", "rname", "serial", "refresh", "retry", "expire", "minimum")
TARGETS = frozenset({"CNAME", "DNAME", "MX", "NS", "PTR", "SRV"})
"""Types whose last word is a name."""
MOST_FOREIGN = 5
"""A file with fewer records than this for each line that is none is no zone file."""
_TOKEN = regex(r'\n|[^\S\n]++|;[^\n]*+|"(?:[^"\\\n]|\\.)*+"?|[()]|(?:[^\s;()"\\]|\\.)++|\\')
Word = tuple[str, int]
"""(text, offset)."""


def read_zone(source: SourceText) -> tuple[Node, ...]:
    """The one mapping of the file. Raises Unreadable, not applicable when most lines are no records."""
    return _Reader(LineSource(source, ";")).read()


class _Reader:
    def __init__(self, lines: LineSource) -> None:
        self._lines = lines
        self._root = MapNode({}, lines.span(0, 0))
        self._origin = ""
        self._owner = "@"
        self._records = 0
        self._foreign: list[int] = []

    def read(self) -> tuple[Node, ...]:
        words: list[Word] = []
        open_brackets = 0
        is_start, is_blank = True, False
        for found in _TOKEN.finditer(self._lines.text):
            text = found[0]
            if text == "\n" and not open_brackets:
                self._finish(words, is_blank)
                words, is_start, is_blank = [], True, False
                continue
            if is_start:
                is_blank = text[0].isspace()
                is_start = False
            if text in {"(", ")"}:
                open_brackets = max(0, open_brackets + (1 if text == "(" else -1))
            elif not text[0].isspace() and text[0] != ";":
                words.append((text, found.start()))
        self._finish(words, is_blank)
        self._judge()
        return (self._root,) if self._root.items else ()

    def _judge(self) -> None:
        if self._records + len(self._root.items) < MOST_FOREIGN * len(self._foreign):
            raise Unreadable("not a zone file", applicable=False)
        if self._foreign:
            raise Unreadable(f"syntax error at line {self._lines.span(self._foreign[0], self._foreign[0]).line}")

    def _finish(self, words: list[Word], is_blank: bool) -> None:
        if not words:
            return
        if words[0][0].startswith("$"):
            self._directive(words)
            return
        rest = words if is_blank else words[1:]
        owner = self._owner if is_blank else self._absolute(self._lines.restore(words[0][0])).lower()
        ttl: Word | None = None
        while rest and (rest[0][0].upper() in CLASSES or (is_ttl(rest[0][0]) and not is_type(rest[0][0]))):
            ttl = rest[0] if is_ttl(rest[0][0]) else ttl
            rest = rest[1:]
        if len(rest) < 2 or not is_type(rest[0][0]):
            if not any(START in text for text, _ in words):
                self._foreign.append(words[0][1])
            return
        self._owner = owner
        self._record(owner, rest, ttl)

    def _directive(self, words: list[Word]) -> None:
        name = words[0][0].upper()
        if len(words) < 2:
            return
        if name == "$ORIGIN":
            self._origin = self._absolute(self._lines.restore(words[1][0]))
        elif name == "$TTL":
            self._root.items[name] = self._lines.leaf(*words[1])
        else:
            add_value(self._root, name, self._joined(words[1:], " "))

    def _record(self, owner: str, words: list[Word], ttl: Word | None) -> None:
        self._records += 1
        if self._records > MAX_LEAVES:
            raise Unreadable(TOO_MANY)
        (kind, start), *data = words
        kind = kind.upper()
        span = self._lines.span(start, data[-1][1] + len(data[-1][0]))
        table = section(section(self._root, owner, span), kind, span)
        if ttl is not None:
            table.items["ttl"] = self._lines.leaf(*ttl)
        if kind == "SOA":
            table.items.update({field: self._lines.leaf(*word) for field, word in zip(SOA_FIELDS, data, strict=False)})
            return
        leaf = self._joined(data, "" if kind in {"TXT", "SPF"} and data[0][0].startswith('"') else " ")
        if kind in TARGETS and leaf.type != "expression":
            *before, target = leaf.value.rsplit(" ", 1)
            leaf.value = " ".join([*before, self._absolute(target)])
        add_value(table, "data", leaf)

    def _joined(self, words: list[Word], glue: str) -> Leaf:
        text = glue.join(text.strip('"') for text, _ in words)
        leaf = self._lines.leaf(text, words[0][1])
        leaf.type = "expression" if leaf.type == "expression" else "string"
        leaf.span = self._lines.span(words[0][1], words[-1][1] + len(words[-1][0]))
        leaf.value = leaf.value if START in text else text
        return leaf

    def _absolute(self, name: str) -> str:
        if name.endswith(".") or not self._origin:
            return name
        return self._origin if name == "@" else f"{name}.{self._origin}"
