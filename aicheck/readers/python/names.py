"""The names of one module: what its imports and its module-level statements bind. Reads the stdlib `ast` only."""

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field

BUILTINS = frozenset(dir(builtins))
COMPOUND = (ast.stmt, ast.mod, ast.ExceptHandler, ast.match_case)
BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
DEPTH = 12
"""How many aliases are followed before a name counts as unknown."""


@dataclass(slots=True)
class ModuleNames:
    """Filled once by `read_names`, read-only afterwards."""

    imports: dict[str, str] = field(default_factory=dict)
    """Local name -> dotted name; relative imports keep their leading dots."""
    stars: list[str] = field(default_factory=list)
    """Modules imported with `*`."""
    values: dict[str, list[ast.expr | None]] = field(default_factory=dict)
    """Module-level name -> what is assigned to it, in order; None for other bindings (loops, definitions, ...)."""
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    """Module-level classes."""

    def resolve(self, name: str, depth: int = DEPTH) -> str:
        """The dotted name that a module-level `name` stands for; empty when it is bound to something else or unknown."""
        if name in self.imports:
            return self.imports[name]
        if name in self.values:
            value = self.values[name][-1]
            return self.dotted(value, depth - 1) if value is not None and depth else ""
        if name in BUILTINS:
            return name
        return f"{self.stars[0]}.{name}" if self.stars else ""

    def renamed(self) -> list[tuple[str, str]]:
        """(name, dotted name) of every module-level name that stands for something called otherwise."""
        imported = [(name, dotted) for name, dotted in self.imports.items() if dotted.rpartition(".")[2] != name]
        aliases = [(name, self.resolve(name)) for name, values in self.values.items() if isinstance(values[-1], (ast.Attribute, ast.Name))]
        return imported + [(name, dotted) for name, dotted in aliases if dotted]

    def dotted(self, node: ast.expr, depth: int = DEPTH) -> str:
        """The dotted name of an `a.b.c` expression at module level, or of a method of a known instance; else empty."""
        if isinstance(node, ast.Name):
            return self.resolve(node.id, depth)
        if isinstance(node, ast.Attribute) and depth:
            base = self.dotted(node.value, depth - 1) or self.instance(node.value, depth - 1)
            return f"{base}.{node.attr}" if base else ""
        return ""

    def instance(self, node: ast.expr, depth: int = DEPTH) -> str:
        """The dotted name of the class or factory whose call made the value of a module-level expression; else empty."""
        if isinstance(node, ast.Call) and depth:
            return self.dotted(node.func, depth - 1)
        if isinstance(node, ast.Name) and depth and node.id in self.values:
            value = self.values[node.id][-1]
            return self.instance(value, depth - 1) if value is not None else ""
        return ""

    def attribute_instance(self, owner: str, attribute: str) -> str:
        """As `instance`, for `self.attribute` inside class `owner`; empty unless all assignments that tell agree."""
        found = {self.instance(value) for value in self.assigned_attributes(owner, attribute)} - {""}
        return found.pop() if len(found) == 1 else ""

    def assigned_attributes(self, owner: str, attribute: str) -> list[ast.expr]:
        """What the methods of class `owner` assign to `self.attribute`."""
        node = self.classes.get(owner)
        return [value for name, value in class_attributes(node) if name == attribute] if node is not None else []


def imported_names(node: ast.Import | ast.ImportFrom) -> list[tuple[str, str]]:
    """(local name, dotted name) pairs of one import; the local name is `*` for a star import."""
    if isinstance(node, ast.Import):
        return [
            (alias.asname or alias.name.partition(".")[0], alias.name if alias.asname else alias.name.partition(".")[0])
            for alias in node.names
        ]
    module = "." * node.level + (node.module or "")
    joint = "" if module.endswith(".") or not module else "."
    return [("*", module) if alias.name == "*" else (alias.asname or alias.name, f"{module}{joint}{alias.name}") for alias in node.names]


_blocks: dict[type[ast.AST], tuple[str, ...]] = {}  # a cache: most statements have none


def inner_statements(node: ast.AST) -> list[ast.stmt | ast.ExceptHandler | ast.match_case]:
    """The statements (and handlers and cases) directly inside a compound statement, in source order."""
    names = _blocks.get(type(node))
    if names is None:
        names = _blocks[type(node)] = tuple(name for name in BLOCKS if name in node._fields) if isinstance(node, COMPOUND) else ()
    if not names:
        return []
    found: list[ast.stmt | ast.ExceptHandler | ast.match_case] = []
    for name in names:
        found.extend(getattr(node, name))
    return found


def walk_statements(node: ast.AST) -> Iterator[ast.AST]:
    """The node and every statement, handler and case below it. Passes expressions by, which are nine tenths of a tree."""
    stack: list[ast.AST] = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(inner_statements(current)))


def read_names(tree: ast.Module) -> ModuleNames:
    """Everything that module-level statements bind, conditional ones included."""
    names = ModuleNames()
    stack: list[ast.stmt | ast.ExceptHandler | ast.match_case] = list(reversed(tree.body))
    while stack:
        statement = stack.pop()
        _bind(names, statement)
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            stack.extend(reversed(inner_statements(statement)))
    return names


def _bind(names: ModuleNames, statement: ast.AST) -> None:  # noqa: C901, PLR0912  one branch for each kind of statement
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        for local, dotted in imported_names(statement):
            if local == "*":
                names.stars.append(dotted)
            else:
                names.imports[local] = dotted
                names.values.pop(local, None)
    elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        _bind_value(names, statement.name, None)
        if isinstance(statement, ast.ClassDef):
            names.classes[statement.name] = statement
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            for name in _targets(target):
                _bind_value(names, name, statement.value if isinstance(target, ast.Name) else None)
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        _bind_value(names, statement.target.id, statement.value)
    elif isinstance(statement, (ast.For, ast.AsyncFor, ast.AugAssign)):
        for name in _targets(statement.target):
            _bind_value(names, name, None)
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        for item in statement.items:
            for name in _targets(item.optional_vars):
                _bind_value(names, name, item.context_expr)


def _bind_value(names: ModuleNames, name: str, value: ast.expr | None) -> None:
    if name in names.imports and value is None:
        return  # a fallback definition beside an import: `except ImportError: def rmtree`
    names.imports.pop(name, None)
    names.values.setdefault(name, []).append(value)


def _targets(target: ast.expr | None) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.id]
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)] if target is not None else []


def class_attributes(owner: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    """(attribute, value) of everything that the methods of a class assign to `self`, in source order."""
    for node in walk_statements(owner):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
                yield target.attr, value
