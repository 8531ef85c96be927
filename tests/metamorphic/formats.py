"""Trees of settings written as JSON, TOML, INI and variables."""

import json
import re
import tomllib
from collections.abc import Iterator

from aicheck.readers.tree import Leaf, ListNode, MapNode, Node
from tests.metamorphic.trees import NotExpressibleError
from tests.metamorphic.yaml_styles import on_one_line

_INI_VALUE = re.compile(r"[^\s#;'\"](?:[^#;'\"\n]*[^\s#;'\"])?")
_BARE_KEY = re.compile(r"[\w-]+", re.ASCII)


def as_json(node: Node, indent: int | None = None, depth: int = 1) -> str:
    """A value as JSON, on one line or indented. Raises NotExpressibleError."""
    if isinstance(node, Leaf):
        return _json_scalar(node)
    if isinstance(node, MapNode):
        parts = [f"{json.dumps(name)}: {as_json(child, indent, depth + 1)}" for name, child in node.items.items()]
        marks = "{}"
    else:
        parts, marks = [as_json(child, indent, depth + 1) for child in node.items], "[]"
    if indent is None or not parts:
        return marks[0] + ", ".join(parts) + marks[1]
    pad = "\n" + " " * indent * depth
    return marks[0] + pad + f",{pad}".join(parts) + "\n" + " " * indent * (depth - 1) + marks[1]


def as_toml(node: Node, *, inline: bool) -> str:
    """A mapping as TOML: each table a section, or in braces. Raises NotExpressibleError."""
    if not isinstance(node, MapNode):
        raise NotExpressibleError("not a table")
    text = "\n".join(_toml_lines(node, (), inline=inline)) + "\n"
    try:
        tomllib.loads(text)
    except ValueError:
        raise NotExpressibleError("no such value in TOML") from None
    return text


def as_ini(node: Node) -> str:
    """A mapping of scalars and of mappings of scalars as INI. Raises NotExpressibleError."""
    if not isinstance(node, MapNode):
        raise NotExpressibleError("not a mapping")
    tables = {name: child for name, child in node.items.items() if isinstance(child, MapNode)}
    lines = [_ini_line(name, child) for name, child in node.items.items() if name not in tables]
    for name, table in tables.items():
        lines += [f"[{name}]", *(_ini_line(key, child) for key, child in table.items.items())]
    return "\n".join(lines) + "\n"


def as_variables(node: Node) -> str:
    """A mapping of scalars as environment variables. Raises NotExpressibleError."""
    if not isinstance(node, MapNode) or not all(name.isidentifier() for name in node.items):
        raise NotExpressibleError("not names of variables")
    return "".join(_ini_line(name, child).replace(" = ", "=", 1) + "\n" for name, child in node.items.items())


def _ini_line(name: str, node: Node) -> str:
    if not isinstance(node, Leaf) or node.type == "expression" or not _INI_VALUE.fullmatch(node.value) or not _BARE_KEY.fullmatch(name):
        raise NotExpressibleError("no such value in INI")
    return f"{name} = {node.value}"


def _json_scalar(leaf: Leaf) -> str:
    text = on_one_line(leaf)
    try:
        json.loads(text)
    except ValueError:
        raise NotExpressibleError("no such number in JSON") from None
    return text


def _toml_lines(table: MapNode, path: tuple[str, ...], *, inline: bool) -> Iterator[str]:
    tables = {} if inline else {name: child for name, child in table.items.items() if isinstance(child, MapNode)}
    for name, child in table.items.items():
        if name not in tables:
            yield f"{_toml_key(name)} = {_toml_value(child)}"
    for name, child in tables.items():
        yield f"[{'.'.join(map(_toml_key, (*path, name)))}]"
        yield from _toml_lines(child, (*path, name), inline=inline)


def _toml_key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else json.dumps(name)


def _toml_value(node: Node) -> str:
    if isinstance(node, MapNode):
        return "{" + ", ".join(f"{_toml_key(name)} = {_toml_value(child)}" for name, child in node.items.items()) + "}"
    if isinstance(node, ListNode):
        return "[" + ", ".join(_toml_value(child) for child in node.items) + "]"
    return on_one_line(node)
