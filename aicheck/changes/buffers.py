"""Files as an editor holds them, saved or not, against what is committed."""

from collections.abc import Mapping

from aicheck.changes.assemble import assemble
from aicheck.changes.git import Git
from aicheck.changes.tree import FOLDER, SUBMODULE
from aicheck.changes.worktree import Side
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
    entries = git.find(commit, buffers) if commit else {}
    stored = {path: entry for path, entry in entries.items() if entry.mode not in {FOLDER, SUBMODULE}}
    sides: dict[str, tuple[Side, Side]] = {
        path: (stored.get(path), Content("file", executable=False, size=len(data), data=data)) for path, data in buffers.items()
    }
    return assemble(git, sides, ChangeSet((), commit or NOTHING, "buffer", trusted, partial=True), from_checkout=True)
