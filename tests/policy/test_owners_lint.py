"""Lines of CODEOWNERS that do not mean what their author hopes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.policy.judges import OWNERS_FILES
from aicheck.policy.owners_lint import OwnersFile, lint_owners
from aicheck.policy.roster import NO_ROSTER, Roster

from .people import ROSTER

GITHUB, ROOT, GITLAB = ".github/CODEOWNERS", "CODEOWNERS", ".gitlab/CODEOWNERS"


def lint(text: str, path: str = GITHUB, roster: Roster = NO_ROSTER) -> list[tuple[int, bool, str]]:
    return [(problem.line, problem.serious, problem.text) for problem in lint_owners(OwnersFile(path, text, roster))]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("# all\n*  @acme/core\n/docs/ @jo jo@acme.example # why\n*.tf @acme/sre\n", GITHUB),
        ("* @se\n[Database][2] @op\n/db/\n!/db/readme\n^[Docs]\n/docs/ @@developers\n", GITLAB),
        ("", GITHUB),
    ],
)
def test_nothing_is_said_of_a_file_that_works(text: str, path: str) -> None:
    assert [problem for problem in lint(text, path) if problem[0]] == []


@pytest.mark.parametrize(
    ("text", "path", "line", "serious", "words"),
    [
        ("* @a\n/docs/\n", GITHUB, 2, False, "gives /docs/ no owner"),
        ("* @a\n!/docs/ @b\n", GITHUB, 2, True, "no exceptions with '!'"),
        ("* @a\n/src/[ab].py @b\n", GITHUB, 2, True, "brackets and braces"),
        ("* @a\n/src/*.{js,ts} @b\n", GITLAB, 2, True, "brackets and braces"),
        ("* @a\n\\#x @b\n", GITHUB, 2, True, "cannot escape a leading '#'"),
        ("* @a\n./src @b\n", GITHUB, 2, True, "write it from the top of the repository: '/src'"),
        ("* @a\n/src core-team @b\n", GITHUB, 2, True, "'core-team' as an owner"),
        ("* @a\n/src @b,@c\n", GITHUB, 2, True, "'@b,@c' as an owner"),
        ("/src @a\n* @b\n", GITHUB, 1, True, "never counts: line 2"),
        ("* @b\n/src @a\n/src @b\n", GITHUB, 2, True, "never counts: line 3"),
        ("* @a\n[Docs]\n/docs @b\n", GITHUB, 2, True, "only GitLab knows"),
        ("* @a\n[Docs]\n/docs @b\n", ROOT, 2, False, "only GitLab knows"),
        ("* @a\n[Docs\n", GITLAB, 2, True, "begins like a section"),
        ("* @a\n[Docs] writers\n/docs @b\n", GITLAB, 2, True, "'writers' as an owner"),
        ("* @a\n/" + "x" * 1_200 + " @b\n", GITHUB, 2, True, "more than 1000 characters"),
    ],
)
def test_problems_name_their_line(text: str, path: str, line: int, serious: bool, words: str) -> None:
    found = [problem for problem in lint(text, path) if problem[0] == line]
    assert any(problem[1] == serious and words in problem[2] for problem in found), lint(text, path)
    assert not [problem for problem in lint(text, path) if problem[0] not in {0, line}]


def test_a_line_counts_in_each_section_of_its_own() -> None:
    assert [problem for problem in lint("[A]\n/x @a\n[B]\n* @b\n", GITLAB) if problem[0]] == []


def test_owners_are_held_against_the_roster() -> None:
    assert lint("* @acme/core\n/db @acme/cor\n/x @mi\n/y @@developers @se\n", roster=ROSTER) == [
        (2, False, "names @acme/cor, whom the roster does not know"),
        (3, False, "names no senior among the owners of /x, so another senior stands in for them"),
    ]


def test_the_files_that_say_who_must_look_want_an_owner() -> None:
    unowned = [text for line, _, text in lint("/src @a\n") if line == 0]
    assert len(unowned) == 2
    assert all(".aicheck/" in text for text in unowned)
    assert lint("/.aicheck/ @a\n") == []


def test_a_file_that_is_too_large_is_read_by_nobody() -> None:
    ((line, serious, text),) = lint("* @a\n" * 700_000)
    assert (line, serious) == (0, True)
    assert "larger than 3 MiB" in text


@given(st.text(st.sampled_from("*/ab!#[]^\\@. \n\t\r{}é"), max_size=200), st.sampled_from(OWNERS_FILES))
def test_any_text_is_answered(text: str, path: str) -> None:
    lines = text.count("\n") + text.count("\r") + 1
    assert all(0 <= line <= lines for line, _, _ in lint(text, path, ROSTER))
