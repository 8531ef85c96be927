"""Settings in Go source: constants, composite literals, defaults in struct tags, amounts that calls are given."""

from tree_sitter import Node

from aicheck.model.facts import Setting
from aicheck.readers.constants.collector import Collector, Key, scope_name
from aicheck.readers.constants.folding import Nothing
from aicheck.readers.constants.go_fold import fold
from aicheck.readers.constants.go_values import GoValues, arguments_of, body_of, entries_of, first_name, pointed_to, type_text
from aicheck.readers.constants.syntax_nodes import SHORT, dotted
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import first_error_line, parse, text_of
from aicheck.readers.tests_go import receiver_of
from aicheck.readers.tree import Node as Tree
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

SKIPPED = frozenset(
    {
        "comment",
        "field_identifier",
        "identifier",
        "import_declaration",
        "int_literal",
        "interpreted_string_literal",
        "package_clause",
        "package_identifier",
        "parameter_list",
        "raw_string_literal",
        "type_identifier",
    }
)
"""Nodes that hold nothing of interest."""
PASSED_CALLEES = frozenset({"append", "cap", "copy", "len", "make", "max", "min", "panic", "print", "println"})
PASSED_OWNERS = frozenset({"assert", "require"})
"""Calls whose numbers are no settings."""
DEFAULT_TAG = regex(r"\b(default|envDefault|env-default)\s*:\s*\"((?:[^\"\\]|\\.)*+)\"")
MAX_FIELD_TAG = 2_000


def read_go_constants(data: bytes, root: Node | None = None) -> tuple[Setting, ...]:
    """The settings of a file in file order; `root` saves parsing where it is at hand. Raises Unreadable."""
    source = SourceText(data)
    root = root or parse("go", source.data)
    line = first_error_line(root)
    if line is not None:
        raise Unreadable(f"syntax error at line {line}")
    reader = _Reader(GoValues(source))
    reader.read(root)
    return reader.collector.settings()


class _Reader:
    """One walk over a file. Scope: the name of the function around, or of the package-level variable; empty at package level."""

    def __init__(self, values: GoValues) -> None:
        self.collector = Collector()
        self._values = values
        self._open: list[tuple[Node, str, bool]] = []
        """(node, scope, whether it stands at package level) still to be read, the next one last."""

    def read(self, root: Node) -> None:
        self._open = [(root, "", True)]
        while self._open:
            node, scope, top = self._open.pop()
            kind = node.type
            if kind in SKIPPED:
                continue
            if kind in {"function_declaration", "method_declaration"}:
                self._function(node)
            elif kind in {"const_spec", "var_spec"}:
                self._assigned(node, "name", "value", (scope, top))
            elif kind in {"assignment_statement", "short_var_declaration"}:
                self._assigned(node, "left", "right", (scope, top))
            elif kind == "type_spec":
                self._tags(node)
                self._push(node, scope)
            elif kind == "composite_literal":
                self._composite(node, scope)
            else:
                if kind == "call_expression":
                    self._call(node, scope)
                self._push(node, scope, top=top and kind not in {"block", "func_literal"})

    def _push(self, node: Node, scope: str, *, top: bool = False) -> None:
        self._open += [(child, scope, top) for child in reversed(node.named_children)]

    def _function(self, node: Node) -> None:
        name = scope_name(receiver_of(node), text_of(node.child_by_field_name("name")))
        body = node.child_by_field_name("body")
        if body is not None:
            self._open.append((body, self.collector.numbered((), f"{name}()"), False))

    def _assigned(self, node: Node, target_field: str, value_field: str, at: tuple[str, bool]) -> None:
        scope, top = at
        targets, values = _listed(node, target_field), _listed(node, value_field)
        if len(targets) == len(values):
            for target, value in zip(targets, values, strict=True):
                name = dotted(target) if target.end_byte - target.start_byte <= SHORT else ""
                if top and name and name != "_":
                    self._package_level(name, value)
                    continue
                if name:
                    self._amount(scope, name, value)
                self._open.append((value, scope, False))
        else:
            self._open += [(value, scope, False) for value in reversed(values)]

    def _package_level(self, name: str, value: Node) -> None:
        tree = self._values.read(value)
        if pointed_to(value).type != "iota":
            self._add(self.collector.place((), (name,)), tree)
        self._open += [(function, f"{scope_name(name, path)}()", False) for function, path in self._values.functions[::-1]]

    def _amount(self, scope: str, name: str, value: Node) -> None:
        """`cfg.Timeout = 30 * time.Second` and `limit := 100` in a function: amounts, and for fields flags too."""
        folded = fold(value)
        if folded is None or isinstance(folded, str) or ("." not in name and isinstance(folded, Nothing | bool)):
            return
        prefix = (scope,) if scope else ()
        self._add(self.collector.place(prefix, tuple(name.split("."))), self._values.read(value))

    def _composite(self, node: Node, scope: str) -> None:
        """The fields of a struct or the entries of a map, composite literals in them included; lists are data."""
        body = body_of(node)
        if body is None or not any(child.type == "keyed_element" for child in body.named_children):
            self._push(node, scope)
            return
        prefix = (scope,) if scope else ()
        self._add((*prefix, self.collector.numbered(prefix, type_text(node))), self._values.read(node, literal_only=True))
        pending, others = [body], []
        while pending:
            for _, value in entries_of(pending.pop()):
                inner = body_of(pointed_to(value))
                if inner is not None:
                    pending.append(inner)
                else:
                    others.append(value)
        self._open += [(value, scope, False) for value in reversed(others)]

    def _call(self, node: Node, scope: str) -> None:
        callee = dotted(node.child_by_field_name("function"))
        if fold(node) is not None or callee in PASSED_CALLEES or callee.partition(".")[0] in PASSED_OWNERS:
            return
        prefix = (scope,) if scope else ()
        name = self.collector.numbered(prefix, callee)
        arguments = arguments_of(node)
        for position, argument in enumerate(arguments):
            folded = fold(argument)
            if folded is None or isinstance(folded, str | Nothing):
                continue
            named = first_name(arguments) if position == 1 else ""
            self._add((*prefix, name, named or f"[{position}]"), self._values.read(argument))

    def _tags(self, node: Node) -> None:
        """Defaults that a configuration library takes from the tags of a struct's fields."""
        kind = node.child_by_field_name("type")
        fields = (
            next((child for child in kind.named_children if child.type == "field_declaration_list"), None) if kind is not None else None
        )
        for field in fields.named_children if fields is not None else ():
            tag, name = field.child_by_field_name("tag"), field.child_by_field_name("name")
            if tag is None or name is None or tag.end_byte - tag.start_byte > MAX_FIELD_TAG:
                continue
            for found in DEFAULT_TAG.finditer(text_of(tag)):
                key = (text_of(node.child_by_field_name("name")), text_of(name), found[1])
                self._add(key, self._values.leaves.text(tag, found[2], "string"))

    def _add(self, key: Key, tree: Tree | None) -> None:
        if tree is not None:
            self.collector.add(key, tree)


def _listed(node: Node, field: str) -> list[Node]:
    found = node.children_by_field_name(field)
    if len(found) == 1 and found[0].type == "expression_list":
        found = found[0].named_children
    return [one for one in found if one.is_named and one.type != "comment"]
