"""Where path expressions point, and what guards a deletion."""

import pytest

from aicheck.authoring import Origin, find_deletions, is_guarded
from aicheck.readers.python import PythonSource, Region
from aicheck.readers.python.regions import Regions

HEAD = "import os, shutil, sys, tempfile\nfrom pathlib import Path\nCACHE = Path(__file__).parent / 'cache'\n"


def region_of(body: str) -> Region:
    code = HEAD + "def f(given, root=None):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    region = next(iter(Regions(PythonSource(code.encode())).select((("rmtree",),))))
    assert isinstance(region, Region)
    return region


def origins(expression: str, before: str = "pass") -> set[tuple[str, tuple[str, ...]]]:
    (deletion,) = find_deletions(region_of(f"{before}\nshutil.rmtree({expression})"))
    return {(origin.anchor, origin.parts) for origin in deletion.origins}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'/'", {("root", ())}),
        ("'build/x/..'", {("working", ("build",))}),
        ("given", {("given", ())}),
        ("os.path.join(given, 'a')", {("given", ("a",))}),
        ("f'{given}/a-{root}'", {("given", ("a-", "*"))}),
        ("Path.home() / '.cache' / 'x'", {("home", (".cache", "x"))}),
        ("os.path.expanduser('~/a')", {("home", ("a",))}),
        ("CACHE", {("file", ("cache",))}),
        ("tempfile.mkdtemp()", {("temporary", ())}),
        ("os.getenv('X', '/')", {("given", ()), ("root", ())}),
        ("Path(given).parent", {("given", ())}),
        ("make()", {("unknown", ())}),
    ],
)
def test_origins(expression: str, expected: set[tuple[str, tuple[str, ...]]]) -> None:
    assert origins(expression) == expected


def test_a_later_assignment_replaces_an_earlier_one_only_where_it_surely_ran() -> None:
    assert origins("p", "p = given\np = tempfile.mkdtemp()") == {("temporary", ())}
    assert origins("p", "p = given\nif root:\n    p = tempfile.mkdtemp()") == {("temporary", ()), ("given", ())}


def test_items_lie_below_what_is_listed() -> None:
    (deletion,) = find_deletions(region_of("for name in os.listdir(given):\n    shutil.rmtree(os.path.join(given, name))"))
    assert {(origin.anchor, origin.parts[-1]) for origin in deletion.origins} == {("given", "*")}


@pytest.mark.parametrize(
    ("before", "guarded"),
    [
        ("if not given.is_relative_to(root):\n    raise ValueError", True),
        ("if given.is_relative_to(root):\n    return", False),
        ("if not str(given).startswith('/srv/app/'):\n    return", True),
        ("if root not in given.parents:\n    return", True),
        ("if given == '/':\n    return", False),
        ("if not given.exists():\n    return", False),
        ("if input('sure? ') != 'y':\n    return", True),
        ("given.mkdir()", True),
        ("given.mkdir(exist_ok=True)", False),
        ("given.relative_to(root)", True),
    ],
)
def test_guards(before: str, guarded: bool) -> None:
    region = region_of(f"{before}\nshutil.rmtree(given)")
    (deletion,) = find_deletions(region)
    assert is_guarded(region, deletion.call, deletion.target) == guarded


def test_fixed_ends() -> None:
    assert Origin("given").below("a/b").ends_fixed
    assert not Origin("given").below("a/*").ends_fixed
