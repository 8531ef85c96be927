"""Every way to name a change, each ending in the same ChangeSet."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from aicheck.changes.assemble import assemble, load, mark_moves
from aicheck.changes.commits import read_commits
from aicheck.changes.disk import Folder
from aicheck.changes.folders import from_files, from_folders, is_below
from aicheck.changes.git import EMPTY_TREES, Git
from aicheck.changes.tree import EXECUTABLE, FILE, FOLDER, Entry
from aicheck.changes.worktree import Side, compare_index, compare_work_tree
from aicheck.errors import ChangeError, UsageError
from aicheck.model.change import ChangeSet

__all__ = [
    "check_paths",
    "from_commit",
    "from_files",
    "from_folders",
    "from_index",
    "from_patch",
    "from_range",
    "from_work_tree",
    "mark_moves",
    "narrow",
    "read_trusted",
]

NOTHING = "nothing"
"""How the before side is called where no commit stands for it."""
SHOWN_ID = 12


def from_work_tree(git: Git) -> ChangeSet:
    """Staged, unstaged and untracked files against HEAD."""
    head = git.head()
    comparison = compare_work_tree(git, head)
    frame = ChangeSet((), head or NOTHING, "work tree", head, notes=comparison.notes)
    return assemble(git, comparison.sides, frame, from_checkout=True)


def from_index(git: Git) -> ChangeSet:
    """What is staged, against HEAD."""
    head = git.head()
    comparison = compare_index(git, head)
    return assemble(git, comparison.sides, ChangeSet((), head or NOTHING, "index", head, notes=comparison.notes))


def from_commit(git: Git, revision: str) -> ChangeSet:
    """One commit against its first parent; a root commit against nothing."""
    head = git.resolve(revision)
    (commit,) = read_commits(git, [head])
    notes: tuple[str, ...] = ()
    if len(commit.parents) > 1:
        notes = (f"{head[:SHOWN_ID]} is a merge of {len(commit.parents)} parents; it is compared with its first parent",)
    base = commit.parents[0] if commit.parents else ""
    if base and not git.has_commit(base):
        raise ChangeError(f"the parent of {head[:SHOWN_ID]} is missing here; fetch it (git fetch --deepen=1; in CI: fetch-depth: 0)")
    sides: dict[str, tuple[Side, Side]] = dict(git.diff_trees(base or EMPTY_TREES[len(head)], head))
    return assemble(git, sides, ChangeSet((), base or NOTHING, head, base, (commit,), notes=notes))


def from_merge(git: Git, revision: str) -> ChangeSet:
    """What one commit of the main line brought to its first parent, with every commit behind it: a pull request that was merged."""
    head = git.resolve(revision)
    (commit,) = read_commits(git, [head])
    return from_range(git, commit.parents[0], head) if len(commit.parents) > 1 else from_commit(git, head)


def from_range(git: Git, base: str, head: str) -> ChangeSet:
    """What `head` adds since it left `base`, as a pull request does. Trusted is the tip of `base`."""
    base_tip, head_tip = git.resolve(base), git.resolve(head)
    bases = git.merge_bases(base_tip, head_tip)
    if not bases:
        shallow = "fetch the full history (git fetch --unshallow; in CI: fetch-depth: 0)"
        hint = shallow if git.is_shallow() else "name two branches of one history"
        raise ChangeError(f"{base} and {head} have no common ancestor here; {hint}")
    notes: tuple[str, ...] = ()
    before = bases[0]
    if len(bases) > 1:
        before = base_tip
        notes = (f"{base} and {head} have {len(bases)} merge bases; compared with the tip of {base}, which is stricter",)
    commits = read_commits(git, git.commit_ids(base_tip, head_tip))
    sides: dict[str, tuple[Side, Side]] = dict(git.diff_trees(before, head_tip))
    return assemble(git, sides, ChangeSet((), before, head_tip, base_tip, commits, notes=notes))


def from_patch(git: Git | None, data: bytes, base: str | None) -> ChangeSet:
    """A patch applied in memory to `base` (HEAD when None; without a repository, to nothing). Commits are those of its mails."""
    from aicheck.changes.apply import apply_patch  # a tenth of a start; only this source reads patches
    from aicheck.changes.patch import parse_patch

    patch = parse_patch(data)
    commit = "" if git is None else git.head() if base is None else git.resolve(base)
    entries = git.find(commit, patch.candidates()) if git is not None and commit else {}
    stored = load(git, entries.values())
    contents = {path: stored.content(entry) for path, entry in entries.items() if entry.mode != FOLDER}
    known = {path: content for path, content in contents.items() if content is not None}
    sides: dict[str, tuple[Side, Side]] = dict(apply_patch(patch, known))
    return assemble(None, sides, ChangeSet((), commit or NOTHING, "patch", commit, patch.commits))


def narrow(change: ChangeSet, paths: Iterable[str]) -> ChangeSet:
    """The part of a change that lies in `paths` (repository-relative files or folders); partial unless `paths` is empty."""
    wanted = tuple(paths)
    if not wanted:
        return change
    files = tuple(file for file in change.files if any(is_below(file.path, path) for path in wanted))
    return replace(change, files=files, partial=True)


def check_paths(git: Git, change: ChangeSet, paths: Sequence[str]) -> None:
    """Raises UsageError for a repository-relative path that is on neither side of the change.

    Unchanged files are looked up in the trusted commit and, for the work tree, on disk.
    """
    unknown = [path for path in paths if path not in {"", "."} and not any(is_below(file.path, path) for file in change.files)]
    if unknown and git.repository.work_tree is not None and change.head in {"work tree", "index"}:
        folder = Folder(git.repository.work_tree)
        unknown = [path for path in unknown if folder.status(path) is None]
    known = git.find(change.trusted, unknown) if unknown and change.trusted else {}
    missing = next((path for path in unknown if path not in known), None)
    if missing is not None:
        raise UsageError(f"path {missing} does not exist")


def read_trusted(git: Git | None, trusted: str, names: Sequence[str]) -> dict[str, bytes]:
    """The named files of the trusted side: a commit of the repository, or a folder. Missing ones are not in it.

    Raises ChangeError for one that is there and cannot be read: it may hold what the decision rests on.
    """
    if not trusted:
        return {}
    if git is None:
        folder = Folder(Path(trusted))
        contents = {name: folder.read(name) for name in names}
    else:
        entries: dict[str, Entry] = git.find(trusted, names)
        stored = load(git, entries.values())
        contents = {name: stored.content(entry) for name, entry in entries.items() if entry.mode in {FILE, EXECUTABLE}}
    unread = next(((name, content) for name, content in contents.items() if content is not None and content.data is None), None)
    if unread is not None and unread[1] is not None:
        raise ChangeError(f"{unread[0]} of the trusted side cannot be read: {unread[1].unread}")
    return {name: content.data for name, content in contents.items() if content is not None and content.data is not None}
