"""Which owners a path has, and who is asked apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.readers.owners import matches, parse_owners
from aicheck.readers.ownership import NO_OWNERS, Owners

GITHUB = """\
# everything
*       @shop/core
*.js    @js
/build/logs/ @logs   # a comment
docs/*  docs@shop.example
apps/   @apps
/docs/  @writers
/scripts/ @ops @octo
**/cache @cache
/apps/github
a\\ b.txt @space
/src/**/gen/ @gen
"""
GITLAB = """\
* @all
[Database] @dba
db/
/model/ @model
^[Optional][2] @maybe
*.md
!README.md
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README.md", ["@shop/core"]),
        ("web/deep/app.js", ["@js"]),
        ("build/logs/1/a.txt", ["@logs"]),
        ("web/build/logs/a.txt", ["@shop/core"]),
        ("build/logs", ["@shop/core"]),
        ("docs/start.md", ["@writers"]),
        ("docs/build/trouble.md", ["@writers"]),
        ("web/apps/x/y.py", ["@apps"]),
        ("scripts/run.sh", ["@ops", "@octo"]),
        ("deploy/cache/x", ["@cache"]),
        ("cache", ["@cache"]),
        ("apps/github/x.py", []),
        ("a b.txt", ["@space"]),
        ("src/gen/x.py", ["@gen"]),
        ("src/a/b/gen/x.py", ["@gen"]),
        ("src/gen", ["@shop/core"]),
    ],
)
def test_the_last_pattern_that_matches_owns_a_path(path: str, owners: list[str]) -> None:
    assert list(Owners(parse_owners(GITHUB)).owners_of(path)) == owners


def test_a_star_behind_a_folder_reaches_no_deeper_one() -> None:
    owners = Owners(parse_owners("docs/* docs@shop.example\n"))
    assert owners.owners_of("docs/start.md") == ("docs@shop.example",)
    assert owners.owners_of("docs/build/trouble.md") == ()


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("shop/db/1.sql", ["@all", "@dba"]),
        ("model/a.py", ["@all", "@model"]),
        ("web/model/a.py", ["@all"]),
        ("docs/a.md", ["@all", "@maybe"]),
        ("docs/README.md", ["@all"]),
    ],
)
def test_each_section_of_gitlab_has_an_owner(path: str, owners: list[str]) -> None:
    assert list(Owners(parse_owners(GITLAB)).owners_of(path)) == owners


def test_stars_cost_no_more_than_a_product() -> None:
    owners = Owners(parse_owners("*a" * 400 + "b @x\n" + "/**" * 300 + "/z @y\n"))
    assert owners.owners_of("a" * 2000) == ()
    assert owners.owners_of("/".join("a" * 500)) == ()


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_read(text: str, path: str) -> None:
    known = {owner for line in parse_owners(text) for owner in line.owners}
    assert set(Owners(parse_owners(text)).owners_of(path)) <= known


def test_each_section_is_asked_apart_and_optional_ones_only_alone() -> None:
    owners = Owners(parse_owners(GITLAB))
    assert owners.owner_sets("model/db/x.py") == (("@all",), ("@model",))
    assert owners.owner_sets("guide.md") == (("@all",),)
    assert Owners(parse_owners("^[Optional] @maybe\n*.md\n")).owner_sets("guide.md") == (("@maybe",),)


def test_a_path_that_nobody_owns_has_one_empty_set() -> None:
    assert Owners(parse_owners(GITHUB)).owner_sets("apps/github/x.py") == ((),)
    assert NO_OWNERS.owner_sets("x") == ((),)


NAMES = st.sampled_from(["", "a", "b", "*", "**", "a*", "?", "a.py", "[s]", "!a"])
PATTERNS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


@given(st.lists(PATTERNS, max_size=12), st.lists(st.sampled_from(["a", "b", "ab", "a.py"]), min_size=1, max_size=4).map("/".join))
def test_no_line_is_passed_over_by_looking_it_up(patterns: list[str], path: str) -> None:
    lines = parse_owners("".join(f"{pattern} @x{number}\n" for number, pattern in enumerate(patterns)))
    deciding = {line.section: line for line in lines if matches(line, path)}
    assert set(Owners(lines).lines_of(path)) == set(deciding.values())
