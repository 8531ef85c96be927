"""What the policy knows about a change, besides its findings."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

import msgspec

from aicheck.model.change import ChangeSet, Content, FileChange
from aicheck.model.coverage import Coverage, Failure
from aicheck.model.path import path_bytes
from aicheck.model.provenance import Attribution, State
from aicheck.policy.acknowledge import Acknowledgement, acknowledgements
from aicheck.policy.judges import judge_paths


class ChangeSummary(msgspec.Struct, frozen=True):
    """The facts of a change that escalations ask about."""

    state: State = "unknown"
    agent: bool = False
    """True when AI assistance is shown and no person committed to the change."""
    author_rank: str = ""
    """Empty: not known, which counts as the lowest."""
    author_kind: Literal["person", "bot"] = "person"
    paths: tuple[str, ...] = ()
    """Every path that the change touches, those that moved under both names; sorted by bytes, unique."""
    moves: tuple[tuple[str, str], ...] = ()
    """(after path, before path) of each file that moved."""
    lines_removed: int = 0
    """Lines that no longer stand in their file; a move alone removes none."""
    files: int = 0
    incomplete: bool = False
    """True when something could not be analyzed or an engine or rule failed."""
    unread: tuple[str, ...] = ()
    """The paths behind `incomplete`, sorted by bytes, unique; empty when only a whole engine failed."""
    judge_paths: tuple[str, ...] = ()
    """The changed paths that judge changes (`aicheck.policy.judges`)."""
    acknowledgements: tuple[Acknowledgement, ...] = ()


def summarize(
    change: ChangeSet, attribution: Attribution, coverage: Iterable[Coverage], failures: Iterable[Failure], author_rank: str = ""
) -> ChangeSummary:
    """The facts of a change. `author_rank` is empty without a roster."""
    ledger = tuple(coverage)
    failed = tuple(failures)
    unread = {entry.path for entry in ledger if entry.outcome == "unanalyzed"} | {failure.path for failure in failed}
    moves = tuple((file.path, file.moved_from) for file in change.files if file.moved_from is not None)
    return ChangeSummary(
        state=attribution.state,
        agent=attribution.agent,
        author_rank=author_rank,
        author_kind="bot" if attribution.bot or attribution.agent else "person",
        paths=_sorted({file.path for file in change.files} | {before for _, before in moves}),
        moves=moves,
        lines_removed=_lines_removed(change.files),
        files=len(change.files),
        incomplete=bool(unread),
        unread=_sorted(unread - {""}),
        judge_paths=judge_paths(change),
        acknowledgements=acknowledgements(change.commits),
    )


def _sorted(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(paths), key=path_bytes))


def _lines_removed(files: tuple[FileChange, ...]) -> int:
    by_path = {file.path: file for file in files}
    moved = {file.moved_from: file for file in files if file.moved_from in by_path}
    total = 0
    for file in files:
        continued = moved.get(file.path)
        total += _lost_lines(file.before, continued.after) if continued and file.after is None else file.removed
    return total


def _lost_lines(before: Content | None, after: Content | None) -> int:
    lost = Counter(_lines(before))
    lost.subtract(_lines(after))
    return sum(count for count in lost.values() if count > 0)


def _lines(content: Content | None) -> list[bytes]:
    return (content.data or b"").splitlines() if content else []
