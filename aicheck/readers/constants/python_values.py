"""Python expressions to trees of settings: literals, containers of them, and what calls are given."""

import ast
from collections.abc import Iterator

from aicheck.model.location import Span
from aicheck.readers.constants.collector import MAX_DEPTH, MAX_VALUES, Labels
from aicheck.readers.constants.folding import Folded, written
from aicheck.readers.constants.positions import Positions
from aicheck.readers.constants.python_fold import default_of, environment_name, fold
from aicheck.readers.constants.texts import expression_text, is_name, string_text
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node
from aicheck.regex import regex

MAX_LINKS = 6
"""Parts of a dotted name that are kept, the last ones."""
MAX_SOURCE = 1_000
"""Bytes of an expression that are looked at."""
CALLEE = "()"
"""The key part under which the callee of a call stands."""
WRAPPERS = frozenset({"MappingProxyType", "OrderedDict", "dict", "frozenset", "list", "set", "tuple"})
ENCODERS = frozenset({"dumps"})
"""Calls that write their first argument as text."""
REFERENCES = frozenset({"ForeignKey", "ForeignKeyConstraint", "ManyToManyField", "OneToOneField", "relationship"})
"""Calls whose first text is what they point to, and no name of theirs."""
NAMING_KEYWORDS = ("model_name", "name", "id", "task_id")
DEFAULT_FIRST = frozenset({"Argument", "Body", "Cookie", "Field", "Form", "Header", "Option", "Query"})
"""Calls whose first positional number is the default of what they describe."""
_LINE_END = regex(rb"\r\n?|\n")


class TooManyValues(Exception):  # noqa: N818  a result of reading, as Unreadable
    """A literal holds so many values that it is data."""


class PythonValues:
    """Reads the expressions of one file."""

    def __init__(self, source: SourceText) -> None:
        self._positions = Positions(source)
        self._lines = _LINE_END.split(source.data) if b"\r" in source.data else source.data.split(b"\n")
        self._left = MAX_VALUES

    def read(self, node: ast.expr) -> Node:
        """The tree of an expression; one leaf where it holds too many values."""
        self._left = MAX_VALUES
        try:
            return self._value(node, 0)
        except TooManyValues:
            return self.expression(node)

    def read_call(self, call: ast.Call, named_by: frozenset[ast.expr] = frozenset()) -> Node:
        """What a call is given, below the names of its keywords; `named_by` are the arguments that are in its name already."""
        self._left = MAX_VALUES
        try:
            return self._given(call, 0, named_by)
        except TooManyValues:
            return self.expression(call)

    def literal(self, node: ast.expr) -> Leaf | None:
        """The leaf of an expression of literals; None for any other."""
        value = fold(node)
        return self._folded(node, value) if value is not None else None

    def literals(self, node: ast.expr) -> Node:
        """The tree of what a call in a function is given: a container without its parts that are no literals, else one leaf."""
        self._left = MAX_VALUES
        try:
            return self._literals(node, 0) or self.expression(node)
        except TooManyValues:
            return self.expression(node)

    def expression(self, node: ast.expr) -> Leaf:
        """The leaf that holds the source of an expression."""
        text = dotted(node) if type(node) in {ast.Name, ast.Attribute} else ""
        if not text or "(" in text or "[" in text:
            text = expression_text(self._source(node))
        return Leaf(text, "expression", self.span(node))

    def span(self, node: ast.expr) -> Span:
        """Where an expression stands."""
        end = ((node.end_lineno or node.lineno) - 1, node.end_col_offset or 0)
        return self._positions.span((node.lineno - 1, node.col_offset), end)

    def _source(self, node: ast.expr) -> str:
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        if first == last:
            text = self._lines[first][node.col_offset : min(node.end_col_offset or 0, node.col_offset + MAX_SOURCE)]
        else:
            lines = [
                self._lines[first][node.col_offset : node.col_offset + MAX_SOURCE],
                *self._lines[first + 1 : min(last, first + MAX_SOURCE // 10)],
            ]
            text = b"\n".join([*lines, self._lines[last][: min(node.end_col_offset or 0, MAX_SOURCE)]])[:MAX_SOURCE]
        return text.decode(errors="ignore")

    def _folded(self, node: ast.expr, value: Folded) -> Leaf:
        return Leaf(*written(value), self.span(node))

    def _value(self, node: ast.expr, depth: int, *, is_named: bool = False) -> Node:
        """`is_named`: whether the key of a call holds its label, so that what names it is not told twice."""
        self._left -= 1
        if self._left < 0:
            raise TooManyValues
        value = fold(node)
        if value is not None:
            return self._folded(node, value)
        if depth >= MAX_DEPTH:
            return self.expression(node)
        if isinstance(node, ast.Dict):
            return self._map(node, depth)
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return self._items(node, depth)
        if isinstance(node, ast.Call):
            return self._call(node, depth, is_named=is_named)
        return self.expression(node)

    def _literals(self, node: ast.expr, depth: int) -> Node | None:
        self._left -= 1
        if self._left < 0:
            raise TooManyValues
        value = fold(node)
        if value is not None:
            return self._folded(node, value)
        if depth >= MAX_DEPTH or not isinstance(node, ast.Dict | ast.List | ast.Tuple | ast.Set):
            return None
        if isinstance(node, ast.Dict):
            named = [(key.value, one) for key, one in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)]
            items = {string_text(str(name)): self._literals(one, depth + 1) for name, one in named}
            size = len(node.keys)
        else:
            items = {f"[{position}]": self._literals(one, depth + 1) for position, one in enumerate(node.elts)}
            size = len(node.elts)
        kept = {name: child for name, child in items.items() if child is not None}
        return MapNode(kept, self.span(node)) if kept or not size else None

    def _map(self, node: ast.Dict, depth: int) -> Node:
        items: dict[str, Node] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                items[f"**{self.expression(value).value}"] = self.expression(value)
            else:
                name = fold(key)
                items[written(name)[0] if name is not None else self.expression(key).value] = self._value(value, depth + 1)
        return MapNode(items, self.span(node))

    def _items(self, node: ast.List | ast.Tuple | ast.Set, depth: int) -> Node:
        names = list(_item_names(node.elts))
        values = _values_of_pairs(node.elts) if _are_pairs(node.elts) else node.elts
        children = [self._value(item, depth + 1, is_named=values is node.elts) for item in values]
        if isinstance(node, ast.Set):
            children.sort(key=lambda child: child.value if isinstance(child, Leaf) else "")
        if not any(names):
            return ListNode(children, self.span(node))
        labels = Labels()
        named = zip([labels.unique(name) if name else f"[{position}]" for position, name in enumerate(names)], children, strict=True)
        return MapNode(dict(named), self.span(node))

    def _call(self, node: ast.Call, depth: int, *, is_named: bool) -> Node:
        if len(node.args) == 1 and not node.keywords and last_name(node.func) in WRAPPERS and not isinstance(node.args[0], ast.Starred):
            return self._value(node.args[0], depth + 1)
        encoded = _encoded(node)
        if encoded is not None:
            return self._value(encoded, depth + 1)
        if environment_name(node):
            default = default_of(node)
            return self._value(default, depth + 1) if default is not None else self.expression(node)
        return self._given(node, depth, frozenset(label_of(node)[1]) if is_named else frozenset())

    def _given(self, node: ast.Call, depth: int, named_by: frozenset[ast.expr]) -> Node:
        """An expression leaf for a call that is given nothing but texts and names, all positional."""
        if not any(isinstance(argument, ast.Call) or _is_amount(argument) for argument in node.args) and not node.keywords:
            return self.expression(node)
        is_map = last_name(node.func) in WRAPPERS and not node.args
        callee = Leaf(expression_text(dotted(node.func)), "expression", self.span(node.func))
        items: dict[str, Node] = {} if is_map else {CALLEE: callee}
        labels = Labels()
        for position, argument in enumerate(node.args):
            if argument not in named_by and not isinstance(argument, ast.Starred):
                items[labels.unique(_positional_name(node, argument, position))] = self._value(argument, depth + 1, is_named=True)
        for keyword in node.keywords:
            if keyword.arg is None:
                items[f"**{self.expression(keyword.value).value}"] = self.expression(keyword.value)
            elif keyword.value not in named_by:
                items[keyword.arg] = self._value(keyword.value, depth + 1)
        return MapNode(items, self.span(node))


def label_of(call: ast.Call) -> tuple[str, list[ast.expr]]:
    """(`Instance main`, the arguments that name it) by the first text or naming keywords; (last name, []) for a call without."""
    name = last_name(call.func)
    if name in REFERENCES:
        return name, []
    namers = [argument for argument in call.args[:2] if _is_naming(argument)][:1]
    if not namers:
        by_keyword = {
            keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in NAMING_KEYWORDS and _is_naming(keyword.value)
        }
        namers = [by_keyword[keyword] for keyword in NAMING_KEYWORDS if keyword in by_keyword][:2]
    return " ".join([name, ".".join(string_text(str(fold(namer))) for namer in namers)]).strip(), namers


def last_name(func: ast.expr) -> str:
    """`Instance` of `aws.rds.Instance`; empty for what has no name."""
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def dotted(func: ast.expr) -> str:
    """`requests.get`, `self.client.get`, `connect().cursor`, `pools[].get`; of a long chain the last parts."""
    if type(func) is ast.Name:
        return func.id
    parts: list[str] = []
    node: ast.expr = func
    while len(parts) < MAX_LINKS:
        tail = ""
        while isinstance(node, ast.Call | ast.Subscript) and len(tail) < MAX_LINKS:
            node, tail = (node.func, "()" + tail) if isinstance(node, ast.Call) else (node.value, "[]" + tail)
        if not isinstance(node, ast.Attribute):
            parts.append((node.id if isinstance(node, ast.Name) else "") + tail)
            break
        parts.append(node.attr + tail)
        node = node.value
    return ".".join(reversed(parts))


def _encoded(call: ast.Call) -> ast.expr | None:
    """The mapping that `json.dumps` is given."""
    is_encoder = last_name(call.func) in ENCODERS and bool(call.args) and isinstance(call.args[0], ast.Dict)
    return call.args[0] if is_encoder else None


def _positional_name(call: ast.Call, argument: ast.expr, position: int) -> str:
    if isinstance(argument, ast.Call) and fold(argument) is None:
        return label_of(argument)[0] or f"[{position}]"
    return "default" if position == 0 and last_name(call.func) in DEFAULT_FIRST else f"[{position}]"


def _item_names(items: list[ast.expr]) -> Iterator[str]:
    """The name of each item of a list: a call's label, or the text that leads a pair; empty for others."""
    pairs = _are_pairs(items)
    for item in items:
        if pairs and isinstance(item, ast.Tuple):
            yield string_text(str(fold(item.elts[0])))
        else:
            yield label_of(item)[0] if isinstance(item, ast.Call) and fold(item) is None else ""


def _are_pairs(items: list[ast.expr]) -> bool:
    """Whether this is a map written as a list of (text, value)."""
    if len(items) < 2 and not (
        items and isinstance(items[0], ast.Tuple) and len(items[0].elts) == 2 and isinstance(items[0].elts[1], ast.Call)
    ):
        return False
    return all(isinstance(item, ast.Tuple) and len(item.elts) == 2 and _is_naming(item.elts[0]) for item in items)


def _values_of_pairs(items: list[ast.expr]) -> list[ast.expr]:
    return [item.elts[1] for item in items if isinstance(item, ast.Tuple)]


def _is_naming(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and is_name(node.value)


def _is_amount(node: ast.expr) -> bool:
    value = fold(node)
    return value is not None and not isinstance(value, str)
