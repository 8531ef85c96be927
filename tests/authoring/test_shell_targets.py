"""What a deletion is pointed at."""

import shlex

import pytest

from aicheck.authoring.shell_targets import broad_target, is_recursive, targets_of
from aicheck.model.facts import Command
from aicheck.model.location import Span


def command(line: str, condition: str = "") -> Command:
    return Command(tuple(shlex.split(line)), Span(1, 1, 1, 2), condition=condition)


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("/", ""),
        ("/*", ""),
        ("~", ""),
        ("$HOME/*", ""),
        ("/etc", ""),
        ("../*", ""),
        ("$D/*", ""),
        ("${D}/", "D=$(cat x)\n"),
        ("$D/usr", "D=$OTHER\n"),
        ("$(OUT)/*", "OUT =\n"),
    ],
)
def test_broad(target: str, source: str) -> None:
    assert broad_target(target, command(f"rm -rf '{target}'"), source)


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("build", ""),
        ("/srv/shop/cache", ""),
        ("~/.cache/shop", ""),
        ("${D:?}/*", ""),
        ("$D/*", "D=/srv/shop\n"),
        ("$D/*", "D=$(mktemp -d)\n"),
        ("$D/*", ': "${D:?}"\n'),
        ("$D/node_modules", ""),
        ("$D", ""),
        ("$(OUT)/*", "OUT := build\n"),
        ("$GITHUB_WORKSPACE/*", ""),
        ("{{ root }}/*", ""),
    ],
)
def test_narrow(target: str, source: str) -> None:
    assert not broad_target(target, command(f"rm -rf '{target}'"), source)


def test_a_condition_on_the_variable() -> None:
    assert not broad_target("$D/*", command("rm -rf x", condition='[ -n "$D" ]'), "")


def test_recursive() -> None:
    assert is_recursive(command("rm -fr x")) and is_recursive(command("find x -name y -delete"))
    assert not is_recursive(command("rm -f x")) and not is_recursive(command("find x -print"))


def test_targets() -> None:
    assert targets_of(command("find a b -name c -delete")) == ("a", "b")
    assert targets_of(command("rm -rf a b")) == ("a", "b")
