"""Tables of cases: read strictly, decided like a change."""

import pytest

from aicheck.errors import PolicyError
from aicheck.policy.case_file import PolicyCase, differences, load_cases, run_case
from aicheck.policy.policy_file import default_policy, load_policy
from aicheck.policy.roster import NO_ROSTER

from .cases import ADDED, KNOWN, RETRY
from .people import ROSTER

CASE = '[[case]]\nname = "x"\nlevel = "none"\n'


def load(text: str) -> tuple[PolicyCase, ...]:
    return load_cases(f"schema = 1\n{text}".encode(), "cases.toml", KNOWN)


TABLE = f"""
[[case]]
name = "a junior with AI, nothing found"
author = "@jo"
provenance = "assisted"
level = "none"
verdict = "satisfied"
because = []

[[case]]
name = "a junior with AI, medium"
author = "@jo"
findings = ["medium"]
level = "ack"
verdict = "pending"

[[case]]
name = "and acknowledged"
author = "@jo"
findings = [{{ rule = "{RETRY}", severity = "medium" }}]
acknowledged = ["{RETRY}"]
level = "ack"
verdict = "satisfied"

[[case]]
name = "a junior with AI, high, a mid approved"
author = "@jo"
findings = ["high"]
approved_by = ["@mi"]
level = "senior"
verdict = "pending"
because = ["junior-ai-high", "junior-ai-medium"]

[[case]]
name = "a senior approved"
author = "@jo"
findings = ["high"]
approved_by = ["@se"]
level = "senior"
verdict = "satisfied"

[[case]]
name = "an earlier head"
author = "@jo"
findings = ["high"]
approved_earlier_by = ["@se"]
level = "senior"
verdict = "pending"

[[case]]
name = "co-authors do not count"
author = "@jo"
findings = ["high"]
contributors = ["se@acme.example"]
approved_by = ["@se"]
level = "senior"
verdict = "pending"

[[case]]
name = "a senior with AI, critical, both approved"
author = "@mo"
rank = "senior"
findings = ["critical"]
owners = ["@acme/core"]
approved_by = ["@se", "@ops"]
level = "dual"
verdict = "satisfied"

[[case]]
name = "declared to be human"
rank = "mid"
provenance = "human"
findings = ["high"]
level = "senior"

[[case]]
name = "an agent alone"
provenance = "agent"
operators = ["@op"]
approved_by = ["@op"]
owners = ["@op"]
findings = ["medium"]
level = "owner"
verdict = "pending"

[[case]]
name = "what judges changes"
judge_changed = true
paths = [".aicheck/policy.toml"]
level = "owner"

[[case]]
name = "a file that could not be read"
unread = ["app.py"]
level = "senior"
"""


def test_the_worked_table_as_a_file() -> None:
    policy = load_policy(b'schema = 1\n[groups]\nops = ["@acme/sre"]', KNOWN)
    cases = load(TABLE)
    assert len(cases) == 12
    assert {case.name: differences(case, run_case(case, policy, ROSTER)) for case in cases} == {case.name: () for case in cases}


ASKED = """
[[escalate]]
id = "asked"
when = { labels = ["db"], branch = ["main"], hours = ["fri 15:00-24:00"], lines_deleted = 100, files = 3, target = ["production"] }
to = "owner"
why = "all at once"
[[escalate]]
id = "silenced"
when = { suppression_added = true }
to = "senior"
why = "no silence"
"""


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ("", "owner"),
        ('labels = ["web"]', "none"),
        ('branch = "develop"', "none"),
        ("at = 2026-11-27T14:59:00Z", "none"),
        ("lines_deleted = 99", "none"),
        ("files = 2", "none"),
        ('paths = ["tests/test_a.py"]', "none"),
        (f'findings = [{{ rule = "{ADDED}", severity = "low" }}]\nat = 2026-11-27T14:59:00Z', "senior"),
    ],
)
def test_every_fact_of_a_case_counts(change: str, level: str) -> None:
    values = {
        "labels": '["db"]',
        "branch": '"main"',
        "at": "2026-11-27T15:00:00Z",
        "lines_deleted": "100",
        "files": "3",
        "paths": '["a.py"]',
    }
    values |= dict(line.split(" = ", 1) for line in change.splitlines())
    (case,) = load(CASE + "\n".join(f"{key} = {value}" for key, value in values.items()))
    assert run_case(case, load_policy(f"schema = 1\n{ASKED}".encode(), KNOWN), NO_ROSTER).level == level


def test_differences_are_told() -> None:
    (case,) = load('[[case]]\nname = "x"\nfindings = ["critical"]\nlevel = "peer"\nverdict = "satisfied"\nbecause = ["critical"]')
    assert differences(case, run_case(case, default_policy(), NO_ROSTER)) == (
        "level dual instead of peer",
        "verdict pending instead of satisfied",
        "because of ai-critical, critical, junior-ai-high, junior-ai-medium instead of critical",
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 0, "has no [[case]]"),
        ("cases = 1", 2, "did you mean 'case'"),
        (CASE.replace('name = "x"\n', ""), 2, "needs the key 'name'"),
        (CASE.replace('level = "none"\n', ""), 2, "case 'x' needs the key 'level'"),
        (CASE.replace("none", "nobody"), 4, "unknown level 'nobody'"),
        (CASE + 'verdict = "ok"', 5, "unknown verdict 'ok'"),
        (CASE + 'autor = "@jo"', 5, "did you mean 'author'"),
        (CASE + 'rank = "boss"', 5, "unknown rank 'boss'"),
        (CASE + 'provenance = "ai"', 5, "unknown provenance 'ai'"),
        (CASE + 'findings = "high"', 5, "must have a list"),
        (CASE + "findings = [3]", 5, "neither a severity nor a table"),
        (CASE + 'findings = ["hihg"]', 5, "did you mean 'high'"),
        (CASE + 'findings = [{ rule = "x/y", severity = "low" }]', 5, "unknown rule 'x/y'"),
        (CASE + f'findings = [{{ rule = "{RETRY}" }}]', 5, "needs the key 'severity'"),
        (CASE + "at = 2026-11-27", 5, "a time with its offset"),
        (CASE + "at = 2026-11-27T10:00:00", 5, "a time with its offset"),
        (CASE + "because = 3", 5, "non-empty list"),
    ],
)
def test_mistakes_are_errors_that_name_the_line(text: str, line: int, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(text)
    assert str(caught.value).startswith(f"cases.toml, line {line}: " if line else "cases.toml")
    assert words in str(caught.value)
