"""The worked cases of the decision, and what it says about itself."""

import msgspec
import pytest
from msgspec.structs import replace

from aicheck.model.decision import Decision, Level, Verdict
from aicheck.model.finding import Finding, Suppression
from aicheck.model.provenance import State
from aicheck.model.rule import Severity
from aicheck.policy.acknowledge import Acknowledgement
from aicheck.policy.decide import decide
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.policy import apply_policy
from aicheck.policy.policy_file import default_policy, load_policy

from .cases import ADDED, DELETION, KNOWN, REPLICAS, RETRY, found

JUNIOR_AI = ChangeSummary("marked", author_rank="junior")
ACK = Acknowledgement(RETRY, "may retry for ever", "revert", "c0ffee")


def judge(summary: ChangeSummary, *findings: Finding, policy: str = "") -> Decision:
    """The decision under the built-in policy with additions."""
    rules = load_policy(f"schema = 1\n{policy}".encode(), KNOWN)
    return decide(summary, apply_policy(findings, rules), rules)


AGENT = ChangeSummary("attested", agent=True, author_kind="bot")
CLAIMED = ChangeSummary("declared-none", author_rank="senior")
ACKED = replace(JUNIOR_AI, acknowledgements=(ACK,))
# fmt: off
WORKED: list[tuple[str, ChangeSummary, tuple[Severity, ...], Level, Verdict]] = [
    ("junior, AI, nothing found", JUNIOR_AI, (), "none", "satisfied"),
    ("junior, AI, low", JUNIOR_AI, ("low",), "none", "satisfied"),
    ("junior, AI, medium", JUNIOR_AI, ("medium",), "ack", "pending"),
    ("junior, AI, medium, acknowledged", ACKED, ("medium",), "ack", "satisfied"),
    ("junior, AI, high", JUNIOR_AI, ("high",), "senior", "pending"),
    ("junior, AI, high, acknowledged", ACKED, ("high",), "senior", "pending"),
    ("mid, undeclared, high", ChangeSummary("unknown", author_rank="mid"), ("high",), "senior", "pending"),
    ("mid, declared human, high", ChangeSummary("declared-none", author_rank="mid"), ("high",), "senior", "pending"),
    ("mid, declared human, critical", ChangeSummary("declared-none", author_rank="mid"), ("critical",), "dual", "pending"),
    ("unknown author, undeclared, high", ChangeSummary(), ("high",), "senior", "pending"),
    ("senior, AI, medium", ChangeSummary("attested", author_rank="senior"), ("medium",), "none", "satisfied"),
    ("senior, AI, high", ChangeSummary("attested", author_rank="senior"), ("high",), "peer", "pending"),
    ("principal, AI, high", ChangeSummary("probable", author_rank="principal"), ("high",), "peer", "pending"),
    ("senior, AI, critical", ChangeSummary("marked", author_rank="senior"), ("critical",), "dual", "pending"),
    ("agent alone, low", AGENT, ("low",), "none", "satisfied"),
    ("agent alone, medium", AGENT, ("medium",), "owner", "pending"),
    ("agent alone, critical", AGENT, ("critical",), "dual", "pending"),
    ("human edits .aicheck/", replace(CLAIMED, judge_paths=(".aicheck/policy.toml",)), (), "owner", "pending"),
    ("file did not parse", replace(CLAIMED, incomplete=True, unread=("a.py",)), (), "senior", "pending"),
]
# fmt: on


@pytest.mark.parametrize(("name", "summary", "severities", "level", "verdict"), WORKED, ids=[case[0] for case in WORKED])
def test_worked_table(name: str, summary: ChangeSummary, severities: tuple[Severity, ...], level: Level, verdict: Verdict) -> None:
    decision = judge(summary, *(found(severity) for severity in severities))
    assert (decision.level, decision.verdict) == (level, verdict)


REPORT = '[provenance]\nundeclared = "report"'


@pytest.mark.parametrize(
    ("state", "severity", "level"),
    [
        ("unknown", "high", "none"),
        ("declared-none", "high", "none"),
        ("unknown", "critical", "senior"),
        ("declared-none", "critical", "senior"),
    ],
)
def test_report_lets_only_critical_findings_of_undeclared_changes_escalate(state: State, severity: Severity, level: Level) -> None:
    assert judge(ChangeSummary(state), found(severity), policy=REPORT).level == level


def test_report_still_hears_a_marked_line_in_an_undeclared_change() -> None:
    assert judge(ChangeSummary(), found("high", provenance="marked"), policy=REPORT).level == "senior"


def test_because_names_the_findings_sorted() -> None:
    decision = judge(JUNIOR_AI, found("high", line=9), found("high", line=5), found("medium", DELETION, line=1))
    high = next(entry for entry in decision.because if entry.escalation == "junior-ai-high")
    assert high.findings == tuple(sorted(item.fingerprint for item in (found(line=5), found(line=9))))


def test_each_finding_is_cleared_once_at_its_highest_level() -> None:
    decision = judge(JUNIOR_AI, found("high", line=1), found("medium", DELETION, line=2))
    assert [(need.level, need.escalations) for need in decision.needs] == [("senior", ("junior-ai-high",)), ("ack", ("junior-ai-medium",))]
    assert DELETION in decision.needs[1].cheapest
    assert RETRY not in decision.needs[1].cheapest


def test_a_critical_finding_needs_two_seniors_and_not_a_third_person() -> None:
    decision = judge(JUNIOR_AI, found("critical"))
    assert [need.level for need in decision.needs] == ["dual"]
    assert "two different senior" in decision.needs[0].who
    assert {entry.escalation for entry in decision.because} == {"junior-ai-medium", "junior-ai-high", "ai-critical", "critical"}


def test_three_mediums_of_different_families_make_a_high_and_many_of_one_do_not() -> None:
    same = [found("medium", rule, line=line) for rule in (RETRY, DELETION) for line in range(1, 9)]
    assert judge(JUNIOR_AI, *same).level == "ack"
    third = judge(JUNIOR_AI, *same, found("medium", REPLICAS))
    assert third.level == "senior"
    assert "junior-ai-several" in {entry.escalation for entry in third.because}
    assert judge(JUNIOR_AI, *same, found("low", REPLICAS)).level == "ack"


def test_owner_and_senior_needs_of_different_causes_both_stand() -> None:
    summary = ChangeSummary("marked", judge_paths=("CODEOWNERS",))
    decision = judge(summary, found("high"))
    assert [need.level for need in decision.needs] == ["owner", "senior"]
    assert "above" in decision.needs[1].cheapest


def test_acknowledging_one_of_two_rules_is_not_enough() -> None:
    summary = ChangeSummary("marked", acknowledgements=(ACK,))
    both = (found("medium"), found("medium", DELETION))
    assert judge(summary, *both).verdict == "pending"
    second = Acknowledgement(DELETION, "deletes too much", "restore", "c0ffee")
    assert judge(ChangeSummary("marked", acknowledgements=(ACK, second)), *both).verdict == "satisfied"


def test_an_agent_cannot_acknowledge() -> None:
    policy = '[[escalate]]\nid = "extra"\nwhen = { files = 1 }\nto = "ack"\nwhy = "any change"'
    line = Acknowledgement("extra", "risk", "revert", "c0ffee")
    assert judge(ChangeSummary("marked", files=1, acknowledgements=(line,)), policy=policy).verdict == "satisfied"
    decision = judge(ChangeSummary("marked", agent=True, files=1, acknowledgements=(line,)), policy=policy)
    assert decision.verdict == "pending"
    assert any("no person" in note for note in decision.notes)


def test_unusable_acknowledgements_are_noted() -> None:
    other = Acknowledgement(DELETION, "risk", "revert", "c0ffee")
    broken = Acknowledgement(RETRY, "risk", "", "beef", "does not say the way back")
    notes = judge(ChangeSummary("marked", acknowledgements=(other, broken)), found("medium")).notes
    assert any("c0ffee" in note and "names nothing" in note for note in notes)
    assert any("beef" in note and "way back" in note for note in notes)


def test_stop_blocks() -> None:
    policy = f'[[escalate]]\nid = "never"\nwhen = {{ rules = ["{DELETION}"] }}\nto = "stop"\nwhy = "never here"'
    decision = judge(JUNIOR_AI, found("low", DELETION), policy=policy)
    assert (decision.level, decision.verdict) == ("stop", "blocked")
    assert "must not merge" in decision.summary


def test_accepted_old_and_absent_findings_do_not_count() -> None:
    accepted = Suppression("app.py", 3, RETRY, "bounded by the caller", added=False)
    assert judge(JUNIOR_AI, found("critical", suppression=accepted)).level == "none"
    added = Suppression("app.py", 3, RETRY, "bounded by the caller", added=True)
    assert judge(JUNIOR_AI, found("critical", suppression=added)).level == "dual"
    assert judge(JUNIOR_AI, replace(found("critical"), state="absent")).level == "none"
    assert judge(JUNIOR_AI, replace(found("critical"), state="unchanged")).level == "none"


def test_a_rule_switched_off_does_not_count_and_is_noted() -> None:
    policy = f'[rules."{RETRY}"]\noff = true\nreason = "the client bounds it"\n[rules."{REPLICAS}"]\noff = true\nreason = "autoscaled"'
    decision = judge(JUNIOR_AI, found("critical"), policy=policy)
    assert decision.level == "none"
    assert any(RETRY in note and "the client bounds it" in note and "1 new finding " in note for note in decision.notes)
    assert any(REPLICAS in note for note in decision.notes)


def test_a_switched_off_rule_does_not_count_even_where_nobody_marked_its_findings() -> None:
    policy = load_policy(f'schema = 1\n[rules."{RETRY}"]\noff = true\nreason = "why"'.encode(), KNOWN)
    assert decide(JUNIOR_AI, (found("critical"),), policy).level == "none"


def test_severity_of_the_policy_replaces_the_rule_s() -> None:
    policy = f'[rules."{RETRY}"]\nseverity = "critical"\n[rules."{DELETION}"]\nseverity = "low"'
    assert judge(JUNIOR_AI, found("low"), policy=policy).level == "dual"
    assert judge(JUNIOR_AI, found("critical", DELETION), policy=policy).level == "none"


def test_suppression_added_is_a_condition() -> None:
    policy = '[[escalate]]\nid = "quiet"\nwhen = { suppression_added = true }\nto = "owner"\nwhy = "silences a rule"'
    decision = judge(JUNIOR_AI, found("low", ADDED), policy=policy)
    assert decision.level == "owner"
    assert decision.because[0].findings == (found("low", ADDED).fingerprint,)
    assert judge(JUNIOR_AI, found("low"), policy=policy).level == "none"


def test_summary_says_who_and_why_in_one_line() -> None:
    assert judge(JUNIOR_AI).summary == "Nobody needs to look beyond the normal review."
    summary = judge(JUNIOR_AI, found("high", line=1), found("high", line=2)).summary
    assert summary.startswith("A senior engineer must review this change: high-risk pattern")
    assert "2 findings" in summary
    assert "\n" not in summary


def test_acknowledgement_to_write_is_an_example_that_clears_it() -> None:
    decision = judge(JUNIOR_AI, found("medium"))
    assert f"Aicheck-Ack: {RETRY}; " in decision.needs[0].cheapest


def test_hostile_paths_stay_printable() -> None:
    paths = ("a\x1b[31m\n::error::.py", "\udcff.py", "ok.py", "x" * 500)
    decision = judge(ChangeSummary(incomplete=True, unread=paths, judge_paths=paths), found(path=paths[0]))
    for text in (
        decision.summary,
        *(need.cheapest for need in decision.needs),
        *(entry.why for entry in decision.because),
        *decision.notes,
    ):
        assert text.isprintable()
    assert msgspec.json.encode(decision)


def test_without_a_roster_the_fallbacks_are_said() -> None:
    notes = judge(ChangeSummary(judge_paths=("CODEOWNERS",)), found("critical")).notes
    assert any("owner" in note for note in notes)
    assert any("two different seniors" in note for note in notes)
    assert any("counts as junior" in note for note in notes)


def test_built_in_policy_is_what_an_absent_file_means() -> None:
    assert load_policy(None, KNOWN) == default_policy()
