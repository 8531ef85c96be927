import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.readers.outline import read_definitions, syntax_errors
from aicheck.readers.unreadable import Unreadable

SCRIPT = """class Cart { total() { return 1; } }
const add = (a) => a;
function outer() { const inner = function () {}; }
exports.run = async () => {};
"""


def test_symbols_and_spans() -> None:
    found = {definition.symbol: definition.span.line for definition in read_definitions("javascript", SCRIPT.encode())}
    assert found == {"Cart": 1, "Cart.total": 1, "add": 2, "outer": 3, "outer.inner": 3, "exports.run": 4}
    go = b"package x\ntype T struct{}\nfunc (t *T) Run() {}\nfunc F[K any](k K) {}\n"
    assert [definition.symbol for definition in read_definitions("go", go)] == ["T", "T.Run", "F"]
    assert [definition.symbol for definition in read_definitions("typescript", b"interface A {}\nabstract class B { x = () => 1 }")] == [
        "A",
        "B",
        "B.x",
    ]
    java = b"class A { A() {} @Get int total() { return 1; } record B(int c) {} }\nenum E { X }"
    assert [definition.symbol for definition in read_definitions("java", java)] == ["A", "A.A", "A.total", "A.B", "E"]
    assert read_definitions("ruby", b"class A\nend") == ()


def test_a_definition_starts_with_its_first_decorator() -> None:
    text = b"@Controller()\n@Guarded\nexport class A {\n  @Get()\n  @Use(x)\n  one() {}\n  @Inject() y: Y;\n  two() {}\n}\n"
    assert [(one.symbol, one.span.line) for one in read_definitions("typescript", text)] == [("A", 1), ("A.one", 4), ("A.two", 8)]


def test_a_digest_forgets_name_place_layout_and_comments_only() -> None:
    def digest(text: str) -> str:
        return read_definitions("javascript", text.encode())[0].digest

    assert digest("function a(x) { return x + 1; }") == digest("\n\nfunction b( x ) {\n  // why\n  return x + 1;\n}")
    assert digest("function a(x) { return x + 1; }") != digest("function a(x) { return x + 2; }")


@pytest.mark.parametrize(
    ("language", "text", "line"),
    [
        ("javascript", "let a = 1;\nlet b = ;\n", 2),
        ("javascript", "let a = <App/>;", None),
        ("typescript", "let a = <number>b;", None),
        ("typescript", "let a = <App b={1}/>;", None),
        ("typescript", "let a: = 1;", 1),
        ("go", "package x\nfunc {", 2),
        ("java", "class A {\n  int a = ;\n}\n", 2),
        ("ruby", "class (", None),
    ],
)
def test_syntax_errors(language: str, text: str, line: int | None) -> None:
    try:
        errors = syntax_errors(language, text.encode())
    except Unreadable as error:
        assert error.reason == f"syntax error at line {line}"
    else:
        assert (errors[0][0] if errors else None) == line


def test_a_mistake_in_a_few_lines_leaves_the_rest_readable() -> None:
    text = "function a() { return 1; }\n\n\nlet b = = 2;\n\n\nfunction c() { return 3; }\n"
    assert syntax_errors("javascript", text.encode()) == ((4, 4),)
    assert [definition.symbol for definition in read_definitions("javascript", text.encode())] == ["a", "c"]


def test_type_arguments_of_a_tagged_template_are_read_around() -> None:
    text = "const rows = this.sql<{ id: string; list: Array<number> }>`\n  SELECT id FROM t\n`;\nfunction c(): number { return 3; }\n"
    assert syntax_errors("typescript", text.encode()) == ()
    assert [definition.span.line for definition in read_definitions("typescript", text.encode())] == [4]


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["javascript", "typescript", "go", "java"]),
    st.one_of(st.binary(max_size=50), st.text("(){}[]<>=;:,.'\"`$ /*\nafunc", max_size=50).map(str.encode)),
)
def test_any_bytes_are_definitions_or_unreadable(language: str, data: bytes) -> None:
    try:
        found = read_definitions(language, data)
    except Unreadable:
        return
    assert all(definition.span.end_line <= data.count(b"\n") + 1 for definition in found)
