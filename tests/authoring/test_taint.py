"""Taint: what carries it on, what ends it, and that hostile code does not keep the walk busy."""

import ast

import pytest

from aicheck.authoring.taint import ModelReplies, follow, sink_of
from aicheck.readers.python import PythonSource, Region
from aicheck.readers.python.regions import Regions

HEAD = "import json, os, re, shlex, subprocess\nfrom openai import OpenAI\n\nALLOWED = ('a', 'b')\n\n"
ASKED = "    reply = OpenAI().chat.completions.create(model='m', messages=q).choices[0].message.content\n"


def tainted_sinks(code: str) -> list[str]:
    """The kinds of the sinks of `f` that take a model's text."""
    regions = Regions(PythonSource((HEAD + code).encode())).named(frozenset({"f"}))
    region = next(iter(regions))
    assert isinstance(region, Region)
    found: list[str] = []
    for moment in follow(region, ModelReplies()):
        sink = sink_of(moment.call, moment.names) if moment.call is not None else None
        if sink is not None and any(moment.taint(one) is not None for one in sink.arguments):
            found.append(sink.kind)
    return found


@pytest.mark.parametrize(
    "body",
    [
        "    os.system(reply)\n",
        "    text = f'echo {reply}'.strip()\n    os.system(text)\n",
        "    parts = []\n    parts.append(reply)\n    os.system(' '.join(parts))\n",
        "    found = re.search('x(.*)', reply)\n    if found:\n        os.system(found.group(1))\n",
        "    line, _ = reply.split(':')\n    os.system(line)\n",
        "    if (line := reply.strip()):\n        os.system(line)\n",
        "    for line in reply.splitlines():\n        os.system(line)\n",
        "    try:\n        data = json.loads(reply)\n    except ValueError:\n        return\n    os.system(data['command'])\n",
        "    subprocess.run(['bash', '-c', reply])\n",
        "    [os.system(one) for one in reply.split()]\n",
        "    class Run:\n        pass\n    run = Run()\n    run.line = reply\n    os.system(run.line)\n",
    ],
)
def test_taint_is_carried_on(body: str) -> None:
    assert tainted_sinks(f"def f(q):\n{ASKED}{body}")[:1] == ["shell"]


@pytest.mark.parametrize(
    "body",
    [
        "    os.system('ls')\n",
        "    reply = 'ls'\n    os.system(reply)\n",
        "    os.system('ls ' + shlex.quote(reply))\n",
        "    if reply not in ALLOWED:\n        raise ValueError\n    os.system(reply)\n",
        "    if reply in ALLOWED:\n        os.system(reply)\n",
        "    assert reply in ALLOWED\n    os.system(reply)\n",
        "    match reply:\n        case 'a' | 'b':\n            os.system(reply)\n",
        "    check_command(reply)\n    os.system(reply)\n",
        "    subprocess.run(['git', 'log', reply])\n",
        "    os.system(f'head -{int(reply)} log')\n",
        "    [os.system(one) for one in reply.split() if one in ALLOWED]\n",
    ],
)
def test_taint_ends(body: str) -> None:
    assert tainted_sinks(f"def f(q):\n{ASKED}{body}") == []


def test_a_value_of_one_branch_is_still_tainted_after_it() -> None:
    assert tainted_sinks(f"def f(q):\n{ASKED}    if q:\n        reply = 'ls'\n    os.system(reply)\n") == ["shell"]


def test_helpers_are_entered_one_deep() -> None:
    helper = "def ask(q):\n" + ASKED + "    return reply\n\ndef tidy(text):\n    return text.strip()\n\n"
    assert tainted_sinks(helper + "def f(q):\n    os.system(tidy(ask(q)))\n") == ["shell"]
    assert tainted_sinks(helper + "def g(q):\n    f(ask(q))\n\ndef f(line):\n    os.system(line)\n") == ["shell"]


def test_helpers_that_call_each_other_end() -> None:
    assert tainted_sinks("def g(q):\n    return f(q)\n\ndef f(q):\n    os.system(g(q))\n    return g(q)\n") == []


def test_loops_inside_loops_end() -> None:
    nested = "".join("    " * depth + f"for a{depth} in q:\n" for depth in range(1, 19))
    assert tainted_sinks(f"def f(q):\n{nested}{'    ' * 19}os.system(q)\n") == []


def test_a_file_that_only_libcst_reads_has_no_moments() -> None:
    source = PythonSource(b"def f(q):\n    exec(q)\n")
    region = next(iter(Regions(source).named(frozenset({"f"}))))
    assert isinstance(region, Region)
    region.index = None
    assert list(follow(region, ModelReplies())) == []
    assert isinstance(source.tree, ast.Module)
