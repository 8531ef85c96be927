"""docs/gate.md: its commands are run as they stand, and what they print is what the page says."""

import re
import subprocess
import sys

import pytest

from tests.demo import SOURCE, environment, put_aicheck_on_path

PAGE = (SOURCE / "docs" / "gate.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(sh|text)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def steps() -> list[tuple[str, str]]:
    """Each block of commands, and what it prints; empty where the page does not say."""
    following = [*BLOCKS[1:], ("sh", "")]
    return [
        (text, after if kind == "text" else "") for (is_sh, text), (kind, after) in zip(BLOCKS, following, strict=True) if is_sh == "sh"
    ]


def steady(text: str) -> list[str]:
    """The lines without what differs from run to run: ids, keys, dates."""
    text = re.sub(r"SHA256:\S+", "KEY", re.sub(r"\b[0-9a-f]{12,64}\b", "ID", text))
    return [line.rstrip() for line in re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "...", text).splitlines()]


def is_as_written(printed: list[str], page: list[str]) -> bool:
    """Whether the lines are those of the page, where `...` stands for any lines."""
    if not page:
        return not printed
    if page[0] == "...":
        return any(is_as_written(printed[at:], page[1:]) for at in range(len(printed) + 1))
    return bool(printed) and printed[0] == page[0] and is_as_written(printed[1:], page[1:])


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """(commands, what the page says, what they print), all in one folder, in the order of the page."""
    folder = tmp_path_factory.mktemp("page")
    path = put_aicheck_on_path(tmp_path_factory.mktemp("programs") / "bin")
    names = [name for name in environment() if name.startswith(("GIT_AUTHOR", "GIT_COMMITTER"))]
    variables = {name: value for name, value in environment(PATH=path).items() if name not in names}
    found = []
    for commands, page in steps():
        done = subprocess.run(
            ["bash", "-c", commands],
            cwd=folder,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        found.append((commands, page, done.stdout))
    return found


def test_every_step_prints_what_the_page_says(printed: list[tuple[str, str, str]]) -> None:
    assert len(printed) > 7
    for commands, page, text in printed:
        if page:
            assert is_as_written(steady(text), steady(page)), f"{commands}\nprinted:\n{text}"
        else:
            assert "error" not in text, f"{commands}\nprinted:\n{text}"


def test_a_push_is_refused_and_then_accepted(printed: list[tuple[str, str, str]]) -> None:
    pushes = [text for commands, _, text in printed if "push -q origin HEAD:main" in commands]
    assert ["is refused" in text for text in pushes] == [False, True, False]


def test_the_page_names_options_that_there_are() -> None:
    for verb, option in (("install", "--require-pusher"), ("install", "--protect"), ("install", "--signers"), ("approve", "--push")):
        command = subprocess.run(
            [sys.executable, "-P", "-m", "aicheck", "gate", "git", verb, "--help"],
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        assert option in command.stdout
        assert option in PAGE


def test_each_way_around_is_a_test_or_needs_a_forge() -> None:
    rows = dict(re.findall(r"^\| (B\d\d) \| (.*)$", PAGE, re.MULTILINE))
    assert list(rows) == [f"B{number:02}" for number in range(1, 25)]
    tests = "".join((SOURCE / "tests" / "gate" / f"test_bypass_{part}.py").read_text("utf-8") for part in ("people", "change"))
    tested = {found.upper() for found in re.findall(r"^def test_(b\d\d)_", tests, re.MULTILINE)}
    assert set(rows) - tested == {number for number, text in rows.items() if "needs a forge" in text}


def test_the_page_is_in_the_readme() -> None:
    assert "(docs/gate.md)" in (SOURCE / "README.md").read_text("utf-8")
