"""Policy files into a `Policy`.

Strict: whatever is not understood is an error that names entry and line, because a mistyped condition must never mean
no condition.
"""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from aicheck.config import Section, did_you_mean, open_document
from aicheck.errors import PolicyError
from aicheck.model.decision import LEVELS, Level
from aicheck.model.rule import SEVERITIES, Severity, is_imported
from aicheck.policy.condition_file import read_condition
from aicheck.policy.inheritance import Fetch, combine, read_reference
from aicheck.policy.levels import RANKS
from aicheck.policy.policy import MODES, UNDECLARED, ApprovalTerms, BreakGlassTerms, Escalation, Mode, Policy, RuleSetting, Undeclared

POLICY_FILE: Final = ".aicheck/policy.toml"
SCHEMA: Final = 1
BUILT_IN: Final = "built-in"
_MOST = 10_000_000


@cache
def default_policy() -> Policy:
    """The built-in policy."""
    return _read(_built_in(), BUILT_IN, (), ())


def load_policy(data: bytes | None, known_rules: Collection[str], source: str = POLICY_FILE, fetch: Fetch | None = None) -> Policy:
    """The built-in policy with what the repository's policy file adds to it (None: there is no such file).

    `known_rules` are the ids of the catalogue; `source` is how messages call the file; `fetch` reads the policy that it
    extends. Raises PolicyError, and what `fetch` raises.
    """
    default = default_policy()
    if data is None:
        return default
    root = open_document(source, data, PolicyError)
    reference = read_reference(root, POLICY_FILE)
    if reference is None:
        return _read(root, source, default.escalations, known_rules)
    if fetch is None:
        root.fail("extends", f"extends {reference}, which can be read only from a git repository")
    shared = open_document(str(reference), fetch(reference), PolicyError)
    if "extends" in shared.values:
        shared.fail("extends", "extends a third policy; a policy that is extended must stand on its own")
    inherited = _read(shared, str(reference), default.escalations, known_rules)
    return combine(root, _read(root, source, inherited.escalations, known_rules), inherited)


def _built_in() -> Section:
    data = Path(__file__).with_name("default.toml").read_bytes()  # importlib.resources costs more than the reading
    return open_document("the built-in policy", data, PolicyError)


def _read(root: Section, source: str, inherited: tuple[Escalation, ...], known_rules: Collection[str]) -> Policy:
    root.allow("schema", "extends", "mode", "provenance", "people", "approvals", "groups", "break_glass", "rules", "escalate")
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
    return Escalation(identifier, read_condition(when, known_rules), cast("Level", level), entry.required("why"))
