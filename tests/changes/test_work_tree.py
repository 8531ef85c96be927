"""The default source and --staged: what git would store, without a filter."""

import hashlib
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from aicheck.changes.git import open_repository
from aicheck.changes.sources import from_index, from_work_tree
from aicheck.errors import ChangeError
from aicheck.model.change import Hunk
from tests.changes.conftest import MakeRepo, Repo, by_path, sides


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    signal.alarm(60)
    yield
    signal.alarm(0)


def test_staged_unstaged_and_untracked(repo: Repo) -> None:
    head = repo.commit({"a": "1\n", "b": "1\n", "gone": "1\n", "kept": "1\n", ".gitignore": "ignored\n"})
    repo.write({"a": "2\n"})
    repo.git("add", "a")
    repo.write({"b": "2\n", "new/c": "1\n", "ignored": "x\n"})
    (repo.path / "gone").unlink()
    change = from_work_tree(repo.open())
    assert sides(change) == {"a": (b"1\n", b"2\n"), "b": (b"1\n", b"2\n"), "gone": (b"1\n", None), "new/c": (None, b"1\n")}
    assert (change.base, change.head, change.trusted, change.commits) == (head, "work tree", head, ())
    staged = from_index(repo.open())
    assert sides(staged) == {"a": (b"1\n", b"2\n")}
    assert (staged.head, staged.trusted) == ("index", head)


def test_staged_and_then_undone_on_disk_is_unchanged(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.write({"a": "2\n"})
    repo.git("add", "a")
    repo.write({"a": "1\n"})
    assert sides(from_work_tree(repo.open())) == {}
    assert sides(from_index(repo.open())) == {"a": (b"1\n", b"2\n")}


def test_a_repository_without_commits(repo: Repo) -> None:
    repo.write({"a": "1\n", "b": "1\n"})
    repo.git("add", "a")
    change = from_work_tree(repo.open())
    assert sides(change) == {"a": (None, b"1\n"), "b": (None, b"1\n")}
    assert (change.base, change.trusted) == ("nothing", "")
    assert sides(from_index(repo.open())) == {"a": (None, b"1\n")}


def test_removed_from_the_index_only_is_unchanged_on_disk(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.git("rm", "-q", "--cached", "a")
    assert sides(from_work_tree(repo.open())) == {}
    assert sides(from_index(repo.open())) == {"a": (b"1\n", None)}


def test_announced_files_are_in_the_work_tree_but_not_staged(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.write({"new": "1\n", "empty": ""})
    repo.git("add", "-N", "new")
    repo.git("add", "empty")
    assert sides(from_work_tree(repo.open())) == {"new": (None, b"1\n"), "empty": (None, b"")}
    assert sides(from_index(repo.open())) == {"empty": (None, b"")}


def test_an_unmerged_index_is_refused(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.git("checkout", "-q", "-b", "other")
    repo.commit({"a": "2\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"a": "3\n"})
    repo.git("merge", "other", check=False)
    for source in (from_work_tree, from_index):
        with pytest.raises(ChangeError, match="unresolved conflicts"):
            source(repo.open())


def test_a_sparse_checkout_does_not_delete(repo: Repo) -> None:
    repo.commit({"in/a": "1\n", "out/b": "1\n", "top": "1\n"})
    repo.git("sparse-checkout", "set", "in")
    assert not (repo.path / "out").exists()
    repo.write({"in/a": "2\n"})
    assert sides(from_work_tree(repo.open())) == {"in/a": (b"1\n", b"2\n")}
    assert sides(from_index(repo.open())) == {}


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_a_change_of_equal_size_and_time_is_seen(repo: Repo, version: str) -> None:
    repo.commit({"a": "1111\n", "deep/er/b": "1111\n", "deep/er/c": "1111\n"})
    repo.git("update-index", f"--index-version={version}")
    past = (1_600_000_000_000_000_000, 1_600_000_000_000_000_000)
    for name in ("a", "deep/er/b", "deep/er/c"):
        os.utime(repo.path / name, ns=past)
    repo.git("update-index", "--refresh")
    assert sides(from_work_tree(repo.open())) == {}
    repo.write({"deep/er/b": "2222\n"})
    os.utime(repo.path / "deep/er/b", ns=past)
    assert sides(from_work_tree(repo.open())) == {"deep/er/b": (b"1111\n", b"2222\n")}


def test_a_corrupt_index_is_one_sentence(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.write({".git/index": b"garbage that is no index at all, long enough to be read"})
    with pytest.raises(ChangeError, match="index of this repository is corrupt"):
        from_work_tree(repo.open())


def test_the_executable_bit(repo: Repo) -> None:
    repo.commit({"run": "x\n"})
    (repo.path / "run").chmod(0o755)
    after = by_path(from_work_tree(repo.open()))["run"].after
    assert after is not None and after.executable
    repo.git("config", "core.fileMode", "false")
    assert sides(from_work_tree(repo.open())) == {}


def test_line_ends_that_a_checkout_converted(repo: Repo) -> None:
    repo.commit({"a.txt": "one\ntwo\nthree\n", "b.txt": "one\ntwo\n", "kept.txt": "one\r\ntwo\r\n"})
    repo.git("config", "core.autocrlf", "true")
    repo.write({"a.txt": "one\r\ntwo\r\nthree\r\n", "b.txt": "one\r\nTWO\r\n", "kept.txt": "one\r\n2\r\n"})
    change = from_work_tree(repo.open())
    assert sides(change) == {"b.txt": (b"one\ntwo\n", b"one\nTWO\n"), "kept.txt": (b"one\r\ntwo\r\n", b"one\r\n2\r\n")}
    assert by_path(change)["b.txt"].hunks == (Hunk(2, 1, 2, 1),)


def pointer(data: bytes) -> str:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{hashlib.sha256(data).hexdigest()}\nsize {len(data)}\n"


def test_large_files_are_compared_with_their_pointers(repo: Repo) -> None:
    same, other, huge = b"model" * 100, b"other" * 100, b"m" * (6 << 20)
    repo.commit(
        {
            "same.bin": pointer(same),
            "edited.bin": pointer(same),
            "unfetched.bin": pointer(same),
            "huge.bin": pointer(huge),
            "h2.bin": pointer(huge),
        }
    )
    repo.write({"same.bin": same, "edited.bin": other, "huge.bin": huge, "h2.bin": huge[:-1] + b"x"})
    files = by_path(from_work_tree(repo.open()))
    assert sorted(files) == ["edited.bin", "h2.bin"]
    for file in files.values():
        assert file.after is not None and (file.after.data, file.after.unread) == (None, "git-lfs content")


def test_a_large_file_touched_but_equal_is_unchanged(repo: Repo) -> None:
    data = b"x" * (6 << 20)
    repo.commit({"big": data})
    os.utime(repo.path / "big", ns=(1, 1))
    assert sides(from_work_tree(repo.open())) == {}
    repo.write({"big": data[:-1] + b"y"})
    (file,) = from_work_tree(repo.open()).files
    assert file.after is not None and file.after.unread == "larger than 5 MiB"


def test_pipes_and_link_loops_do_not_hang(repo: Repo) -> None:
    repo.commit({"tracked": "1\n", "good.py": "1\n"})
    (repo.path / "tracked").unlink()
    os.mkfifo(repo.path / "tracked")
    os.mkfifo(repo.path / "pipe.py")
    (repo.path / "loop").symlink_to("loop")
    (repo.path / "up").symlink_to(".")
    repo.write({"good.py": "2\n"})
    files = by_path(from_work_tree(repo.open()))
    assert sorted(files) == ["good.py", "loop", "pipe.py", "tracked", "up"]
    for name in ("tracked", "pipe.py"):
        after = files[name].after
        assert after is not None and (after.kind, after.unread) == ("special", "not a regular file")
    loop = files["loop"].after
    assert loop is not None and (loop.kind, loop.data) == ("symlink", b"loop")


def test_left_over_sockets_are_no_change(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a": "1\n"})
    monkeypatch.chdir(repo.path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("server.sock")
        assert sides(from_work_tree(repo.open())) == {}


def test_a_folder_replaced_by_a_link_is_not_followed(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"dir/secret": "tracked\n"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("outside\n")
    (repo.path / "dir/secret").unlink()
    (repo.path / "dir").rmdir()
    (repo.path / "dir").symlink_to(outside)
    assert sides(from_work_tree(repo.open())) == {"dir": (None, os.fsencode(outside)), "dir/secret": (b"tracked\n", None)}


def test_files_and_folders_that_change_places(repo: Repo) -> None:
    repo.commit({"a": "1\n", "b/c": "1\n"})
    (repo.path / "a").unlink()
    (repo.path / "b/c").unlink()
    (repo.path / "b").rmdir()
    repo.write({"a/x": "2\n", "b": "2\n"})
    assert sides(from_work_tree(repo.open())) == {"a": (b"1\n", None), "a/x": (None, b"2\n"), "b": (None, b"2\n"), "b/c": (b"1\n", None)}


def test_unreadable_files_are_named(repo: Repo) -> None:
    if os.geteuid() == 0:
        pytest.skip("root can read every file")
    repo.commit({"a": "1\n"})
    repo.write({"a": "2\n"})
    (repo.path / "a").chmod(0)
    (file,) = from_work_tree(repo.open()).files
    assert file.after is not None and file.after.unread.startswith("could not be read")


def test_a_linked_worktree(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": "1\n"})
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = Repo(tmp_path / "linked")
    linked.write({"a": "2\n", "sub/b": "1\n"})
    repo.write({"a": "main\n"})
    git = open_repository(linked.path / "sub")
    assert git.repository.work_tree == linked.path.resolve()
    assert sides(from_work_tree(git)) == {"a": (b"1\n", b"2\n"), "sub/b": (None, b"1\n")}
    linked.git("add", "a")
    assert sides(from_index(git)) == {"a": (b"1\n", b"2\n")}


def test_a_submodule(make_repo: MakeRepo, repo: Repo) -> None:
    inner = make_repo("inner")
    one = inner.commit({"x": "1\n"})
    repo.commit({"a": "1\n"})
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "lib")
    repo.commit()
    assert sides(from_work_tree(repo.open())) == {}
    library = Repo(repo.path / "lib")
    library.write({"x": "2\n"})
    assert sides(from_work_tree(library.open())) == {"x": (b"1\n", b"2\n")}
    two = library.commit()
    assert sides(from_work_tree(repo.open())) == {"lib": (one.encode(), two.encode())}
    repo.git("submodule", "deinit", "-q", "-f", "lib")
    assert sides(from_work_tree(repo.open())) == {}


def test_a_repository_inside_is_mentioned(make_repo: MakeRepo, repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    make_repo("repo/vendored").commit({"x": "1\n"})
    change = from_work_tree(repo.open())
    assert sides(change) == {}
    assert change.notes == ("repositories inside the work tree were not looked at: vendored/",)


def test_a_bare_repository_that_came_with_the_tree_is_not_used(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.git("init", "-q", "--bare", "evil")
    repo.write({"evil/sub/file": "x"})
    assert open_repository(repo.path / "evil" / "sub").repository.work_tree == repo.path.resolve()
    assert open_repository(repo.path / "evil").repository.work_tree is None


def test_a_work_tree_setting_that_leads_nowhere(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.git("config", "core.worktree", "../nowhere")
    repo.write({"a": "2\n"})
    assert sides(from_work_tree(repo.open())) == {"a": (b"1\n", b"2\n")}
