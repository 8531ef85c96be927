import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.model.location import Span
from aicheck.readers.constants import read_constants
from aicheck.readers.unreadable import Unreadable
from tests.readers.constants.reading import settings, values


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("60 * 1_000", "60000", "number"),
        ("-5", "-5", "number"),
        ("0x10", "16", "number"),
        ("10n", "10", "number"),
        ("1.50", "1.5", "number"),
        ("(1 << 20)", "1048576", "number"),
        ("9 ** 9 ** 9", "9**9**9", "expression"),
        ("'a' + \"b\"", "ab", "string"),
        ("`a`", "a", "string"),
        ("`a${b}`", "`a${b}`", "expression"),
        (r"'\u00e9\x41\n'", "éA\n", "string"),
        (r"'\ud800'", "?", "string"),
        ("true", "true", "boolean"),
        ("null", "", "null"),
        ("undefined", "", "null"),
        ("Infinity", "infinity", "number"),
        ("{}", "", "map"),
        ("[]", "", "list"),
        ('process.env.X || "5"', "5", "string"),
        ("process.env.X ?? 5", "5", "number"),
        ('Number(process.env["X"] ?? "5")', "5", "number"),
        ('parseInt(process.env.X || "5", 10)', "5", "number"),
        ("process.env.X", "process.env.X", "expression"),
        ("Duration.minutes(5)", "300s", "string"),
        ("f( a,b )", "f(a, b)", "expression"),
    ],
)
def test_an_assigned_value(text: str, value: str, kind: str) -> None:
    for language in ("javascript", "typescript"):
        assert values(language, f"export const NAME = {text};") == {("NAME",): (value, kind)}
        assert values(language, f"class A {{ static NAME = {text}; }}") == {("A", "NAME"): (value, kind)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("const a = { b: { c: [1, 'x'] }, 'd-e': 2, [f]: 3 };", {("a", "b", "c", "[1]"): "x", ("a", "d-e"): "2", ("a", "f"): "3"}),
        ("const a = Object.freeze({ b: 1 } as const) satisfies T;", {("a", "b"): "1"}),
        ("const a = [{ name: 'x', n: 1 }, { name: 'y', n: 2 }];", {("a", "name=y", "n"): "2"}),
        ("const a = new Map([['x', 1], ['y', 2]]);", {("a", "x"): "1", ("a", "y"): "2"}),
        ("export default { a: { b: 1 } };", {("export default", "a", "b"): "1"}),
        ("export default defineConfig({ retries: 3 });", {("defineConfig", "retries"): "3"}),
        (
            "module.exports = { a: 1 }; exports.b = 2; c['d'] = 3;",
            {("module", "exports", "a"): "1", ("exports", "b"): "2", ("c", "d"): "3"},
        ),
        ("enum E { A = 1, B = 'x', C }", {("E", "A"): "1", ("E", "B"): "x"}),
        (
            "new aws.rds.Instance('main', { skip: true, tags: { a: B } });",
            {("Instance main", "skip"): "true", ("Instance main", "tags", "a"): "B"},
        ),
        ("const pool = new Pool({ max: 20 });", {("pool", "max"): "20"}),
        ("await createClient({ timeout: 5000 });", {("createClient", "timeout"): "5000"}),
        (
            "const t = pgTable('t', { i: integer('i').references(() => x.id, { onDelete: 'cascade' }), n: varchar('n', { length: 9 }) });",
            {("pgTable t", "i", "references", "onDelete"): "cascade", ("pgTable t", "n", "length"): "9"},
        ),
        (
            "const s = z.object({ limit: z.number().max(100).default(30) });",
            {("s", "limit", "max"): "100", ("s", "limit", "default"): "30"},
        ),
        (
            "@Entity({ name: 'e' }) export class A { @ManyToOne(() => U, { onDelete: 'CASCADE' }) user: U; @Cron({ a: 1 }) run() {} }",
            {("A", "@Entity", "name"): "e", ("A", "user", "@ManyToOne", "onDelete"): "CASCADE", ("A.run()", "@Cron", "a"): "1"},
        ),
        ("namespace N { export const k = 1; }", {("k",): "1"}),
        ("if (x) { cfg.n = 1; } else { cfg.n = 2; }", {("cfg", "n"): "1", ("#2", "cfg", "n"): "2"}),
    ],
)
def test_modules_and_classes(text: str, expected: dict[tuple[str, ...], str]) -> None:
    found = values("typescript", text)
    assert {key: found.get(key, ("missing", ""))[0] for key in expected} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function f(timeout = 30, { retries = 3, ...rest } = {}) {}", {("f()", "timeout"): "30", ("f()", "retries"): "3"}),
        ("const f = async (n = 1) => { get(u, { timeout: 5 }); };", {("f()", "n"): "1", ("f()", "get", "timeout"): "5"}),
        ("class A { run(o) { const { n = 9 } = o; this.max = 3; } }", {("A.run()", "n"): "9", ("A.run()", "this", "max"): "3"}),
        ("const c = { f: () => { get({ a: 1 }); }, g() { get({ a: 2 }); } };", {("c.f()", "get", "a"): "1", ("c.g()", "get", "a"): "2"}),
        ("function f() { get(a); get(b, { n: 1 }); }", {("f()", "get#2", "n"): "1"}),
        (
            "function f() { get({ a, b: c.d, e: { f: 1, g: h } }); }",
            {("f()", "get", "b"): "c.d", ("f()", "get", "a"): "a", ("f()", "get", "e", "f"): "1"},
        ),
        ("function f() { setTimeout(() => { g({ x: 1 }); }, 5000); }", {("f()", "setTimeout", "[1]"): "5000", ("f()", "g", "x"): "1"}),
        ("function f() { new Bucket(this, 'B', { policy: P.DESTROY }); }", {("f()", "Bucket B", "policy"): "P.DESTROY"}),
        ("app.get('/x', async () => { call({ limit: 3 }); });", {("get /x()", "call", "limit"): "3"}),
        ("export const h = withAuth(async (n = 3) => { q({ w: 2 }); });", {("h()", "n"): "3", ("h()", "q", "w"): "2"}),
        ("export default function () { q({ w: 2 }); }", {("default()", "q", "w"): "2"}),
    ],
)
def test_functions(text: str, expected: dict[tuple[str, ...], str]) -> None:
    found = values("typescript", text)
    assert {key: found.get(key, ("missing", ""))[0] for key in expected} == expected
    assert ("f()", "get", "e", "g") not in found


def test_jsx_and_type_assertions() -> None:
    assert values("typescript", "const a = <number>5; const b = 2;")[("b",)] == ("2", "number")
    found = read_constants("a.tsx", "typescript", b"const A = () => { use({ n: 1 }); return <B c={1} />; };")
    assert [(one.key, one.value) for one in found] == [(("A()", "use", "n"), "1")]


PLAIN = """
export const LIMIT = 60 * 5; // seconds
const config = { a: 1, b: ["x", "y"], c: { d: process.env.D || "e" } };
const bucket = new Bucket("logs", { versioned: true, rules: [{ name: "r", days: 30 }] });
function load(url, timeout = 30) { return axios.get(url, { timeout, headers: { x: "y" } }); }
"""
REFORMATTED = """
/* another comment */
export const LIMIT = (60*5)
const config = {
    'b': ['x', `y`,],
    // first
    a : 1,
    c: {'d': process.env.D||'e'},
}
const bucket = new Bucket('logs', {
    rules: [{days: 30, name: 'r'}],
    versioned: true,
})
function load(url, timeout=30) {
    return axios.get(url, {headers: {'x': 'y'}, timeout})
}
"""


def test_layout_comments_quotes_and_order_do_not_matter() -> None:
    assert values("javascript", PLAIN) == values("javascript", REFORMATTED) == values("typescript", PLAIN) != {}


def test_an_edit_elsewhere_keeps_the_keys() -> None:
    before = values("javascript", PLAIN)
    after = values(
        "javascript", "const first = 1;\nfunction g() { axios.get({ timeout: 1 }); }\n" + PLAIN + "new Bucket('other', { a: 1 });\n"
    )
    assert {key: after.get(key) for key in before} == before


def test_positions_count_code_points() -> None:
    (one,) = settings("javascript", 'const D = {"ключ😀": "значение"};\n')
    assert one.span == Span(1, 21, 1, 31)
    found = settings("javascript", "const A = [" + ", ".join(['"é"'] * 900) + "];\n" + "\n" * 90)
    assert [one.span.column for one in found] == [12 + 5 * position for position in range(900)]


@pytest.mark.parametrize(
    "text",
    [
        "const a = " + "[" * 5_000 + "]" * 5_000,
        "const a = " + "(" * 3_000 + "1" + ")" * 3_000,
        "const a = x" + ".f({ a: 1 })" * 3_000,
        "function g() { x" + ".f({ a: 1 })" * 3_000 + " }",
        "const a = " + "+".join(["1"] * 20_000),
        "const a = [\n" + "1,\n" * 60_000 + "]",
        "const a = 0x" + "f" * 100_000,
        "const a = '" + "\\u{ffffff}" * 10_000 + "'",
        "const a = { f: () => " * 300 + "1" + " }" * 300,
        "f(" * 2_000 + "{ a: 1 }" + ")" * 2_000,
        "function f() {" * 500 + "g({ a: 1 });" + "}" * 500,
    ],
)
def test_hostile_source_is_read_or_refused(text: str) -> None:
    try:
        found = settings("javascript", text)
    except Unreadable as error:
        assert error.reason  # the worst that may happen
        return
    assert all(len(one.value) <= 2_000 and len(one.key) < 200 for one in found)


def test_minified_and_generated_files_have_no_settings() -> None:
    assert read_constants("a.js", "javascript", b"const a={b:1};" * 1_000) == ()
    assert read_constants("a.min.js", "javascript", b"const a = 1;") == ()
    assert read_constants("a.ts", "typescript", b"/**\n * @generated\n */\nconst a = 1;") == ()


def test_a_syntax_error_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="syntax error at line"):
        settings("javascript", "const a = {")


FRAGMENTS = st.sampled_from(
    [
        "a",
        " = ",
        "const ",
        "f",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "x: ",
        "1",
        "'é'",
        "`",
        ",",
        ";",
        "\n",
        "=>",
        "new ",
        "class B ",
        "@",
        ".",
        "...",
        "${",
    ]
)


@given(st.sampled_from(["javascript", "typescript"]), st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=30).map("".join)))
def test_any_text_is_read_or_unreadable(language: str, text: str) -> None:
    try:
        found = settings(language, text.encode(errors="replace").decode())
    except Unreadable:
        return
    assert len({one.key for one in found}) == len(found)
