import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.model.location import Span
from aicheck.readers.constants import read_constants
from aicheck.readers.unreadable import Unreadable
from tests.readers.constants.reading import settings, values

IMPORTS = "import pulumi_aws as aws, requests\nfrom alembic import op\n"


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("60 * 60 * 24", "86400", "number"),
        ("10 * 1024 ** 2", "10*1024**2", "expression"),
        ("1 << 20", "1048576", "number"),
        ("-5", "-5", "number"),
        ("0x10", "16", "number"),
        ("1_000", "1000", "number"),
        ("30.0", "30", "number"),
        ("1e-7", "0.0000001", "number"),
        ("60 / 2", "30", "number"),
        ("1 / 0", "1/0", "expression"),
        ('"a" "b" + \'c\'', "abc", "string"),
        ("True", "true", "boolean"),
        ("None", "", "null"),
        ("[]", "", "list"),
        ("{}", "", "map"),
        ('float("inf")', "infinity", "number"),
        ("math.inf", "infinity", "number"),
        ("timedelta(minutes=5)", "300s", "string"),
        ("datetime.timedelta(1, hours=1)", "90000s", "string"),
        ("2 * timedelta(milliseconds=250)", "0.5s", "string"),
        ("timedelta(days=1).total_seconds()", "86400", "number"),
        ("Duration.days(7)", "604800s", "string"),
        ('Decimal("1.50")', "1.5", "number"),
        ('os.environ.get("X", "5")', "5", "string"),
        ('int(os.environ.get("X", "5"))', "5", "number"),
        ('os.getenv("X", 5)', "5", "number"),
        ('os.environ.get("X") or 5', "5", "number"),
        ('config("X", default="5", cast=int)', "5", "number"),
        ('env.int("X", 5)', "5", "number"),
        ('env.bool("X", default=DEBUG)', "DEBUG", "expression"),
        ("f(a)", "f(a)", "expression"),
        ("[x for x in y]", "[x for x in y]", "expression"),
    ],
)
def test_an_assigned_value(text: str, value: str, kind: str) -> None:
    assert values("python", f"NAME = {text}\n") == {("NAME",): (value, kind)}
    assert values("python", f"class A:\n    NAME: object = {text}\n") == {("A", "NAME"): (value, kind)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A = B = 1", {("A",): "1", ("B",): "1"}),
        ("A, B = 1, 2", {}),
        ('D = {"a": {"b": [{"name": "x", "n": 1}, {"name": "y", "n": 2}]}}', {("D", "a", "b", "name=y", "n"): "2"}),
        ('app.conf.limit = 1\nD["x"]["y"] = 2', {("app", "conf", "limit"): "1", ("D", "x", "y"): "2"}),
        ("if LOCAL:\n    N = 1\nelse:\n    N = 2", {("N",): "1", ("#2", "N"): "2"}),
        ("APPS += ['x']", {("APPS", "+=", "[0]"): "x"}),
        ("D = dict(a=1, b=OrderedDict([('c', 2), ('d', 3)]))", {("D", "a"): "1", ("D", "b", "c"): "2", ("D", "b", "d"): "3"}),
        ("S = frozenset({'b', 'a'})", {("S", "[0]"): "a", ("S", "[1]"): "b"}),
        (
            'db = aws.rds.Instance("main", skip=True, args=Args(n=1))',
            {("Instance main", "skip"): "true", ("Instance main", "args", "n"): "1"},
        ),
        ("db = Instance(skip=True)", {("db", "skip"): "true"}),
        ("run(app, port=80)", {("run app", "port"): "80"}),
        ("pool = Semaphore(10)", {("pool", "[0]"): "10"}),
        ("urls = [path('a/', v, name='x'), path('b/', v, name='y')]", {("urls", "path a/", "name"): "x", ("urls", "path b/", "name"): "y"}),
        ("with DAG('d', catchup=False) as dag:\n    LIMIT = 1", {("DAG d", "catchup"): "false", ("LIMIT",): "1"}),
        ("class A(B, table=True):\n    class Meta:\n        n = 1", {("A", "table"): "true", ("A.Meta", "n"): "1"}),
        (
            'class E:\n    c = models.ForeignKey("C", on_delete=models.CASCADE, null=True)',
            {("E", "c", "on_delete"): "models.CASCADE", ("E", "c", "null"): "true", ("E", "c", "[0]"): "C"},
        ),
        (
            'class E:\n    c = Column("c", String(50), ForeignKey("x.id", ondelete="CASCADE"))\n    r = relationship("X", cascade="all")',
            {("E", "c", "ForeignKey", "ondelete"): "CASCADE", ("E", "c", "String", "[0]"): "50", ("E", "r", "cascade"): "all"},
        ),
        (
            "class M:\n    operations = [m.AddField(model_name='s', name='c', field=F(on_delete=CASCADE)), m.RunSQL('select 1')]",
            {("M", "operations", "AddField s.c", "field", "on_delete"): "CASCADE"},
        ),
        (
            "class M:\n    operations = [m.CreateModel(name='s', fields=[('c', m.CharField(max_length=5))])]",
            {("M", "operations", "CreateModel s", "fields", "c", "max_length"): "5"},
        ),
    ],
)
def test_statements_of_modules_and_classes(text: str, expected: dict[tuple[str, ...], str]) -> None:
    found = values("python", text + "\n")
    assert {key: found.get(key, ("missing", ""))[0] for key in expected} == expected
    assert found or not expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def run(a, timeout=30, *, dry_run=True): pass", {("run()", "timeout"): "30", ("run()", "dry_run"): "true"}),
        ("@app.task(max_retries=3)\ndef t(): pass", {("t()", "@app.task", "max_retries"): "3"}),
        ("@retry(stop=stop_after_attempt(3))\ndef t(): pass", {("t()", "@retry", "stop", "[0]"): "3"}),
        ("@limit('5/minute')\ndef t(): pass", {("t()", "@limit", "[0]"): "5/minute"}),
        ("@click.option('-n', '--dry-run', default=True)\ndef t(): pass", {("t()", "--dry-run", "default"): "true"}),
        ("@pytest.mark.parametrize('a', [1, 2])\ndef t(): pass", {}),
        ("def f():\n    p.add_argument('--dry-run', default=True)", {("f()", "--dry-run", "default"): "true"}),
        ("class C:\n    def f(self):\n        requests.get(u, timeout=5)", {("C.f()", "requests.get", "timeout"): "5"}),
        ("def f():\n    get(a)\n    get(b, timeout=5)", {("f()", "get#2", "timeout"): "5"}),
        ("def f():\n    def g():\n        h(x=-1)", {("f.g()", "h", "x"): "-1"}),
        ("def f():\n    return [g(x=h(y=1)) for _ in z]", {("f()", "g", "x"): "h(y=1)", ("f()", "h", "y"): "1"}),
        ("def f():\n    g(x={'a': 1, 'b': c, 'd': []})", {("f()", "g", "x", "a"): "1", ("f()", "g", "x", "d"): ""}),
        ("def f():\n    self.limit = 5\n    n = 3\n    s = 'x'", {("f()", "self", "limit"): "5", ("f()", "n"): "3"}),
        ("def f():\n    x = g(os.getenv('X', '5'))", {("f()", "X"): "5"}),
        ("async def f():\n    await asyncio.wait_for(x, 5)", {("f()", "asyncio.wait_for", "[1]"): "5"}),
        ("def f():\n    aws.Bucket('b', acl=A, v=V(on=False))", {("f()", "Bucket b", "acl"): "A", ("f()", "Bucket b", "v", "on"): "false"}),
        (
            "def upgrade():\n    op.add_column('t', sa.Column('c', sa.Integer(), nullable=False))",
            {
                ("upgrade()", "add_column t", "Column c", "nullable"): "false",
                ("upgrade()", "add_column t", "Column c", "Integer"): "sa.Integer()",
            },
        ),
    ],
)
def test_functions(text: str, expected: dict[tuple[str, ...], str]) -> None:
    found = {key: value for key, (value, _) in values("python", IMPORTS + text + "\n").items()}
    assert {key: found.get(key) for key in expected} == expected
    assert expected or not found


PLAIN = """
LIMIT = 60 * 5  # seconds
CONFIG = {"a": 1, "b": ["x", 'y'], "c": f(a, b=1)}
bucket = s3.Bucket("logs", versioned=True, rules=[Rule(name="r", days=30)])


def fetch(url, timeout=30):
    return requests.get(url, timeout=timeout, verify=False, headers={"x": "y"})
"""
REFORMATTED = """
# another comment
LIMIT = (60*5)
CONFIG = {
    'b': ["x", "y",],
    'a': 1,
    'c': f(
        a,  # the first
        b=1,
    ),
}
bucket = s3.Bucket(
    'logs',
    rules = [
        Rule(days=30, name='r'),
    ],
    versioned = True,
)
def fetch(url, timeout = 30,):
    return requests.get(url, verify = False, headers = {'x': 'y'},
                        timeout = timeout)
"""


def test_layout_comments_quotes_and_order_do_not_matter() -> None:
    assert values("python", PLAIN) == values("python", REFORMATTED) != {}


def test_crlf_tabs_and_a_byte_order_mark_do_not_matter() -> None:
    marked = b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").replace("    ", "\t").encode()
    assert read_constants("a.py", "python", marked) == tuple(
        type(one)(one.key, one.value, one.type, found.span)
        for one, found in zip(settings("python", PLAIN), read_constants("a.py", "python", marked), strict=True)
    )


def test_an_edit_elsewhere_keeps_the_keys() -> None:
    added = PLAIN + "\nclass New:\n    field = Column(nullable=True)\n\ndef other():\n    requests.get(x, timeout=1)\n"
    before, after = values("python", PLAIN), values("python", "import os\nFIRST = 1\n" + added)
    assert {key: after.get(key) for key in before} == before


def test_a_lost_keyword_does_not_shift_the_other_calls() -> None:
    before = values("python", "def f():\n    get(a, timeout=1)\n    get(b, timeout=2)\n")
    after = values("python", "def f():\n    get(a)\n    get(b, timeout=2)\n")
    assert set(before) - set(after) == {("f()", "get", "timeout")}
    assert after[("f()", "get#2", "timeout")] == ("2", "number")


def test_positions_count_code_points() -> None:
    (first, second) = settings("python", 'A = 1; D = {"ключ😀": "значение"}\n')
    assert first.span == Span(1, 5, 1, 6)
    assert second.span == Span(1, 22, 1, 32)


def test_positions_in_a_long_line() -> None:
    items = ", ".join(['"é"'] * 900)
    found = settings("python", f"A = [{items}]\n")
    assert [one.span.column for one in found] == [6 + 5 * position for position in range(900)]


def test_another_encoding_and_lone_surrogates() -> None:
    data = '# coding: latin-1\nA = "é"; B = "\\ud800"\n'.encode("latin-1")
    assert [one.value for one in read_constants("a.py", "python", data)] == ["é", "?"]


@pytest.mark.parametrize(
    "text",
    [
        "A = 9**9**9",
        "A = 1 << 9999999999",
        "A = '" + "x" * 1_000_000 + "' * 1000000",
        "A = 0x" + "f" * 100_000,
        "A = " + "+".join(["1"] * 3_000),
        "A = " + "[" * 90 + "]" * 90,
        "A = x" + ".f(a=1)" * 900,
        "def f():\n    x" + ".f(a=1)" * 900,
        "A = [" + "1, " * 60_000 + "]",
        "A = {" + '"a": {"b": [1, 2]}, ' * 4_000 + "}",
        "A = " + "f(a=" * 90 + "1" + ")" * 90,
        "f(" + "x(" * 90 + "a=1" + ")" * 91,
        "A = 1e400; B = -1e308 * 1e308; C = 1e308 * 10",
        "timedelta(days=1e300)\nX = timedelta(days=1e300)",
        "A = [" + "g(x=1), " * 4_900 + "]",
    ],
)
def test_hostile_source_is_read_or_refused(text: str) -> None:
    try:
        found = settings("python", text + "\n")
    except Unreadable as error:
        assert error.reason  # the worst that may happen
        return
    assert all(len(one.value) <= 2_000 and len(one.key) < 200 for one in found)


def test_too_many_settings_are_refused_and_data_is_one() -> None:
    with pytest.raises(Unreadable, match="more than 20,000 settings"):
        settings("python", "".join(f"A{number} = 1\n" for number in range(20_001)))
    (data,) = settings("python", "TABLE = [" + "1, " * 5_001 + "]\n")
    assert (data.key, data.type, len(data.value)) == (("TABLE",), "expression", 200)


@pytest.mark.parametrize(
    ("path", "text"),
    [("x_pb2.py", "# Generated by the protocol buffer compiler.  DO NOT EDIT!\nA = 1\n"), ("x.generated.py", "A = 1\n")],
)
def test_generated_files_have_no_settings(path: str, text: str) -> None:
    assert read_constants(path, "python", text.encode()) == ()


def test_a_migration_that_a_tool_made_is_no_generated_file() -> None:
    assert settings("python", "# Generated by Django 5.0 on 2024-01-01\nA = 1\n")


def test_syntax_that_nobody_knows_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        settings("python", "def f(:\n")


FRAGMENTS = st.sampled_from(
    [
        "A",
        " = ",
        "f",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "x=",
        "1",
        "'é'",
        '"',
        ",",
        "\n",
        "    ",
        "def g(",
        "):",
        "class B:",
        "@",
        ".",
        "**",
        "#",
        "\r",
        "\f",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=30).map("".join)))
def test_any_text_is_read_or_unreadable(text: str) -> None:
    try:
        found = settings("python", text.encode(errors="replace").decode())
    except Unreadable:
        return
    assert len({one.key for one in found}) == len(found)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_unreadable(data: bytes) -> None:
    try:
        assert isinstance(read_constants("a.py", "python", data), tuple)
    except Unreadable as error:
        assert error.reason
