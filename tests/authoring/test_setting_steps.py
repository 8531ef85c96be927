"""What a change does to settings: order, layout and place mean nothing, values and blocks do."""

import pytest

from aicheck.authoring.setting_steps import FileSteps, resolve_moves, settings_of, steps_of
from aicheck.authoring.setting_tree import SettingStep, build_tree, compare_trees
from aicheck.model.facts import Command, Facts
from aicheck.model.location import Span
from aicheck.readers.settings import read_settings

Shown = tuple[str, str, str]


def facts(text: str) -> Facts:
    return Facts(settings=read_settings("a.yaml", "yaml", text.encode()))


def shown(steps: tuple[SettingStep, ...]) -> list[Shown]:
    """(key, before, after) of each step; a block as its values."""
    return [
        (".".join(step.key), " ".join(setting.value for setting in step.before), " ".join(setting.value for setting in step.after))
        for step in steps
    ]


def compare(before: str, after: str) -> list[Shown]:
    return shown(steps_of(facts(before), facts(after)))


SAME = "web:\n  replicas: 3\n  ports: [80, 443]\n  env:\n  - {name: A, value: '1'}\n  - {name: B, value: '2'}\n"


@pytest.mark.parametrize(
    "text",
    [
        SAME,
        "web: {env: [{value: '2', name: B}, {name: A, value: '1'}], ports: [443, 80], replicas: 3}\n",
        "# note\nweb: &x\n  ports:\n  - 443\n  - 80\n  replicas: 3\n  env: [{name: A, value: \"1\"}, {name: B, value: '2'}]\n",
    ],
)
def test_what_only_looks_different_is_no_step(text: str) -> None:
    assert compare(SAME, text) == []
    assert compare(text, SAME) == []


@pytest.mark.parametrize(
    ("before", "after", "steps"),
    [
        ("a: {b: 1}\n", "a: {b: 2}\n", [("a.b", "1", "2")]),
        ("a: {b: 1, c: 2}\n", "a: {c: 2}\n", [("a.b", "1", "")]),
        ("a: {c: 2}\n", "a: {b: 1, c: 2}\n", [("a.b", "", "1")]),
        ("a: [x, y, z]\n", "a: [z, x]\n", [("a.[1]", "y", "")]),
        ("a: [x]\n", "a: [w, x]\n", [("a.[0]", "", "w")]),
        ("a: ['--age=15m', '--x']\n", "a: ['--x', '--age=0']\n", [("a.--age", "15m", "0")]),
        ("a: {limits: {cpu: 1, memory: 2}}\n", "a: {limits: {}}\n", [("a.limits.cpu", "1", ""), ("a.limits.memory", "2", "")]),
        ("a: {probe: {path: /, port: 1}, b: 1}\n", "a: {b: 1}\n", [("a.probe", "/ 1", "")]),
        (
            "- {run: make, if: always}\n- {uses: x@v1, with: {a: 1}}\n",
            "- {uses: new@v1}\n- {run: make, if: never}\n- {uses: x@v1, with: {a: 1}}\n",
            [("[0]", "", "new@v1"), ("[1].if", "always", "never")],
        ),
    ],
)
def test_steps(before: str, after: str, steps: list[Shown]) -> None:
    assert sorted(compare(before, after)) == sorted(steps)


@pytest.mark.parametrize(("after", "steps"), [("dryRun: true\n", []), ("dry-run: false\n", [("dry-run", "true", "false")])])
def test_a_name_spelled_otherwise_is_the_same(after: str, steps: list[Shown]) -> None:
    assert compare("dry_run: true\n", after) == steps


def test_a_change_inside_a_renamed_block_is_still_seen() -> None:
    block = "{{b: {{c: 1, d: {d}, e: 3, f: 4}}}}\n"
    assert compare(f"old: {block}".format(d=2), f"new: {block}".format(d=9)) == [("new.b.d", "2", "9")]


def files(**sides: tuple[str | None, str | None]) -> dict[str, list[Shown]]:
    read = [
        FileSteps(name, steps_of(facts(before) if before else None, facts(after) if after else None))
        for name, (before, after) in sides.items()
    ]
    return {path: shown(steps) for path, steps in resolve_moves(read).items()}


def test_what_moved_to_another_file_is_no_loss() -> None:
    assert files(a=("x: 1\ny: {t: 5, u: 6}\n", "x: 1\n"), b=(None, "t: 5\nu: 6\n")) == {"a": [], "b": []}
    assert files(a=("x: 1\nt: 5\n", "x: 1\n"), b=("z: 1\n", "z: 1\nall: {t: 5, more: 7}\n"))["a"] == []


def test_what_changed_on_its_way_to_another_file_is_a_step_there() -> None:
    block = "y: {{t: {t}, u: 6, v: 7}}\n"
    moved = files(a=(f"x: 1\n{block}".format(t=5), "x: 1\n"), b=("z: 1\n", f"z: 1\n{block}".format(t=0)))
    assert moved == {"a": [], "b": [("y.t", "5", "0")]}


def test_a_value_of_the_same_name_elsewhere_is_another_one() -> None:
    assert files(a=("x: 1\ntimeout: 5\n", "x: 1\n"), b=("z: 1\n", "z: 1\ntimeout: 9\n"))["a"] == [("timeout", "5", "")]


def test_options_of_commands_are_settings() -> None:
    span = Span(1, 1, 1, 2)
    before = Facts(commands=(Command(("celery", "worker", "-c", "8", "--loglevel=info"), span, "web"),))
    after = Facts(commands=(Command(("celery", "worker", "--loglevel=info", "-c", "1000"), span, "web"),))
    assert [setting.key[1:] for setting in settings_of(before)] == [("celery worker", "concurrency"), ("celery worker", "loglevel")]
    assert shown(steps_of(before, after)) == [("$ web.celery worker.concurrency", "8", "1000")]


def test_a_program_that_a_script_starts_is_known_by_its_own_options() -> None:
    span = Span(1, 1, 1, 2)
    before = Facts(commands=(Command(("run.sh", "celery", "worker", "--concurrency=11"), span, "web"),))
    after = Facts(commands=(Command(("run.sh", "celery", "worker", "-P", "eventlet", "-c", "1000"), span, "web"),))
    assert ("$ web.celery worker.concurrency", "11", "1000") in shown(steps_of(before, after))


def test_a_deep_and_wide_tree_is_compared_without_recursion() -> None:
    deep = read_settings("a.json", "json", ('{"a":' * 150 + "1" + "}" * 150).encode())
    wide = read_settings("a.json", "json", ("[" + ",".join(f'{{"k": {n}, "v": 1}}' for n in range(3000)) + "]").encode())
    other = read_settings("a.json", "json", ("[" + ",".join(f'{{"k": {n}, "v": 1}}' for n in range(1, 3001)) + "]").encode())
    assert list(compare_trees(build_tree(deep), build_tree(deep))) == []
    assert len(list(compare_trees(build_tree(wide), build_tree(other)))) <= 4


@pytest.mark.parametrize(
    "after",
    [
        "a: {x: 1}\nb: {y: [1, 2]}\nc: {z: 3}\n",
        "c: {z: 3}\na: {x: 1}\nb: {y: [1, 2]}\n",
        "a: {x: 1}\nb: {y: [1, 2]}\n",
        "a: {x: 1}\nb: {y: [1, 2]}\nc: {z: 4}\nd: {z: 3}\n",
        "a: {x: 1}\nb: {y: [2, 1]}\nC: {z: 3}\n",
        "a: {x: 1}\nb: 5\nc: {z: 3}\n",
    ],
)
def test_leaving_out_equal_blocks_changes_nothing(after: str) -> None:
    before = facts("a: {x: 1}\nb: {y: [1, 2]}\nc: {z: 3}\n")
    whole = compare_trees(build_tree(before.settings), build_tree(facts(after).settings))
    assert steps_of(before, facts(after)) == tuple(whole)
