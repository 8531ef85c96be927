"""What a place in a log means: a path of the change, or nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.runners.sarif_places import Places, locations_of
from tests.runners.sarif_logs import Json, log_of, result, run

PATHS = ("app.py", "src/a b.py", "src/caf\udce9.py", "src/é.py", "src/a%b.py", "src/50%.py")
ROOTS = ("/home/jo/shop", "/private/home/jo/shop")


def resolve(location: Json, roots: tuple[str, ...] = ROOTS, **more: Any) -> str:
    one = result()
    one["locations"][0]["physicalLocation"]["artifactLocation"] = location
    parsed = log_of(run(one, **more)).runs[0]
    ((place, _),) = locations_of((parsed.results or ())[0].locations)
    return Places(parsed, roots, PATHS).path_of(place)


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("app.py", "app.py"),
        ("./app.py", "app.py"),
        ("src/../app.py", "app.py"),
        ("src//a%20b.py", "src/a b.py"),
        ("src/a b.py", "src/a b.py"),
        ("src/%C3%A9.py", "src/é.py"),
        ("src/é.py", "src/é.py"),
        ("src/caf%E9.py", "src/caf\udce9.py"),
        ("src/a%25b.py", "src/a%b.py"),
        ("src/50%.py", "src/50%.py"),
        ("file:///home/jo/shop/app.py", "app.py"),
        ("file:/home/jo/shop/app.py", "app.py"),
        ("file://localhost/home/jo/shop/src/a%20b.py", "src/a b.py"),
        ("FILE:///home/jo/shop/app.py", "app.py"),
        ("/home/jo/shop/app.py", "app.py"),
        ("/private/home/jo/shop/./src/../app.py", "app.py"),
        ("file:app.py", "app.py"),
    ],
)
def test_a_changed_file(uri: str, path: str) -> None:
    assert resolve({"uri": uri}) == path


@pytest.mark.parametrize(
    "uri",
    [
        "",
        ".",
        "/",
        "../app.py",
        "src/../../app.py",
        "%2e%2e/app.py",
        "other.py",
        "https://example.com/app.py",
        "c:/home/jo/shop/app.py",
        "file:///home/jo/shopping/other.py",
        "app.py\x00",
        "app.py%00",
        "src",
        "a/" * 5000 + "app.py",
        "x/" * 100 + "../" * 100 + "b.py",
    ],
)
def test_everything_else_is_outside(uri: str) -> None:
    assert resolve({"uri": uri}) == ""


def test_bases_of_the_run() -> None:
    bases = {
        "SRCROOT": {"uri": "file:///home/jo/shop/"},
        "SOURCES": {"uri": "src", "uriBaseId": "SRCROOT"},
        "LOOP": {"uri": "x", "uriBaseId": "LOOP"},
        "NAMELESS": {"description": {"text": "the top folder"}},
    }
    assert resolve({"uri": "app.py", "uriBaseId": "SRCROOT"}, originalUriBaseIds=bases) == "app.py"
    assert resolve({"uri": "a%20b.py", "uriBaseId": "SOURCES"}, originalUriBaseIds=bases) == "src/a b.py"
    assert resolve({"uri": "app.py", "uriBaseId": "NAMELESS"}, originalUriBaseIds=bases) == "app.py"
    assert resolve({"uri": "app.py", "uriBaseId": "%SRCROOT%"}) == "app.py"
    assert resolve({"uri": "app.py", "uriBaseId": "LOOP"}, originalUriBaseIds=bases) == ""


def test_rows_of_the_artifacts() -> None:
    artifacts = [{"location": {"uri": "app.py"}}, {}]
    assert resolve({"index": 0}, artifacts=artifacts) == "app.py"
    assert [resolve({"index": index}, artifacts=artifacts) for index in (1, 2, -1)] == ["", "", ""]


def test_a_checkout_elsewhere_is_recognised_by_the_changed_files() -> None:
    """The folder that holds the most places wins over one further down that happens to hold a file of the same name."""
    places = ["/build/7/app.py", "/build/7/vendor/app.py", "/build/7/vendor/other.py", "/usr/lib/python3/app.py"]
    parsed = log_of(run(*(result(f"file://{place}") for place in places))).runs[0]
    resolver = Places(parsed, ROOTS, PATHS)
    found = [resolver.path_of(place) for one in parsed.results or () for place, _ in locations_of(one.locations)]
    assert found == ["app.py", "", "", ""]


def test_another_checkout_is_not_looked_for_where_the_log_is_of_this_one() -> None:
    parsed = log_of(run(result("/home/jo/shop/other.py"), result("/usr/lib/app.py"))).runs[0]
    resolver = Places(parsed, ROOTS, PATHS)
    assert [resolver.path_of(place) for one in parsed.results or () for place, _ in locations_of(one.locations)] == ["", ""]


@given(st.text(st.sampled_from("./%2eapy:cfile\\\x00é"), max_size=40), st.sampled_from(["", "SRCROOT", "LOOP"]))
def test_any_text_gives_a_path_of_the_change_or_nothing(uri: str, base: str) -> None:
    bases = {"SRCROOT": {"uri": "file:///home/jo/shop/"}, "LOOP": {"uri": "..", "uriBaseId": "LOOP"}}
    assert resolve({"uri": uri, "uriBaseId": base}, originalUriBaseIds=bases) in {"", *PATHS}
