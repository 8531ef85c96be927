"""What many outcomes add up to: shares with intervals, and which rules did it."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from aicheck.model.decision import LEVELS, Level, level_rank
from aicheck.regex import regex
from aicheck.replay.outcome import Outcome

_NUMBER = regex(r"\b[0-9a-f]{7,}\b|\d+")
CONFIDENCE_Z = 1.959963984540054
"""Of a two-sided 95 % interval."""


class Share(msgspec.Struct, frozen=True):
    """Some of all, with the 95 % Wilson interval of the true share."""

    count: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 of nothing."""
        return self.count / self.of if self.of else 0.0


class LabelSummary(msgspec.Struct, frozen=True):
    """The outcomes of one label."""

    label: str
    commits: int
    """Those whose change could be established."""
    at_least: tuple[tuple[Level, Share], ...]
    """For each level above none, the share of commits that reached it or a higher one."""
    rules: tuple[tuple[str, int], ...]
    """Commits in which each rule counted, most first."""
    families: tuple[tuple[str, int], ...]
    """Commits in which a rule of each family counted, most first."""
    findings_by_rule: tuple[tuple[str, int], ...]
    """Findings that counted, most first."""
    failures: tuple[tuple[str, int], ...]
    """Commits with each kind of failure (its reason without places and numbers), most first."""
    findings: int
    incomplete: int
    """Commits with something that could not be read."""
    errors: int
    """Commits whose change could not be established; in none of the shares."""


def wilson(count: int, of: int) -> Share:
    """The Wilson score interval (Wilson 1927); 0 to 1 for nothing."""
    if not of:
        return Share(0, 0, 0.0, 1.0)
    share, z2 = count / of, CONFIDENCE_Z**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    margin = CONFIDENCE_Z / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return Share(count, of, middle - margin if count else 0.0, middle + margin if count < of else 1.0)


def summarize(outcomes: Iterable[Outcome]) -> tuple[LabelSummary, ...]:
    """One summary for each label, sorted by label."""
    by_label: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_label.setdefault(outcome.label, []).append(outcome)
    return tuple(_summarize(label, by_label[label]) for label in sorted(by_label))


def _summarize(label: str, outcomes: Sequence[Outcome]) -> LabelSummary:
    judged = [outcome for outcome in outcomes if outcome.verdict != "error"]
    reached = Counter(level_rank(outcome.level) for outcome in judged)
    at_least = tuple(
        (level, wilson(sum(count for rank, count in reached.items() if rank >= level_rank(level)), len(judged))) for level in LEVELS[1:]
    )
    rules = Counter(rule for outcome in judged for rule in {hit.rule for hit in outcome.rules})
    families = Counter(family for outcome in judged for family in {hit.rule.partition("/")[0] for hit in outcome.rules})
    failures = Counter(kind for outcome in outcomes for kind in {_kind(failure) for failure in outcome.failures})
    return LabelSummary(
        label=label,
        commits=len(judged),
        at_least=at_least,
        rules=_ranked(rules),
        families=_ranked(families),
        findings_by_rule=_ranked(Counter(hit.rule for outcome in judged for hit in outcome.rules)),
        failures=_ranked(failures),
        findings=sum(len(outcome.rules) for outcome in judged),
        incomplete=sum(bool(outcome.failures) for outcome in judged),
        errors=len(outcomes) - len(judged),
    )


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _kind(failure: str) -> str:
    """A failure without its path and its numbers: `syntax error at line 3` and `... 40` are one kind."""
    return _NUMBER.sub("N", failure.rpartition(": ")[2])
