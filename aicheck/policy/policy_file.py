"""Policy files into a `Policy`.

Strict: whatever is not understood is an error that names entry and line, because a mistyped condition must never mean
no condition.
"""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from aicheck.config import Section, did_you_mean, glob_problem, matches_glob, open_document
from aicheck.errors import PolicyError
from aicheck.model.decision import LEVELS, Level
from aicheck.model.rule import IMPORTED_FAMILY, SEVERITIES, Severity, is_imported
from aicheck.policy.condition import STANDINGS, Condition, Standing
from aicheck.policy.levels import RANKS
from aicheck.policy.policy import MODES, UNDECLARED, ApprovalTerms, BreakGlassTerms, Escalation, Mode, Policy, RuleSetting, Undeclared

POLICY_FILE: Final = ".aicheck/policy.toml"
SCHEMA: Final = 1
BUILT_IN: Final = "built-in"
_MOST = 10_000_000
_PREDICATES: Final = (
    "provenance",
    "author_below",
    "author_at_least",
    "author_kind",
    "severity",
    "rules",
    "family",
    "families",
    "paths",
    "scan",
    "lines_deleted",
    "files",
    "suppression_added",
    "judge_changed",
)


@cache
def default_policy() -> Policy:
    """The built-in policy."""
    return _read(_built_in(), BUILT_IN, (), ())


def load_policy(data: bytes | None, known_rules: Collection[str], source: str = POLICY_FILE) -> Policy:
    """The built-in policy with what the repository's policy file adds to it (None: there is no such file).

    `known_rules` are the ids of the catalogue; `source` is how messages call the file. Raises PolicyError.
    """
    default = default_policy()
    if data is None:
        return default
    return _read(open_document(source, data, PolicyError), source, default.escalations, known_rules)


def _built_in() -> Section:
    data = Path(__file__).with_name("default.toml").read_bytes()  # importlib.resources costs more than the reading
    return open_document("the built-in policy", data, PolicyError)


def _read(root: Section, source: str, inherited: tuple[Escalation, ...], known_rules: Collection[str]) -> Policy:
    root.allow("schema", "mode", "provenance", "people", "approvals", "groups", "break_glass", "rules", "escalate")
    if root.count("schema", _MOST) != SCHEMA:
        root.fail("schema", f"must begin with schema = {SCHEMA}")
    provenance = root.table("provenance", "provenance")
    provenance.allow("undeclared", "labels")
    undeclared = cast("Undeclared", provenance.choice("undeclared", UNDECLARED) or UNDECLARED[0])
    rules = _read_rules(root.table("rules", "rules"), known_rules)
    escalations = inherited
    for entry in root.tables("escalate"):
        escalations = (*escalations, _read_escalation(entry, escalations, known_rules))
    people = root.table("people", "[people]")
    people.allow("unknown_author", "max_age_days")
    return Policy(
        source,
        escalations,
        undeclared,
        rules,
        labels=provenance.texts("labels"),
        mode=cast("Mode", root.choice("mode", MODES) or MODES[0]),
        unknown_author=people.choice("unknown_author", RANKS) or RANKS[0],
        max_age_days=people.count("max_age_days", _MOST),
        approvals=_read_approvals(root.table("approvals", "[approvals]")),
        groups=_read_groups(root.table("groups", "[groups]")),
        break_glass=_read_break_glass(root.table("break_glass", "[break_glass]")),
    )


def _read_approvals(section: Section) -> ApprovalTerms:
    section.allow("on", "expire_hours", "changes_requested_blocks")
    default = ApprovalTerms()
    return ApprovalTerms(
        on=cast("Any", section.choice("on", ("head", "patch-id")) or default.on),
        expire_hours=section.count("expire_hours", _MOST) or default.expire_hours,
        changes_requested_blocks=section.flag("changes_requested_blocks", default=default.changes_requested_blocks),
    )


def _read_groups(section: Section) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, _read_names(section, name)) for name in sorted(section.values))


def _read_break_glass(section: Section) -> BreakGlassTerms:
    section.allow("who", "expire_hours", "second_person", "review_within_hours")
    default = BreakGlassTerms()
    return BreakGlassTerms(
        who=_read_names(section, "who"),
        expire_hours=section.count("expire_hours", _MOST) or default.expire_hours,
        second_person=section.flag("second_person", default=default.second_person),
        review_within_hours=section.count("review_within_hours", _MOST) or default.review_within_hours,
    )


def _read_names(section: Section, key: str) -> tuple[str, ...]:
    names = section.texts(key)
    for name in names:
        if not name.startswith("@"):
            section.fail(key, f"has the name {name!r}; write people and teams with an @: '@{name}'")
    return names


def _read_rules(section: Section, known_rules: Collection[str]) -> tuple[RuleSetting, ...]:
    settings = []
    for rule in sorted(section.values):
        if rule not in known_rules and not is_imported(rule):
            section.fail(rule, f"names the unknown rule {rule!r}{did_you_mean(rule, known_rules)}")
        entry = section.table(rule, f"rule {rule!r}")
        entry.allow("severity", "off", "reason")
        severity = cast("Severity | None", entry.choice("severity", SEVERITIES) or None)
        off, reason = entry.flag("off"), entry.text("reason")
        if off and not reason:
            entry.fail("off", 'is switched off without a reason; add reason = "..."')
        if not off and severity is None:
            entry.fail("off", "changes nothing; set severity, or off with a reason")
        settings.append(RuleSetting(rule, severity, off, reason, section.document.line_of(entry.path)))
    return tuple(settings)


def _read_escalation(entry: Section, earlier: tuple[Escalation, ...], known_rules: Collection[str]) -> Escalation:
    entry.allow("id", "when", "to", "why")
    identifier = entry.required("id")
    if identifier in {escalation.id for escalation in earlier}:
        entry.fail("id", f"uses the id {identifier!r} a second time; entries add to earlier ones and cannot replace them")
    level = entry.required("to")
    entry.check_choice("to", level, LEVELS[1:])
    when = entry.table("when", f"{entry.where}, when,")
    return Escalation(identifier, _read_condition(when, known_rules), cast("Level", level), entry.required("why"))


def _read_condition(when: Section, known_rules: Collection[str]) -> Condition:
    when.allow(*_PREDICATES)
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
        paths=_read_paths(when),
        scan=cast("Any", when.choice("scan", ("incomplete",))),
        lines_deleted=when.count("lines_deleted", _MOST),
        files=when.count("files", _MOST),
        suppression_added=_read_true(when, "suppression_added"),
        judge_changed=_read_true(when, "judge_changed"),
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
    count = when.count("families", _MOST)
    if count is not None and not {"severity", "rules", "family"} & set(when.values):
        when.fail("families", "counts findings; say which ones with 'severity', 'rules' or 'family'")
    return count


def _read_paths(when: Section) -> tuple[str, ...]:
    patterns = when.texts("paths")
    for pattern in patterns:
        if problem := glob_problem(pattern):
            when.fail("paths", f"has the pattern {pattern!r} in 'paths', which {problem}")
    return patterns
