import pytest

from aicheck.readers.commands import host
from aicheck.readers.commands.yaml_hosts import read_yaml_commands
from aicheck.readers.unreadable import Unreadable
from tests.readers.commands.shown import show


def commands(path: str, text: str) -> list[str]:
    return show(read_yaml_commands(path, text.encode()))


def test_cloud_init() -> None:
    text = "#cloud-config\nruncmd:\n - rm -rf /x\n - [ls, -l]\nwrite_files: [{content: rm -rf /}]\n"
    assert commands("user-data.yaml", text) == ["3:4 rm -rf /x | runcmd | start-up", "4:5 ls -l | runcmd | start-up"]


def test_commit_hooks() -> None:
    text = (
        "repos:\n- repo: local\n  hooks:\n  - {id: a, entry: make lint, language: system}\n  - {id: b, entry: rm -rf, language: pygrep}\n"
    )
    assert commands(".pre-commit-config.yaml", text) == ["4:20 make lint | hook a | developer"]


def test_task_files() -> None:
    text = "version: 3\ntasks:\n  clean:\n    cmds: [rm -rf x, {cmd: ls here}, {task: other}]\n  one: {cmd: ls there}\n"
    assert commands("Taskfile.yml", text) == [
        "4:12 rm -rf x | clean | developer",
        "4:28 ls here | clean | developer",
        "5:14 ls there | one | developer",
    ]


def test_hosting_platforms() -> None:
    text = "services:\n- name: web\n  startCommand: npm start\n  preDeployCommand: npm run migrate\n"
    assert commands("render.yaml", text) == [
        "3:17 npm start | web startCommand | start-up",
        "4:21 npm run migrate | web preDeployCommand | deploy",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "deny:\n  command: [rm, -rf, /]\n",
        "rules:\n- pattern: rm -rf /\n  command: rm\n",
        "on: push\nrun: rm -rf /\n",
        "# run: rm -rf /\na: 1\n",
        "[]",
        "",
        "run: [",
    ],
)
def test_files_of_no_known_kind_hold_no_commands(text: str) -> None:
    try:
        assert commands("config/settings.yml", text) == []
    except Unreadable as error:
        assert text == "run: [" and "syntax error" in error.reason


def test_many_commands_behind_many_aliases_are_refused() -> None:
    steps = "\n".join("      - run: *a" for _ in range(950))
    text = f"on: push\njobs:\n  a:\n    steps:\n      - run: &a {'x; ' * 40}\n{steps}\n"
    with pytest.raises(Unreadable, match="more than 20,000 commands"):
        commands(".github/workflows/x.yml", text)


def test_long_words_behind_many_aliases_are_refused() -> None:
    services = "\n".join(f"  s{n}: {{image: x, command: [*a]}}" for n in range(950))
    text = f"x: &a {'x' * 9_000}\nservices:\n{services}\n"
    with pytest.raises(Unreadable, match="8 MiB of scripts"):
        commands("docker-compose.yml", text)


@pytest.mark.parametrize(
    "path", [".gitlab-ci.yml", "azure-pipelines.yml", "k.yaml", "values.yaml", ".github/workflows/x.yml", "tasks/x.yml"]
)
def test_aliases_that_multiply_end(path: str) -> None:
    levels = "\n".join(f"l{n}: &l{n} {{script: [ls], steps: [*l{n - 1}, *l{n - 1}], block: [*l{n - 1}, *l{n - 1}]}}" for n in range(1, 60))
    text = f"apiVersion: v1\nkind: X\nl0: &l0 {{command: [ls], script: [ls], stage: x}}\n{levels}\njobs: {{a: *l59}}\nstages: [*l59]\n"
    try:
        assert len(read_yaml_commands(path, text.encode())) <= host.MAX_COMMANDS
    except Unreadable as error:
        assert "commands" in error.reason


def test_wrong_types_everywhere_are_passed_by() -> None:
    for value in ("1", "[1, [2]]", "{a: {b: [c]}}", "null", "[{run: [x]}]"):
        for key in ("jobs", "services", "steps", "runcmd", "repos", "tasks", "spec", "script", "default"):
            text = f"apiVersion: v1\nkind: Pod\ncommand: x\n{key}: {value}\n"
            for path in (".github/workflows/x.yml", ".gitlab-ci.yml", ".circleci/config.yml", "docker-compose.yml", "Taskfile.yml"):
                assert isinstance(read_yaml_commands(path, text.encode()), tuple)
                assert isinstance(read_yaml_commands(path, text.replace("apiVersion", "version").encode()), tuple)


def test_cloud_foundry_manifests() -> None:
    text = "applications:\n- name: worker\n  command: scripts/run.sh celery worker -c 8\n  sidecars:\n  - {name: s, command: tail -f log}\n"
    found = show(read_yaml_commands("manifest.yml", text.encode()))
    assert found == ["3:12 run.sh celery worker -c 8 | worker | start-up", "5:24 tail -f log | worker | start-up"]
