"""Whether a condition can hold at all, and whether another one holds whenever it does. Errs on the side of `no`."""

from collections.abc import Collection

from aicheck.checks.suppression_tampering.suppression_added import SuppressionAdded
from aicheck.config import matches_glob
from aicheck.model.rule import IMPORTED_FAMILY, severity_rank
from aicheck.policy.condition import Condition, choose_rules
from aicheck.policy.levels import RANKS, rank_of


def never_holds(condition: Condition, counting_rules: Collection[str]) -> str:
    """Why a condition can never hold, as a clause; empty when it may. `counting_rules` are those that are not switched off."""
    below, least = condition.author_below, condition.author_at_least
    if below and least and rank_of(least, RANKS) >= rank_of(below, RANKS):
        return f"nobody ranks below {below} and at least as {least}"
    if condition.suppression_added and SuppressionAdded.id not in counting_rules:
        return f"{SuppressionAdded.id} is switched off"
    if _may_be_imported(condition):
        return ""
    rules = choose_rules(condition, counting_rules)
    if (condition.rules or condition.family) and not rules:
        return "no rule that counts is of these rules and families"
    families = {rule.partition("/")[0] for rule in rules}
    if condition.families is not None and condition.rules and len(families) < condition.families:
        return f"its rules are of {len(families)} families, fewer than {condition.families}"
    return ""


def _may_be_imported(condition: Condition) -> bool:
    """Whether it chooses rules of other tools, which no catalogue lists."""
    if IMPORTED_FAMILY in condition.family:
        return True
    return not condition.family and any(matches_glob(pattern.partition("/")[0], IMPORTED_FAMILY) for pattern in condition.rules)


def implies(one: Condition, other: Condition, known_rules: Collection[str]) -> bool:
    """Whether `other` holds whenever `one` does."""
    return _implies_about_change(one, other) and _implies_about_findings(one, other, known_rules)


def _implies_about_change(one: Condition, other: Condition) -> bool:
    below = rank_of(one.author_below, RANKS) if one.author_below else len(RANKS)
    least = rank_of(one.author_at_least, RANKS) if one.author_at_least else 0
    return (
        (not other.author_below or below <= rank_of(other.author_below, RANKS))
        and (not other.author_at_least or least >= rank_of(other.author_at_least, RANKS))
        and other.author_kind in {"", one.author_kind}
        and other.scan in {"", one.scan}
        and (other.lines_deleted is None or (one.lines_deleted or 0) >= other.lines_deleted)
        and (other.files is None or (one.files or 0) >= other.files)
        and (one.suppression_added or not other.suppression_added)
        and (one.judge_changed or not other.judge_changed)
        and _chooses_from(tuple(map(str.casefold, one.labels)), tuple(map(str.casefold, other.labels)))
        and _chooses_from(one.branch, other.branch)
        and _chooses_from(one.hours, other.hours)
    )


def _implies_about_findings(one: Condition, other: Condition, known_rules: Collection[str]) -> bool:
    if one.is_about_findings != other.is_about_findings:
        # a finding stands where it does and has the provenance of its lines: the change as a whole may differ
        return one.is_about_findings and not (other.provenance or other.paths or other.target)
    return (
        (
            not other.provenance
            or (bool(one.provenance) and ("assisted" in other.provenance or set(one.provenance) <= set(other.provenance)))
        )
        and (other.severity is None or (one.severity is not None and severity_rank(one.severity) >= severity_rank(other.severity)))
        and _implies_rules(one, other, known_rules)
        and (one.families or 1) >= (other.families or 1)
        and _chooses_from(one.paths, other.paths)
        and _chooses_from(one.target, other.target)
    )


def _implies_rules(one: Condition, other: Condition, known_rules: Collection[str]) -> bool:
    if not (other.rules or other.family):
        return True
    if not (one.rules or one.family) or _may_be_imported(one):
        return _chooses_from(one.rules, other.rules) and _chooses_from(one.family, other.family)
    return choose_rules(one, known_rules) <= choose_rules(other, known_rules)


def _chooses_from(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether every choice of `one` is one of `other`'s; no choice at all stands for everything."""
    return not other or (bool(one) and set(one) <= set(other))
