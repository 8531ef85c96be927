"""The only caller of git. Object-only plumbing, a fixed environment, and nothing that a repository can make git execute.

Which commands are safe was tried with every setting that names a program (fsmonitor, hooks, filters, diff drivers,
text conversion, promisor remotes): those below run none of them with these flags.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aicheck.changes.repository import Repository, find_repository
from aicheck.errors import ChangeError

TIMEOUT_SECONDS = 60
OUTPUT_LIMIT = 256 << 20
"""Bytes of answer to one call."""
FLAGS = (
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.attributesFile=/dev/null"),
    *("-c", "core.pager=cat"),
    *("-c", "protocol.allow=never"),
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "log.showSignature=false"),
    *("-c", "core.sshCommand=false"),
    *("-c", "core.alternateRefsCommand=false"),
    *("-c", "core.quotePath=false"),
    "--no-pager",
    "--no-optional-locks",
    "--no-replace-objects",
    "--literal-pathspecs",
)
ENVIRONMENT = {
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_PAGER": "cat",
}
INDEX_VARIABLES = ("GIT_INDEX_FILE",)
QUARANTINE_VARIABLES = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH")
DIFF_TREE = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")
ALLOWED = (
    ("rev-parse", "--verify", "-q", "--end-of-options"),
    ("rev-parse", "--is-shallow-repository"),
    ("merge-base", "--all"),
    DIFF_TREE,
    ("ls-tree", "-r", "-z", "--full-tree"),
    ("ls-files", "-o", "--exclude-standard", "-z"),
    ("ls-files", "-s", "-t", "-z"),
    ("cat-file", "--batch"),
    ("cat-file", "--batch-check"),
    ("rev-list",),
    ("for-each-ref",),
    ("verify-tag",),
)
"""How every call must begin."""
HEX = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
EMPTY_TREES = {40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", 64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"}
"""The id of the tree without entries, by the length of the repository's ids."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a tree or index."""

    mode: str
    """`100644`, `100755`, `120000` (symlink) or `160000` (submodule)."""
    id: str


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One path of the index."""

    path: str
    entry: Entry
    stage: int
    """0; 1 to 3 for the sides of an unresolved merge."""
    skipped: bool
    """True for a skip-worktree entry of a sparse checkout: its absence on disk means nothing."""


class Git:
    """Read access to one repository. Every method may raise ChangeError."""

    def __init__(self, repository: Repository, inherited: Mapping[str, str]) -> None:
        self.repository = repository
        self._inherited = dict(inherited)

    def resolve(self, revision: str) -> str:
        """The id of the commit that a revision names."""
        found = self._try_resolve(f"{revision}^{{commit}}")
        if found is None:
            raise ChangeError(f"revision {revision} is unknown here; check its spelling, or fetch it first (in CI: fetch-depth: 0)")
        return found

    def has_commits(self) -> bool:
        """False in a repository whose HEAD has no commit yet."""
        return self._try_resolve("HEAD^{commit}") is not None

    def has_commit(self, identifier: str) -> bool:
        """Whether the commit itself is stored here (a shallow clone lacks parents that its commits name)."""
        return self._try_resolve(f"{identifier}^{{commit}}") is not None

    def is_shallow(self) -> bool:
        """Whether history was cut off when this repository was cloned."""
        return self._run(("rev-parse", "--is-shallow-repository")).strip() == b"true"

    def merge_bases(self, first: str, second: str) -> tuple[str, ...]:
        """All best common ancestors, sorted; none for unrelated histories."""
        done = self._call(("merge-base", "--all", first, second))
        if done.returncode not in {0, 1}:
            raise _error(done.stderr)
        return tuple(sorted(done.stdout.decode("ascii").split()))

    def commit_ids(self, exclude: str, include: str) -> tuple[str, ...]:
        """The commits reachable from `include` but not from `exclude`, oldest first."""
        return tuple(self._run(("rev-list", "--reverse", "--topo-order", f"^{exclude}", include)).decode("ascii").split())

    def diff_trees(self, before: str, after: str) -> dict[str, tuple[Entry | None, Entry | None]]:
        """The paths in which two trees (or commits) differ, with both entries."""
        fields = self._run((*DIFF_TREE, before, after)).split(b"\0")
        changed: dict[str, tuple[Entry | None, Entry | None]] = {}
        for header, raw in zip(fields[0::2], fields[1::2], strict=False):
            before_mode, after_mode, before_id, after_id, _ = header.decode("ascii").removeprefix(":").split(" ")
            path = check_path(raw)
            if path in changed:
                raise ChangeError("malformed tree: it holds one name twice")
            changed[path] = (_entry(before_mode, before_id), _entry(after_mode, after_id))
        return changed

    def tree(self, tree: str) -> dict[str, Entry]:
        """Every path of a tree or commit."""
        entries: dict[str, Entry] = {}
        for line in self._run(("ls-tree", "-r", "-z", "--full-tree", tree)).split(b"\0")[:-1]:
            header, _, raw = line.partition(b"\t")
            mode, _, identifier = header.decode("ascii").split(" ")
            entry = _entry(mode, identifier)
            if entry is not None:
                entries[check_path(raw)] = entry
        return entries

    def index(self) -> tuple[IndexEntry, ...]:
        """Every entry of the index."""
        entries = []
        for line in self._run(("ls-files", "-s", "-t", "-z"), in_work_tree=True).split(b"\0")[:-1]:
            header, _, raw = line.partition(b"\t")
            tag, mode, identifier, stage = header.decode("ascii").split(" ")
            entries.append(IndexEntry(check_path(raw), Entry(mode, identifier), int(stage), tag in {"S", "s"}))
        return tuple(entries)

    def untracked(self) -> tuple[str, ...]:
        """Files in the work tree that are neither tracked nor ignored. Nested repositories (`name/`) are left out."""
        raw = self._run(("ls-files", "-o", "--exclude-standard", "-z"), in_work_tree=True).split(b"\0")[:-1]
        return tuple(check_path(name) for name in raw if not name.endswith(b"/"))

    def sizes(self, identifiers: Iterable[str]) -> dict[str, int]:
        """Bytes of each object; missing ones are not in it."""
        wanted = sorted(set(identifiers))
        if not wanted:
            return {}
        answer = self._run(("cat-file", "--batch-check"), stdin="".join(f"{identifier}\n" for identifier in wanted).encode("ascii"))
        lines = (line.split(" ") for line in answer.decode("ascii").splitlines())
        return {parts[0]: int(parts[2]) for parts in lines if len(parts) == 3}

    def objects(self, names: Sequence[str]) -> dict[str, bytes]:
        """The contents of objects by the name asked for (an id, or `ID:path` with a path of our own); missing ones are not in it."""
        wanted = list(dict.fromkeys(names))
        if not wanted:
            return {}
        answer = self._run(("cat-file", "--batch"), stdin="".join(f"{name}\n" for name in wanted).encode("ascii"))
        found: dict[str, bytes] = {}
        offset = 0
        for name in wanted:
            end = answer.index(b"\n", offset)
            header = answer[offset:end].split(b" ")
            offset = end + 1
            if header[-1] in {b"missing", b"ambiguous"}:
                continue
            size = int(header[-1])
            found[name] = answer[offset : offset + size]
            offset += size + 1
        return found

    def _try_resolve(self, revision: str) -> str | None:
        done = self._call(("rev-parse", "--verify", "-q", "--end-of-options", revision))
        found = done.stdout.decode("ascii", "replace").strip()
        if done.returncode and done.stderr:
            raise _error(done.stderr)
        return found if done.returncode == 0 and HEX.fullmatch(found) else None

    def _run(self, arguments: Sequence[str], *, stdin: bytes = b"", in_work_tree: bool = False) -> bytes:
        done = self._call(arguments, stdin=stdin, in_work_tree=in_work_tree)
        if done.returncode:
            raise _error(done.stderr)
        return done.stdout

    def _call(self, arguments: Sequence[str], *, stdin: bytes = b"", in_work_tree: bool = False) -> subprocess.CompletedProcess[bytes]:
        if not any(tuple(arguments[: len(shape)]) == shape for shape in ALLOWED) or "\0" in "".join(arguments):
            raise ChangeError(f"refusing to run git {arguments[0]}: not one of the allowed commands")
        place = [f"--git-dir={self.repository.git_dir}"]
        folder = self.repository.git_dir
        if in_work_tree:
            if self.repository.work_tree is None:
                raise ChangeError("this is a bare repository without a work tree; judge a commit (--commit) or a range (--base and --head)")
            folder = self.repository.work_tree
            place.append(f"--work-tree={folder}")
        command = [_find_git(), *FLAGS, *place, *arguments]
        environment = {**ENVIRONMENT, "PATH": os.defpath, "GIT_CEILING_DIRECTORIES": str(folder), **self._inherited}
        try:
            done = subprocess.run(
                command, input=stdin, capture_output=True, cwd=folder, env=environment, timeout=TIMEOUT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise ChangeError(f"git {arguments[0]} did not answer within {TIMEOUT_SECONDS} seconds") from None
        if len(done.stdout) > OUTPUT_LIMIT:
            raise ChangeError(f"git {arguments[0]} answered more than {OUTPUT_LIMIT >> 20} MiB; judge a smaller change")
        return done


def open_repository(start: Path, *, keep_index: bool = False, server_hook: bool = False) -> Git:
    """The repository around `start`.

    Inherited GIT_* variables are dropped. `keep_index` keeps the index that a hook of git names, `server_hook` the
    quarantine of objects being pushed; each must lie inside the git directory. Raises ChangeError.
    """
    repository = find_repository(start)
    names = (INDEX_VARIABLES if keep_index else ()) + (QUARANTINE_VARIABLES if server_hook else ())
    inherited = {name: _inside(name, os.environ[name], repository) for name in names if os.environ.get(name)}
    return Git(repository, inherited)


def _inside(name: str, value: str, repository: Repository) -> str:
    """The absolute path or paths that an inherited variable names."""
    return os.pathsep.join(_inside_one(name, part, repository) for part in value.split(os.pathsep))


def _inside_one(name: str, value: str, repository: Repository) -> str:
    """Git sets a relative path relative to the top of the work tree, or to a bare repository's folder."""
    path = Path(os.path.realpath((repository.work_tree or repository.git_dir) / value))
    if not any(path.is_relative_to(folder) for folder in (repository.git_dir, repository.common_dir)):
        raise ChangeError(f"{name} points outside the git directory; unset it")
    return str(path)


def check_path(raw: bytes) -> str:
    """A path of a tree as text. Raises ChangeError for one that no file system should be given."""
    for part in raw.split(b"/"):
        if part in {b"", b".", b".."} or part.lower() == b".git" or b"\0" in part:
            raise ChangeError("malformed tree: it holds a name that is not a plain relative path")
    return os.fsdecode(raw)


def _entry(mode: str, identifier: str) -> Entry | None:
    if mode == "000000":
        return None
    if mode not in {"100644", "100755", "100664", "120000", "160000"}:
        raise ChangeError(f"malformed tree: it holds an entry with the unknown mode {mode}")
    return Entry("100644" if mode == "100664" else mode, identifier)


@cache
def _find_git() -> str:
    """The absolute path of git, looked for in absolute folders only."""
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(folder).is_absolute()]
    program = shutil.which("git", path=os.pathsep.join(folders))
    if program is None:
        raise ChangeError("git is not installed; install it, or compare two folders with --before and --after")
    return program


def _error(stderr: bytes) -> ChangeError:
    text = stderr.decode("utf-8", "replace")
    if "dubious ownership" in text:
        return ChangeError("git refuses this repository because another user owns it; run aicheck as its owner")
    first = next((line for line in text.splitlines() if line.strip()), "no reason given")
    return ChangeError(f"git could not read the repository: {first.removeprefix('fatal: ').removeprefix('error: ')[:200]}")
