"""Reading Python: encodings, lines, names, regions, digests."""

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.model.location import Span
from aicheck.readers.python import PythonSource, Region, read_calls
from aicheck.readers.python.regions import Regions
from aicheck.readers.python_text import decode, split_lines
from aicheck.readers.unreadable import Unreadable


def region_of(code: str, needle: str) -> Region:
    found = next(iter(Regions(PythonSource(code.encode())).select(((needle,),))))
    assert isinstance(found, Region)
    return found


def resolved(code: str, needle: str = "CALL") -> list[str]:
    region = region_of(code, needle)
    return [region.resolve(call.func) for call in region.walk(cst.Call)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a = 1\0", "holds a NUL byte, which Python refuses"),
        (b"# coding: utf-7\n", "source encoding utf-7 is not supported"),
        (b"\n# vim: set fileencoding=unicode_escape :\n", "source encoding unicode_escape is not supported"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "source encoding latin-1 is not supported"),
        (b"x = '\xff'\n", "is not valid UTF-8"),
    ],
)
def test_refuses_what_could_hide_code(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        PythonSource(data)
    assert caught.value.reason == reason


def test_a_cookie_counts_only_in_the_first_two_lines_and_after_comments() -> None:
    assert decode(b"# coding: latin-1\n# \xe9") == "# coding: latin-1\n# \u00e9"
    assert decode(b"x = 1\n# coding: utf-7\n").startswith("x")
    assert decode(b"\n\n# coding: utf-7\n").startswith("\n")


def test_only_python_line_ends_end_a_line() -> None:
    assert split_lines("a\r\nb\rc\nd\x0ce\u2028f") == ("a", "b", "c", "d\x0ce\u2028f")


@pytest.mark.parametrize("code", ["(" * 300 + ")" * 300, "x = " + "(" * 3000 + ")" * 3000])
def test_deep_nesting_is_refused(code: str) -> None:
    with pytest.raises(Unreadable, match="nested too deeply"):
        PythonSource(code.encode())


def test_a_syntax_error_names_its_line() -> None:
    with pytest.raises(Unreadable, match="syntax error at line 2"):
        PythonSource(b"x = 1\ny = = 2\n")


@given(st.binary(max_size=300))
def test_any_bytes_raise_nothing_but_unreadable(data: bytes) -> None:
    try:
        source = PythonSource(data)
        source.definitions()
        list(Regions(source).select(()))
    except Unreadable:
        pass


@given(st.text(alphabet="abdefx =():.\n\t\r\x0c,'\"#[]\\\u00e9\U0001d41a", max_size=120))
def test_any_text_raises_nothing_but_unreadable(text: str) -> None:
    test_any_bytes_raise_nothing_but_unreadable.hypothesis.inner_test(text.encode())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("from shutil import rmtree as CALL\ndef f(p):\n    CALL(p)\n", "shutil.rmtree"),
        ("import os.path as CALL\ndef f(p):\n    CALL.join(p)\n", "os.path.join"),
        ("import os.path\ndef f(CALL):\n    os.path.join(CALL)\n", "os.path.join"),
        ("from . import x as CALL\ndef f(p):\n    CALL.y(p)\n", ".x.y"),
        ("from shutil import rmtree\ndef f(rmtree, CALL):\n    rmtree(1)\n", ""),
        ("def CALL(p): ...\ndef f(p):\n    CALL(p)\n", ""),
        ("def f(CALL):\n    open(CALL)\n", "open"),
        ("import shutil\nCALL = shutil.rmtree\ndef f(p):\n    CALL(p)\n", "shutil.rmtree"),
        ("def f(p):\n    from shutil import rmtree as CALL\n    CALL(p)\n", "shutil.rmtree"),
        ("import httpx\ndef f(CALL: httpx.Client | None):\n    CALL.get(1)\n", "httpx.Client.get"),
        ("import \U0001d428\U0001d42c as CALL\ndef f(p):\n    CALL.getcwd()\n", "os.getcwd"),
    ],
)
def test_resolves_names(code: str, name: str) -> None:
    regions = [one for one in Regions(PythonSource(code.encode())).select(((("CALL"),),)) if isinstance(one, Region) and one.symbol == "f"]
    (region,) = regions
    assert [region.resolve(call.func) for call in region.walk(cst.Call)] == [name]


def test_resolves_methods_of_known_instances() -> None:
    code = (
        "import requests\nclass A:\n    def __init__(self):\n        self.s = requests.Session()\n"
        "    def CALL(self):\n        self.s.get(1)\n"
    )
    assert resolved(code) == ["requests.Session.get"]
    code = "import aiohttp\nasync def CALL():\n    async with aiohttp.ClientSession() as s:\n        s.get(1)\n"
    assert resolved(code) == ["aiohttp.ClientSession", "aiohttp.ClientSession.get"]


def test_spans_are_file_lines_and_code_points() -> None:
    code = "x = 1\n\nclass A:\n    @cached\n    def f(self):\n        '\u00e9\U0001f600'; g(1)\n"
    region = region_of(code, "cached")
    assert region.symbol == "A.f"
    assert [region.span(call) for call in region.walk(cst.Call)] == [Span(6, 15, 6, 19)]


def test_the_module_region_leaves_functions_and_imports_out() -> None:
    code = "import shutil\nif x:\n    def f():\n        shutil.a\nclass A:\n    y = 1\n    def g(self):\n        pass\nz = 2\n"
    outlines = PythonSource(code.encode()).outlines()
    assert [one.symbol for one in outlines] == ["f", "A.g", ""]
    assert outlines[-1].text.split("\n")[:9] == ["import shutil", "if x:", "    pass", "", "class A:", "    y = 1", "    pass", "", "z = 2"]
    assert "shutil" not in outlines[-1].searched


def test_reads_syntax_newer_than_the_running_python() -> None:
    code = "import shutil\ntry:\n    pass\nexcept A, B:\n    pass\nclass C:\n    def f(self, p):\n        t = t'{p}'\n"
    source = PythonSource((code + "        shutil.rmtree(p)\n").encode())
    (region,) = [one for one in Regions(source).select((("rmtree",),)) if isinstance(one, Region) and one.symbol]
    assert region.symbol == "C.f"
    assert [region.resolve(call.func) for call in region.walk(cst.Call)] == ["shutil.rmtree"]
    assert [definition.symbol for definition in source.definitions()] == ["C.f"]


def digest(code: str) -> str:
    return PythonSource(code.encode()).definitions()[0].digest


BASE = "def f(a, b=1):\n    total = a + b\n    return total.value\n"


@pytest.mark.parametrize(
    "same",
    [
        BASE.replace("def f", "def g"),
        BASE.replace("total", "summe"),
        BASE.replace("a", "a").replace("a + b", "(a +\n  b)  # note"),
        "x = 1\n\n" + BASE,
        "def f(p, q=1):\n    total = p + q\n    return total.value\n",
    ],
)
def test_digest_survives(same: str) -> None:
    assert digest(same) == digest(BASE)


@pytest.mark.parametrize(
    "other", [BASE.replace("value", "other"), BASE.replace("b=1", "b=2"), BASE.replace("a + b", "b + a"), BASE.replace("a + b", "a + c")]
)
def test_digest_tells_apart(other: str) -> None:
    assert digest(other) != digest(BASE)


def test_calls_take_partials_and_shared_keywords_apart() -> None:
    code = (
        "import functools, requests\nget = functools.partial(requests.get, timeout=5)\nOPTIONS = {'verify': True}\n"
        "def f(u):\n    return get(u, **OPTIONS)\n"
    )
    _, calls = read_calls(None, code.encode(), ((("OPTIONS",),),))
    call = next(one for one in calls if one.symbol == "f")
    assert (call.callee, call.arguments) == ("requests.get", (("0", "u"), ("timeout", "5"), ("verify", "True")))
