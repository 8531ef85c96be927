"""--commit and --base/--head."""

import os
import random
from pathlib import Path

import pytest

from aicheck.changes.git import open_repository
from aicheck.changes.sources import check_paths, from_commit, from_merge, from_range, from_work_tree, narrow, read_trusted
from aicheck.errors import ChangeError, UsageError
from aicheck.model.change import Hunk, Identity
from tests.changes.conftest import MakeRepo, Repo, by_path, sides


def test_a_commit_against_its_parent(repo: Repo) -> None:
    first = repo.commit({"kept.py": "same\n", "edited.py": "one\ntwo\n", "gone.py": "bye\n"})
    (repo.path / "gone.py").unlink()
    second = repo.commit({"edited.py": "one\nTWO\n", "made.py": "hi\n"}, "Subject\n\nBody\n\nTrailer: yes")
    change = from_commit(repo.open(), "HEAD")
    assert sides(change) == {"edited.py": (b"one\ntwo\n", b"one\nTWO\n"), "gone.py": (b"bye\n", None), "made.py": (None, b"hi\n")}
    assert by_path(change)["edited.py"].hunks == (Hunk(2, 1, 2, 1),)
    assert (change.base, change.head, change.trusted) == (first, second, first)
    (commit,) = change.commits
    assert (commit.id, commit.parents, commit.message) == (second, (first,), "Subject\n\nBody\n\nTrailer: yes\n")
    assert (commit.author, commit.committer) == (Identity("Ada", "ada@example.com"), Identity("Grace", "grace@example.com"))


def test_a_root_commit_is_all_new(repo: Repo) -> None:
    repo.commit({"a.py": "a\n", "sub/b.py": "b\n"})
    change = from_commit(repo.open(), "main")
    assert sides(change) == {"a.py": (None, b"a\n"), "sub/b.py": (None, b"b\n")}
    assert (change.base, change.trusted) == ("nothing", "")


def test_a_merge_is_compared_with_its_first_parent_and_says_so(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"side": "s\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"main": "m\n"})
    repo.git("merge", "-q", "--no-ff", "--no-commit", "side")
    repo.commit({"evil": "only in the merge\n"}, "merge")
    change = from_commit(repo.open(), "HEAD")
    assert sides(change) == {"side": (None, b"s\n"), "evil": (None, b"only in the merge\n")}
    assert "first parent" in change.notes[0]


def test_a_merge_with_all_that_it_brought(repo: Repo) -> None:
    base = repo.commit({"a": "1\n"})
    repo.git("checkout", "-q", "-b", "side")
    brought = [repo.commit({"b": "1\n"}), repo.commit({"b": "2\n"})]
    repo.git("checkout", "-q", "main")
    tip = repo.commit({"a": "2\n"})
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    change = from_merge(repo.open(), "HEAD")
    assert [commit.id for commit in change.commits] == [*brought, change.head]
    assert (change.base, change.trusted, [file.path for file in change.files]) == (tip, tip, ["b"])
    assert from_merge(repo.open(), brought[0]) == from_commit(repo.open(), brought[0])
    git = repo.open()
    assert git.commit_ids(base, change.head, "first-parent") == (tip, change.head)
    assert set(git.commit_ids(base, change.head, "no-merges")) == {tip, *brought}
    assert set(git.commit_ids(base, change.head)) == {tip, *brought, change.head}


def test_modes_links_and_type_changes(repo: Repo) -> None:
    repo.commit({"script": "#!/bin/sh\n", "plain": "text\n"})
    (repo.path / "script").chmod(0o755)
    (repo.path / "plain").unlink()
    (repo.path / "plain").symlink_to("script")
    repo.commit()
    files = by_path(from_commit(repo.open(), "HEAD"))
    script, plain = files["script"], files["plain"]
    assert script.before is not None and script.after is not None and plain.before is not None and plain.after is not None
    assert (script.before.executable, script.after.executable, script.hunks) == (False, True, ())
    assert (plain.before.kind, plain.after.kind, plain.after.data, plain.hunks) == ("file", "symlink", b"script", ())


def test_a_submodule_bump(make_repo: MakeRepo, repo: Repo) -> None:
    inner = make_repo("inner")
    one, two = inner.commit({"x": "1"}), inner.commit({"x": "2"})
    for commit in (one, two):
        repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},lib")
        repo.git("commit", "-q", "-m", "bump")
    (file,) = from_commit(repo.open(), "HEAD").files
    assert file.before is not None and file.after is not None
    assert (file.before.kind, file.before.data, file.after.data) == ("submodule", one.encode(), two.encode())


def test_a_range_is_what_head_adds_since_the_merge_base(repo: Repo) -> None:
    fork = repo.commit({"a": "1\n", "policy": "old\n"})
    repo.git("checkout", "-q", "-b", "topic")
    topic = [repo.commit({"t": "1\n"}, "one"), repo.commit({"t": "2\n"}, "two")]
    repo.git("checkout", "-q", "main")
    tip = repo.commit({"a": "2\n", "policy": "new\n"})
    git = repo.open()
    change = from_range(git, "main", "topic")
    assert sides(change) == {"t": (None, b"2\n")}
    assert (change.base, change.head, change.trusted) == (fork, topic[1], tip)
    assert [commit.id for commit in change.commits] == topic
    assert read_trusted(git, change.trusted, ("policy", "missing")) == {"policy": b"new\n"}


def test_several_merge_bases_mean_the_stricter_base_tip(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.git("branch", "other")
    repo.commit({"m": "1\n"})
    repo.git("branch", "m1")
    repo.git("checkout", "-q", "other")
    repo.commit({"o": "1\n"})
    repo.git("branch", "o1")
    repo.git("merge", "-q", "-m", "x", "m1")
    repo.commit({"o2": "1\n"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "-m", "x", "o1")
    tip = repo.commit({"m2": "1\n"})
    change = from_range(repo.open(), "main", "other")
    assert change.base == change.trusted == tip
    assert "2 merge bases" in change.notes[0]
    assert sides(change) == {"m2": (b"1\n", None), "o2": (None, b"1\n")}


def test_unrelated_histories_are_refused(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.git("checkout", "-q", "--orphan", "island")
    repo.commit({"b": "1\n"})
    with pytest.raises(ChangeError, match="no common ancestor here; name two branches of one history"):
        from_range(repo.open(), "main", "island")


@pytest.mark.parametrize(
    "revision", ["nope", "--output=tripped", "-x", "", "main..main", "^main", "HEAD:a", "--all", "\udcff", "0" * 40, "a\nb"]
)
def test_unknown_revisions_are_refused_and_options_are_no_options(repo: Repo, revision: str) -> None:
    repo.commit({"a": "1\n"})
    with pytest.raises(ChangeError, match="unknown"):
        from_commit(repo.open(), revision)
    assert not list(repo.path.rglob("tripped"))


def test_branches_named_like_options_and_like_head(repo: Repo) -> None:
    first = repo.commit({"a": "1\n"})
    repo.commit({"a": "2\n"})
    repo.git("update-ref", "refs/heads/--output=x", first)
    repo.git("update-ref", "refs/heads/HEAD", first)
    git = repo.open()
    assert from_commit(git, "--output=x").head == first
    repo.write({"a": "3\n"})
    assert sides(from_work_tree(git)) == {"a": (b"2\n", b"3\n")}


def clone(repo: Repo, target: Path, *options: str) -> Repo:
    repo.git("clone", "-q", *options, f"file://{repo.path}", str(target))
    return Repo(target)


def test_a_shallow_clone_without_the_parent_is_refused(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"a": "2\n"})
    shallow = clone(repo, tmp_path / "shallow", "--depth=1")
    with pytest.raises(ChangeError, match="fetch-depth: 0"):
        from_commit(shallow.open(), "HEAD")
    assert sides(from_work_tree(shallow.open())) == {}


def test_a_shallow_clone_with_the_parent_is_enough(repo: Repo, tmp_path: Path) -> None:
    for number in range(4):
        repo.commit({"a": f"{number}\n"})
    shallow = clone(repo, tmp_path / "shallow", "--depth=2")
    git = shallow.open()
    assert sides(from_commit(git, "HEAD")) == {"a": (b"2\n", b"3\n")}
    assert sides(from_range(git, "HEAD~1", "HEAD")) == {"a": (b"2\n", b"3\n")}
    with pytest.raises(ChangeError, match="fetch-depth: 0"):
        from_commit(git, "HEAD~1")


def test_a_root_commit_in_a_shallow_clone_is_no_missing_parent(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": "1\n"})
    assert sides(from_commit(clone(repo, tmp_path / "shallow", "--depth=1").open(), "HEAD")) == {"a": (None, b"1\n")}


def test_a_range_cut_by_a_shallow_clone_says_how_to_fix_it(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": "1\n"})
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit({"t": "1\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"a": "2\n"})
    shallow = clone(repo, tmp_path / "shallow", "--depth=1", "--no-single-branch")
    with pytest.raises(ChangeError, match="fetch-depth: 0"):
        from_range(shallow.open(), "origin/main", "origin/topic")


def test_a_bare_repository(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"a": "2\n"})
    bare = clone(repo, tmp_path / "bare.git", "--bare")
    git = bare.open()
    assert sides(from_commit(git, "HEAD")) == {"a": (b"1\n", b"2\n")}
    assert sides(from_range(git, "HEAD~1", "HEAD")) == {"a": (b"1\n", b"2\n")}
    with pytest.raises(ChangeError, match="bare repository"):
        from_work_tree(git)


def test_replace_refs_and_grafts_do_not_hide_a_commit(repo: Repo) -> None:
    first = repo.commit({"a": "1\n"})
    risky = repo.commit({"a": "risky\n"})
    harmless = repo.text("commit-tree", f"{first}^{{tree}}", "-p", first, "-m", "harmless")
    last = repo.commit({"b": "1\n"})
    repo.git("replace", risky, harmless)
    repo.write({".git/info/grafts": f"{last} {first}\n"})
    git = repo.open()
    assert sides(from_commit(git, risky)) == {"a": (b"1\n", b"risky\n")}
    assert [commit.id for commit in from_range(git, first, last).commits] == [risky, last]


def test_attributes_do_not_hide_a_difference(repo: Repo) -> None:
    repo.commit({"a.py": "1\n", ".gitattributes": "*.py -diff binary\n"})
    repo.commit({"a.py": "2\n"})
    assert by_path(from_commit(repo.open(), "HEAD"))["a.py"].hunks == (Hunk(1, 1, 1, 1),)


def test_a_missing_object_is_named_and_the_rest_is_read(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"lost": "unique\n", "found": "here\n"})
    identifier = repo.text("rev-parse", "HEAD:lost")
    (repo.path / ".git/objects" / identifier[:2] / identifier[2:]).unlink()
    files = by_path(from_commit(repo.open(), "HEAD"))
    assert files["lost"].after is not None and files["lost"].after.unread == "object is missing"
    assert files["found"].after is not None and files["found"].after.data == b"here\n"


def stored_object(repo: Repo, name: str) -> Path:
    identifier = repo.text("rev-parse", name)
    stored = repo.path / ".git/objects" / identifier[:2] / identifier[2:]
    stored.chmod(0o644)
    return stored


def test_a_corrupt_object_counts_as_missing(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"broken": "unique\n"})
    stored_object(repo, "HEAD:broken").write_bytes(b"garbage")
    (file,) = from_commit(repo.open(), "HEAD").files
    assert file.after is not None and file.after.unread == "object is missing"


def test_an_object_that_breaks_off_stops_the_run_in_one_sentence(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"broken": random.Random(1).randbytes(50_000)})
    stored = stored_object(repo, "HEAD:broken")
    stored.write_bytes(stored.read_bytes()[:20_000])
    with pytest.raises(ChangeError, match="git fsck") as caught:
        from_commit(repo.open(), "HEAD")
    assert "\n" not in str(caught.value)


def test_a_broken_head_is_not_an_empty_repository(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    for broken in ("0123456789" * 4, "garbage", ""):
        repo.write({".git/refs/heads/main": broken})
        with pytest.raises(ChangeError):
            from_work_tree(repo.open())


def test_large_objects_are_not_read(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"large": b"x" * (5 << 20) + b"y", "fits": b"x" * (5 << 20)})
    files = by_path(from_commit(repo.open(), "HEAD"))
    large, fits = files["large"].after, files["fits"].after
    assert large is not None and (large.data, large.unread, large.size) == (None, "larger than 5 MiB", (5 << 20) + 1)
    assert fits is not None and fits.data is not None


def commit_tree(repo: Repo, *names: bytes) -> str:
    """A commit whose tree holds one blob under names that git itself would refuse."""
    base = repo.commit({"a": "1\n"})
    blob = bytes.fromhex(repo.text("rev-parse", "HEAD:a"))
    raw = b"".join(b"100644 " + name + b"\0" + blob for name in names)
    tree = repo.text("hash-object", "-t", "tree", "-w", "--literally", "--stdin", given=raw)
    return repo.text("commit-tree", tree, "-p", base, "-m", "x")


@pytest.mark.parametrize(
    "names",
    [[b".."], [b".git"], [b".GIT"], [b"git~1"], [b".git "], [".g\u200cit".encode()], [b"x", b"x"], [b"."], [b"a/../../b"], [b"/etc"]],
)
def test_malformed_names_are_refused(repo: Repo, names: list[bytes]) -> None:
    commit = commit_tree(repo, *names)
    with pytest.raises(ChangeError, match="malformed tree"):
        from_commit(repo.open(), commit)


def test_hostile_names_round_trip(repo: Repo) -> None:
    names = [b"new\nline", b"esc\x1b[2J", b"\xff\xfe.py", b"-rf", "é".encode(), b'quo"te\\', b" blank ", b"tab\t"]
    repo.commit({"a": "1\n"})
    for name in names:
        (repo.path / os.fsdecode(name)).write_bytes(name)
    untracked = from_work_tree(repo.open())
    repo.commit()
    committed = from_commit(repo.open(), "HEAD")
    for change in (untracked, committed):
        assert [os.fsencode(file.path) for file in change.files] == sorted(names)
        assert [file.after.data for file in change.files if file.after] == sorted(names)


def test_paths_narrow_by_whole_components(repo: Repo) -> None:
    repo.commit({"kept/x": "1\n"})
    repo.commit({"src/a": "1\n", "src2/b": "1\n", "src/deep/c": "1\n"})
    git = repo.open()
    change = from_commit(git, "HEAD")
    assert [file.path for file in narrow(change, ["src"]).files] == ["src/a", "src/deep/c"]
    assert narrow(change, ["src"]).partial and not narrow(change, []).partial
    check_paths(git, change, ["src", "kept/x", "kept", "."])
    for missing in ("nope", "kept/y", "sr", "kept/x/y", "a\nb"):
        with pytest.raises(UsageError, match="does not exist"):
            check_paths(git, change, [missing])


def test_outside_a_repository(tmp_path: Path) -> None:
    with pytest.raises(ChangeError, match="not in a git repository"):
        open_repository(tmp_path)


def test_a_sha256_repository(make_repo: MakeRepo) -> None:
    repo = make_repo("sha256", "--object-format=sha256")
    repo.commit({"a": "1\n"})
    repo.commit({"a": "2\n", "d/b": "3\n"})
    git = repo.open()
    assert sides(from_commit(git, "HEAD")) == {"a": (b"1\n", b"2\n"), "d/b": (None, b"3\n")}
    assert sides(from_commit(git, "HEAD~1")) == {"a": (None, b"1\n")}
    repo.write({"a": "4\n"})
    assert sides(from_work_tree(git)) == {"a": (b"2\n", b"4\n")}
    assert set(git.find(git.head(), ["d/b", "a", "nope"])) == {"a", "d/b"}


def test_the_branch_that_a_revision_names(repo: Repo) -> None:
    first = repo.commit({"a": "1"})
    repo.git("branch", "release/2")
    repo.git("update-ref", "refs/remotes/origin/release/3", first)
    branch = repo.text("symbolic-ref", "--short", "HEAD")
    names = {branch: branch, "release/2": "release/2", "refs/heads/release/2": "release/2"}
    names |= {"origin/release/3": "release/3", "refs/remotes/origin/release/3": "release/3"}
    names |= dict.fromkeys((first, "HEAD", f"{branch}~0", f"{branch}^{{commit}}", "@{0}", "nowhere", "release", ""), "")
    assert {name: repo.open().branch_of(name) for name in names} == names
