"""Which commit brought or took away each line of a range."""

from types import ModuleType

import pytest

from aicheck.changes import origins, steps
from aicheck.changes.origins import origins_of
from aicheck.changes.sources import from_commit, from_range
from aicheck.model.origin import FileOrigins, Origins
from tests.changes.conftest import Repo

TEXT = "".join(f"line {number}\n" for number in range(1, 11))


def worked_out(repo: Repo, base: str, head: str = "HEAD") -> Origins:
    git = repo.open()
    found = origins_of(git, from_range(git, base, head))
    assert found is not None
    return found


def by_path(found: Origins) -> dict[str, FileOrigins]:
    return {file.path: file for file in found.files}


def added(file: FileOrigins) -> dict[int, tuple[str, str, int]]:
    """After line -> commit, its path there, its line there."""
    return {line: (run.commit, run.path, run.at + line - run.first) for run in file.added for line in range(run.first, run.last + 1)}


def removed(file: FileOrigins) -> dict[int, str]:
    return {line: run.commit for run in file.removed for line in range(run.first, run.last + 1)}


def test_each_line_belongs_to_the_commit_that_added_it(repo: Repo) -> None:
    base = repo.commit({"a": TEXT})
    first = repo.commit({"a": TEXT.replace("line 5\n", "first\n")})
    second = repo.commit({"a": "second\n" + TEXT.replace("line 5\n", "first\n").replace("line 9\n", "")})
    file = by_path(worked_out(repo, base))["a"]
    assert added(file) == {1: (second, "a", 1), 6: (first, "a", 5)}
    assert removed(file) == {5: first, 9: second}
    assert file.commits == (first, second)


def test_a_line_that_was_written_twice_belongs_to_the_last_one(repo: Repo) -> None:
    base = repo.commit({"a": TEXT})
    first = repo.commit({"a": TEXT + "draft\nkept\n"})
    second = repo.commit({"a": TEXT + "final\nkept\n"})
    found = worked_out(repo, base)
    assert added(by_path(found)["a"]) == {11: (second, "a", 11), 12: (first, "a", 12)}
    assert [(one.commit, one.lines) for one in found.added] == [(first, ((11, 12),)), (second, ((11, 11),))]


def test_new_and_deleted_files(repo: Repo) -> None:
    base = repo.commit({"gone": TEXT})
    first = repo.commit({"new": "1\n"})
    (repo.path / "gone").unlink()
    second = repo.commit({"new": "1\n2\n"})
    files = by_path(worked_out(repo, base))
    assert added(files["new"]) == {1: (first, "new", 1), 2: (second, "new", 2)}
    assert set(removed(files["gone"]).items()) == {(line, second) for line in range(1, 11)}


def test_a_file_is_followed_through_its_names(repo: Repo) -> None:
    base = repo.commit({"other": "x\n"})
    first = repo.commit({"one": TEXT})
    repo.git("mv", "one", "two")
    second = repo.commit({"two": TEXT.replace("line 3\n", "second\n")})
    repo.git("mv", "two", "three")
    third = repo.commit({"three": TEXT.replace("line 3\n", "second\n") + "third\n"})
    file = by_path(worked_out(repo, base))["three"]
    found = added(file)
    assert (found[1], found[3], found[11]) == ((first, "one", 1), (second, "two", 3), (third, "three", 11))
    assert file.commits == (first, second, third)


def test_branches_and_merges(repo: Repo) -> None:
    base = repo.commit({"a": TEXT})
    repo.git("checkout", "-q", "-b", "side")
    side = repo.commit({"a": TEXT.replace("line 2\n", "side\n")})
    repo.git("checkout", "-q", "main")
    main = repo.commit({"a": TEXT.replace("line 8\n", "main\n")})
    repo.git("merge", "-q", "--no-ff", "--no-commit", "side")
    merge = repo.commit({"a": TEXT.replace("line 2\n", "side\n").replace("line 8\n", "main\n") + "merge\n"})
    file = by_path(worked_out(repo, base))["a"]
    assert added(file) == {2: (side, "a", 2), 8: (main, "a", 8), 11: (merge, "a", 11)}
    assert removed(file) == {2: side, 8: main}


def test_lines_that_come_from_the_target_branch_are_nobodys(repo: Repo) -> None:
    repo.commit({"a": TEXT, "b": "1\n"})
    repo.git("checkout", "-q", "-b", "topic")
    topic = repo.commit({"a": TEXT.replace("line 2\n", "topic\n")})
    repo.git("checkout", "-q", "main")
    target = repo.commit({"a": TEXT.replace("line 8\n", "target\n"), "b": "2\n"})
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", "main")
    files = by_path(worked_out(repo, target, "topic"))
    assert list(files) == ["a"]
    assert added(files["a"]) == {2: (topic, "a", 2)}


def test_one_commit_brings_all_its_lines_itself(repo: Repo) -> None:
    repo.commit({"a": TEXT})
    only = repo.commit({"a": TEXT.replace("line 5\n", "x\ny\n")})
    git = repo.open()
    found = origins_of(git, from_commit(git, "HEAD"))
    assert found is not None
    (file,) = found.files
    assert (added(file), removed(file)) == ({5: (only, "a", 5), 6: (only, "a", 6)}, {5: only})
    assert [(one.commit, one.path, one.lines) for one in found.added] == [(only, "a", ((5, 6),))]


@pytest.mark.parametrize(("module", "name"), [(steps, "MOST_PARENTS"), (steps, "MOST_BYTES"), (origins, "MOST_LINES")])
def test_a_range_that_is_too_long_or_too_large_is_not_taken_apart(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str
) -> None:
    base = repo.commit({"a": TEXT})
    repo.commit({"a": TEXT + "1\n"})
    repo.commit({"a": TEXT + "2\n"})
    git = repo.open()
    change = from_range(git, base, "HEAD")
    assert origins_of(git, change) is not None
    monkeypatch.setattr(module, name, 1)
    assert origins_of(git, change) is None
