"""Go tests (`testing` and testify suites), read with tree-sitter."""

from collections.abc import Iterator

from tree_sitter import Node

from aicheck.model.facts import TestCase
from aicheck.readers.source_text import SourceText
from aicheck.readers.syntax_tree import parse_script, text_of, walk

FAILING = frozenset({"Error", "Errorf", "Fail", "FailNow", "Fatal", "Fatalf"})
SKIPPING = frozenset({"Skip", "SkipNow", "Skipf"})
CHECK_PACKAGES = frozenset({"assert", "is", "require"})
CHECK_PREFIXES = ("assert", "check", "expect", "must", "require", "should", "verify")
BUILT_IN = frozenset({"append", "cap", "close", "copy", "delete", "len", "make", "new", "panic", "print", "println", "recover", "string"})
NEVER_BUILT = "//go:build ignore"
MAX_CASES = 1_000


def read_go_tests(source: SourceText) -> tuple[TestCase, ...]:
    """The test functions of a file in file order (`TestTotal`, `Suite.TestTotal`); each literal row of a table is one.

    Raises Unreadable.
    """
    root = parse_script("go", source)
    never = any(text_of(child).strip() == NEVER_BUILT for child in root.named_children if child.type == "comment")
    return tuple(
        test
        for node in root.named_children
        if node.type in {"function_declaration", "method_declaration"} and text_of(node.child_by_field_name("name")).startswith("Test")
        for test in _tests(node, source, never)
    )


def receiver_of(method: Node) -> str:
    """The type name of a method's receiver; empty for a function."""
    receiver = method.child_by_field_name("receiver")
    if receiver is None:
        return ""
    return next((text_of(node) for _, node in walk(receiver) if node.type == "type_identifier"), "")


def _tests(function: Node, source: SourceText, never: bool) -> Iterator[TestCase]:
    name = ".".join(filter(None, (receiver_of(function), text_of(function.child_by_field_name("name")))))
    checks, rows, runs = 0, 0, False
    called: set[str] = set()
    for _, node in walk(function):
        if node.type == "call_expression":
            owner, field = _callee(node)
            if _is_check(node, owner, field):
                checks += 1
            elif field not in BUILT_IN:
                called.add(field)
            runs = runs or field == "Run"
        elif node.type == "composite_literal":
            rows = max(rows, _row_count(node))
    span = source.node_span(function)
    skipped = never or _leaves_at_once(function)
    subjects = tuple(sorted(called - {"", "Run", "Parallel", "Helper", "Cleanup"}))
    for case in range(min(rows, MAX_CASES) if runs and rows else 1):
        yield TestCase(f"{name}[{case}]" if runs and rows else name, skipped, checks, subjects, span)


def _callee(call: Node) -> tuple[str, str]:
    """(`assert`, `Equal`) for `assert.Equal(...)`, ("", `total`) for `total(...)`."""
    function = call.child_by_field_name("function")
    if function is None:
        return "", ""
    if function.type == "selector_expression":
        operand = function.child_by_field_name("operand")
        owner = text_of(operand) if operand is not None and operand.type == "identifier" else ""
        return owner, text_of(function.child_by_field_name("field"))
    return "", text_of(function) if function.type == "identifier" else ""


def _is_check(call: Node, owner: str, field: str) -> bool:
    if field in FAILING or owner in CHECK_PACKAGES or field.lower().startswith(CHECK_PREFIXES):
        return True
    arguments = call.child_by_field_name("arguments")
    first = next(iter(arguments.named_children), None) if arguments is not None else None
    return not owner and first is not None and first.type == "identifier" and text_of(first) in {"t", "tb"}


def _row_count(literal: Node) -> int:
    kind, body = literal.child_by_field_name("type"), literal.child_by_field_name("body")
    if kind is None or body is None or kind.type not in {"slice_type", "array_type", "map_type", "implicit_length_array_type"}:
        return 0
    return sum(child.type in {"literal_element", "keyed_element"} for child in body.named_children)


def _leaves_at_once(function: Node) -> bool:
    """Whether the first statement skips the test or returns."""
    body = function.child_by_field_name("body")
    statements = [child for child in body.named_children if child.type != "comment"] if body is not None else []
    if statements and statements[0].type == "statement_list":
        statements = [child for child in statements[0].named_children if child.type != "comment"]
    if not statements:
        return False
    if statements[0].type == "return_statement":
        return True
    calls = [child for child in statements[0].named_children if child.type == "call_expression"]
    return statements[0].type == "expression_statement" and bool(calls) and _callee(calls[0])[1] in SKIPPING
