"""JavaScript and TypeScript tests (the describe/it/test family of jest, vitest, mocha and node), read with tree-sitter."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from aicheck.model.facts import TestCase
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import parse_script, text_of, walk

SUITES = frozenset({"context", "describe", "fdescribe", "suite", "xcontext", "xdescribe"})
TESTS = frozenset({"fit", "it", "specify", "test", "xit", "xspecify", "xtest"})
SKIP_WORDS = frozenset({"fails", "failing", "fixme", "skip", "todo", "xcontext", "xdescribe", "xit", "xspecify", "xtest"})
CHECK_PREFIXES = ("assert", "expect", "verify", "should")
CHECK_OBJECTS = frozenset({"assert", "t"})
FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
HELPER_WORDS = ("test", "helper", "util", "common", "assert")
MAX_CASES = 1_000
MAX_CHAIN = 8
"""Links of a call chain that are looked at; no runner's own chains are longer."""


@dataclass(slots=True)
class _Scope:
    """A suite, test or named function that the walk is inside of."""

    depth: int
    name: str
    kind: str
    node: Node
    skipped: bool = False
    checks: int = 0
    cases: int = 0
    called: set[str] = field(default_factory=set)
    """Functions by bare name, methods by their last name with a dot before it."""
    used: set[str] = field(default_factory=set)


def read_javascript_tests(language: str, source: SourceText) -> tuple[TestCase, ...]:
    """The tests of a file in file order, ids like `orders > adds tax`; each literal case of `each` is one. Raises Unreadable."""
    reader = _Reader(parse_script(language, source))
    tests = reader.read()
    return tuple(case for test in tests for case in _cases(test, reader, source))


class _Reader:
    """One walk over the tree with a stack of open scopes."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._open: list[_Scope] = []
        self._tests: list[_Scope] = []
        self._seen: Counter[str] = Counter()
        self.imports: dict[str, tuple[str, str]] = {}
        self.checking: set[str] = set()
        """Named functions of the file that check something."""

    def read(self) -> list[_Scope]:
        for depth, node in walk(self._root):
            while self._open and self._open[-1].depth >= depth:
                self._open.pop()
            if node.type == "call_expression":
                self._call(depth, node)
            elif node.type == "identifier":
                for scope in self._open:
                    scope.used.add(text_of(node))
            elif node.type in {"function_declaration", "variable_declarator"}:
                self._open.append(_Scope(depth, text_of(node.child_by_field_name("name")), "function", node))
            elif node.type == "import_statement":
                self.imports.update(_imported(node))
        return self._tests

    def _call(self, depth: int, node: Node) -> None:
        chain, arguments = _chain(node)
        function = _function_argument(node)
        named = _first_text(node)
        if chain and named is not None and (chain[0] in SUITES or chain[0] in TESTS):
            kind = "suite" if chain[0] in SUITES else "test"
            suites = [scope for scope in self._open if scope.kind == "suite"]
            name = " > ".join([scope.name for scope in suites[-1:]] + [named])
            scope = _Scope(depth, name, kind, node, any(scope.skipped for scope in suites) or _is_skipped(chain, node, function))
            scope.cases = _case_count(arguments)
            if kind == "test" and not any(scope.kind == "test" for scope in self._open):
                self._seen[name] += 1
                scope.name = name if self._seen[name] == 1 else f"{name}#{self._seen[name]}"
                scope.checks = 0 if function is not None or "todo" in chain else -1
                self._tests.append(scope)
            self._open.append(scope)
        elif _is_check(node):
            for scope in self._open:
                scope.checks += 1
                if scope.kind == "function" and not any(outer.kind == "test" for outer in self._open):
                    self.checking.add(scope.name)
        elif chain:
            for scope in self._open:
                scope.called.add(chain[-1] if len(chain) == 1 else f".{chain[-1]}")


def _cases(test: _Scope, reader: _Reader, source: SourceText) -> Iterator[TestCase]:
    checks = test.checks + len(test.called & reader.checking)
    called = {name.lstrip(".") for name in test.called}
    helpers = {name for name, (origin, _) in reader.imports.items() if any(word in origin.lower() for word in HELPER_WORDS)}
    if not checks and called & helpers:
        checks = -1
    subjects = called | {real for name, (origin, real) in reader.imports.items() if name in test.used and _is_own(origin)}
    for case in range(test.cases or 1):
        name = f"{test.name}[{case}]" if test.cases else test.name
        yield TestCase(name, test.skipped, max(checks, -1), tuple(sorted(subjects)), source.node_span(test.node))


def _chain(call: Node) -> tuple[list[str], list[Node]]:
    """The names of `it.only.each([...])` from left to right, and the argument lists met on the way, inner first."""
    names: list[str] = []
    arguments: list[Node] = []
    node: Node | None = call
    for _ in range(MAX_CHAIN):
        if node is None:
            break
        if node.type == "call_expression":
            inner = node.child_by_field_name("arguments")
            if node is not call and inner is not None:
                arguments.insert(0, inner)
            node = node.child_by_field_name("function")
        elif node.type == "member_expression":
            names.insert(0, text_of(node.child_by_field_name("property")))
            node = node.child_by_field_name("object")
        else:
            if node.type in {"identifier", "this"}:
                names.insert(0, text_of(node))
            break
    return names, arguments


def _arguments(call: Node) -> list[Node]:
    arguments = call.child_by_field_name("arguments")
    return [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []


def _function_argument(call: Node) -> Node | None:
    return next((child for child in _arguments(call)[1:] if child.type in FUNCTIONS), None)


def _first_text(call: Node) -> str | None:
    """The text of a first argument that is a string; None when it is none."""
    first = next(iter(_arguments(call)), None)
    return text_of(first)[1:-1] if first is not None and first.type in {"string", "template_string"} else None


def _is_skipped(chain: list[str], call: Node, function: Node | None) -> bool:
    if SKIP_WORDS & set(chain):
        return True
    options = next((child for child in _arguments(call)[1:2] if child.type == "object"), None)
    if options is not None and text_of(options).replace(" ", "") in {"{skip:true}", "{todo:true}"}:
        return True
    body = function.child_by_field_name("body") if function is not None else None
    first = next((child for child in body.named_children if child.type != "comment"), None) if body is not None else None
    if first is None or body is None or body.type != "statement_block":
        return False
    if first.type == "return_statement":
        return first.named_child_count == 0
    calls = [child for child in first.named_children if child.type == "call_expression"] if first.type == "expression_statement" else []
    return bool(calls) and _chain(calls[0])[0][-1:] == ["skip"]


def _is_check(call: Node) -> bool:
    function = call.child_by_field_name("function")
    if function is None:
        return False
    if function.type == "identifier":
        return text_of(function).lower().startswith(CHECK_PREFIXES)
    if function.type != "member_expression":
        return False
    owner = function.child_by_field_name("object")
    return text_of(function.child_by_field_name("property")).lower().startswith(CHECK_PREFIXES) or (
        owner is not None and owner.type == "identifier" and text_of(owner) in CHECK_OBJECTS
    )


def _case_count(arguments: list[Node]) -> int:
    """The number of literal rows that `each` was given; 0 when there are none or that cannot be told."""
    first = next(iter(arguments[0].named_children), None) if arguments else None
    if first is None or first.type != "array":
        return 0
    return min(sum(child.type != "comment" for child in first.named_children), MAX_CASES)


def _imported(statement: Node) -> Iterator[tuple[str, tuple[str, str]]]:
    """Local name -> (module, real name)."""
    origin = text_of(statement.child_by_field_name("source")).strip("'\"`")
    for _, node in walk(statement):
        if node.type == "import_specifier":
            real = text_of(node.child_by_field_name("name"))
            yield text_of(node.child_by_field_name("alias")) or real, (origin, real)
        elif node.type == "identifier" and node.parent is not None and node.parent.type in {"import_clause", "namespace_import"}:
            yield text_of(node), (origin, text_of(node))


def _is_own(origin: str) -> bool:
    """Whether a module is the project's own rather than a package's."""
    return origin.startswith((".", "@/", "~/", "src/", "#"))
