"""What aicheck asks of one repository, as values. Reads objects and lists; runs git only through `command.py`."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from aicheck.changes.command import HEX, HISTORY, LIST_REFS, NOTES, Answer, Runner, explain
from aicheck.changes.conversation import Found
from aicheck.changes.repository import Repository, find_repository, is_unborn
from aicheck.changes.tree import FOLDER, Entry, IndexEntry, check_path, compare_entries, parse_index, parse_listing, parse_tree, raw_entries
from aicheck.errors import ChangeError
from aicheck.regex import regex

Which = Literal["all", "no-merges", "first-parent"]
"""Commits of a range: every one, those that are no merge, or those of the main line only."""
INDEX_VARIABLES = ("GIT_INDEX_FILE",)
QUARANTINE_VARIABLES = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH")
EMPTY_TREES = {40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", 64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"}
"""The id of the tree without entries, by the length of the repository's ids."""

_FILE_MODES = frozenset({b"100644", b"100755", b"100664"})
_BEYOND_NAME = regex(r"[~^:?*\[\\\s]|@\{")
"""What no name of a branch can hold (git-check-ref-format): `main~1` is a commit, not a branch."""
_NO_OBJECT = Found("", "", 0)


class Git:
    """Read access to one repository. Every method may raise ChangeError."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    @property
    def repository(self) -> Repository:
        """Where its parts lie."""
        return self._runner.repository

    @property
    def calls(self) -> int:
        """Processes started so far."""
        return self._runner.calls

    @property
    def index_file(self) -> Path:
        """The file that holds the index."""
        return Path(self._runner.inherited.get("GIT_INDEX_FILE", self.repository.git_dir / "index"))

    def resolve(self, revision: str) -> str:
        """The id of the commit that a revision names."""
        found = revision if HEX.fullmatch(revision) and self.has_commit(revision) else self._try_resolve(f"{revision}^{{commit}}")
        if found is None:
            raise ChangeError(f"revision {revision} is unknown here; check its spelling, or fetch it first (in CI: fetch-depth: 0)")
        return found

    def branch_of(self, revision: str) -> str:
        """The branch that a revision names, without its remote; empty when it names no branch."""
        if _BEYOND_NAME.search(revision):
            return ""
        name = revision.removeprefix("refs/heads/")
        if self._try_resolve(f"refs/heads/{name}") is not None:
            return name
        name = revision.removeprefix("refs/remotes/")
        return name.partition("/")[2] if self._try_resolve(f"refs/remotes/{name}") is not None else ""

    def head(self) -> str:
        """The id of the commit of HEAD; empty in a repository that has none yet."""
        found = self._try_resolve("HEAD^{commit}")
        if found is None and not is_unborn(self.repository):
            raise ChangeError("HEAD names a commit that is missing or corrupt; run git fsck, then check out an existing branch")
        return found or ""

    def has_commit(self, identifier: str) -> bool:
        """Whether the commit itself is stored here (a shallow clone lacks parents that its commits name)."""
        return self._runner.find_objects([identifier], with_data=False).get(identifier, _NO_OBJECT).kind == "commit"

    def is_shallow(self) -> bool:
        """Whether history was cut off when this repository was cloned."""
        return self._runner.run(("rev-parse", "--is-shallow-repository")).strip() == b"true"

    def merge_bases(self, first: str, second: str) -> tuple[str, ...]:
        """All best common ancestors, sorted; none for unrelated histories."""
        answer = self._runner.ask(("merge-base", "--all", first, second))
        if answer.code not in {0, 1}:
            raise explain(answer.complaint)
        return tuple(sorted(answer.output.decode("ascii").split()))

    def commit_ids(self, exclude: str, include: str, which: Which = "all") -> tuple[str, ...]:
        """The commits reachable from `include` but not from `exclude`, oldest first."""
        limit = () if which == "all" else (f"--{which}",)
        return tuple(self._runner.run(("rev-list", "--reverse", "--topo-order", *limit, f"^{exclude}", include)).decode("ascii").split())

    def last_commits(self, include: str, most: int) -> tuple[str, ...]:
        """Up to so many commits that led to one, merges left out, the latest first."""
        return tuple(self._runner.run(("rev-list", "--no-merges", f"--max-count={most}", include)).decode("ascii").split())

    def history(self, exclude: str, include: str) -> list[bytes]:
        """The same commits in the same order, as `commits.parse_record` reads them."""
        return self._runner.run((*HISTORY, f"^{exclude}", include)).split(b"\0")[:-1]

    def diff_trees(self, before: str, after: str) -> dict[str, tuple[Entry | None, Entry | None]]:
        """The paths in which two commits differ, with both entries. `before` may be an empty tree.

        Only folders that differ are read, all those of one level at once.
        """
        changed: dict[str, tuple[Entry | None, Entry | None]] = {}
        waiting = {b"": (f"{before}^{{tree}}", f"{after}^{{tree}}")}
        while waiting:
            trees = self._trees([name for pair in waiting.values() for name in pair if name])
            deeper: dict[bytes, tuple[str, str]] = {}
            for folder, (one, other) in waiting.items():
                for name, pair in compare_entries(trees.get(one, b""), trees.get(other, b""), id_bytes=len(after) // 2).items():
                    folders = [entry.id if entry is not None and entry.mode == FOLDER else "" for entry in pair]
                    files = [None if entry is None or entry.mode == FOLDER else entry for entry in pair]
                    if any(folders):
                        deeper[folder + name + b"/"] = (folders[0], folders[1])
                    if any(files):
                        changed[check_path(folder + name)] = (files[0], files[1])
            waiting = deeper
        return changed

    def _trees(self, names: Sequence[str]) -> dict[str, bytes]:
        """The tree objects of these names; an empty tree need not be stored."""
        trees = self.objects(names)
        if any(name not in trees and name.partition("^")[0] not in EMPTY_TREES.values() for name in names):
            raise ChangeError("a tree of this repository is missing; fetch the full history (in CI: fetch-depth: 0)")
        return trees

    def tree(self, tree: str) -> dict[str, Entry]:
        """Every path of a tree or commit. Its cost follows the repository: only for comparisons with the index."""
        return parse_listing(self._runner.run(("ls-tree", "-r", "-z", "--full-tree", tree)))

    def find(self, commit: str, paths: Iterable[str]) -> dict[str, Entry]:
        """The entries of some paths of a commit, folders included; missing ones are not in it. One process for each level of folders."""
        found: dict[str, Entry] = {}
        waiting = {f"{commit}^{{tree}}": [(path, os.fsencode(path).split(b"/")) for path in paths]}
        while waiting:
            trees = self.objects(tuple(waiting))
            deeper: dict[str, list[tuple[str, list[bytes]]]] = {}
            for name, wanted in waiting.items():
                if name not in trees:
                    raise ChangeError("a tree of this repository is missing; fetch the full history (in CI: fetch-depth: 0)")
                entries = parse_tree(trees[name], len(commit) // 2)
                for path, parts in wanted:
                    entry = entries.get(parts[0])
                    if entry is not None and len(parts) == 1:
                        found[path] = entry
                    elif entry is not None and entry.mode == FOLDER:
                        deeper.setdefault(entry.id, []).append((path, parts[1:]))
            waiting = deeper
        return found

    def index(self) -> tuple[IndexEntry, ...]:
        """Every entry of the index."""
        return parse_index(self._list("-s", "-t", "-z"))

    def untracked(self) -> tuple[str, ...]:
        """Files in the work tree that are neither tracked nor ignored. Repositories inside it end in a slash."""
        names = self._list("-o", "--exclude-standard", "-z").split(b"\0")[:-1]
        return tuple(check_path(name.removesuffix(b"/")) + ("/" if name.endswith(b"/") else "") for name in names)

    def sizes(self, identifiers: Iterable[str]) -> dict[str, int]:
        """Bytes of each blob; missing ones, and objects that are no blobs, are not in it."""
        wanted = sorted(set(identifiers))
        if not wanted:
            return {}
        found = self._runner.find_objects(wanted, with_data=False)
        return {name: entry.size for name, entry in found.items() if entry.kind == "blob"}

    def objects(self, names: Sequence[str]) -> dict[str, bytes]:
        """The contents of objects by the name asked for (an id, or `ID^{tree}`); missing ones are not in it. Check sizes first."""
        return {name: found.data for name, found in self._runner.find_objects(names, with_data=True).items()} if names else {}

    def blobs(self, identifiers: Sequence[str], largest: int) -> dict[str, bytes | None]:
        """The contents of blobs by id; None for one of more than `largest` bytes. Missing ones are not in it."""
        found = self._runner.find_objects(identifiers, with_data=True, largest=largest) if identifiers else {}
        return {name: None if blob.size > largest else blob.data for name, blob in found.items() if blob.kind == "blob"}

    def tags(self, identifiers: Sequence[str], largest: int) -> dict[str, bytes]:
        """The contents of annotated tags by id; what is missing, no tag, or of more than `largest` bytes is not in it."""
        found = self._runner.find_objects(identifiers, with_data=True, largest=largest) if identifiers else {}
        return {name: tag.data for name, tag in found.items() if tag.kind == "tag" and tag.size <= largest}

    def refs(self, prefix: str) -> dict[str, str]:
        """Ref -> object id, of those whose names begin so; in the order of their names."""
        lines = os.fsdecode(self._runner.run(LIST_REFS)).splitlines()
        listed = (line.split(" ", 2) for line in lines)
        return {name: identifier for identifier, _, name in listed if name.startswith(prefix)}

    def find_notes(self, commits: Iterable[str]) -> dict[str, str]:
        """Commit id -> id of its note's blob, for those that have one. Only the folders of notes that can hold one are read.

        `git notes` sorts notes into folders of two digits once there are many.
        """
        found: dict[str, str] = {}
        waiting = {f"{NOTES}^{{tree}}": {commit.encode(): commit for commit in commits}}
        while waiting:
            trees = self.objects(tuple(waiting))
            deeper: dict[str, dict[bytes, str]] = {}
            for name, wanted in waiting.items():
                id_bytes = len(next(iter(wanted.values()), "")) // 2
                entries = {entry: (mode, identifier.hex()) for mode, entry, identifier in raw_entries(trees.get(name, b""), id_bytes)}
                for rest, commit in wanted.items():
                    mode, identifier = entries.get(rest, (b"", ""))
                    folder_mode, folder = entries.get(rest[:2], (b"", ""))
                    if identifier and mode in _FILE_MODES:
                        found[commit] = identifier
                    elif folder_mode == b"40000":
                        deeper.setdefault(folder, {})[rest[2:]] = commit
            waiting = deeper
        return found

    def _list(self, *arguments: str) -> bytes:
        if self.repository.work_tree is None:
            raise ChangeError("this is a bare repository without a work tree; judge a commit (--commit) or a range (--base and --head)")
        return self._runner.run(("ls-files", *arguments))

    def _try_resolve(self, revision: str) -> str | None:
        answer: Answer = self._runner.ask(("rev-parse", "--verify", "-q", "--end-of-options", revision))
        found = answer.output.decode("ascii", "replace").strip()
        if answer.code and answer.complaint:
            raise explain(answer.complaint)
        return found if answer.code == 0 and HEX.fullmatch(found) else None


def open_repository(start: Path, *, keep_index: bool = False, server_hook: bool = False) -> Git:
    """The repository around `start`.

    Inherited GIT_* variables are dropped. `keep_index` keeps the index that a hook of git names, `server_hook` the
    quarantine of objects being pushed; each must lie inside the git directory. Raises ChangeError.
    """
    repository = find_repository(start)
    names = (INDEX_VARIABLES if keep_index else ()) + (QUARANTINE_VARIABLES if server_hook else ())
    inherited = {name: _inside(name, os.environ[name], repository) for name in names if os.environ.get(name)}
    return Git(Runner(repository, inherited))


def _inside(name: str, value: str, repository: Repository) -> str:
    """The absolute path (or paths) that an inherited variable names."""
    parts = value.split(os.pathsep) if name == "GIT_ALTERNATE_OBJECT_DIRECTORIES" else [value]
    return os.pathsep.join(_inside_one(name, part, repository) for part in parts if part)


def _inside_one(name: str, value: str, repository: Repository) -> str:
    """Git sets a relative path relative to the top of the work tree, or to a bare repository's folder."""
    path = Path(os.path.realpath((repository.work_tree or repository.git_dir) / value))
    if not any(path.is_relative_to(folder) for folder in (repository.git_dir, repository.common_dir)):
        raise ChangeError(f"{name} points outside the git directory; unset it")
    return str(path)
