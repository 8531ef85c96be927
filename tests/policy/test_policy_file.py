"""The strict loader: what is not understood is an error that names entry and line."""

import pytest

from aicheck.errors import PolicyError
from aicheck.policy.condition import Condition
from aicheck.policy.hours import Hours
from aicheck.policy.policy import Escalation, Policy, RuleSetting
from aicheck.policy.policy_file import default_policy, load_policy

from .cases import KNOWN, RETRY

ENTRY = '[[escalate]]\nid = "x"\nto = "peer"\nwhy = "because"\n'


def load(text: str) -> Policy:
    return load_policy(f"schema = 1\n{text}".encode(), KNOWN)


def test_built_in_escalations_and_levels() -> None:
    assert [(entry.id, entry.to) for entry in default_policy().escalations] == [
        ("junior-ai-medium", "ack"),
        ("junior-ai-high", "senior"),
        ("junior-ai-several", "senior"),
        ("senior-ai-high", "peer"),
        ("ai-critical", "dual"),
        ("critical", "senior"),
        ("agent-alone", "owner"),
        ("rules-changed", "owner"),
        ("not-fully-read", "senior"),
    ]


def test_a_full_policy_adds_to_the_built_in_one() -> None:
    policy = load(
        f"""
[provenance]
undeclared = "report"
[rules."{RETRY}"]
severity = "critical"
[rules."value-delta/replicas-lowered"]
off = true
reason = "autoscaled"
[[escalate]]
id = "deploy"
to = "owner"
why = "deployments"
[escalate.when]
provenance = ["assisted", "agent"]
author_below = "mid"
author_at_least = "junior"
author_kind = "bot"
severity = "low"
rules = ["unbounded-*/*"]
family = "value-delta"
families = 2
paths = ["deploy/**", "*.tf"]
scan = "incomplete"
lines_deleted = 100
files = 3
suppression_added = true
judge_changed = true
target = ["production", "workflow"]
labels = ["database"]
branch = ["main", "release/**"]
hours = ["fri 15:00-24:00 +01:00"]
"""
    )
    default = default_policy()
    assert policy.undeclared == "report"
    assert policy.source == ".aicheck/policy.toml"
    assert policy.rules == (
        RuleSetting(RETRY, "critical", line=5),
        RuleSetting("value-delta/replicas-lowered", None, off=True, reason="autoscaled", line=7),
    )
    assert policy.escalations[:-1] == default.escalations
    condition = Condition(
        provenance=("assisted", "agent"),
        author_below="mid",
        author_at_least="junior",
        author_kind="bot",
        severity="low",
        rules=("unbounded-*/*",),
        family=("value-delta",),
        families=2,
        paths=("deploy/**", "*.tf"),
        scan="incomplete",
        lines_deleted=100,
        files=3,
        suppression_added=True,
        judge_changed=True,
        target=("production", "workflow"),
        labels=("database",),
        branch=("main", "release/**"),
        hours=(Hours(first=4, days=1, begin=900, length=540, offset=60),),
    )
    assert policy.escalations[-1] == Escalation("deploy", condition, "owner", "deployments")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("colour = 1", 2, "unknown key 'colour'"),
        ("mood = 'enforce'", 2, "did you mean 'mode'"),
        ("[provenance]\nundeclard = 'report'", 3, "did you mean 'undeclared'"),
        ("[provenance]\nundeclared = 'human'", 3, "unknown undeclared 'human'; allowed: assisted, report"),
        ("provenance = 3", 2, "must have a table"),
        ("[rules.'unbounded-retry/retry-without-stopp']\nseverity = 'low'", 2, f"did you mean '{RETRY}'"),
        (f"[rules.'{RETRY}']\nseverity = 'hgih'", 3, "did you mean 'high'"),
        (f"[rules.'{RETRY}']\noff = true", 3, "without a reason"),
        (f"[rules.'{RETRY}']\noff = true\nreason = ' '", 4, "non-empty string"),
        (f"[rules.'{RETRY}']\noff = 'yes'\nreason = 'x'", 3, "true or false"),
        (f"[rules.'{RETRY}']\nreason = 'x'", 2, "changes nothing"),
        (f"[rules.'{RETRY}']\nseverty = 'low'", 3, "did you mean 'severity'"),
        (ENTRY, 2, "needs at least one condition"),
        (ENTRY + "when = { families = 3 }", 6, "counts findings"),
        (ENTRY + "when = {}", 6, "needs at least one condition"),
        (ENTRY + "when = 'always'", 6, "must have a table"),
        (ENTRY + "wen = { files = 1 }", 6, "did you mean 'when'"),
        (ENTRY + "when = { severty = 'high' }", 6, "did you mean 'severity'"),
        (ENTRY + "when = { severity = 'hihg' }", 6, "did you mean 'high'"),
        (ENTRY + "when = { severity = ['high'] }", 6, "non-empty string"),
        (ENTRY + "when = { provenance = ['human'] }", 6, "unknown provenance 'human'"),
        (ENTRY + "when = { provenance = [] }", 6, "non-empty list"),
        (ENTRY + "when = { provenance = ['agent', 3] }", 6, "non-empty list"),
        (ENTRY + "when = { author_below = 'seniour' }", 6, "did you mean 'senior'"),
        (ENTRY + "when = { author_below = 'junior' }", 6, "can never hold"),
        (ENTRY + "when = { author_kind = 'person' }", 6, "unknown author_kind 'person'"),
        (ENTRY + "when = { rules = ['unbounded-retri/*'] }", 6, "names no rule"),
        (ENTRY + "when = { rules = [''] }", 6, "non-empty list"),
        (ENTRY + "when = { family = ['value-deltas'] }", 6, "did you mean 'value-delta'"),
        (ENTRY + "when = { paths = ['/deploy/**'] }", 6, "already start at the root"),
        (ENTRY + "when = { paths = ['deploy/[ab]'] }", 6, "may use only"),
        (ENTRY + "when = { scan = 'partial' }", 6, "unknown scan 'partial'"),
        (ENTRY + "when = { files = 0 }", 6, "whole number"),
        (ENTRY + "when = { files = true }", 6, "whole number"),
        (ENTRY + "when = { lines_deleted = '9' }", 6, "whole number"),
        (ENTRY + "when = { suppression_added = false }", 6, "may only be true"),
        (ENTRY + "when = { judge_changed = false }", 6, "may only be true"),
        (ENTRY + "when = { target = ['prodution'] }", 6, "did you mean 'production'"),
        (ENTRY + "when = { labels = '' }", 6, "non-empty list"),
        (ENTRY + "when = { branch = ['release/[12]'] }", 6, "in 'branch', which may use only"),
        (ENTRY + "when = { hours = ['friday'] }", 6, "is no time of the week"),
        (ENTRY + "when = { hours = ['25:00-26:00'] }", 6, "has no time 25:00"),
        (ENTRY.replace("peer", "pear") + "when = { files = 1 }", 4, "did you mean 'peer'"),
        (ENTRY.replace("peer", "none") + "when = { files = 1 }", 4, "unknown to 'none'"),
        (ENTRY.replace('to = "peer"\n', "") + "when = { files = 1 }", 2, "needs the key 'to'"),
        (ENTRY.replace('why = "because"\n', "") + "when = { files = 1 }", 2, "needs the key 'why'"),
        (ENTRY.replace('id = "x"\n', "") + "when = { files = 1 }", 2, "needs the key 'id'"),
        (ENTRY.replace('"x"', '"critical"') + "when = { files = 1 }", 3, "a second time"),
        (ENTRY + "when = { files = 1 }\n" + ENTRY + "when = { files = 2 }", 8, "a second time"),
        ("escalate = 3", 2, "[[escalate]]"),
    ],
)
def test_mistakes_are_errors_that_name_the_line(text: str, line: int, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(text)
    assert str(caught.value).startswith(f".aicheck/policy.toml, line {line}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "schema = 1"),
        (b"schema = 2", "schema = 1"),
        (b"schema = '1'", "whole number"),
        (b"schema = 1\n[x\n", "line 2"),
        (b"\xff", "not valid UTF-8"),
        (b"schema = 1\nx = " + b"[" * 5000, "nested too deeply"),
        (b"schema = 1\n" + b"a." * 5000 + b"a = 1", "dots"),
        (b"schema = " + b"1" * 5000, "cannot be read"),
        (b"#" * 300_000, "larger than"),
    ],
)
def test_unreadable_policies_are_errors(data: bytes, words: str) -> None:
    with pytest.raises(PolicyError, match=r"\.aicheck/policy\.toml") as caught:
        load_policy(data, KNOWN)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_errors_name_the_entry() -> None:
    with pytest.raises(PolicyError, match=r"escalate 'x', when, has the unknown key 'file'"):
        load(ENTRY + "when = { file = 1 }")
    with pytest.raises(PolicyError, match=r"escalate number 1 needs the key 'id'"):
        load(ENTRY.replace('id = "x"\n', "") + "when = { files = 1 }")


def test_the_name_of_the_file_can_be_given() -> None:
    with pytest.raises(PolicyError, match=r"^team\.toml"):
        load_policy(b"schema = 3", KNOWN, "team.toml")
