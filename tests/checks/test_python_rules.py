"""The examples of the Python rules, and what must not change their outcome."""

import textwrap

import pytest

from aicheck.authoring import PythonCheck
from aicheck.checks.unbounded_retry.loop_without_exit import LoopWithoutExit
from aicheck.model.finding import Match
from aicheck.model.rule import Example
from aicheck.plugins import collect_checks
from aicheck.runners.cst import check_python

CHECKS = tuple(check for check in collect_checks() if issubclass(check, PythonCheck))
EXAMPLES = [
    pytest.param(check, example, id=f"{check.id}-{position}") for check in CHECKS for position, example in enumerate(check.examples)
]
BAD = [
    pytest.param(check, example, id=f"{check.id}-{position}")
    for check in CHECKS
    for position, example in enumerate(check.examples)
    if example.bad
]


def find(check: type[PythonCheck], code: str | bytes, path: str = "app.py") -> tuple[Match, ...]:
    data = code.encode() if isinstance(code, str) else code
    matches, failures = check_python(path, "after", data, [check])
    assert failures == ()
    return matches


@pytest.mark.parametrize(("check", "example"), EXAMPLES)
def test_examples(check: type[PythonCheck], example: Example) -> None:
    path, code = example.after[0]
    assert bool(find(check, code, path)) == example.bad


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_each_rule_has_bad_and_good_examples(check: type[PythonCheck]) -> None:
    assert sum(example.bad for example in check.examples) >= 2
    assert sum(not example.bad for example in check.examples) >= 2


@pytest.mark.parametrize(("check", "example"), BAD)
def test_layout_and_encoding_change_nothing(check: type[PythonCheck], example: Example) -> None:
    code = example.after[0][1]
    plain = find(check, code)
    expected = [(match.location.span.line, match.symbol, match.text) for match in plain]
    windows = find(check, code.replace("\n", "\r\n"))
    assert [(match.location.span.line, match.symbol, match.text) for match in windows] == expected
    assert [(match.location.span.line, match.symbol, match.text) for match in find(check, code.replace("    ", "\t"))] == expected
    assert [(match.location.span.line, match.symbol, match.text) for match in find(check, b"\xef\xbb\xbf" + code.encode())] == expected
    latin = ("# -*- coding: latin-1 -*-\n# caf\u00e9\n" + code).encode("latin-1")
    assert [(match.location.span.line - 2, match.symbol, match.text) for match in find(check, latin)] == expected


@pytest.mark.parametrize(("check", "example"), BAD)
def test_found_at_any_depth_and_among_other_code(check: type[PythonCheck], example: Example) -> None:
    code = example.after[0][1]
    count = len(find(check, code))
    filler = "".join(f"value_{number} = {number}\n" for number in range(500))
    assert len(find(check, filler + code)) == count
    assert len(find(check, "if True:\n" + textwrap.indent(code, "    "))) == count
    assert len(find(check, "try:\n    pass\nexcept ImportError:\n    pass\nelse:\n" + textwrap.indent(code, "  "))) == count


@pytest.mark.parametrize(("check", "example"), BAD)
def test_found_inside_a_function(check: type[PythonCheck], example: Example) -> None:
    code = example.after[0][1]
    inside = find(check, "class Holder:\n    def hold(self):\n" + textwrap.indent(code, "        "))
    assert len(inside) == len(find(check, code))
    assert {match.symbol for match in inside} == {"Holder.hold"}


BOUNDED = """import time

def load(fetch):
    tries = 0
    while True:
        try:
            return fetch()
        except OSError:
            tries += 1
            if tries > 5:
                raise
            time.sleep(1)
"""


def test_losing_only_the_bounding_raise_is_one_hit() -> None:
    assert find(LoopWithoutExit, BOUNDED) == ()
    assert len(find(LoopWithoutExit, BOUNDED.replace("                raise\n", "                print(tries)\n"))) == 1


def test_edits_that_keep_the_hazard_keep_the_text() -> None:
    endless = BOUNDED.replace("                raise\n", "                print(tries)\n")
    (first,) = find(LoopWithoutExit, endless)
    (second,) = find(LoopWithoutExit, endless.replace("sleep(1)", "sleep(2)").replace("tries", "attempts"))
    assert (first.rule, first.symbol, first.text) == (second.rule, second.symbol, second.text)


def test_moving_and_renaming_a_function_keep_text_and_digest() -> None:
    check = next(one for one in CHECKS if one.id == "broad-deletion/unproven-path")
    (first,) = find(check, "import shutil\n\ndef clean(path):\n    shutil.rmtree(path)\n")
    (second,) = find(check, "import shutil\n\nX = 1\n\n\ndef wipe(place):  # moved\n    shutil.rmtree( place )\n")
    assert (first.text, first.digest) == (second.text, second.digest)


RETRY = (
    "def f(call, limit):\n    while True:\n        try:\n            return call()\n"
    "        except Exception as error:\n            {}\n            sleep(1)\n"
)


@pytest.mark.parametrize(
    ("handler", "hits"),
    [
        ("if error.code != 503: raise", 1),
        ("if not retryable(error): raise", 1),
        ("n += 1", 1),
        ("n += 1; print(n > 3)", 1),
        ("raise", 0),
        ("delay = next(delays)", 0),
        ("if stopping.is_set(): return None", 0),
    ],
)
def test_what_bounds_a_retry(handler: str, hits: int) -> None:
    assert len(find(LoopWithoutExit, RETRY.format(handler))) == hits


class Crashing(PythonCheck):
    """A check with a bug."""

    id = "test/crashing"
    title = why = instead = "x"
    severity = "low"
    needles = (("def",),)

    def check(self, region: object) -> None:  # type: ignore[override]
        raise RuntimeError


def test_a_crash_costs_only_its_rule() -> None:
    check = next(one for one in CHECKS if one.id == "broad-deletion/unproven-path")
    matches, failures = check_python("a.py", "after", b"import shutil\ndef f(path):\n    shutil.rmtree(path)\n", [Crashing, check])
    assert [match.rule for match in matches] == [check.id]
    assert [(failure.rule, failure.reason) for failure in failures] == [("test/crashing", "rule crashed: RuntimeError")]
