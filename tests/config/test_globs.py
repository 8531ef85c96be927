"""Path patterns."""

import fnmatch
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.config import glob_problem, matches_any, matches_glob


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("a.py", "a.py", True),
        ("a.py", "sub/a.py", False),
        ("*.py", "a.py", True),
        ("*.py", "sub/a.py", False),
        ("**/*.py", "a.py", True),
        ("**/*.py", "x/y/a.py", True),
        ("**/*.py", "x/y/a.pyi", False),
        ("deploy/**", "deploy/a/b", True),
        ("deploy/**", "deploy", True),
        ("deploy/**", "deployment/a", False),
        ("deploy/", "deploy/a/b", True),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z", True),
        ("a/**/z", "a/b/c/y", False),
        ("a/*/z", "a/b/c/z", False),
        ("?.tf", "a.tf", True),
        ("?.tf", "ab.tf", False),
        ("a*b*c", "aXbXbc", True),
        ("a*b*c", "aXbXb", False),
        ("*", "", True),
    ],
)
def test_matching(pattern: str, path: str, expected: bool) -> None:
    assert matches_glob(pattern, path) is expected
    assert matches_any(("nothing", pattern), path) is expected


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_one_level_agrees_with_the_standard_library(pattern: str, path: str) -> None:
    level = re.sub(r"\*+", "*", pattern)
    assert matches_glob(level, path) is bool(re.match(fnmatch.translate(level), path))


def test_many_stars_on_a_long_path_stay_cheap() -> None:
    assert not matches_glob("**/" + "*a" * 30 + "*b/**/" * 5 + "c", "/".join(["a" * 200] * 50))


@pytest.mark.parametrize("pattern", ["", "/", "/a", "./a", "!a", "a[bc]", "{a,b}", "a\\b", "../a", "a/../b", "a**", "**b/c"])
def test_patterns_that_cannot_mean_what_they_say(pattern: str) -> None:
    assert glob_problem(pattern)


@pytest.mark.parametrize("pattern", ["a", "a/", "**", "**/*.min.js", ".aicheck/**", "a?b", "a..b"])
def test_good_patterns(pattern: str) -> None:
    assert glob_problem(pattern) == ""
