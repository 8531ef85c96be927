"""A policy that extends another one can add to it and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.errors import PolicyError
from aicheck.model.decision import level_rank
from aicheck.model.rule import SEVERITIES, Severity
from aicheck.policy.decide import decide
from aicheck.policy.facts import ChangeSummary
from aicheck.policy.inheritance import Reference
from aicheck.policy.policy import ApprovalTerms, Policy, apply_policy
from aicheck.policy.policy_file import default_policy, load_policy

from .cases import DELETION, KNOWN, REPLICAS, RETRY, found

COMMIT = "0123456789abcdef" * 2 + "01234567"
SHARED = f"""
schema = 1
[provenance]
labels = ["ai"]
[people]
unknown_author = "junior"
max_age_days = 30
[groups]
ops = ["@acme/sre"]
[break_glass]
who = ["@acme/commanders"]
[rules]
"{RETRY}" = {{ severity = "medium" }}
"{REPLICAS}" = {{ off = true, reason = "autoscaled" }}
[[escalate]]
id = "deploy"
when = {{ paths = ["deploy/**"] }}
to = "owner"
why = "deployments"
"""
ENTRY = '[[escalate]]\nid = "{id}"\nwhen = {{ paths = ["db/**"] }}\nto = "senior"\nwhy = "data"\n'


def extend(text: str, shared: str = SHARED) -> Policy:
    asked: list[Reference] = []

    def fetch(reference: Reference) -> bytes:
        asked.append(reference)
        return shared.encode()

    policy = load_policy(f'schema = 1\nextends = "acme/policies@{COMMIT}"\n{text}'.encode(), KNOWN, fetch=fetch)
    assert asked == [Reference("acme/policies", COMMIT, ".aicheck/policy.toml")]
    return policy


def test_everything_is_inherited_and_added_to() -> None:
    policy = extend(
        f"""
[provenance]
labels = ["robot"]
[approvals]
expire_hours = 24
[groups]
owners = ["@bob"]
[rules."{RETRY}"]
severity = "high"
[rules."{DELETION}"]
severity = "medium"
{ENTRY.format(id="data")}"""
    )
    assert policy.escalations[: len(default_policy().escalations)] == default_policy().escalations
    assert [entry.id for entry in policy.escalations[-2:]] == ["deploy", "data"]
    assert (policy.labels, policy.max_age_days, policy.mode) == (("ai", "robot"), 30, "enforce")
    assert policy.approvals == ApprovalTerms(expire_hours=24)
    assert policy.groups == (("ops", ("@acme/sre",)), ("owners", ("@bob",)))
    assert policy.break_glass.who == ("@acme/commanders",)
    by_rule = {setting.rule: (setting.severity, setting.off, setting.raises) for setting in policy.rules}
    assert by_rule == {RETRY: ("high", False, False), DELETION: ("medium", False, True), REPLICAS: (None, True, False)}
    assert policy.source == ".aicheck/policy.toml, extending .aicheck/policy.toml of acme/policies@0123456789ab"


def test_a_severity_that_is_added_never_lowers() -> None:
    policy = extend(f'[rules."{DELETION}"]\nseverity = "medium"\n')
    severities = [finding.severity for finding in apply_policy((found("low", DELETION), found("critical", DELETION)), policy)]
    assert severities == ["medium", "critical"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('mode = "observe"', 3, "looser than 'enforce'"),
        ('[provenance]\nundeclared = "report"', 4, "looser than 'assisted'"),
        ('[people]\nunknown_author = "senior"', 4, "looser than 'junior'"),
        ("[people]\nmax_age_days = 31", 4, "looser than 30"),
        ('[approvals]\non = "patch-id"', 4, "looser than 'head'"),
        ("[approvals]\nexpire_hours = 73", 4, "looser than 72"),
        ("[approvals]\nchanges_requested_blocks = false", 4, "looser than True"),
        ('[groups]\nops = ["@me"]', 4, "has the group 'ops', which"),
        ('[break_glass]\nwho = ["@me"]', 3, "who may override"),
        (f'[rules."{RETRY}"]\noff = true\nreason = "x"', 3, "switches"),
        (f'[rules."{REPLICAS}"]\nseverity = "low"', 3, "switches off"),
        (ENTRY.format(id="deploy"), 4, "a second time"),
        (ENTRY.format(id="critical"), 4, "a second time"),
    ],
)
def test_nothing_inherited_can_be_loosened(text: str, line: int, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        extend(text)
    assert str(caught.value).startswith(f".aicheck/policy.toml, line {line}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "reference", ["acme/policies", "acme/policies@main", f"acme/policies@{COMMIT[:12]}", f"{COMMIT}", f"x@{COMMIT}:", 3]
)
def test_only_a_whole_commit_id_pins_a_policy(reference: object) -> None:
    with pytest.raises(PolicyError, match=r"policy\.toml, line 2: "):
        load_policy(f"schema = 1\nextends = {reference!r}".encode(), KNOWN, fetch=lambda _: b"schema = 1")


def test_an_extended_policy_stands_on_its_own_and_is_read_as_strictly() -> None:
    with pytest.raises(PolicyError, match=r"policy.toml of acme/policies@0123456789ab, line 2: extends a third"):
        extend("", f'schema = 1\nextends = "x@{COMMIT}"')
    with pytest.raises(PolicyError, match=r"policy.toml of acme/policies@0123456789ab, line 2: .*unknown key 'mod'"):
        extend("", 'schema = 1\nmod = "observe"')
    with pytest.raises(PolicyError, match="only from a git repository"):
        load_policy(f'schema = 1\nextends = ".@{COMMIT}"'.encode(), KNOWN)


ADDITIONS = (
    f'[rules."{RETRY}"]\nseverity = "low"\n',
    f'[rules."{RETRY}"]\nseverity = "critical"\n',
    f'[rules."{DELETION}"]\nseverity = "low"\n',
    "[approvals]\nexpire_hours = 1\n",
    ENTRY.format(id="data"),
)


@settings(deadline=None)
@given(
    st.sets(st.sampled_from((0, 2, 3, 4))) | st.sets(st.sampled_from((1, 2, 3, 4))),
    st.lists(st.tuples(st.sampled_from(SEVERITIES), st.sampled_from((RETRY, DELETION, REPLICAS))), max_size=3),
    st.sampled_from(("app.py", "db/a.sql", "deploy/a.yaml")),
)
def test_extending_never_lowers_the_level(chosen: set[int], hits: list[tuple[Severity, str]], path: str) -> None:
    alone = load_policy(SHARED.encode(), KNOWN)
    extended = extend("".join(ADDITIONS[at] for at in sorted(chosen)))
    summary = ChangeSummary(paths=(path,), files=1)
    findings = tuple(found(severity, rule, line=line) for line, (severity, rule) in enumerate(hits, 1))
    before, after = (decide(summary, apply_policy(findings, policy), policy) for policy in (alone, extended))
    assert level_rank(after.level) >= level_rank(before.level)
