"""What the names of a JavaScript or TypeScript file stand for: imports, `require`, destructuring, literals."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from aicheck.readers.syntax_tree import text_of, walk

DEPTH = 8
"""How many aliases are followed."""
INTEROP = frozenset({"default", "promises"})


@dataclass(slots=True)
class ScriptNames:
    """Names of one file, whatever scope they are in: one that is bound twice to different things stands for nothing."""

    imports: dict[str, str] = field(default_factory=dict)
    """Local name -> `module` or `module.name`; `node:` is taken off."""
    values: dict[str, Node | None] = field(default_factory=dict)
    """Name -> the expression it is declared with; None when it is bound otherwise or more than once."""

    def dotted(self, node: Node | None, depth: int = DEPTH) -> str:  # noqa: PLR0911  one way out for each kind of expression
        """`child_process.exec` for whatever stands for it in this file; empty when it is nothing imported."""
        if node is None or depth <= 0:
            return ""
        if node.type in {"identifier", "shorthand_property_identifier"}:
            name = text_of(node)
            if name in self.imports:
                return self.imports[name]
            value = self.values.get(name)
            return self.dotted(value, depth - 1) if value is not None and value.type in _ALIASES else ""
        if node.type == "member_expression":
            base, name = self.dotted(node.child_by_field_name("object"), depth - 1), text_of(node.child_by_field_name("property"))
            return (base if name in INTEROP else f"{base}.{name}") if base else ""
        if node.type in {"parenthesized_expression", "await_expression", "non_null_expression", "as_expression"}:
            return self.dotted(node.named_children[0] if node.named_children else None, depth - 1)
        if node.type == "call_expression":
            return self._called(node, depth)
        return ""

    def _called(self, call: Node, depth: int) -> str:
        """`require("x")`, `import("x")`, `promisify(exec)`, `$({shell: true})`."""
        function, arguments = call.child_by_field_name("function"), call_arguments(call)
        if function is None or not arguments:
            return ""
        if text_of(function) in {"require", "import"}:
            return module_name(arguments[0])
        name = self.dotted(function, depth - 1)
        return self.dotted(arguments[0], depth - 1) if name in {"util.promisify", "promisify"} else ""


_ALIASES = frozenset(
    {"await_expression", "call_expression", "identifier", "member_expression", "parenthesized_expression", "as_expression"}
)


def read_names(root: Node) -> ScriptNames:
    """The names that a whole file binds."""
    names = ScriptNames()
    for _, node in walk(root):
        if node.type == "import_statement":
            names.imports.update(_imported(node))
        elif node.type == "variable_declarator":
            _declare(names, node)
        elif node.type in {"assignment_expression", "augmented_assignment_expression"}:
            left = node.child_by_field_name("left")
            if left is not None and left.type == "identifier":
                names.values[text_of(left)] = None
        elif node.type in {"required_parameter", "formal_parameters"}:
            for child in node.named_children:
                if child.type == "identifier":
                    names.values[text_of(child)] = None
    return names


def module_name(node: Node) -> str:
    """The module that a literal names, without `node:`; empty for an expression."""
    return text_of(node)[1:-1].removeprefix("node:") if node.type in {"string", "template_string"} else ""


def call_arguments(call: Node) -> list[Node]:
    """The arguments of a call without comments; none for a tagged template."""
    arguments = call.child_by_field_name("arguments")
    if arguments is None or arguments.type != "arguments":
        return []
    return [child for child in arguments.named_children if child.type != "comment"]


def _declare(names: ScriptNames, declarator: Node) -> None:
    target, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
    if target is None:
        return
    if target.type == "identifier":
        name = text_of(target)
        names.values[name] = None if name in names.values else value
    elif target.type == "object_pattern":
        base = names.dotted(value)
        for part in target.named_children if base else ():
            if part.type == "shorthand_property_identifier_pattern":
                names.imports[text_of(part)] = f"{base}.{text_of(part)}"
            elif part.type == "pair_pattern":
                names.imports[text_of(part.child_by_field_name("value"))] = f"{base}.{text_of(part.child_by_field_name('key'))}"


def _imported(statement: Node) -> Iterator[tuple[str, str]]:
    source = statement.child_by_field_name("source")
    if source is None:
        return
    module = module_name(source)
    for _, node in walk(statement):
        if node.type == "import_specifier":
            real = text_of(node.child_by_field_name("name"))
            yield text_of(node.child_by_field_name("alias")) or real, module if real == "default" else f"{module}.{real}"
        elif node.type == "identifier" and node.parent is not None and node.parent.type in {"import_clause", "namespace_import"}:
            yield text_of(node), module
