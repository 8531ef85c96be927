"""Java tests (JUnit 4 and 5, TestNG), read with tree-sitter."""

from collections.abc import Iterator

from tree_sitter import Node

from aicheck.model.facts import TestCase
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import parse_script, text_of, walk

TESTS = frozenset({"ParameterizedTest", "RepeatedTest", "Test", "TestFactory", "TestTemplate"})
SKIPS = frozenset({"Disabled", "Ignore"})
SKIPPING = frozenset({"abort", "assumeFalse", "assumeTrue", "skip"})
CHECK_PREFIXES = ("assert", "check", "expect", "fail", "should", "then", "verify")
ROWS = frozenset({"CsvSource", "ValueSource"})
TYPES = frozenset({"class_declaration", "enum_declaration", "interface_declaration", "record_declaration"})
MAX_CASES = 1_000


def read_java_tests(source: SourceText) -> tuple[TestCase, ...]:
    """The test methods of a file in file order (`CartTest.adds`); each literal row of a source of values is one.

    Raises Unreadable.
    """
    root = parse_script("java", source)
    methods = list(_methods(root))
    checking = frozenset(text_of(method.child_by_field_name("name")) for _, method, _ in methods if _count_checks(method, frozenset()))
    return tuple(test for name, method, skipped in methods for test in _tests(name, method, skipped, checking, source))


def annotations_of(declaration: Node) -> dict[str, Node]:
    """The annotations of a class or method, by bare name."""
    modifiers = next((child for child in declaration.named_children if child.type == "modifiers"), None)
    marks = modifiers.named_children if modifiers is not None else []
    found = (mark for mark in marks if mark.type in {"annotation", "marker_annotation"})
    return {text_of(mark.child_by_field_name("name")).rpartition(".")[2]: mark for mark in found}


def _methods(root: Node) -> Iterator[tuple[str, Node, bool]]:
    """(qualified name, method, whether its classes are skipped) of each method."""
    scopes: list[tuple[int, str, bool]] = []
    for depth, node in walk(root):
        while scopes and scopes[-1][0] >= depth:
            scopes.pop()
        if node.type in TYPES:
            outer, skipped = (scopes[-1][1], scopes[-1][2]) if scopes else ("", False)
            name = ".".join(filter(None, (outer, text_of(node.child_by_field_name("name")))))
            scopes.append((depth, name, skipped or bool(SKIPS & set(annotations_of(node)))))
        elif node.type == "method_declaration" and scopes:
            yield f"{scopes[-1][1]}.{text_of(node.child_by_field_name('name'))}", node, scopes[-1][2]


def _tests(name: str, method: Node, skipped: bool, checking: frozenset[str], source: SourceText) -> Iterator[TestCase]:
    marks = annotations_of(method)
    if not TESTS & set(marks):
        return
    called = set(_called(method)) - checking
    subjects = tuple(sorted(one for one in called if not one.lower().startswith(CHECK_PREFIXES)))
    options = text_of(marks["Test"]).replace(" ", "") if "Test" in marks else ""
    checks = _count_checks(method, checking) + ("expected=" in options or "expectedExceptions=" in options)
    is_skipped = skipped or bool(SKIPS & set(marks)) or "enabled=false" in options or _leaves_at_once(method)
    rows = max((_row_count(mark) for mark_name, mark in marks.items() if mark_name in ROWS), default=0)
    span = source.node_span(method)
    for case in range(min(rows, MAX_CASES) or 1):
        yield TestCase(f"{name}[{case}]" if rows else name, is_skipped, checks, subjects, span)


def _called(method: Node) -> Iterator[str]:
    """Bare names of what it calls and makes."""
    for _, node in walk(method):
        if node.type == "method_invocation":
            yield text_of(node.child_by_field_name("name"))
        elif node.type == "object_creation_expression":
            yield text_of(node.child_by_field_name("type")).partition("<")[0].rpartition(".")[2]


def _count_checks(method: Node, checking: frozenset[str]) -> int:
    return sum(name.lower().startswith(CHECK_PREFIXES) or name in checking for name in _called(method))


def _row_count(mark: Node) -> int:
    """The most elements in a list that the annotation is given."""
    lists = (node for _, node in walk(mark) if node.type == "element_value_array_initializer")
    return max((sum("comment" not in child.type for child in one.named_children) for one in lists), default=0)


def _leaves_at_once(method: Node) -> bool:
    """Whether the first statement returns or gives the test up."""
    body = method.child_by_field_name("body")
    first = next((child for child in body.named_children if "comment" not in child.type), None) if body is not None else None
    if first is None:
        return False
    if first.type == "return_statement":
        return True
    call = next((child for child in first.named_children if child.type == "method_invocation"), None)
    if first.type != "expression_statement" or call is None:
        return False
    name, arguments = text_of(call.child_by_field_name("name")), text_of(call.child_by_field_name("arguments"))
    return name in SKIPPING and (name in {"abort", "skip"} or arguments[1:-1].split(",")[0].strip() in {"true", "false"})
