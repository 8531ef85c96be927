"""Files as an editor holds them, saved or not, against what is committed."""

from collections.abc import Mapping

from aicheck.changes.assemble import assemble
from aicheck.changes.git import Git
from aicheck.changes.tree import EXECUTABLE, FOLDER, SUBMODULE
from aicheck.changes.worktree import Side, compare_work_tree
from aicheck.errors import ChangeError
from aicheck.model.change import ChangeSet, Content

NOTHING = "nothing"


def trusted_side(git: Git, base: str | None) -> tuple[str, str]:
    """(commit of the before side, commit that settings are read from): HEAD, or the merge base with a branch and its tip.

    Both are empty in a repository without commits.
    """
    head = git.head()
    if base is None or not head:
        return head, head
    tip = git.resolve(base)
    bases = git.merge_bases(tip, head)
    if not bases:
        raise ChangeError(f"{base} and HEAD have no common ancestor here; name a branch of the same history, or fetch it whole")
    return (bases[0] if len(bases) == 1 else tip), tip


def from_buffers(git: Git, buffers: Mapping[str, bytes], base: str | None = None) -> ChangeSet:
    """The buffers, by path relative to the top folder, against HEAD or the merge base with `base`. Always partial."""
    commit, trusted = trusted_side(git, base)
    return assemble(
        git, _sides(git, commit, buffers), ChangeSet((), commit or NOTHING, "buffer", trusted, partial=True), from_checkout=True
    )


def from_work_tree_and_buffers(git: Git, buffers: Mapping[str, bytes], base: str | None = None) -> ChangeSet:
    """The work tree against the same commit, with the buffers in place of the files that they hold."""
    commit, trusted = trusted_side(git, base)
    comparison = compare_work_tree(git, commit)
    sides = {**comparison.sides, **_sides(git, commit, buffers)}
    return assemble(git, sides, ChangeSet((), commit or NOTHING, "buffer", trusted, notes=comparison.notes), from_checkout=True)


def _sides(git: Git, commit: str, buffers: Mapping[str, bytes]) -> dict[str, tuple[Side, Side]]:
    entries = git.find(commit, buffers) if commit else {}
    stored = {path: entry for path, entry in entries.items() if entry.mode not in {FOLDER, SUBMODULE}}
    return {
        path: (entry, Content("file", executable=entry is not None and entry.mode == EXECUTABLE, size=len(data), data=data))
        for path, data in buffers.items()
        for entry in [stored.get(path)]
    }
