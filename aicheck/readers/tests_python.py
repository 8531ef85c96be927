"""Python tests (pytest and unittest), read with the standard library's `ast`."""

import ast
import sys
from collections.abc import Iterable, Iterator
from math import prod

import msgspec

from aicheck.model.facts import TestCase
from aicheck.readers.python_tree import parse_tree, walk_blocks, walk_code
from aicheck.readers.source_text import SourceText
from aicheck.readers.unreadable import Unreadable

MAX_CASES = 1_000
"""Of one parametrized test; more are counted as this many."""
TEST_PACKAGES = frozenset({"hypothesis", "mock", "nose", "pytest", "unittest"})
SKIP_MARKS = frozenset({"expectedFailure", "skip", "xfail"})
SKIP_CALLS = frozenset({"skip", "skipTest", "xfail"})
CHECK_PREFIXES = ("assert", "check", "expect", "verify")
CHECK_NAMES = frozenset({"deprecated_call", "fail", "raises", "warns"})
HELPER_WORDS = ("test", "helper", "util", "common", "assert")
"""A function imported from such a module may do the checking for a test that has no check of its own."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def read_python_tests(source: SourceText) -> tuple[TestCase, ...]:
    """The tests of a file in file order; each literal case of a parametrized test is one (`test_total[0]`). Raises Unreadable."""
    tree = parse_python(source.text)
    parts = _Parts()
    module = _Module(
        imports=dict(_imports(tree)),
        checking=frozenset(_checking(tree.body, "", parts)),
        skipped=_is_module_skipped(tree),
        source=source,
        parts=parts,
    )
    return tuple(test for node in tree.body for test in _tests(node, module, "", module.skipped))


def parse_python(text: str) -> ast.Module:
    """The syntax tree. Raises Unreadable."""
    try:
        return parse_tree(text)
    except SyntaxError as error:
        raise Unreadable(f"syntax error at line {error.lineno or 1}") from None
    except (MemoryError, RecursionError, ValueError):
        raise Unreadable("nested too deeply for Python itself") from None


class _Module(msgspec.Struct, frozen=True):
    imports: dict[str, tuple[str, str]]
    """Local name -> (module, real name)."""
    checking: frozenset[str]
    """Functions (`same`) and methods (`self.same`) of the file that check something themselves."""
    skipped: bool
    source: SourceText
    parts: "_Parts"


class _Parts:
    """What stands in each function, found once."""

    def __init__(self) -> None:
        self._found: dict[Function, tuple[list[ast.Call], list[ast.Name], int]] = {}

    def of(self, node: Function) -> tuple[list[ast.Call], list[ast.Name], int]:
        """Its calls, its names, and how many assertions and calls that are named like one it has."""
        found = self._found.get(node)
        if found is None:
            calls: list[ast.Call] = []
            names: list[ast.Name] = []
            checks = 0
            for part in walk_code(node):
                kind = type(part)
                if kind is ast.Call:
                    calls.append(part)  # type: ignore[arg-type]
                elif kind is ast.Name:
                    names.append(part)  # type: ignore[arg-type]
                elif kind is ast.Assert:
                    checks += 1
            checks += sum(_is_check(_last_name(call.func)) for call in calls)
            found = self._found[node] = calls, names, checks
        return found


def _tests(node: ast.stmt, module: _Module, prefix: str, skipped: bool) -> Iterator[TestCase]:
    if isinstance(node, ast.ClassDef) and (node.name.startswith("Test") or any("Test" in _last_name(base) for base in node.bases)):
        skipped = skipped or _is_marked(node.decorator_list) or _is_class_skipped(node)
        for child in node.body:
            yield from _tests(child, module, f"{prefix}{node.name}.", skipped)
    elif isinstance(node, Function) and node.name.startswith("test"):
        test = _test(node, module, prefix, skipped or _is_marked(node.decorator_list) or _leaves_at_once(node.body))
        cases = _case_count(node)
        for case in range(cases or 1):
            identifier = f"{test.id}[{case}]" if cases else test.id
            yield TestCase(identifier, test.skipped, test.assertions, test.subjects, test.span)
    elif isinstance(node, ast.If | ast.Try | ast.With):
        for inner in ast.iter_child_nodes(node):
            if isinstance(inner, ast.stmt):
                yield from _tests(inner, module, prefix, skipped)


def _test(node: Function, module: _Module, prefix: str, skipped: bool) -> TestCase:
    calls, _, checks = module.parts.of(node)
    checks += sum(_called(call) in module.checking for call in calls)
    if not checks and any(_may_check(call, module) for call in calls):
        checks = -1
    start = min([decorator.lineno for decorator in node.decorator_list] + [node.lineno])
    span = module.source.byte_span((start, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0))
    return TestCase(prefix + node.name, skipped, checks, tuple(sorted(set(_subjects(node, module)))), span)


def _checking(body: list[ast.stmt], owner: str, parts: _Parts) -> Iterator[str]:
    for node in body:
        if isinstance(node, Function) and parts.of(node)[2]:
            yield owner + node.name
        elif isinstance(node, ast.ClassDef):
            yield from _checking(node.body, "self.", parts)


def _called(call: ast.Call) -> str:
    """`same` or `self.same`; empty for a call of anything else."""
    if isinstance(call.func, ast.Name):
        return call.func.id
    is_own = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "self"
    return f"self.{_last_name(call.func)}" if is_own else ""


def _is_check(name: str) -> bool:
    return name in CHECK_NAMES or name.lstrip("_").startswith(CHECK_PREFIXES)


def _may_check(call: ast.Call, module: _Module) -> bool:
    if isinstance(call.func, ast.Name) and call.func.id in module.imports:
        source = module.imports[call.func.id][0].lower()
        return source.startswith(".") or any(word in source for word in HELPER_WORDS)
    return isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id == "self"


def _imports(tree: ast.Module) -> Iterator[tuple[str, tuple[str, str]]]:
    for node in walk_blocks(tree):
        if isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            yield from ((alias.asname or alias.name, (source, alias.name)) for alias in node.names)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0], (alias.name, alias.name.rpartition(".")[2])


def _subjects(node: Function, module: _Module) -> Iterator[str]:
    calls, names, _ = module.parts.of(node)
    for used in {name.id for name in names} & module.imports.keys():
        source, name = module.imports[used]
        root = source.partition(".")[0]
        if root not in TEST_PACKAGES and root not in sys.stdlib_module_names:
            yield name
    for call in calls:
        if isinstance(call.func, ast.Attribute) and not _is_check(call.func.attr):
            yield call.func.attr
            if call.func.attr.startswith("patch") and call.args and isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value).rpartition(".")[2]


def _case_count(node: Function) -> int:
    """How many cases the literal parameter lists make; 0 when the test is not parametrized or that cannot be told."""
    lists = [
        decorator.args[1]
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and _last_name(decorator.func) in {"parametrize", "expand"} and len(decorator.args) > 1
    ]
    counts = [len(values.elts) for values in lists if isinstance(values, ast.List | ast.Tuple | ast.Set)]
    return min(prod(counts), MAX_CASES) if counts and len(counts) == len(lists) else 0


def _is_marked(decorators: Iterable[ast.expr]) -> bool:
    return any(_is_skip_mark(decorator) for decorator in decorators)


def _is_skip_mark(mark: ast.expr) -> bool:
    """`skip`, `xfail`, and conditions that are always met; a real condition (`sys.platform == ...`) is no skip."""
    if not isinstance(mark, ast.Call):
        return _last_name(mark) in SKIP_MARKS
    name, first = _last_name(mark.func), mark.args[0] if mark.args else None
    if name in {"skipif", "skipIf"}:
        return isinstance(first, ast.Constant) and bool(first.value)
    if name == "skipUnless":
        return isinstance(first, ast.Constant) and not first.value
    if name == "xfail" and first is not None:
        return isinstance(first, ast.Constant) and bool(first.value)
    return name in SKIP_MARKS


def _is_module_skipped(tree: ast.Module) -> bool:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(_last_name(target) == "pytestmark" for target in node.targets):
            marks = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
            if _is_marked(marks):
                return True
        if _is_skip_statement(node):
            return True
    return False


def _is_class_skipped(node: ast.ClassDef) -> bool:
    for child in node.body:
        if isinstance(child, ast.Assign) and _last_name(child.targets[0]) in {"__test__", "pytestmark"}:
            name = _last_name(child.targets[0])
            if (name == "pytestmark" and _is_skip_mark(child.value)) or (
                isinstance(child.value, ast.Constant) and child.value.value is False
            ):
                return True
        if (
            isinstance(child, Function)
            and child.name in {"setUp", "setUpClass", "setup_method"}
            and _leaves_at_once(child.body, returns=False)
        ):
            return True
    return False


def _leaves_at_once(body: list[ast.stmt], *, returns: bool = True) -> bool:
    """Whether the first statement after the docstring skips the test or returns."""
    first = next((node for node in body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))), None)
    return first is not None and (_is_skip_statement(first) or (returns and isinstance(first, ast.Return)))


def _is_skip_statement(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise):
        return node.exc is not None and _last_name(node.exc.func if isinstance(node.exc, ast.Call) else node.exc) == "SkipTest"
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute)):
        return False
    return node.value.func.attr in SKIP_CALLS and _last_name(node.value.func.value) in {"pytest", "self", "cls"}


def _last_name(node: ast.expr) -> str:
    """`skip` of `pytest.mark.skip`; empty for what has no name."""
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
