"""What a policy would have done to the last commits of a repository, before it is in force there."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from aicheck.changes.git import Git
from aicheck.model.decision import Level, level_rank
from aicheck.replay.outcome import Outcome, Target
from aicheck.replay.run import BATCH, replay
from aicheck.replay.standards import Standards

Tell = Callable[[int, int], None]
"""Called with the number of commits that are done, and of all."""


class EscalationShare(msgspec.Struct, frozen=True):
    """How often one escalation applied."""

    id: str
    level: Level
    commits: int
    of: int
    rule: str
    """The rule that caused it in most of them; empty for other causes."""

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.commits / self.of if self.of else 0.0


def rehearse(git: Git, standards: Standards, most: int, processes: int, tell: Tell | None = None) -> tuple[Outcome, ...]:
    """The outcomes of up to so many commits that led to HEAD, merges left out, the latest first; none without a commit."""
    head = git.head()
    ids = git.last_commits(head, most) if head and most else ()
    repository = git.repository
    folder = repository.work_tree or repository.git_dir
    outcomes: dict[str, Outcome] = {}
    workers = min(processes, -(-len(ids) // BATCH))
    for outcome in replay([Target("", identifier, "") for identifier in ids], {"": Path(folder)}, max(1, workers), standards):
        outcomes[outcome.sha] = outcome
        if tell is not None:
            tell(len(outcomes), len(ids))
    return tuple(outcomes[identifier] for identifier in ids)


def judged(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Those whose change could be established."""
    return tuple(outcome for outcome in outcomes if outcome.about is not None)


def reached(outcomes: Sequence[Outcome], level: Level) -> tuple[Outcome, ...]:
    """Those that ask for this level or a higher one."""
    return tuple(outcome for outcome in outcomes if level_rank(outcome.level) >= level_rank(level))


def escalation_shares(outcomes: Sequence[Outcome]) -> tuple[EscalationShare, ...]:
    """Each escalation that applied to at least one of the commits, most often first."""
    counts: Counter[tuple[str, Level]] = Counter()
    rules: dict[str, Counter[str]] = {}
    of = 0
    for outcome in outcomes:
        if outcome.about is None:
            continue
        of += 1
        for reason in outcome.about.because:
            counts[reason.escalation, reason.level] += 1
            rules.setdefault(reason.escalation, Counter()).update(reason.rules)
    found = [EscalationShare(name, level, count, of, _first(rules[name])) for (name, level), count in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one.commits, one.id)))


def _first(counts: Counter[str]) -> str:
    return min(counts, key=lambda rule: (-counts[rule], rule), default="")
