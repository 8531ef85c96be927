"""Settings in Python source: constants, parameter defaults, decorators, what constructors and other calls are given."""

import ast
from collections.abc import Iterable

from aicheck.model.facts import Setting
from aicheck.readers.constants.collector import Collector, Key, scope_name
from aicheck.readers.constants.python_calls import Definition, PythonCalls, library_imports, place_of_target
from aicheck.readers.constants.python_values import PythonValues, dotted, label_of, last_name
from aicheck.readers.python.names import BLOCKS
from aicheck.readers.python.source import PythonSource
from aicheck.readers.python_text import decode
from aicheck.readers.python_tree import parse_tree
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf
from aicheck.readers.unreadable import Unreadable

TEST_DATA = frozenset({"parametrize", "expand", "example"})
"""Decorators whose arguments are cases of a test."""


def read_python_constants(data: bytes, tree: ast.Module | None = None) -> tuple[Setting, ...]:
    """The settings of a file, module level before functions; `tree` saves parsing where it is at hand.

    None for a file with syntax newer than the running Python. Raises Unreadable.
    """
    text = decode(data)
    tree = tree or _parse(text, data)
    if tree is None:
        return ()
    values, collector = PythonValues(SourceText(text.encode())), Collector()
    reader = _Reader(values, collector, PythonCalls(values, collector, library_imports(tree.body)))
    reader.read(tree.body)
    return collector.settings()


def _parse(text: str, data: bytes) -> ast.Module | None:
    try:
        return parse_tree(text)
    except SyntaxError:
        PythonSource(data)  # LibCST may know the syntax; raises Unreadable when it does not either
        return None
    except (MemoryError, RecursionError, ValueError):
        raise Unreadable("nested too deeply for Python itself") from None


class _Reader:
    """One walk over the statements of a file; `scope` is the qualified name of what they stand in."""

    def __init__(self, values: PythonValues, collector: Collector, calls: PythonCalls) -> None:
        self._values = values
        self._collector = collector
        self._calls = calls
        self._open: list[tuple[Definition, str]] = []
        """Definitions still to be read, the next one last, with the name of what they stand in."""

    def read(self, body: list[ast.stmt]) -> None:
        self._read_block(body, "")
        while self._open:
            node, scope = self._open.pop()
            name = self._collector.numbered((), scope_name(scope, node.name))
            if isinstance(node, ast.ClassDef):
                self._read_decorators(node, (name,))
                for keyword in node.keywords:
                    if keyword.arg is not None:
                        self._collector.add((name, keyword.arg), self._values.read(keyword.value))
                self._read_block(node.body, name)
            else:
                self._read_function(node, name)

    def _read_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> None:
        prefix = (f"{name}()",)
        self._read_decorators(node, prefix)
        self._read_defaults(node.args, prefix)
        self._enter(self._calls.read(prefix, node.body), name)

    def _read_defaults(self, arguments: ast.arguments, prefix: Key) -> None:
        positional = arguments.posonlyargs + arguments.args
        with_default = positional[len(positional) - len(arguments.defaults) :]
        for argument, default in [
            *zip(with_default, arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]:
            if default is not None:
                self._collector.add((*prefix, argument.arg), self._values.read(default))

    def _read_decorators(self, node: Definition, prefix: Key) -> None:
        for decorator in node.decorator_list:
            if not isinstance(decorator, ast.Call) or last_name(decorator.func) in TEST_DATA:
                continue
            if not self._calls.read_option(prefix, decorator):
                name = self._collector.numbered(prefix, f"@{dotted(decorator.func)}")
                for position, argument in enumerate(decorator.args):
                    leaf = self._values.literal(argument)
                    if leaf is not None:
                        self._collector.add((*prefix, name, f"[{position}]"), leaf)
                for keyword in decorator.keywords:
                    if keyword.arg is not None:
                        self._collector.add((*prefix, name, keyword.arg), self._values.read(keyword.value))

    def _enter(self, definitions: list[Definition], scope: str) -> None:
        self._open += [(definition, scope) for definition in reversed(definitions)]

    def _read_block(self, body: list[ast.stmt], scope: str) -> None:
        """The statements of a module or class, and of what is written there under a condition."""
        definitions: list[Definition] = []
        stack: list[ast.AST] = list(reversed(body))
        while stack:
            node = stack.pop()
            if isinstance(node, Definition):
                definitions.append(node)
                continue
            found = self._read_statement(node, (scope,) if scope else ())
            definitions += self._calls.read((scope,) if scope else (), found)
            stack += [inner for block in BLOCKS[::-1] for inner in reversed(getattr(node, block, ()))]
        self._enter(definitions, scope)

    def _read_statement(self, node: ast.AST, prefix: Key) -> Iterable[ast.expr]:
        """Collect from one statement; returns its expressions that hold nothing but calls of interest."""
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(prefix, place_of_target(target), node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._assign(prefix, place_of_target(node.target), node.value)
        elif isinstance(node, ast.AugAssign):
            names = place_of_target(node.target)
            if names:
                self._collector.add(self._collector.place(prefix, (*names, "+=")), self._values.read(node.value))
        elif isinstance(node, ast.Expr):
            return self._stand_alone(prefix, node.value)
        elif isinstance(node, ast.With | ast.AsyncWith):
            return [rest for item in node.items for rest in self._stand_alone(prefix, item.context_expr)]
        elif isinstance(node, ast.For | ast.AsyncFor):
            return [node.iter]
        elif isinstance(node, ast.If | ast.While):
            return [node.test]
        return ()

    def _assign(self, prefix: Key, names: Key, value: ast.expr) -> None:
        if not names:
            return
        if isinstance(value, ast.Call) and not prefix:
            label, namers = label_of(value)
            if namers and value.keywords and label[0].isupper():
                owner = self._collector.numbered((), label)
                self._collector.add((owner,), self._values.read_call(value, frozenset(namers)))
                return
        self._collector.add(self._collector.place(prefix, names), self._values.read(value))

    def _stand_alone(self, prefix: Key, value: ast.expr) -> Iterable[ast.expr]:
        if isinstance(value, ast.Await):
            value = value.value
        if not isinstance(value, ast.Call):
            return ()
        label, namers = label_of(value)
        if not namers:
            label = " ".join([dotted(value.func), *(dotted(one) for one in value.args[:1] if isinstance(one, ast.Name | ast.Attribute))])
        tree = self._values.read_call(value, frozenset(namers))
        if isinstance(tree, Leaf):
            return [value]
        if not self._calls.read_option(prefix, value):
            self._collector.add((*prefix, self._collector.numbered(prefix, label)), tree)
        return ()
