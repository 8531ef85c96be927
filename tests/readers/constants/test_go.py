import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.model.location import Span
from aicheck.readers.constants import read_constants
from aicheck.readers.unreadable import Unreadable
from tests.readers.constants.reading import settings, values

HEAD = "package app\n\n"


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("5", "5", "number"),
        ("1_000", "1000", "number"),
        ("0755", "493", "number"),
        ("0x10", "16", "number"),
        ("7 / 2", "3", "number"),
        ("10 << 20", "10485760", "number"),
        ("30 * time.Second", "30s", "string"),
        ("5 * time.Minute", "300s", "string"),
        ("time.Duration(500) * time.Millisecond", "0.5s", "string"),
        ("time.Hour + 30*time.Minute", "5400s", "string"),
        ("math.MaxInt64", "infinity", "number"),
        ("-1", "-1", "number"),
        ('"a" + `b`', "ab", "string"),
        ("true", "true", "boolean"),
        ("nil", "", "null"),
        ("ptr.To(int32(3))", "3", "number"),
        ('resource.MustParse("1Gi")', "1Gi", "string"),
        ("f( a,b )", "f(a, b)", "expression"),
    ],
)
def test_an_assigned_value(text: str, value: str, kind: str) -> None:
    assert values("go", f"{HEAD}var Name = {text}\n") == {("Name",): (value, kind)}
    assert values("go", f"{HEAD}const (\n\tName int = {text}\n)\n") == {("Name",): (value, kind)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var a, b = 1, 2", {("a",): "1", ("b",): "2"}),
        (
            "var c = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{Max: 9, X: y}}",
            {("c", "Timeout"): "5s", ("c", "Transport", "Max"): "9", ("c", "Transport", "X"): "y"},
        ),
        ('var m = map[string]int{"a": 1, "b": 2}', {("m", "a"): "1", ("m", "b"): "2"}),
        ('var l = []string{"a", "b"}', {("l", "[0]"): "a", ("l", "[1]"): "b"}),
        ('type T struct {\n\tX int `env:"A" envDefault:"5"`\n\tY string\n}', {("T", "X", "envDefault"): "5"}),
        ("var root = &C{Run: func() { db.SetMaxOpenConns(25) }}", {("root.Run()", "db.SetMaxOpenConns", "[0]"): "25"}),
        ('var max = flag.Int("max", 5, "usage")', {("max", "[1]"): "5"}),
    ],
)
def test_package_level(text: str, expected: dict[tuple[str, ...], str]) -> None:
    found = values("go", f"{HEAD}{text}\n")
    assert {key: found.get(key, ("missing", ""))[0] for key in expected} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s := http.Server{ReadTimeout: time.Minute, Handler: h}", {("S.Run()", "http.Server", "ReadTimeout"): "60s"}),
        ("s := http.Server{TLS: &tls.Config{Insecure: true}}", {("S.Run()", "http.Server", "TLS", "Insecure"): "true"}),
        ("s := T{A: 1}\n\tt := T{A: 2}", {("S.Run()", "T", "A"): "1", ("S.Run()", "T#2", "A"): "2"}),
        ("ctx, cancel := context.WithTimeout(ctx, 30*time.Second)", {("S.Run()", "context.WithTimeout", "[1]"): "30s"}),
        ('viper.SetDefault("timeout", 30)', {("S.Run()", "viper.SetDefault", "timeout"): "30"}),
        ("cfg.Timeout = 10 * time.Second\n\tlimit := 5", {("S.Run()", "cfg", "Timeout"): "10s", ("S.Run()", "limit"): "5"}),
        ("go func() { x(T{A: 1}) }()", {("S.Run()", "T", "A"): "1"}),
        ('assert.Equal(t, 5, x)\n\tlog.Print("x")\n\ta := make([]int, 0, 10)', {}),
    ],
)
def test_functions(text: str, expected: dict[tuple[str, ...], str]) -> None:
    found = values("go", f"{HEAD}func (s *S) Run() {{\n\t{text}\n}}\n")
    assert {key: found.get(key, ("missing", ""))[0] for key in expected} == expected
    assert expected or not found


PLAIN = """package app

const Limit = 60 * time.Second // a minute

var client = &http.Client{Timeout: 5 * time.Second, Jar: jar(a, b)}

func run() { start(Options{Retries: 3, Name: "x"}) }
"""
REFORMATTED = """package app

/* another comment */
const Limit = 60*time.Second

var client = &http.Client{
\tJar: jar(a,
\t\tb, // the second
\t),
\tTimeout: 5*time.Second,
}

func run() {
\tstart(Options{
\t\tName: `x`,
\t\tRetries: 3,
\t})
}
"""


def test_layout_comments_quotes_and_order_do_not_matter() -> None:
    assert values("go", PLAIN) == values("go", REFORMATTED) != {}


def test_an_edit_elsewhere_keeps_the_keys() -> None:
    before = values("go", PLAIN)
    after = values("go", PLAIN.replace("const", "const First = 1\n\nfunc first() { start(Options{Retries: 9}) }\n\nconst"))
    assert {key: after.get(key) for key in before} == before


def test_positions_count_code_points() -> None:
    (one,) = settings("go", 'package a\nvar m = map[string]string{"ключ😀": "значение"}\n')
    assert one.span == Span(2, 36, 2, 46)


@pytest.mark.parametrize(
    "text",
    [
        "var a = " + "(" * 3_000 + "1" + ")" * 3_000,
        "var a = []int{" + "1, " * 200_000 + "}",
        "var a = T{A: " * 1_000 + "1" + "}" * 1_000,
        "func f() { x" + ".f(5)" * 3_000 + " }",
        "var a = " + "+".join(["1"] * 20_000),
        "var a = 0x" + "f" * 100_000,
        'var a = "' + "\\ud800" * 10_000 + '"',
        "var a = 1e999999999 * 1.5",
    ],
)
def test_hostile_source_is_read_or_refused(text: str) -> None:
    try:
        found = settings("go", HEAD + text + "\n")
    except Unreadable as error:
        assert error.reason  # the worst that may happen
        return
    assert all(len(one.value) <= 2_000 and len(one.key) < 200 for one in found)


def test_generated_files_and_other_languages_have_no_settings() -> None:
    assert read_constants("a.go", "go", b"// Code generated by x. DO NOT EDIT.\n\npackage a\n\nvar a = 1\n") == ()
    assert read_constants("a.rs", "rust", b"const A: u8 = 1;") == ()


def test_a_syntax_error_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="syntax error at line"):
        settings("go", "package a\nvar a = {\n")


FRAGMENTS = st.sampled_from(
    [
        "a",
        " := ",
        "var ",
        "func f",
        "(",
        ")",
        "[]",
        "{",
        "}",
        "X: ",
        "1",
        '"é"',
        "`",
        ",",
        ";",
        "\n",
        "&",
        "T",
        ".",
        "time.Second",
        " * ",
        "const ",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=30).map("".join)))
def test_any_text_is_read_or_unreadable(text: str) -> None:
    try:
        found = settings("go", HEAD + text.encode(errors="replace").decode())
    except Unreadable:
        return
    assert len({one.key for one in found}) == len(found)
