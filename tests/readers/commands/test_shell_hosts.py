"""Commands in scripts, Dockerfiles, Makefiles, Procfiles, units and crontabs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.model.facts import Command, Where
from aicheck.readers.commands import read_commands
from aicheck.readers.commands.where import where_of_name, where_of_script
from aicheck.readers.unreadable import Unreadable

LANGUAGES = {"Dockerfile": "dockerfile", "Makefile": "makefile", "Procfile": "procfile", "a.service": "systemd", "crontab": "crontab"}


def read(path: str, text: str) -> tuple[Command, ...]:
    return read_commands(path, LANGUAGES.get(path.rpartition("/")[2], "shell"), text.encode())


def shown(path: str, text: str) -> list[tuple[int, str, str, str]]:
    return [(command.span.line, " ".join(command.argv), command.symbol, command.where) for command in read(path, text)]


DOCKERFILE = """\
# syntax=docker/dockerfile:1
FROM python:3.12 AS base
ARG A=rm
RUN --mount=type=cache,target=/x apt-get update && \\
    # a note about rm -rf /

    rm -rf /var/lib/apt
FROM base
RUN ["sh", "-c", "rm -rf /y"]
RUN <<EOF
make
make install
EOF
COPY rm -rf /z
HEALTHCHECK --interval=5s CMD curl -f http://localhost
ENTRYPOINT ["/bin/run", "--flag"]
CMD celery worker -c 4
"""


def test_dockerfile() -> None:
    assert shown("Dockerfile", DOCKERFILE) == [
        (4, "apt-get update", "stage base", "build"),
        (7, "rm -rf /var/lib/apt", "stage base", "build"),
        (9, "rm -rf /y", "stage 1", "build"),
        (11, "make", "stage 1", "build"),
        (12, "make install", "stage 1", "build"),
        (15, "curl -f http://localhost", "stage 1", "start-up"),
        (16, "run --flag", "stage 1", "start-up"),
        (17, "celery worker -c 4", "stage 1", "start-up"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN python3 <<EOF\nRUN rm -rf /\nEOF\nRUN a\n", [(1, "python3"), (4, "a")]),
        ("RUN cat <<EOF > /f && b\nrm -rf /\nEOF\n", [(1, "cat"), (1, "b")]),
        ("COPY <<EOF /f\nRUN rm -rf /\nEOF\nRUN a\n", [(4, "a")]),
        ("RUN <<EOF\n#!/usr/bin/env python3\nrm -rf /\nEOF\nRUN a\n", [(5, "a")]),
        ("RUN --network=none <<-'EOF'\n\ta\n\tEOF\nRUN b\n", [(2, "a"), (4, "b")]),
        ("RUN bash <<EOF\na\nEOF\n", [(1, "bash"), (2, "a")]),
        ("RUN x <<NEVER\nRUN y\n", [(1, "x"), (2, "y")]),
        ("RUN python -c 'print(1<<2)'\nRUN y\n", [(1, "python -c print(1<<2)"), (2, "y")]),
        ("ONBUILD RUN a\nRUN b \\\r\n  -c\r\n", [(1, "a"), (2, "b -c")]),
    ],
)
def test_heredocs_of_dockerfiles(text: str, expected: list[tuple[int, str]]) -> None:
    assert [(line, words) for line, words, _, _ in shown("Dockerfile", text)] == expected


MAKEFILE = """\
ENV = prod
FLAGS ?= -x
.PHONY: deploy
deploy: build ## rm -rf
\t@terraform apply -var env=$(ENV) \\
\t  -auto-approve $(FLAGS)
\t-rm -rf $(OUT)/* $$HOME
\t# rm -rf /
one: ; ls $@
define X
\trm -rf /
endef
"""


def test_makefile() -> None:
    assert shown("Makefile", MAKEFILE) == [
        (5, "terraform apply -var env=prod -auto-approve $(FLAGS)", "deploy", "deploy"),
        (7, "rm -rf $(OUT)/* $HOME", "deploy", "deploy"),
        (9, "ls $@", "one", "developer"),
    ]
    assert [command.masked for command in read("Makefile", MAKEFILE)] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("D =\nx:\n\trm -rf $(D)/*\n", "rm -rf $(D)/*"),
        ("E = dev\nprod: E = prod\nprod: x\nx:\n\ta $(E)\n", "a $(E)"),
        ("E ?= dev\nx:\n\ta $(E)\n", "a $(E)"),
        ("F = -a -b\nx:\n\ta $(F)\n", "a -a -b"),
        ("x:\n\ta $(shell rm -rf /)\n", "a $(shell rm -rf /)"),
        ("x:\n\ta $$(b)\n", "b"),
    ],
)
def test_variables_of_makefiles(text: str, expected: str) -> None:
    assert " ".join(read("Makefile", text)[-1].argv) == expected


def test_commands_of_a_recipe_stand_where_they_are_written() -> None:
    text = "E = production\nx:\n\t@cd é $(E) $$HOME; \\\n\trm -rf $(O)/$(E) && b\n"
    assert [(c.span.line, c.span.column, c.span.end_line, c.span.end_column) for c in read("Makefile", text)] == [
        (3, 3, 3, 19),
        (4, 2, 4, 18),
        (4, 22, 4, 23),
    ]


def test_a_unit_goes_on_behind_a_backslash() -> None:
    unit = "[Service]\nExecStart=/usr/bin/docker run \\\n  --rm \\\n  x\nExecStop=-/bin/y\n"
    assert shown("a.service", unit) == [(2, "docker run --rm x", "ExecStart", "start-up"), (5, "y", "ExecStop", "start-up")]


@pytest.mark.parametrize(("path", "text"), [("Dockerfile", "RUN <<E\n" * 5_000), ("Makefile", "x:\n" + "\ta;a\n" * 10_500)])
def test_hostile_files_end(path: str, text: str) -> None:
    try:
        assert len(read(path, text)) <= 20_000
    except Unreadable as error:
        assert "commands" in error.reason


def test_files_with_one_command_a_line() -> None:
    assert shown("Procfile", "# x\nweb: gunicorn -w 4 app\nrelease: python manage.py migrate\n") == [
        (2, "gunicorn -w 4 app", "web", "start-up"),
        (3, "python manage.py migrate", "release", "deploy"),
    ]
    unit = "[Service]\nExecStartPre=-/bin/rm -rf /run/x\nExecStart=/usr/bin/serve --port 1\nUser=x\n"
    assert shown("a.service", unit) == [(2, "rm -rf /run/x", "ExecStartPre", "start-up"), (3, "serve --port 1", "ExecStart", "start-up")]
    assert read("a.service", unit)[0].masked
    assert shown("crontab", "MAILTO=x\n# 0 0 * * * rm\n0 3 * * 1-5 find /x -delete\n@daily ls\n") == [
        (3, "find /x -delete", "", "job"),
        (4, "ls", "", "job"),
    ]
    assert shown("etc/cron.d/crontab", "0 3 * * * root /bin/x y\n") == [(1, "x y", "", "job")]


def test_columns_of_a_script() -> None:
    (_, command) = read("scripts/deploy.sh", "f() {\n  é=1 ls; rm -rf x\n}\n")
    assert (command.span.line, command.span.column, command.symbol, command.where) == (2, 11, "f", "deploy")


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("scripts/deploy.sh", "deploy"),
        ("deploy/run.sh", "start-up"),
        ("infra/x.sh", "deploy"),
        ("docker/entrypoint.sh", "start-up"),
        ("tests/deploy.sh", "test"),
        ("etc/cron.daily/clean", "job"),
        ("bin/x.py", "developer"),
        ("scripts/test_deploy.sh", "developer"),
    ],
)
def test_where_a_script_runs(path: str, where: Where) -> None:
    assert where_of_script(path) == where


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("deploy-production", "deploy"),
        ("unit tests", "test"),
        ("buildImage", "build"),
        ("run", None),
        ("nightly", None),
        ("test deploy", None),
    ],
)
def test_where_a_job_runs(name: str, where: Where | None) -> None:
    assert where_of_name(name) == where


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([*LANGUAGES, "x.sh"]),
    st.one_of(st.binary(max_size=60), st.text('RUN[]"a:\t\n$()\\<=E;@ -*0', max_size=60).map(str.encode)),
)
def test_any_bytes_are_commands_or_unreadable(path: str, data: bytes) -> None:
    try:
        found = read_commands(path, LANGUAGES.get(path, "shell"), data)
    except Unreadable:
        return
    assert all(command.span.end_line <= data.count(b"\n") + 1 for command in found)
