"""Rules made of rows: which row counts, and what is looked at inside a block that takes another one's place."""

from aicheck.authoring.dangerous_steps import Falls, Removed, ToZero, turned_on
from aicheck.authoring.setting_names import named
from aicheck.authoring.value_delta import Row, ValueDelta
from tests.checks.harness import run_change


class Rows(ValueDelta):
    id = "config-rewrite/rows"
    severity = "low"
    rows = (
        Row((named("wait"),), (ToZero("high"), Falls("medium", 2))),
        Row((named("wait", "pause"),), (Removed("low"),)),
    )


class IntoBlocks(ValueDelta):
    id = "config-rewrite/into-blocks"
    severity = "low"
    looks_into_blocks = True
    settings = (named("evict"),)
    steps = (turned_on("high", added=True),)


def found(rule: type[ValueDelta], before: str, after: str) -> list[tuple[str, str | None]]:
    return [(match.message, match.severity) for match in run_change(rule, {"a.yaml": before}, {"a.yaml": after})]


def test_the_first_step_of_the_first_row_that_fits_counts() -> None:
    assert found(Rows, "a: 1\nwait: 9\n", "a: 1\nwait: 0\n") == [("wait falls to zero: 9 -> 0", "high")]
    assert found(Rows, "a: 1\nwait: 9\n", "a: 1\nwait: 3\n") == [("wait falls 3-fold: 9 -> 3", "medium")]
    assert found(Rows, "a: 1\nwait: 9\n", "a: 1\n") == [("wait is removed (was 9)", "low")]
    assert found(Rows, "a: 1\npause: 9\n", "a: 1\npause: 0\n") == []


def test_a_block_that_takes_the_place_of_another_one_is_looked_into() -> None:
    before = "p:\n  strategies: {x: {n: 1}}\n"
    assert found(IntoBlocks, before, "p:\n  profiles: [{name: a, args: {evictAll: true}}]\n") == [
        ("p.profiles.name=a.args.evictAll is added: true", "high")
    ]
    assert found(IntoBlocks, before, before + "q: {args: {evictAll: true}}\n") == []
    assert found(IntoBlocks, "p: {a: {evictAll: true, n: 1, m: 2}}\n", "p: {b: {evictAll: true, k: 1}}\n") == []
