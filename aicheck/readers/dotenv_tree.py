"""Files of environment variables (`.env`) to a tree: `NAME=value` with `export`, quotes over several lines and remarks."""

import re

from aicheck.readers.line_source import LineSource
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf, MapNode, Node
from aicheck.regex import regex

_ENTRY = regex(
    r"""^[ \t]*+(?:export[ \t]++)?+(?P<name>[A-Za-z_\ue000-\uf8ff][\w.\-\ue000-\uf8ff]*+)[ \t]*+"""
    r"""(?:=[ \t]*+(?P<value>"(?:[^"\\]|\\.)*+"|'[^']*+'|`[^`]*+`|[^\n]*+))?+""",
    re.MULTILINE | re.DOTALL,
)
_REMARK = regex(r"(?:^|\s)#.*", re.DOTALL)
_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\", "\\$": "$"}
_ESCAPE = regex(r"\\.", re.DOTALL)


def read_dotenv(source: SourceText) -> tuple[Node, ...]:
    """The one mapping of the file; the last of two values of a name counts, `${OTHER}` stays as it is. Raises Unreadable."""
    lines = LineSource(source)
    table = MapNode({}, lines.span(0, len(lines.text)))
    position = 0
    while position < len(lines.text):
        end = lines.text.find("\n", position)
        end = len(lines.text) if end < 0 else end
        found = _ENTRY.match(lines.text, position)
        if found is None:
            position = end + 1
            continue
        name = lines.restore(found["name"])
        table.items.pop(name, None)
        table.items[name] = _leaf(lines, found)
        end = lines.text.find("\n", found.end())
        position = len(lines.text) if end < 0 else end + 1
    return (table,) if table.items else ()


def _leaf(lines: LineSource, found: re.Match[str]) -> Leaf:
    text = found["value"]
    if text is None:
        return Leaf("", "null", lines.span(found.start("name"), found.end("name")))
    start = found.start("value")
    if text[:1] in {'"', "'", "`"} and len(text) > 1 and text[-1] == text[0]:
        leaf = lines.leaf(text, start)
        inner = text[1:-1]
        if leaf.type != "expression":
            leaf.type, leaf.value = "string", lines.restore(_ESCAPE.sub(_unescape, inner) if text[0] == '"' else inner)
        return leaf
    text = _REMARK.sub("", text, count=1).strip()
    return lines.leaf(text, start)


def _unescape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0], found[0])
