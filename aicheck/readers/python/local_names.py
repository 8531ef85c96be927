"""The names inside one function or module, resolved over the stdlib `ast`."""

import ast
from collections.abc import Iterator

from aicheck.readers.python.names import DEPTH, ModuleNames, imported_names

Function = ast.FunctionDef | ast.AsyncFunctionDef


class LocalNames:
    """What the names of one function (or of the module) stand for, through imports, aliases and known instances."""

    def __init__(self, names: ModuleNames, node: ast.AST, outer: "LocalNames | None" = None) -> None:
        self.module = names
        self.outer = outer
        self.imports: dict[str, str] = {}
        self.values: dict[str, list[ast.expr | None]] = {}
        """Name -> what it is bound to, in order; None where that cannot be told (a loop, an argument)."""
        self.annotations: dict[str, ast.expr] = {}
        if isinstance(node, Function | ast.Lambda):
            self._bind_arguments(node.args)
            body: list[ast.stmt] = [] if isinstance(node, ast.Lambda) else node.body
            for one in own_nodes(body):
                self._bind(one)

    def dotted(self, node: ast.expr, depth: int = DEPTH) -> str:
        """The dotted name of an `a.b.c` expression, or of a method of a known instance; empty when unknown."""
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        base = self._resolve(node.id, depth) if isinstance(node, ast.Name) else ""
        if not base and attributes and depth:
            base = self.instance(node, depth - 1)
        return ".".join([base, *reversed(attributes)]) if base else ""

    def callee(self, node: ast.expr) -> str:
        """As `dotted`; of an unknown one what is written, after a dot (`.self.client.delete`, `.().delete`)."""
        known = self.dotted(node)
        if known:
            return known
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        start = node.id if isinstance(node, ast.Name) else "()"
        return ".".join(["", start, *reversed(attributes)])

    def instance(self, node: ast.expr, depth: int = DEPTH) -> str:  # noqa: PLR0911  one return for each kind
        """The dotted name of the class or factory that made a value; empty when unknown."""
        if not depth:
            return ""
        if isinstance(node, ast.Await):
            return self.instance(node.value, depth - 1)
        if isinstance(node, ast.Call):
            return self.dotted(node.func, depth - 1)
        if not isinstance(node, ast.Name):
            return ""
        if node.id in self.annotations:
            return self.dotted(self.annotations[node.id], depth - 1)
        if node.id in self.values:
            value = self.values[node.id][-1]
            return self.instance(value, depth - 1) if value is not None else ""
        if self.outer is not None:
            return self.outer.instance(node, depth)
        return self.module.instance(node, depth)

    def bound(self, name: str) -> list[ast.expr | None]:
        """What a name is bound to, here or in what is around."""
        if name in self.values:
            return self.values[name]
        return self.outer.bound(name) if self.outer is not None else self.module.values.get(name, [])

    def _resolve(self, name: str, depth: int) -> str:
        if name in self.imports:
            return self.imports[name]
        if name in self.values:
            value = self.values[name][-1]
            is_alias = len(self.values[name]) == 1 and isinstance(value, ast.Name | ast.Attribute)
            return self.dotted(value, depth - 1) if is_alias and value is not None and depth else ""
        return self.outer._resolve(name, depth) if self.outer is not None else self.module.resolve(name, depth)

    def _bind_arguments(self, arguments: ast.arguments) -> None:
        extra = [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]:
            self.values[argument.arg] = [None]
            if isinstance(argument.annotation, ast.Name | ast.Attribute):
                self.annotations[argument.arg] = argument.annotation

    def _bind(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom):
            self.imports.update((local, dotted) for local, dotted in imported_names(node) if local != "*")
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind_target(target, node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr):
            self._bind_target(node.target, node.value)
        elif isinstance(node, ast.AugAssign | ast.For | ast.AsyncFor | ast.comprehension):
            self._bind_target(node.target, None)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._bind_target(node.optional_vars, node.context_expr)
        elif isinstance(node, Function | ast.ClassDef):
            self.values.setdefault(node.name, []).append(None)

    def _bind_target(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self.values.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple | ast.List):
            for item in target.elts:
                self._bind_target(item, None)


def scopes_of(names: ModuleNames, node: ast.AST) -> Iterator[tuple[ast.AST, LocalNames]]:
    """(node, its names) of a function and of every function inside of it; of a module only the module."""
    stack: list[tuple[ast.AST, LocalNames | None]] = [(node, None)]
    while stack:
        current, outer = stack.pop()
        own = LocalNames(names, current, outer)
        yield current, own
        if not isinstance(current, ast.Module):
            stack.extend((inner, own) for inner in reversed(_inner_functions(current)))


def _inner_functions(node: ast.AST) -> list[ast.AST]:
    """The functions directly inside, those of classes inside included, in source order."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(reversed(getattr(node, "body", [])))
    while stack:
        current = stack.pop()
        if isinstance(current, Function):
            found.append(current)
        elif not isinstance(current, ast.expr):
            stack.extend(reversed(list(ast.iter_child_nodes(current))))
    return found


def own_nodes(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """Every node of these statements in no fixed order; functions and classes among them come, what is inside of them not."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))
        elif not isinstance(node, ast.Lambda):
            stack.extend(node.decorator_list)
