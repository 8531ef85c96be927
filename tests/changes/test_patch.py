"""--patch: what git diff, git format-patch and diff -u write, applied in memory."""

import difflib
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aicheck.changes.apply import apply_patch
from aicheck.changes.hunks import split_lines
from aicheck.changes.patch import parse_patch
from aicheck.changes.sources import from_patch
from aicheck.errors import ChangeError
from aicheck.model.change import Content, Hunk, Identity
from tests.changes.conftest import Repo, by_path, sides

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "-- x", "+y", "@@ -1 +1 @@", "diff --git a/x b/x", "\\ No", "end\r"]), max_size=25)
TEN = "".join(f"{number}\n" for number in range(1, 11))


def content(data: bytes) -> Content:
    return Content("file", executable=False, size=len(data), data=data)


def apply(patch: bytes, before: bytes, path: str = "f") -> bytes | None:
    changed = apply_patch(parse_patch(patch), {path: content(before)})
    after = changed[path][1] if path in changed else content(before)
    return after.data if after else None


@given(TEXTS, TEXTS, st.integers(0, 4), st.booleans())
def test_a_diff_applied_to_before_gives_after(one: list[str], other: list[str], around: int, ends: bool) -> None:
    before, after = ("\n".join(lines).encode() + (b"\n" if ends else b"") for lines in (one, other))
    lines = difflib.diff_bytes(difflib.unified_diff, split_lines(before), split_lines(after), b"a/f", b"b/f", n=around)
    patch = b"".join(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines)
    assert apply(patch, before) == after


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS, st.booleans())
def test_what_git_writes_round_trips(tmp_path: Path, one: list[str], other: list[str], ends: bool) -> None:
    before, after = ("\n".join(lines).encode() + (b"\n" if ends else b"") for lines in (one, other))
    (tmp_path / "one").write_bytes(before)
    (tmp_path / "f").write_bytes(after)
    done = subprocess.run(["git", "diff", "--no-index", "--text", "one", "f"], cwd=tmp_path, capture_output=True, check=False)
    patch = done.stdout.replace(b"a/one", b"a/f")
    assert apply(patch, before) == after


@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    b"diff --git a/f b/f",
                    b"--- a/f",
                    b"+++ b/f",
                    b"@@ -1 +1 @@",
                    b"-a",
                    b"+b",
                    b" c",
                    b"rename from f",
                    b"new file mode 100644",
                    b"GIT binary patch",
                    b"literal 3",
                    b"From x Mon Sep 17 00:00:00 2001",
                    b"Subject: =?utf-8?b?x?=",
                    b"From: a",
                    b"",
                ]
            ),
            max_size=12,
        ).map(b"\n".join),
    )
)
def test_any_bytes_apply_or_are_refused(data: bytes) -> None:
    try:
        apply(data, b"a\n")
    except ChangeError as error:
        assert "\n" not in str(error)


def change_everything(repo: Repo) -> None:
    """Edits, an addition, a removal, a rename with edits, a copy, modes, a link, odd names."""
    repo.commit(
        {
            "edit.py": TEN,
            "gone.py": "bye\n",
            "moved.py": TEN,
            "run": "x\n",
            "kind": "file\n",
            'caf\u00e9 \t"x': "1\n",
            "with blank": "1\n",
            "crlf": "a\r\nb\r\n",
        }
    )
    repo.git("mv", "moved.py", "renamed file.py")
    repo.write(
        {
            "renamed file.py": TEN.replace("5", "five"),
            "edit.py": TEN.replace("2\n", "two\n").replace("9", "nine") + "end",
            "made/new.py": "hi\n",
        }
    )
    repo.write({'caf\u00e9 \t"x': "2\n", "with blank": "2\n", "crlf": "a\r\nB\r\n", "empty": ""})
    (repo.path / "gone.py").unlink()
    (repo.path / "kind").unlink()
    (repo.path / "kind").symlink_to("run")
    (repo.path / "run").chmod(0o755)
    repo.commit(message="everything")


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-M", "-C", "--find-copies-harder"),
        ("--no-prefix",),
        ("-U0",),
        ("--no-renames", "--full-index"),
        ("--src-prefix=i/", "--dst-prefix=w/"),
    ],
)
def test_a_git_diff_of_everything(repo: Repo, options: tuple[str, ...]) -> None:
    change_everything(repo)
    patch = repo.git("diff", *options, "HEAD~1", "HEAD")
    change = from_patch(repo.open(), patch, "HEAD~1")
    assert len(change.files) == 11
    for path, (before, after) in sides(change).items():
        for revision, data in (("HEAD~1", before), ("HEAD", after)):
            assert repo.git("cat-file", "blob", f"{revision}:{path}", check=False) == (data or b"")
    files = by_path(change)
    run, kind = files["run"].after, files["kind"].after
    assert run is not None and run.executable
    assert kind is not None and (kind.kind, kind.data) == ("symlink", b"run")
    assert (change.base, change.head, change.trusted) == (repo.text("rev-parse", "HEAD~1"), "patch", repo.text("rev-parse", "HEAD~1"))


def test_mails_of_a_series_bring_their_commits(repo: Repo) -> None:
    repo.commit({"a": TEN})
    repo.commit({"a": TEN.replace("2", "two")}, "First\n\nWith a body\n\nCo-authored-by: Claude <noreply@anthropic.com>")
    repo.commit(
        {"a": TEN.replace("2", "zwei"), "b": "1\n"},
        "Second: \u00fcber eine sehr lange Zeile, die im Kopf der Mail gefaltet wird, weil sie lang ist",
    )
    patch = repo.git("format-patch", "--stdout", "HEAD~2")
    change = from_patch(repo.open(), patch, "HEAD~2")
    assert sides(change) == {"a": (TEN.encode(), TEN.replace("2", "zwei").encode()), "b": (None, b"1\n")}
    first, second = change.commits
    assert first.message == "First\n\nWith a body\n\nCo-authored-by: Claude <noreply@anthropic.com>\n"
    assert (first.id, first.author) == ("", Identity("Ada", "ada@example.com"))
    assert second.message == "Second: \u00fcber eine sehr lange Zeile, die im Kopf der Mail gefaltet wird, weil sie lang ist\n"


def test_a_mail_with_line_ends_and_body_of_its_transport(repo: Repo) -> None:
    repo.commit({"a": TEN})
    repo.commit({"a": TEN.replace("2", "two")}, "Subject")
    patch = repo.git("format-patch", "--stdout", "HEAD~1")
    assert sides(from_patch(repo.open(), patch.replace(b"\n", b"\r\n"), "HEAD~1"))["a"][1] == TEN.replace("2", "two").encode()
    head, _, body = patch.partition(b"\n\n")
    quoted = head + b"\nContent-Transfer-Encoding: quoted-printable\n\n" + body.replace(b"=", b"=3D").replace(b"two", b"t=\nwo")
    assert sides(from_patch(repo.open(), quoted, "HEAD~1"))["a"][1] == TEN.replace("2", "two").encode()


def test_what_diff_writes(tmp_path: Path) -> None:
    for folder, files in (("before", {"d/x": TEN, "gone": "1\n"}), ("after", {"d/x": TEN.replace("5", "five"), "made": "1\n"})):
        for name, text in files.items():
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / name).write_text(text)
    patch = subprocess.run(["diff", "-ruN", "before", "after"], cwd=tmp_path, capture_output=True, check=False).stdout
    base = {"d/x": content(TEN.encode()), "gone": content(b"1\n")}
    changed = apply_patch(parse_patch(patch), base)
    assert {path: after.data if after else None for path, (_, after) in changed.items()} == {
        "d/x": TEN.replace("5", "five").encode(),
        "made": b"1\n",
        "gone": None,
    }
    incomplete = subprocess.run(["diff", "-ru", "before", "after"], cwd=tmp_path, capture_output=True, check=False).stdout
    with pytest.raises(ChangeError, match="leaves a difference out"):
        parse_patch(incomplete)


def test_binary_files_are_not_read(repo: Repo) -> None:
    repo.commit({"bin": b"\0\1\2", "text": "1\n"})
    repo.commit({"bin": b"\0\3", "new": b"\0" * 100, "text": "2\n"})
    for option in ("--binary", "--text", "--no-textconv"):
        files = by_path(from_patch(repo.open(), repo.git("diff", option, "HEAD~1", "HEAD"), "HEAD~1"))
        after = files["bin"].after
        assert sorted(files) == ["bin", "new", "text"]
        assert after is not None and (after.data, after.unread) == ((b"\0\3", "") if option == "--text" else (None, "binary patch"))


def test_a_submodule_in_a_patch(repo: Repo) -> None:
    repo.commit()
    for commit in ("1" * 40, "2" * 40):
        repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},lib")
        repo.git("commit", "-q", "-m", "bump")
    (file,) = from_patch(repo.open(), repo.git("diff", "HEAD~1", "HEAD"), "HEAD~1").files
    assert file.before is not None and file.after is not None
    assert (file.before.data, file.after.data, file.after.kind) == (b"1" * 40, b"2" * 40, "submodule")


def test_names_that_are_swapped(repo: Repo) -> None:
    repo.commit({"a": TEN, "b": "other\n" * 10})
    swap = b"diff --git a/%(one)s b/%(two)s\nsimilarity index 100%%\nrename from %(one)s\nrename to %(two)s\n"
    patch = swap % {b"one": b"a", b"two": b"b"} + swap % {b"one": b"b", b"two": b"a"}
    assert sides(from_patch(repo.open(), patch, None)) == {"a": (TEN.encode(), b"other\n" * 10), "b": (b"other\n" * 10, TEN.encode())}


def test_hunks_are_found_where_lines_moved() -> None:
    patch = b"--- a/f\n+++ b/f\n@@ -4,3 +4,3 @@\n 4\n-5\n+five\n 6\n"
    assert apply(patch, b"x\n" * 50 + TEN.encode()) == b"x\n" * 50 + TEN.replace("5", "five").encode()
    with pytest.raises(ChangeError, match="hunk 1 of f does not match"):
        apply(patch, TEN.replace("4", "four").encode())


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        (b"--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-x\n", "corrupt at line 5"),
        (b"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n?y\n", "corrupt at line 5"),
        (b"diff --git a/f b/f\n--- a/g\n+++ b/g\n@@ -1 +1 @@\n-x\n+y\n", "corrupt"),
        (b"@@ -1 +1 @@\n-x\n+y\n", "corrupt at line 1"),
        (b"hello\n", "no change that aicheck understands"),
        (b"--- a/nope\n+++ b/nope\n@@ -1 +1 @@\n-x\n+y\n", "changes nope, which does not exist"),
        (b"diff --git a/f b/f\nnew file mode 100644\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+y\n", "adds f, which exists already"),
        (
            b"diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -2 +0,0 @@\n-y\n",
            "deletes f but leaves lines|does not match",
        ),
        (b"diff --git a/../x b/../x\nnew file mode 100644\n--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+y\n", "not plain and relative"),
        (b"--- /dev/null\n+++ /etc/passwd\n@@ -0,0 +1 @@\n+y\n", "not plain and relative"),
        (
            b"diff --git a/.git/config b/.git/config\nnew file mode 100644\n--- /dev/null\n+++ b/.git/config\n@@ -0,0 +1 @@\n+y\n",
            "not plain",
        ),
        (b"diff --git a/f b/f\nold mode 100644\nnew mode 104755\n", "file mode that git does not write"),
        (b"diff --cc f\nindex 1,2..3\n--- a/f\n+++ b/f\n@@@ -1,1 -1,1 +1,1 @@@\n", "leaves a difference out"),
        (b"Submodule lib 1234567..89abcde:\n  > subject\n", "leaves a difference out"),
    ],
)
def test_what_does_not_apply_is_refused(patch: bytes, message: str) -> None:
    with pytest.raises(ChangeError, match=message):
        apply(patch, b"x\nz\n")


def test_an_empty_patch_is_an_empty_change(repo: Repo) -> None:
    head = repo.commit({"a": "1\n"})
    change = from_patch(repo.open(), b"\n", None)
    assert (change.files, change.base) == ((), head)


def test_a_patch_without_a_repository_adds_files() -> None:
    change = from_patch(None, b"--- /dev/null\n+++ b/src/x\n@@ -0,0 +1,2 @@\n+1\n+2\n", None)
    (file,) = change.files
    assert (file.path, file.before, file.hunks) == ("src/x", None, (Hunk(1, 0, 1, 2),))


def test_a_hostile_patch_ends() -> None:
    lines = 200_000
    hunk = b"@@ -90000,4 +90000,4 @@\n x\n-x\n+z\n x\n y\n"
    with pytest.raises(ChangeError):
        apply(b"--- a/f\n+++ b/f\n" + hunk * 2000, b"x\n" * lines)
