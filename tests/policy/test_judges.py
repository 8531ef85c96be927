"""Which paths judge changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.model.change import ChangeSet, Content, FileChange
from aicheck.policy.judges import judge_paths


def content(text: str | bytes | None, kind: str = "file") -> Content:
    data = text.encode() if isinstance(text, str) else text
    return Content(kind, False, len(data or b""), data)  # type: ignore[arg-type]


def touched(path: str, before: Content | None, after: Content | None) -> bool:
    return judge_paths(ChangeSet((FileChange(path, before, after),), "a", "b", "a")) == (path,)


@pytest.mark.parametrize(
    "path",
    [
        ".aicheck/policy.toml",
        ".aicheck/a/b",
        ".aicheck",
        "aicheck.toml",
        "CODEOWNERS",
        ".github/CODEOWNERS",
        "docs/CODEOWNERS",
        ".gitlab/CODEOWNERS",
    ],
)
def test_own_files_always_judge(path: str) -> None:
    assert touched(path, None, content("x"))
    assert touched(path, content("x"), None)


@pytest.mark.parametrize("path", ["src/CODEOWNERS", "sub/aicheck.toml", "aicheck/policy.toml", "docs/aicheck.md", "README.md"])
def test_other_files_do_not(path: str) -> None:
    assert not touched(path, content("x"), content("aicheck"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("on: push\n", "on: pull_request\n", False),
        ("run: aicheck scan\n", "run: true\n", True),
        ("run: true\n", "run: aicheck scan\n", True),
        ("# aicheck is not run here\n", "on: push\n", False),
        ('run: echo "#"; aicheck scan\n', "on: push\n", True),
        ("uses: org/AICheck@v1 # pinned\n", "on: push\n", True),
    ],
)
def test_a_job_judges_when_it_runs_aicheck(before: str, after: str, expected: bool) -> None:
    assert touched(".github/workflows/ci.yml", content(before), content(after)) is expected


def test_an_unread_or_linked_job_counts_as_touched() -> None:
    assert touched(".github/workflows/ci.yml", content(None), content("on: push"))
    assert touched(".github/workflows/ci.yml", content("on: push"), content("other.yml", "symlink"))
    assert touched(".github", None, content("elsewhere", "symlink"))


PLAIN = '[project]\nname = "x"\n'


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (PLAIN, PLAIN + 'dependencies = ["aicheck"]\n', False),
        (PLAIN, PLAIN + "[tool.aicheck]\nexclude = ['*']\n", True),
        (PLAIN + "[tool.aicheck]\njobs = 1\n", PLAIN + "[tool.aicheck]\n# why\njobs = 1\n", False),
        (PLAIN + "[tool.aicheck]\njobs = 1\n", PLAIN + "[tool]\naicheck = { jobs = 1 }\n", False),
        (PLAIN + "[tool.aicheck]\njobs = 1\n", PLAIN + "[tool.aicheck]\njobs = true\n", True),
        (PLAIN + "[tool.aicheck]\njobs = 1\n", PLAIN, True),
        (PLAIN + "[tool.aicheck]\njobs = 1\n", None, True),
        (PLAIN, None, False),
        (PLAIN + "# aicheck\n", PLAIN + '[tool."\\u0061icheck"]\njobs = 2\n# aicheck\n', True),
        (PLAIN, "aicheck = [", True),
        (PLAIN, "aicheck = " + "[" * 3000, True),
        (PLAIN, "aicheck." + "a." * 20_000 + "a = 1", True),
        (PLAIN, "aicheck = 1\n#" + "x" * 300_000, True),
        (PLAIN, "{{ template }}", False),
    ],
)
def test_pyproject_judges_when_its_settings_table_changes(before: str, after: str | None, expected: bool) -> None:
    assert touched("pyproject.toml", content(before), None if after is None else content(after)) is expected


def test_an_unread_or_linked_pyproject_counts_as_touched() -> None:
    assert touched("pyproject.toml", content(PLAIN), content(None))
    assert touched("pyproject.toml", content(PLAIN), content("x", "symlink"))


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    hostile = content(b"[tool.aicheck]\n" + data)
    assert touched("pyproject.toml", content(PLAIN), hostile)
