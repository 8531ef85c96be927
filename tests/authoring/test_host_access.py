"""What a container gets of its host."""

import pytest

from aicheck.authoring.command_words import take_apart
from aicheck.authoring.host_access import judge_mount, started_with


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("/:/host", "high"),
        ("/:/host:ro", "medium"),
        ("/var/run/docker.sock:/var/run/docker.sock", "high"),
        ("$HOME:/work", "high"),
        ("${HOME}/.ssh:/root/.ssh:ro", "medium"),
        ("~:/work", "high"),
        ("/etc:/etc:ro", None),
        ("/srv/app/data:/data", None),
        ("data:/data", None),
        ("./src:/app", None),
        ("/", None),
    ],
)
def test_a_mount(text: str, severity: str | None) -> None:
    assert judge_mount(text) == severity


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("docker run --privileged a", "high"),
        ("docker run --privileged=false a", None),
        ("podman run --cap-add=CAP_SYS_ADMIN a", "high"),
        ("docker run --cap-add NET_BIND_SERVICE a", None),
        ("docker run --pid=host a", "high"),
        ("docker run --security-opt seccomp=unconfined a", "medium"),
        ("docker build --privileged a", None),
        ("docker run -v /:/host:ro a", "medium"),
    ],
)
def test_a_command(line: str, severity: str | None) -> None:
    assert started_with(take_apart(tuple(line.split()))) == severity
