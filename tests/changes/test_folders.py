"""--before/--after and --all."""

import os
from pathlib import Path

import pytest

from aicheck.changes.git import open_repository
from aicheck.changes.sources import from_files, from_folders, read_trusted
from aicheck.errors import UsageError
from tests.changes.conftest import Repo, by_path, sides


def write(root: Path, files: dict[str, str]) -> Path:
    root.mkdir(exist_ok=True)
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_two_folders(tmp_path: Path) -> None:
    before = write(tmp_path / "before", {"same": "1\n", "edited": "1\n", "d/gone": "1\n", ".git/config": "1", "aicheck.toml": "x = 1\n"})
    after = write(tmp_path / "after", {"same": "1\n", "edited": "2\r\n", "d/made": "2\n", ".git/config": "2", "aicheck.toml": "x = 1\n"})
    change = from_folders(before, after)
    assert sides(change) == {"edited": (b"1\n", b"2\r\n"), "d/gone": (b"1\n", None), "d/made": (None, b"2\n")}
    assert (change.base, change.head, change.trusted) == ("folder", "folder", str(before))
    assert read_trusted(None, change.trusted, ("aicheck.toml", "nope")) == {"aicheck.toml": b"x = 1\n"}


def test_odd_files_in_folders(tmp_path: Path) -> None:
    before, after = write(tmp_path / "before", {"plain": "1\n"}), write(tmp_path / "after", {"plain": "1\n"})
    for folder in (before, after):
        (folder / "loop").symlink_to("loop")
        os.mkfifo(folder / "both")
    os.mkfifo(after / "pipe")
    (before / "link").symlink_to("/etc/passwd")
    (after / "link").symlink_to("/etc/shadow")
    (after / "plain").chmod(0o755)
    files = by_path(from_folders(before, after))
    assert sorted(files) == ["link", "pipe", "plain"]
    pipe, link = files["pipe"].after, files["link"].after
    assert pipe is not None and pipe.unread == "not a regular file"
    assert link is not None and (link.kind, link.data) == ("symlink", b"/etc/shadow")


def test_large_equal_files_are_unchanged(tmp_path: Path) -> None:
    before, after = write(tmp_path / "before", {}), write(tmp_path / "after", {})
    for folder, last in ((before, b"a"), (after, b"b")):
        (folder / "same").write_bytes(b"x" * (6 << 20))
        (folder / "other").write_bytes(b"x" * (6 << 20) + last)
    assert [file.path for file in from_folders(before, after).files] == ["other"]


def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root can open every folder")
    before, after = write(tmp_path / "before", {}), write(tmp_path / "after", {"closed/x": "1\n"})
    (after / "closed").chmod(0)
    (file,) = from_folders(before, after).files
    assert file.after is not None and file.after.unread.startswith("folder could not be read")


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        from_folders(tmp_path, tmp_path / "nope")


def test_files_outside_a_repository(tmp_path: Path) -> None:
    root = write(tmp_path / "root", {"a.py": "1\n", "d/b.py": "1\n", "d/deep/c.py": "1\n", ".git/x": "1"})
    assert sides(from_files(None, [root], root)) == {"a.py": (None, b"1\n"), "d/b.py": (None, b"1\n"), "d/deep/c.py": (None, b"1\n")}
    assert sorted(sides(from_files(None, [root / "d", root / "a.py"], root))) == ["a.py", "d/b.py", "d/deep/c.py"]
    with pytest.raises(UsageError, match="does not exist"):
        from_files(None, [root / "nope"], root)
    with pytest.raises(UsageError, match="lies outside"):
        from_files(None, [tmp_path], root)


def test_files_inside_a_repository_leave_out_what_is_ignored(repo: Repo) -> None:
    head = repo.commit({"a.py": "1\n", "d/b.py": "1\n", ".gitignore": "*.log\n"})
    repo.write({"new.py": "1\n", "noise.log": "1\n", "a.py": "2\n"})
    git = repo.open()
    change = from_files(git, [repo.path], repo.path)
    assert sides(change) == {".gitignore": (None, b"*.log\n"), "a.py": (None, b"2\n"), "d/b.py": (None, b"1\n"), "new.py": (None, b"1\n")}
    assert (change.base, change.trusted) == ("nothing", head)
    assert sorted(sides(from_files(git, [repo.path / "noise.log"], repo.path))) == ["noise.log"]
    assert sorted(sides(from_files(git, [repo.path / "d"], repo.path / "d"))) == ["b.py"]


def test_a_link_among_the_files_is_not_followed(repo: Repo, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret": "x\n"})
    repo.write({"a": "1\n"})
    (repo.path / "link").symlink_to(outside)
    assert sides(from_files(open_repository(repo.path), [repo.path / "link"], repo.path)) == {"link": (None, os.fsencode(outside))}
