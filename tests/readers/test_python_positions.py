"""Where calls stand, told by `ast`, against what LibCST says of the same nodes."""

import ast
import sys

import libcst as cst
import pytest

from aicheck.readers.python.positions import all_positions, call_spans
from aicheck.readers.python.regions import read_regions

SOURCES = {
    "plain": "first()\nsecond(third(1), key=fourth(2))\n",
    "chain": "build().with_a(1).with_b(\n    2,\n).run()\n",
    "parentheses": "x = (one(\n    1\n))\n(two)(3)\n((three)(4))\n",
    "order in a class": "@dec(1)\nclass A(base(2), metaclass=meta(3)):\n    x = field(4)\n    @dec(5)\n    def m(self):\n        a(6)\n",
    "parameters": "def f(a, /, b=one(1), *c: two(2), d: three(3) = four(4), **e: five(5)) -> six(6):\n    return seven(7)\n",
    "positional only": "def f(a=one(1), /, b: two(2) = one(3), *, c=one(4)):\n    return lambda x=one(5), /, y=one(6): one(7)\n",
    "arguments in source order": "f(a=g(1), *g(2), b=g(3), **g(4))\nf(*g(1), g(2))\n",
    "dictionary": "x = {g(1): g(2), **g(3), g(4): g(5)}\ny = {g(k): g(v) for k, v in g(z) if g(k)}\n",
    "handlers": "try:\n    a(1)\nexcept errors(2) as e:\n    a(3)\nelse:\n    a(4)\nfinally:\n    a(5)\n",
    "match": "match a(1):\n    case {'k': v} if a(2):\n        a(3)\n    case A(b=1) if a(4):\n        a(5)\n",
    "conditional": "x = a(1) if a(2) else a(3)\ny = not a(4) < a(5) <= a(6) and a(7) or a(8)\n",
    "statements": "with a(1) as b, a(2):\n    for x in a(3):\n        while a(4):\n            del a(5)[a(6)]\n    assert a(7), a(8)\n",
    "async": "async def f():\n    async with a(1) as b:\n        return [await a(2) async for _ in a(3)]\n",
    "other letters": "grüße('ä', b(1)); ß = 'ö' + c('ü', d(2))\n",
    "CRLF and continuation": "x = a(1) + \\\r\n    a(2)\r\ny = '''\r\n''' + a(\r\n3)\r\n",
    "tabs": "def f():\n\tif a(1):\n\t\treturn a(2)\n",
    "indented methods": "class A:\n    def m(self):\n        '''Text\n    of it.'''\n        return a(\n            b(1)\n        )\n",
    "nested functions": "def f():\n    @dec(1)\n    def g(x=a(2)):\n        return a(3)\n    return g(4)\n",
    "annotations": "x: a(1) = a(2)\nx += a(3)\n(y := a(4))\nz = w[a(5) : a(6) : a(7), a(8)]\n",
    "joined texts": "x = 'a' f'{a(1)}' + b(2)\ny = f'{c(3)!r:>{d(4)}}'\n",
    "form feed": "a(1)\n\f\ndef f():\n    return a(2)\n",
}


@pytest.mark.parametrize("name", SOURCES)
def test_calls_stand_where_libcst_says(name: str) -> None:
    """Each call of each region; `call_spans` leaves to LibCST only what `ast` cannot place."""
    regions = read_regions(SOURCES[name].encode())
    seen = left = 0
    for number, outline in enumerate(regions.source.outlines()):
        region = regions.parse(number)
        expected = all_positions(region.module)
        shift = outline.line - 1 - outline.indented
        calls = list(region.walk(cst.Call))
        left += len(calls) - len(call_spans(calls, outline.node, regions.source.lines))
        seen += len(calls)
        for call in calls:
            at, span = expected[call], region.span(call)
            assert (span.line, span.column) == (at.start.line + shift, at.start.column + 1)
            assert (span.end_line, span.end_column) == (at.end.line + shift, at.end.column + 1)
    assert seen == sum(isinstance(node, ast.Call) for node in ast.walk(ast.parse(SOURCES[name])))
    assert left == (3 if name == "joined texts" and sys.version_info < (3, 12) else 0)


def test_other_calls_than_those_of_the_index_get_no_place() -> None:
    """A place is only told where both trees say the same."""
    tree = ast.parse("first(second())\n")
    outer = cst.ensure_type(cst.parse_expression("second(first())"), cst.Call)
    calls = [outer, cst.ensure_type(outer.args[0].value, cst.Call)]
    assert call_spans(calls, tree, ("first(second())", "")) == {}
    assert call_spans(calls[:1], tree, ("first(second())", "")) == {}
