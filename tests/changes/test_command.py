"""The way git is called: nothing of the repository runs, nothing of the environment gets in, few processes."""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aicheck.changes import command
from aicheck.changes.command import Runner
from aicheck.changes.commits import read_commits, read_history
from aicheck.changes.git import Git, open_repository
from aicheck.changes.repository import find_repository
from aicheck.changes.sources import from_commit, from_files, from_index, from_patch, from_range, from_work_tree
from aicheck.errors import ChangeError
from aicheck.model.change import ChangeSet
from tests.changes.conftest import MakeRepo, Repo, sides

SOURCES: dict[str, Callable[[Git], ChangeSet]] = {
    "work tree": from_work_tree,
    "index": from_index,
    "commit": lambda git: from_commit(git, "HEAD"),
    "range": lambda git: from_range(git, "HEAD~1", "HEAD"),
    "patch": lambda git: from_patch(git, b"--- a/f0\n+++ b/f0\n@@ -1 +1 @@\n-1\n+2\n", None),
    "all": lambda git: from_files(git, [Path(git.repository.work_tree or "")], Path(git.repository.work_tree or "")),
}


def arm(repo: Repo, mark: Path) -> None:
    """Set everything that makes git run a program to one that leaves a mark."""
    trap = repo.path / ".git/trap"
    trap.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n")
    trap.chmod(trap.stat().st_mode | stat.S_IXUSR)
    hooks = repo.path / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "pre-commit", "reference-transaction", "fsmonitor-watchman", "post-checkout"):
        (hooks / hook).symlink_to(trap)
    keys = (
        *("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.alternateRefsCommand", "core.gitProxy"),
        *("diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process"),
        *("gpg.program", "gpg.ssh.program", "gpg.x509.program", "gpg.openpgp.program", "credential.helper", "pager.log", "pager.ls-files"),
        "uploadpack.packObjectsHook",
    )
    for key in keys:
        repo.git("config", key, str(trap))
    repo.git("config", "filter.evil.required", "true")
    repo.git("config", "log.showSignature", "true")
    (repo.path / ".git/info").mkdir(exist_ok=True)
    (repo.path / ".git/info/attributes").write_text("* diff=evil filter=evil\n")


@pytest.mark.parametrize("source", SOURCES)
def test_nothing_of_the_repository_is_executed(repo: Repo, tmp_path: Path, source: str) -> None:
    repo.commit({"f0": "1\n", ".gitattributes": "* diff=evil filter=evil\n"})
    repo.commit({"f1": "1\n"})
    repo.write({"f1": "2\n", "f2": "new\n"})
    repo.git("add", "f1")
    mark = tmp_path / "mark"
    arm(repo, mark)
    assert SOURCES[source](repo.open()).files
    assert not mark.exists()


def test_reading_the_history_executes_nothing(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"f0": "1\n", ".mailmap": "Somebody <else@example.com> <ada@example.com>\n"})
    head = repo.commit({"f1": "1\n"}, "Subject\n\nBody")
    for key, value in (("format.pretty", "%G?"), ("log.decorate", "full"), ("i18n.logOutputEncoding", "UTF-16"), ("log.mailmap", "true")):
        repo.git("config", key, value)
    arm(repo, tmp_path / "mark")
    git = repo.open()
    assert list(read_history(git, base, head)) == list(read_commits(git, [head]))
    assert not (tmp_path / "mark").exists()


def test_an_object_that_is_too_large_is_passed_over(repo: Repo) -> None:
    repo.commit({"large": "x" * 3_000_000, "small": "1\n"})
    large, small = (repo.text("rev-parse", f"HEAD:{name}") for name in ("large", "small"))
    assert repo.open().blobs([large, small, "0" * 40], 1000) == {large: None, small: b"1\n"}


@pytest.mark.parametrize("folders", [0, 1, 2])
def test_notes_are_found_in_any_folders(repo: Repo, folders: int) -> None:
    commits = [repo.commit({"a": f"{number}\n"}) for number in range(3)]
    note = repo.text("hash-object", "-w", "--stdin", given=b"note")
    names = [f"{'/'.join([*(commit[at : at + 2] for at in range(0, 2 * folders, 2)), commit[2 * folders :]])}" for commit in commits[:2]]
    assert repo.open().find_notes(commits) == {}
    for name in names:
        repo.git("update-index", "--add", "--cacheinfo", f"100644,{note},notes/{name}")
    tree = repo.text("write-tree", "--prefix=notes/")
    repo.git("update-ref", "refs/notes/ai", repo.text("commit-tree", "-m", "notes", tree))
    assert repo.open().find_notes(commits) == dict.fromkeys(commits[:2], note)


def test_the_traps_work(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"f0": "1\n"})
    mark = tmp_path / "mark"
    arm(repo, mark)
    repo.write({"f0": "2\n"})
    repo.git("status", check=False)
    assert mark.exists()


def test_a_signature_checker_of_the_repository_is_not_run(repo: Repo, tmp_path: Path) -> None:
    head = repo.commit({"a": "1\n"})
    signature = "-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n"
    tag = f"object {head}\ntype commit\ntag v1\ntagger A <a@b> 1700000000 +0000\n\nv1\n{signature}"
    identifier = repo.text("hash-object", "-t", "tag", "-w", "--stdin", given=tag.encode())
    arm(repo, tmp_path / "mark")
    answer = Runner(find_repository(repo.path), {}).ask(("verify-tag", "--raw", identifier))
    assert answer.code != 0
    assert not (tmp_path / "mark").exists()


def test_a_missing_object_of_a_partial_clone_is_not_fetched(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"a": "unique\n"})
    arm(repo, tmp_path / "mark")
    for key, value in (("remote.origin.url", str(repo.path)), ("remote.origin.promisor", "true"), ("extensions.partialClone", "origin")):
        repo.git("config", key, value)
    repo.git("config", "remote.origin.uploadpack", str(repo.path / ".git/trap"))
    repo.git("config", "core.repositoryFormatVersion", "1")
    identifier = repo.text("rev-parse", "HEAD:a")
    (repo.path / ".git/objects" / identifier[:2] / identifier[2:]).unlink()
    (file,) = from_commit(repo.open(), "HEAD").files
    assert file.after is not None and file.after.unread == "object is missing"
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("diff", "HEAD"),
        ("cat-file", "--batch", "--filters"),
        ("cat-file", "-p", "0" * 40),
        ("rev-list", "--reverse", "--topo-order", "^" + "0" * 40, "--output=x"),
        ("rev-list", "--reverse", "--topo-order", "--all", "^" + "0" * 40, "0" * 40),
        ("ls-tree", "-r", "-z", "--full-tree", "HEAD"),
        ("merge-base", "--all", "0" * 40, "main"),
        ("rev-parse", "--verify", "-q", "HEAD"),
        ("ls-files", "-m"),
        ("for-each-ref", "--shell"),
        ("diff-tree", "-r", "0" * 40, "0" * 40),
    ],
)
def test_other_calls_are_refused(repo: Repo, arguments: tuple[str, ...]) -> None:
    runner = Runner(find_repository(repo.path), {})
    with pytest.raises(ChangeError, match="not one of the allowed commands"):
        runner.ask(arguments)
    assert runner.calls == 0


@pytest.mark.parametrize("name", ["HEAD", "--help", "0" * 40 + "^{blob}", "0" * 40 + "\n" + "1" * 40, ""])
def test_only_ids_are_asked_for(repo: Repo, name: str) -> None:
    runner = Runner(find_repository(repo.path), {})
    with pytest.raises(ChangeError, match="it is no object id"):
        runner.find_objects([name], with_data=True)
    assert runner.calls == 0


def test_many_objects_come_through_one_process(repo: Repo) -> None:
    repo.commit({f"f{number}": f"{number}\n" * 500 for number in range(1500)})
    git = repo.open()
    ids = [entry.id for entry in git.tree(git.head()).values()]
    calls = git.calls
    assert sorted(git.objects(ids).values()) == sorted(f"{number}\n".encode() * 500 for number in range(1500))
    assert git.objects(["0" * 40, ids[0]]) == {ids[0]: git.objects([ids[0]])[ids[0]]}
    assert git.calls == calls + 1


def test_a_git_that_ended_is_started_again(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    git = repo.open()
    head = git.head()
    assert git.objects([head])
    git._runner._conversations[True]._process.kill()
    with pytest.raises(ChangeError):
        git.objects([head])
    assert git.objects([head])


def test_inherited_variables_are_dropped(repo: Repo, make_repo: MakeRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a": "1\n"})
    repo.write({"a": "2\n"})
    other = make_repo("other")
    other.commit({"b": "1\n"})
    for name, value in {
        "GIT_DIR": str(other.path / ".git"),
        "GIT_WORK_TREE": str(other.path),
        "GIT_INDEX_FILE": str(other.path / ".git/index"),
        "GIT_OBJECT_DIRECTORY": str(other.path / ".git/objects"),
        "GIT_EXTERNAL_DIFF": f"touch {tmp_path}/mark",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.fsmonitor",
        "GIT_CONFIG_VALUE_0": f"touch {tmp_path}/mark",
        "GIT_TRACE": f"{tmp_path}/mark",
    }.items():
        monkeypatch.setenv(name, value)
    assert sides(from_work_tree(repo.open())) == {"a": (b"1\n", b"2\n")}
    assert not (tmp_path / "mark").exists()


def test_staged_keeps_the_index_that_a_hook_names(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a": "1\n", "b": "1\n"})
    repo.write({"a": "2\n", "b": "2\n"})
    repo.git("add", "a")
    (repo.path / ".git/next-index.lock").write_bytes((repo.path / ".git/index").read_bytes())
    repo.git("add", "b")
    for value in (".git/next-index.lock", str(repo.path / ".git/next-index.lock")):
        monkeypatch.setenv("GIT_INDEX_FILE", value)
        assert sides(from_index(open_repository(repo.path, keep_index=True))) == {"a": (b"1\n", b"2\n")}
        assert sorted(sides(from_index(open_repository(repo.path)))) == ["a", "b"]


def test_variables_that_point_outside_are_refused(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo.path / ".git/link").symlink_to(tmp_path)
    for value in (str(tmp_path / "index"), "../index", ".git/../../index", ".git/link/index"):
        monkeypatch.setenv("GIT_INDEX_FILE", value)
        with pytest.raises(ChangeError, match="GIT_INDEX_FILE points outside the git directory"):
            open_repository(repo.path, keep_index=True)
    monkeypatch.setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", f"{repo.path}/.git/objects:{tmp_path}")
    with pytest.raises(ChangeError, match="GIT_ALTERNATE_OBJECT_DIRECTORIES"):
        open_repository(repo.path, server_hook=True)


def test_a_server_hook_sees_the_objects_being_pushed(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a": "1\n"})
    repo.git("clone", "-q", "--bare", str(repo.path), str(tmp_path / "server.git"))
    seen = tmp_path / "seen"
    hook = tmp_path / "server.git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    program = (
        "import sys; from pathlib import Path; from aicheck.changes.git import open_repository; "
        "from aicheck.changes.sources import from_commit; revision = sys.stdin.read().split()[1]; "
        "change = from_commit(open_repository(Path('.'), server_hook=True), revision); "
        f"Path({str(seen)!r}).write_text(' '.join(file.path for file in change.files))"
    )
    root = Path(command.__file__).parents[2]
    hook.write_text(f'#!/bin/sh\nPYTHONPATH="{root}" exec "{sys.executable}" -c "{program}"\n')
    hook.chmod(0o755)
    repo.commit({"pushed": "1\n"})
    repo.git("push", "-q", str(tmp_path / "server.git"), "main")
    assert seen.read_text() == "pushed"


def many(number: int) -> dict[str, str]:
    return {f"d{at % 20}/f{at}": f"{at}\n" for at in range(number)} | {"f0": "1\n"}


@pytest.mark.parametrize("source", SOURCES)
def test_the_number_of_processes_does_not_depend_on_the_repository(make_repo: MakeRepo, source: str) -> None:
    calls = []
    for number in (100, 2000):
        repo = make_repo(f"r{number}")
        repo.commit(many(number))
        repo.commit({"f1": "1\n"})
        repo.write({"f1": "2\n"})
        git = repo.open()
        SOURCES[source](git)
        calls.append(git.calls)
    assert calls[0] == calls[1] <= 8


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file with a line for each call of git: its words after the flags."""
    real = shutil.which("git")
    log, program = tmp_path / "calls", tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$*" | sed "s/.*--work-tree=[^ ]* //" >> \'{log}\'\nexec {real} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    command._find_git.cache_clear()
    yield log
    command._find_git.cache_clear()


def test_a_commit_never_lists_the_repository(repo: Repo, calls: Path) -> None:
    repo.commit({"f0": "1\n"})
    repo.commit({"f0": "2\n"})
    git = repo.open()
    from_commit(git, "HEAD")
    started = calls.read_text().splitlines()
    assert len(started) == git.calls
    assert {line.split(" ")[0] for line in started} == {"rev-parse", "cat-file"}


def test_too_much_output_is_cut_off(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a": "1\n" * 1000})
    monkeypatch.setattr(command, "OUTPUT_LIMIT", 100)
    with pytest.raises(ChangeError, match="judge a smaller change"):
        from_commit(repo.open(), "HEAD")


def test_a_git_that_does_not_answer_is_stopped(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a": "1\n"})
    (repo.path / ".gitignore").unlink(missing_ok=True)
    os.mkfifo(repo.path / ".gitignore")
    monkeypatch.setattr(command, "TIMEOUT_SECONDS", 0.2)
    with pytest.raises(ChangeError, match="did not answer within"):
        repo.open().untracked()


@pytest.mark.parametrize(
    ("complaint", "expected"),
    [
        ("fatal: detected dubious ownership in repository at '/x'", "another user owns it"),
        ("fatal: unknown repository extension found:\n\trefstorage", "install a newer git"),
        ("fatal: index file corrupt", "git reset"),
        ("error: unable to read sha1 file of x", "fetch-depth: 0"),
        ("", "no reason given"),
    ],
)
def test_complaints_become_one_sentence(complaint: str, expected: str) -> None:
    sentence = str(command.explain(complaint.encode()))
    assert expected in sentence and "\n" not in sentence
