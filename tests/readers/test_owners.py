import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.readers.owners import owner_sets, owners_of, parse_owners

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
    assert list(owners_of(path, parse_owners(GITHUB))) == owners


def test_a_star_behind_a_folder_reaches_no_deeper_one() -> None:
    lines = parse_owners("docs/* docs@shop.example\n")
    assert owners_of("docs/start.md", lines) == ("docs@shop.example",)
    assert owners_of("docs/build/trouble.md", lines) == ()


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
    assert list(owners_of(path, parse_owners(GITLAB))) == owners


def test_a_line_knows_where_it_stands() -> None:
    line = parse_owners("\n  /infra/ @sre # us\n")[0]
    assert (line.pattern, line.owners) == ("/infra/", ("@sre",))
    assert (line.span.line, line.span.column) == (2, 3)


def test_stars_cost_no_more_than_a_product() -> None:
    lines = parse_owners("*a" * 400 + "b @x\n" + "/**" * 300 + "/z @y\n")
    assert owners_of("a" * 2000, lines) == ()
    assert owners_of("/".join("a" * 500), lines) == ()


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_read(text: str, path: str) -> None:
    known = {owner for line in parse_owners(text) for owner in line.owners}
    assert set(owners_of(path, parse_owners(text))) <= known


def test_each_section_is_asked_apart_and_optional_ones_only_alone() -> None:
    lines = parse_owners(GITLAB)
    assert owner_sets("model/db/x.py", lines) == (("@all",), ("@model",))
    assert owner_sets("guide.md", lines) == (("@all",),)
    assert owner_sets("guide.md", parse_owners("^[Optional] @maybe\n*.md\n")) == (("@maybe",),)


def test_a_path_that_nobody_owns_has_one_empty_set() -> None:
    assert owner_sets("apps/github/x.py", parse_owners(GITHUB)) == ((),)
    assert owner_sets("x", ()) == ((),)
