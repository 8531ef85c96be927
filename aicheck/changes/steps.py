"""The commits of a range as steps: which of the wanted files each one changed, from what to what, and under which names.

Contents are read only of files that the whole range changed, and of those that they were renamed from.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from aicheck.changes.disk import SIZE_LIMIT
from aicheck.changes.git import EMPTY_TREES, Git
from aicheck.changes.moves import find_moves
from aicheck.changes.tree import EXECUTABLE, FILE, Entry
from aicheck.errors import ChangeError
from aicheck.model.change import Commit

MOST_PARENTS = 1000
"""Comparisons of a commit with a parent in one range; longer ranges are not taken apart."""
MOST_BYTES = 128 << 20
"""Bytes of the versions of files that one range may read."""

Pair = tuple[Entry | None, Entry | None]


class Step(msgspec.Struct, frozen=True):
    """One commit against its parents."""

    commit: Commit
    changes: tuple[Mapping[str, Pair], ...]
    """For each parent, path -> both entries where they differ, wanted files only; one for a root commit."""
    moves: Mapping[str, str]
    """Path that the commit added -> path that it removed and whose content went on there."""


class Steps(msgspec.Struct, frozen=True):
    """A range taken apart."""

    steps: tuple[Step, ...]
    """Oldest first."""
    texts: Mapping[str, bytes]
    """The versions of files by object id; a file that is too large is not in it."""


def take_apart(git: Git, commits: Sequence[Commit], paths: Collection[str]) -> Steps | None:
    """The steps by which `commits` (oldest first, parents before children) changed `paths`.

    None for a range that is too long or large, or whose history is not whole here.
    """
    if sum(max(len(commit.parents), 1) for commit in commits) > MOST_PARENTS:
        return None
    texts: dict[str, bytes] = {}
    try:
        steps = _steps(git, commits, set(paths), texts)
        wanted = [entry.id for step in steps for changes in step.changes for pair in changes.values() for entry in pair if entry]
        return Steps(steps, texts) if _read(git, wanted, texts) else None
    except ChangeError:  # whoever reads the change itself has said what is missing; its lines are judged by the whole change
        return None


def _steps(git: Git, commits: Sequence[Commit], wanted: set[str], texts: dict[str, bytes]) -> tuple[Step, ...]:
    """From the newest to the oldest, so that a file is followed to the name it had before. Reads the texts that tell renames."""
    found: list[Step] = []
    for commit in reversed(commits):
        parents = commit.parents or (EMPTY_TREES[len(commit.id)],)
        everything = [git.diff_trees(parent, commit.id) for parent in parents]
        moves = _moves(git, everything[0], wanted, texts)
        wanted.update(moves.values())
        changes = tuple({path: pair for path, pair in changed.items() if path in wanted} for changed in everything)
        found.append(Step(commit, changes, moves))
    return tuple(reversed(found))


def _moves(git: Git, changed: Mapping[str, Pair], wanted: Collection[str], texts: dict[str, bytes]) -> dict[str, str]:
    added = {path: after.id for path, (before, after) in changed.items() if before is None and after and path in wanted}
    removed = {path: before.id for path, (before, after) in changed.items() if after is None and before} if added else {}
    if not removed or not _read(git, [*added.values(), *removed.values()], texts):
        return {}
    known = [{path: texts[name] for path, name in side.items() if name in texts} for side in (removed, added)]
    return find_moves(known[0], known[1])


def _read(git: Git, names: Sequence[str], texts: dict[str, bytes]) -> bool:
    """Load what is missing in `texts`; False when that would be too much."""
    missing = [name for name in dict.fromkeys(names) if name not in texts]
    sizes = git.sizes(missing)
    total = sum(map(len, texts.values())) + sum(size for size in sizes.values() if size <= SIZE_LIMIT)
    if total > MOST_BYTES:
        return False
    texts.update({name: data for name, data in git.blobs(missing, SIZE_LIMIT).items() if data is not None})
    return True


def is_text(entry: Entry | None) -> bool:
    """True for an entry that has lines."""
    return entry is not None and entry.mode in {FILE, EXECUTABLE}
