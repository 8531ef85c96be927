"""Settings in the bodies of Python functions: keywords of calls, and whole constructors of infrastructure libraries."""

import ast
from collections.abc import Iterable

from aicheck.readers.constants.collector import Collector, Key
from aicheck.readers.constants.folding import Nothing
from aicheck.readers.constants.granting import POLICY_KEYS, is_granting
from aicheck.readers.constants.python_fold import environment_name, fold
from aicheck.readers.constants.python_values import PythonValues, dotted, label_of, last_name
from aicheck.readers.constants.texts import is_name, string_text

LIBRARIES = frozenset(
    {
        "aiohttp",
        "airflow",
        "alembic",
        "apscheduler",
        "aws_cdk",
        "boto3",
        "botocore",
        "cdk8s",
        "cdktf",
        "celery",
        "constructs",
        "dramatiq",
        "elasticsearch",
        "gunicorn",
        "httpx",
        "kafka",
        "kombu",
        "kubernetes",
        "modal",
        "pika",
        "prefect",
        "psycopg",
        "psycopg2",
        "psycopg_pool",
        "pulumi",
        "pymongo",
        "redis",
        "requests",
        "rq",
        "sqlalchemy",
        "tenacity",
        "troposphere",
        "urllib3",
        "uvicorn",
    }
)
"""Packages whose constructors are given what production is made of; `pulumi_aws` and the like count as `pulumi`."""
FACTORIES = frozenset({"async_sessionmaker", "client", "create_async_engine", "create_engine", "from_url", "resource", "sessionmaker"})
OPTIONS = frozenset({"add_argument", "argument", "option"})
"""Methods that declare a command line option."""
TIMING = frozenset({"BoundedSemaphore", "ProcessPoolExecutor", "Semaphore", "ThreadPoolExecutor", "sleep", "timeout", "wait_for"})
"""Callables whose positional numbers are settings."""
LEAVES = (ast.Constant, ast.Name, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.alias, ast.arguments)
PASSED_BY = frozenset({"annotation", "ctx", "decorator_list", "keywords", "op", "ops", "returns", "type_comment", "type_params"})

MAX_PARTS = 10
"""Of a dotted target."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class PythonCalls:
    """Reads the calls in statements and expressions that are no settings themselves."""

    def __init__(self, values: PythonValues, collector: Collector, imports: dict[str, str]) -> None:
        """`imports`: local name -> package, of the LIBRARIES that the file imports."""
        self._values = values
        self._collector = collector
        self._imports = imports

    def read(self, prefix: Key, nodes: Iterable[ast.AST]) -> list[Definition]:
        """Collect below `prefix` from the nodes in source order; the definitions among them are returned, not entered."""
        definitions: list[Definition] = []
        stack = list(nodes)[::-1]
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind is ast.Call:
                stack += self._read_call(prefix, node)[::-1]  # type: ignore[arg-type]
            elif kind in _DEFINITIONS:
                definitions.append(node)  # type: ignore[arg-type]
            elif kind is ast.Dict and _is_policy(node):  # type: ignore[arg-type]
                self._collector.add((*prefix, self._collector.numbered(prefix, "policy")), self._values.read(node))  # type: ignore[arg-type]
            else:
                if kind is ast.Assign or kind is ast.AnnAssign:
                    self._read_assignment(prefix, node)  # type: ignore[arg-type]
                stack += _children(node, kind)[::-1]
        return definitions

    def read_option(self, prefix: Key, call: ast.Call) -> bool:
        """Collect what a command line option is declared with, below its long name; False when the call declares none."""
        if last_name(call.func) not in OPTIONS:
            return False
        names = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str) and is_name(one.value)]
        if not names:
            return False
        name = next((one for one in names if one.startswith("--")), names[0])
        key = (*prefix, self._collector.numbered(prefix, name))
        for keyword in call.keywords:
            if keyword.arg is not None and keyword.arg != "help":
                self._collector.add((*key, keyword.arg), self._values.read(keyword.value))
        return True

    def _read_call(self, prefix: Key, call: ast.Call) -> list[ast.AST]:
        """Collect from one call; returns what of it is still to be looked at."""
        callee = dotted(call.func)
        if self._imports and self._is_constructor(callee):
            label, namers = label_of(call)
            owner = self._collector.numbered(prefix, label if namers else callee)
            self._collector.add((*prefix, owner), self._values.read_call(call, frozenset(namers)))
            return []
        owner = self._collector.numbered(prefix, callee)
        if call.args and callee.rpartition(".")[2] in TIMING:
            self._read_positional((*prefix, owner), call)
        elif is_granting(callee.rpartition(".")[2]):
            self._read_granted((*prefix, owner), call)
        if not call.keywords:
            self._read_environment(prefix, call)
            return [call.func, *call.args]
        if self.read_option(prefix, call):
            return []
        for keyword in call.keywords:
            if keyword.arg is not None and not (isinstance(keyword.value, ast.Dict) and _is_policy(keyword.value)):
                self._collector.add((*prefix, owner, keyword.arg), self._values.literals(keyword.value))
        return [call.func, *call.args, *(keyword.value for keyword in call.keywords)]

    def _read_positional(self, key: Key, call: ast.Call) -> None:
        for position, argument in enumerate(call.args):
            value = fold(argument)
            if value is not None and not isinstance(value, str):
                self._collector.add((*key, f"[{position}]"), self._values.literals(argument))

    def _read_granted(self, key: Key, call: ast.Call) -> None:
        """The text or the source of each argument; an entry without a value for a call that has none."""
        for position, argument in enumerate(call.args):
            leaf = self._values.literal(argument) or self._values.expression(argument)
            self._collector.add((*key, f"[{position}]"), leaf)
        if not call.args:
            self._collector.add(key, self._values.expression(call))

    def _read_assignment(self, prefix: Key, node: ast.Assign | ast.AnnAssign) -> None:
        """`self.timeout = 30` and `limit = 100`: amounts, and for attributes flags too."""
        value = fold(node.value) if node.value is not None else None
        if value is None or node.value is None or isinstance(value, str):
            return
        is_amount = not isinstance(value, Nothing | bool)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if is_amount or not isinstance(target, ast.Name):
                names = place_of_target(target)
                if names:
                    self._collector.add(self._collector.place(prefix, names), self._values.literals(node.value))

    def _read_environment(self, prefix: Key, call: ast.Call) -> None:
        name = environment_name(call) if len(call.args) > 1 else ""
        if name and fold(call) is not None:
            self._collector.add(self._collector.place(prefix, (name,)), self._values.literals(call))

    def _is_constructor(self, callee: str) -> bool:
        root, _, rest = callee.partition(".")
        package = self._imports.get(root)
        name = rest.rpartition(".")[2] or root
        return package is not None and (name[:1].isupper() or name in FACTORIES or package == "alembic")


def _is_policy(node: ast.Dict) -> bool:
    return any(isinstance(key, ast.Constant) and key.value in POLICY_KEYS for key in node.keys)


def place_of_target(target: ast.expr) -> Key:
    """The key of what is assigned to: `NAME`, `app.conf.NAME`, `SETTINGS["name"]`; empty for any other target."""
    parts: list[str] = []
    while len(parts) < MAX_PARTS:
        if isinstance(target, ast.Name):
            return (target.id, *reversed(parts))
        if isinstance(target, ast.Attribute):
            parts.append(target.attr)
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str):
            parts.append(string_text(target.slice.value))
        else:
            return ()
        target = target.value
    return ()


def library_imports(body: list[ast.stmt]) -> dict[str, str]:
    """Local name -> package, of what the top-level imports take from LIBRARIES."""
    found: dict[str, str] = {}
    for node in body:
        if isinstance(node, ast.Import):
            names = [(alias.asname or alias.name.partition(".")[0], alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [(alias.asname or alias.name, node.module) for alias in node.names]
        else:
            continue
        for local, module in names:
            package = module.partition(".")[0]
            package = "pulumi" if package.startswith("pulumi_") else package
            if package in LIBRARIES:
                found[local] = package
    return found


_DEFINITIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_fields: dict[type[ast.AST], tuple[str, ...]] = {}  # a cache of what the classes of `ast` say about themselves


def _children(node: ast.AST, kind: type[ast.AST]) -> list[ast.AST]:
    names = _fields.get(kind)
    if names is None:
        names = _fields[kind] = () if issubclass(kind, LEAVES) else tuple(name for name in kind._fields if name not in PASSED_BY)
    found: list[ast.AST] = []
    for name in names:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found
