"""Settings in JavaScript and TypeScript source: constants, exported objects, enums, class fields, what calls are given."""

from tree_sitter import Node

from aicheck.model.facts import Setting
from aicheck.readers.constants.collector import Collector, Key, scope_name
from aicheck.readers.constants.folding import Nothing
from aicheck.readers.constants.granting import POLICY_KEYS, is_granting
from aicheck.readers.constants.javascript_fold import fold, string_of
from aicheck.readers.constants.javascript_values import CALLS, FUNCTIONS, ScriptValues, arguments_of, entry_of, label_of
from aicheck.readers.constants.syntax_nodes import dotted, last_name, unwrapped
from aicheck.readers.constants.texts import string_text
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import parse, parse_script, text_of
from aicheck.readers.tree import Leaf
from aicheck.readers.tree import Node as Tree

SKIPPED = frozenset(
    {
        "comment",
        "decorator",
        "function_signature",
        "identifier",
        "import_statement",
        "interface_declaration",
        "jsx_text",
        "number",
        "property_identifier",
        "regex",
        "string",
        "type_alias_declaration",
        "type_annotation",
        "type_arguments",
        "type_identifier",
        "type_parameters",
    }
)
"""Nodes that hold nothing of interest."""
DECLARATIONS = frozenset({"function_declaration", "generator_function_declaration", "method_definition"})
CLASSES = frozenset({"abstract_class_declaration", "class", "class_declaration"})
FIELDS = frozenset({"field_definition", "public_field_definition"})
BLOCKS = frozenset(
    {
        "ambient_declaration",
        "await_expression",
        "else_clause",
        "export_statement",
        "expression_statement",
        "if_statement",
        "internal_module",
    }
)
BLOCKS |= {"lexical_declaration", "module", "statement_block", "try_statement", "catch_clause", "variable_declaration"}
"""What stands at module level hands this on to its children."""
TIMING = frozenset({"delay", "setInterval", "setTimeout", "sleep", "timeout"})
"""Functions whose positional numbers are settings."""
MAX_PARTS = 10
"""Of a dotted target."""


def read_javascript_constants(path: str, language: str, data: bytes, root: Node | None = None) -> tuple[Setting, ...]:
    """The settings of a file in file order; `root` saves parsing where it is at hand. Raises Unreadable."""
    source = SourceText(data)
    if root is None and path.endswith("x") and language == "typescript":
        root = parse("tsx", source.data)
    if root is None or root.has_error:
        root = parse_script(language, source)
    reader = _Reader(ScriptValues(source))
    reader.read(root)
    return reader.collector.settings()


class _Reader:
    """One walk over a file. Scope: the qualified name of the function or class around; top: directly in the module."""

    def __init__(self, values: ScriptValues) -> None:
        self.collector = Collector()
        self._values = values
        self._open: list[tuple[Node, str, bool]] = []
        """(node, scope, top) still to be read, the next one last."""

    def read(self, root: Node) -> None:
        self._open = [(root, "", True)]
        while self._open:
            node, scope, top = self._open.pop()
            kind = node.type
            if kind in SKIPPED:
                continue
            if kind in DECLARATIONS or kind in FUNCTIONS or kind in CLASSES:
                self._definition(node, scope)
            elif kind == "enum_declaration":
                self._enum(node, scope)
            elif kind in CALLS:
                self._call(node, scope, top=top)
            elif kind == "object" and _is_policy(node):
                prefix = (f"{scope}()",) if scope else ()
                self._add((*prefix, self.collector.numbered(prefix, "policy")), self._values.read(node))
            elif kind == "variable_declarator":
                self._assigned(node, "name", "value", (scope, top))
            elif kind == "assignment_expression":
                self._assigned(node, "left", "right", (scope, top))
            elif kind == "export_statement" and (value := node.child_by_field_name("value")) is not None:
                self._value((), "export default" if value.type not in FUNCTIONS else "default", value, scope)
            else:
                self._push(node, scope, top=top and (kind in BLOCKS or kind == "program"))

    def _push(self, node: Node, scope: str, *, top: bool = False) -> None:
        self._open += [(child, scope, top) for child in reversed(node.named_children)]

    def _definition(self, node: Node, scope: str, name: str = "") -> None:
        """A function or class, under the name that it is assigned to where it has none itself."""
        name = text_of(node.child_by_field_name("name")) or name
        if node.type in CLASSES:
            self._class(node, scope_name(scope, name))
        else:
            self._function(node, self.collector.numbered((), scope_name(scope, name)) if name else scope)

    def _function(self, node: Node, scope: str) -> None:
        parameters, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
        if parameters is not None:
            self._defaults(parameters, (f"{scope}()",) if scope else ())
        if body is not None:
            self._open.append((body, scope, False))

    def _defaults(self, parameters: Node, prefix: Key) -> None:
        """`timeout = 30`, also inside of an object that is taken apart."""
        pending = list(reversed(parameters.named_children))
        while pending:
            node = pending.pop()
            if node.type in {"object_pattern", "pair_pattern"}:
                pending += reversed(node.named_children)
                continue
            name = node.child_by_field_name("left") or node.child_by_field_name("pattern")
            value = node.child_by_field_name("right") or node.child_by_field_name("value")
            if name is not None and name.type == "object_pattern":
                pending.append(name)
            elif name is not None and value is not None:
                self._add((*prefix, text_of(name)), self._values.read(value))

    def _class(self, node: Node, scope: str) -> None:
        body = node.child_by_field_name("body")
        decorators = [child for child in node.named_children if child.type == "decorator"]
        if node.parent is not None and node.parent.type == "export_statement":
            decorators += [child for child in node.parent.named_children if child.type == "decorator"]
        self._decorators((scope,), decorators)
        pending: list[Node] = []
        for member in body.named_children if body is not None else ():
            if member.type == "decorator":
                pending.append(member)
                continue
            name = text_of(member.child_by_field_name("name") or member.child_by_field_name("property"))
            own = [child for child in member.named_children if child.type == "decorator"] if member.type in FIELDS else []
            key = (f"{scope_name(scope, name)}()",) if member.type == "method_definition" else (scope, name)
            self._decorators(key, pending + own)
            pending = []
            value = member.child_by_field_name("value") if member.type in FIELDS else None
            if value is not None:
                self._value((scope,), name, value, scope)
            elif member.type not in FIELDS:
                self._open.append((member, scope, False))

    def _decorators(self, prefix: Key, decorators: list[Node]) -> None:
        for decorator in decorators:
            call = next((child for child in decorator.named_children if child.type == "call_expression"), None)
            if call is not None:
                name = self.collector.numbered(prefix, f"@{dotted(call.child_by_field_name('function'))}")
                self._add((*prefix, name), self._values.read(call))

    def _enum(self, node: Node, scope: str) -> None:
        body, name = node.child_by_field_name("body"), scope_name(scope, text_of(node.child_by_field_name("name")))
        for member in body.named_children if body is not None else ():
            value = member.child_by_field_name("value")
            if member.type == "enum_assignment" and value is not None:
                self._add((name, text_of(member.child_by_field_name("name"))), self._values.read(value))

    def _assigned(self, node: Node, target_field: str, value_field: str, at: tuple[str, bool]) -> None:
        scope, top = at
        target, value = node.child_by_field_name(target_field), node.child_by_field_name(value_field)
        if target is None or value is None:
            return
        names, value = _place(target), unwrapped(value)
        if target.type == "object_pattern":
            self._defaults(target, (f"{scope}()",) if scope else ())
        name = ".".join(names)
        if value.type in FUNCTIONS or value.type in CLASSES:
            self._definition(value, scope, name)
        elif top and names:
            self._value((scope,) if scope else (), name, value, scope)
        else:
            if names:
                self._amount(scope, names, value)
            self._open.append((value, scope, False))

    def _amount(self, scope: str, names: Key, value: Node) -> None:
        """`this.timeout = 30` and `const limit = 100` in a function: amounts, and for attributes flags too."""
        folded = fold(value)
        if folded is None or isinstance(folded, str) or (len(names) == 1 and isinstance(folded, Nothing | bool)):
            return
        prefix = (f"{scope}()",) if scope else ()
        self._add(self.collector.place(prefix, names), self._values.literals(value))

    def _value(self, prefix: Key, name: str, value: Node, scope: str) -> None:
        """Collect what is assigned at module or class level, and open the functions in it."""
        value = unwrapped(value)
        label, namer = label_of(value) if value.type in CALLS and not prefix else ("", None)
        if namer is not None or (name == "export default" and label):
            tree = self._values.read(value, named_by=namer)
            key: Key = (self.collector.numbered((), label),)
        else:
            tree = self._values.read(value)
            key = self.collector.place(prefix, tuple(name.split(".")) if name != "export default" else (name,))
        self._add(key, tree)
        self._open_functions(scope_name(scope, name))
        if isinstance(tree, Leaf) and tree.type == "expression":
            self._open.append((value, scope, False))

    def _open_functions(self, scope: str) -> None:
        self._open += [(node, scope_name(scope, path), False) for node, path in reversed(self._values.functions)]

    def _call(self, node: Node, scope: str, *, top: bool) -> None:
        callee = dotted(node.child_by_field_name("function") or node.child_by_field_name("constructor"))
        if top:
            label, namer = label_of(node)
            name = self.collector.numbered((), label if namer is not None else callee)
            self._add((name,), self._values.read(node, named_by=namer))
            self._open_functions(scope_name(scope, name) if namer is not None else scope)
            return
        prefix = (f"{scope}()",) if scope else ()
        label, namer = label_of(node) if node.type == "new_expression" else ("", None)
        key = (*prefix, self.collector.numbered(prefix, label if namer is not None else callee))
        for position, argument in enumerate(arguments_of(node)):
            if argument.type == "object" and not _is_policy(argument):
                self._add(key, self._values.literals(argument))
            elif is_granting(last_name(callee)):
                value = fold(argument)
                leaves = self._values.leaves
                self._add((*key, f"[{position}]"), leaves.expression(argument) if value is None else leaves.folded(argument, value))
            elif last_name(callee) in TIMING and isinstance(fold(argument), int | float):
                self._add((*key, f"[{position}]"), self._values.literals(argument))
        if is_granting(last_name(callee)) and not arguments_of(node):
            self._add(key, self._values.leaves.expression(node))
        self._push(node, scope)

    def _add(self, key: Key, tree: Tree | None) -> None:
        if tree is not None:
            self.collector.add(key, tree)


def _is_policy(node: Node) -> bool:
    return any(entry_of(child)[0] in POLICY_KEYS for child in node.named_children)


def _place(target: Node) -> Key:
    """The key of what is assigned to: `NAME`, `module.exports`, `config["name"]`; empty for any other target."""
    parts: list[str] = []
    current: Node | None = target
    while current is not None and len(parts) < MAX_PARTS:
        if current.type in {"identifier", "this", "property_identifier", "private_property_identifier"}:
            return (text_of(current), *reversed(parts))
        index = current.child_by_field_name("index") if current.type == "subscript_expression" else None
        name = string_of(index) if index is not None else text_of(current.child_by_field_name("property"))
        if not name:
            return ()
        parts.append(string_text(name))
        current = current.child_by_field_name("object")
    return ()
