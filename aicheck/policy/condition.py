"""When an escalation applies.

A condition can only become true by learning more about a change, never false: no predicate tests for the absence of
something, so no added finding, failure or marker lowers a level.
"""

import functools
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from aicheck.checks.suppression_tampering.suppression_added import SuppressionAdded
from aicheck.config import choose, matches_any
from aicheck.model.finding import Finding
from aicheck.model.provenance import STATES, State
from aicheck.model.review import NO_REVIEW, Review
from aicheck.model.rule import SEVERITIES, Severity, severity_rank
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.hours import Hours
from aicheck.policy.levels import rank_of
from aicheck.policy.target import targets_of, targets_of_path
from aicheck.readers.place import Place

Standing = Literal["assisted", "agent"]
"""How far AI assistance goes. What an agent made alone is assisted too."""
STANDINGS: tuple[Standing, ...] = ("assisted", "agent")
_SHOWN_STATES: tuple[State, ...] = ("attested", "marked", "probable")


class Condition(msgspec.Struct, frozen=True):
    """What must hold together. An empty field asks for nothing; at least one is set."""

    provenance: tuple[Standing, ...] = ()
    author_below: str = ""
    author_at_least: str = ""
    author_kind: Literal["", "bot"] = ""
    severity: Severity | None = None
    """A finding of at least this severity."""
    rules: tuple[str, ...] = ()
    """A finding of a rule whose id matches one of these patterns."""
    family: tuple[str, ...] = ()
    families: int | None = None
    """The findings asked for come from at least so many families; many of one rule count once."""
    paths: tuple[str, ...] = ()
    """With a predicate on findings: the finding stands in (or came from) such a path. Without: such a path changed."""
    target: tuple[Place, ...] = ()
    """Like `paths`, by what the names say that the file or the finding is aimed at."""
    scan: Literal["", "incomplete"] = ""
    lines_deleted: int | None = None
    """At least so many lines."""
    files: int | None = None
    """At least so many changed paths."""
    suppression_added: bool = False
    judge_changed: bool = False
    """The change touches what judges changes."""
    labels: tuple[str, ...] = ()
    """The pull request bears one of these, in whatever case."""
    branch: tuple[str, ...] = ()
    """It goes to a branch that matches one of these patterns, or it is not known where it goes to."""
    hours: tuple[Hours, ...] = ()
    """The decision is made in one of these times, or no clock may be asked."""

    @property
    def is_about_findings(self) -> bool:
        """True when it asks for a finding of a certain kind."""
        return self.severity is not None or bool(self.rules) or bool(self.family)


class Case(msgspec.Struct, frozen=True, dict=True):
    """All that a condition is held against."""

    summary: ChangeSummary
    findings: tuple[Finding, ...]
    """Those that count."""
    counts_undeclared: bool
    """True when a change without a sign of AI assistance counts as assisted."""
    ranks: tuple[str, ...]
    moved_from: Mapping[str, str]
    """The before path of each after path that moved."""
    review: Review = NO_REVIEW
    """Of which labels, branch and clock are asked."""

    @functools.cached_property
    def rules(self) -> frozenset[str]:
        """Those that have a finding."""
        return frozenset(finding.rule for finding in self.findings)

    @functools.cached_property
    def _by_severity(self) -> tuple[list[Finding], ...]:
        ranked = [(severity_rank(finding.severity), finding) for finding in self.findings]
        return tuple([finding for rank, finding in ranked if rank >= least] for least in range(len(SEVERITIES)))

    def at_least(self, severity: Severity | None) -> list[Finding]:
        """The findings of this severity and above; all of them for None."""
        return self._by_severity[0 if severity is None else severity_rank(severity)]

    def lying_in(self, patterns: tuple[str, ...]) -> set[int]:
        """The findings (by identity: to hash them takes long) that stand in, or came from, a path that one of the patterns matches."""
        return set[int]().union(*(self._by_path[path] for path in choose(patterns, self._by_path)))

    def aimed_at(self, targets: Iterable[Place]) -> set[int]:
        """The findings (by identity) that are aimed at one of the targets."""
        return set[int]().union(*(self._by_target.get(target, ()) for target in targets))

    @functools.cached_property
    def _places(self) -> list[tuple[Finding, tuple[str, ...]]]:
        return [(finding, places_of(finding, self.moved_from)) for finding in self.findings]

    @functools.cached_property
    def _by_path(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for finding, places in self._places:
            for path in places:
                found.setdefault(path, []).append(id(finding))
        return found

    @functools.cached_property
    def _by_target(self) -> dict[Place, list[int]]:
        found: dict[Place, list[int]] = {}
        for finding, places in self._places:
            for target in targets_of(finding, places):
                found.setdefault(target, []).append(id(finding))
        return found

    @functools.cached_property
    def shown(self) -> frozenset[State]:
        """The states that the findings have."""
        return frozenset(finding.provenance for finding in self.findings)

    @functools.cached_property
    def states(self) -> dict[Standing, frozenset[State]]:
        """The states of findings that stand so."""
        return {each: frozenset(state for state in STATES if each in self.standings(state)) for each in STANDINGS}

    @functools.cached_property
    def labels(self) -> frozenset[str]:
        """Those of the pull request, to be compared in whatever case."""
        return frozenset(label.casefold() for label in self.review.labels)

    def standings(self, state: State) -> frozenset[Standing]:
        """How the change stands if `state` is its own, or a finding in it whose lines have that state.

        A claim that a person wrote a line makes it undeclared, never less.
        """
        if self.summary.agent:
            return frozenset(STANDINGS)
        return frozenset({"assisted"} if state in _SHOWN_STATES or self.counts_undeclared else ())


def find_trigger(condition: Condition, case: Case) -> tuple[Finding, ...] | None:
    """The findings that make the condition true, empty when it holds without any; None when it does not hold."""
    if not _holds_for_change(condition, case):
        return None
    if condition.is_about_findings:
        found = _find(condition, case)
        families = condition.families or 1
        is_enough = bool(found) if families == 1 else len({finding.rule.partition("/")[0] for finding in found}) >= families
        return found if is_enough else None
    if condition.provenance and not case.standings(case.summary.state).intersection(condition.provenance):
        return None
    if not any(_lies_there(condition, path) for path in case.summary.paths) and (condition.paths or condition.target):
        return None
    if condition.suppression_added:
        return _added_suppressions(case)
    return ()


def _holds_for_change(condition: Condition, case: Case) -> bool:
    summary = case.summary
    rank = rank_of(summary.author_rank, case.ranks)
    return (
        (not condition.author_below or rank < rank_of(condition.author_below, case.ranks))
        and (not condition.author_at_least or rank >= rank_of(condition.author_at_least, case.ranks))
        and (not condition.author_kind or summary.author_kind == condition.author_kind)
        and (not condition.scan or summary.incomplete)
        and (condition.lines_deleted is None or summary.lines_removed >= condition.lines_deleted)
        and (condition.files is None or summary.files >= condition.files)
        and (not condition.judge_changed or bool(summary.judge_paths))
        and (not condition.suppression_added or bool(_added_suppressions(case)))
        and _holds_for_review(condition, case)
    )


def _holds_for_review(condition: Condition, case: Case) -> bool:
    """What is not known of branch and clock counts as the strict answer."""
    review = case.review
    return (
        (not condition.labels or any(label.casefold() in case.labels for label in condition.labels))
        and (not condition.branch or not review.branch or matches_any(condition.branch, review.branch))
        and (not condition.hours or not review.now or any(hours.holds(review.now) for hours in condition.hours))
    )


def _lies_there(condition: Condition, path: str) -> bool:
    return (not condition.paths or matches_any(condition.paths, path)) and (
        not condition.target or not targets_of_path(path).isdisjoint(condition.target)
    )


def _find(condition: Condition, case: Case) -> tuple[Finding, ...]:
    """The findings that a condition is about. What is the same for many of them is asked once."""
    found = case.at_least(condition.severity)
    if condition.rules or condition.family:
        rules = choose_rules(condition, case.rules)
        found = [finding for finding in found if finding.rule in rules]
    if condition.provenance:
        states = frozenset[State]().union(*(case.states[each] for each in condition.provenance))
        if not case.shown <= states:
            found = [finding for finding in found if finding.provenance in states]
    if condition.paths:
        there = case.lying_in(condition.paths)
        found = [finding for finding in found if id(finding) in there]
    if condition.target:
        aimed = case.aimed_at(condition.target)
        found = [finding for finding in found if id(finding) in aimed]
    return tuple(found)


def choose_rules(condition: Condition, rules: Iterable[str]) -> set[str]:
    """The rules whose findings it is about."""
    chosen = choose(condition.rules, rules) if condition.rules else set(rules)
    return {rule for rule in chosen if rule.partition("/")[0] in condition.family} if condition.family else chosen


def places_of(finding: Finding, moved_from: Mapping[str, str]) -> tuple[str, ...]:
    """Where a finding stands and where its code came from, so that a move out of a watched folder stays watched."""
    path = finding.location.path
    moved = (moved_from[path],) if path in moved_from else ()
    return (path, *moved, *((finding.before.path,) if finding.before else ()))


def _added_suppressions(case: Case) -> tuple[Finding, ...]:
    return tuple(finding for finding in case.findings if finding.rule == SuppressionAdded.id)
