"""The `when` of an escalation into a `Condition`. Strict, as the policy file is."""

from collections.abc import Collection
from typing import Any, Final, cast

from aicheck.config import Section, did_you_mean, glob_problem, matches_glob
from aicheck.model.rule import IMPORTED_FAMILY, SEVERITIES, Severity
from aicheck.policy.condition import STANDINGS, Condition, Standing
from aicheck.policy.hours import Hours, parse_hours
from aicheck.policy.levels import RANKS
from aicheck.policy.target import TARGETS
from aicheck.readers.place import Place

MOST = 10_000_000
"""The highest number that a condition may ask for."""
PREDICATES: Final = (
    "provenance",
    "author_below",
    "author_at_least",
    "author_kind",
    "severity",
    "rules",
    "family",
    "families",
    "paths",
    "target",
    "scan",
    "lines_deleted",
    "files",
    "suppression_added",
    "judge_changed",
    "labels",
    "branch",
    "hours",
)


def read_condition(when: Section, known_rules: Collection[str]) -> Condition:
    """The condition of one escalation. Raises PolicyError for whatever is not understood, and for what could never hold."""
    when.allow(*PREDICATES)
    if not when.values:
        when.document.fail(when.path, when.where, "needs at least one condition")
    standings = when.texts("provenance")
    for standing in standings:
        when.check_choice("provenance", standing, STANDINGS)
    below = when.choice("author_below", RANKS)
    if below == RANKS[0]:
        when.fail("author_below", f"can never hold: nobody ranks below {below!r}")
    return Condition(
        provenance=cast("tuple[Standing, ...]", standings),
        author_below=below,
        author_at_least=when.choice("author_at_least", RANKS),
        author_kind=cast("Any", when.choice("author_kind", ("bot",))),
        severity=cast("Severity | None", when.choice("severity", SEVERITIES) or None),
        rules=_read_rule_patterns(when, known_rules),
        family=_read_families(when, known_rules),
        families=_read_families_count(when),
        paths=_read_patterns(when, "paths"),
        target=_read_targets(when),
        scan=cast("Any", when.choice("scan", ("incomplete",))),
        lines_deleted=when.count("lines_deleted", MOST),
        files=when.count("files", MOST),
        suppression_added=_read_true(when, "suppression_added"),
        judge_changed=_read_true(when, "judge_changed"),
        labels=when.texts("labels"),
        branch=_read_patterns(when, "branch"),
        hours=_read_hours(when),
    )


def _read_true(when: Section, key: str) -> bool:
    value = when.flag(key)
    if key in when.values and not value:
        when.fail(key, f"may only be true as {key!r}: a condition on the absence of something could lower a level")
    return value


def _read_rule_patterns(when: Section, known_rules: Collection[str]) -> tuple[str, ...]:
    patterns = when.texts("rules")
    for pattern in patterns:
        if not any(matches_glob(pattern, rule) for rule in known_rules) and not pattern.startswith(f"{IMPORTED_FAMILY}/"):
            when.fail("rules", f"names no rule of the catalogue with {pattern!r}{did_you_mean(pattern, known_rules)}")
    return patterns


def _read_families(when: Section, known_rules: Collection[str]) -> tuple[str, ...]:
    families = when.texts("family")
    known = sorted({IMPORTED_FAMILY, *(rule.partition("/")[0] for rule in known_rules)})
    for family in families:
        when.check_choice("family", family, known)
    return families


def _read_families_count(when: Section) -> int | None:
    count = when.count("families", MOST)
    if count is not None and not {"severity", "rules", "family"} & set(when.values):
        when.fail("families", "counts findings; say which ones with 'severity', 'rules' or 'family'")
    return count


def _read_patterns(when: Section, key: str) -> tuple[str, ...]:
    patterns = when.texts(key)
    for pattern in patterns:
        if problem := glob_problem(pattern):
            when.fail(key, f"has the pattern {pattern!r} in {key!r}, which {problem}")
    return patterns


def _read_targets(when: Section) -> tuple[Place, ...]:
    targets = when.texts("target")
    for target in targets:
        when.check_choice("target", target, TARGETS)
    return cast("tuple[Place, ...]", targets)


def _read_hours(when: Section) -> tuple[Hours, ...]:
    found = []
    for text in when.texts("hours"):
        try:
            found.append(parse_hours(text))
        except ValueError as problem:
            when.fail("hours", f"has {text!r} in 'hours', which {problem}")
    return tuple(found)
