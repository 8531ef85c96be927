"""What is said of a policy and a roster that can never work."""

import datetime

import pytest

from aicheck.policy.lint import Linted, entry_lines, lint_policy, lint_roster
from aicheck.policy.policy_file import load_policy
from aicheck.policy.roster import NO_ROSTER, Roster
from aicheck.policy.roster_file import load_roster

from .cases import ADDED, DELETION, KNOWN, RETRY
from .people import ROSTER

ALL_KNOWN = (*KNOWN, "safeguard-removal/guard-removed")


def entry(when: str, to: str = "peer", name: str = "x") -> str:
    return f'[[escalate]]\nid = "{name}"\nto = "{to}"\nwhy = "because"\nwhen = {{ {when} }}\n'


def lint(text: str, roster: Roster = ROSTER) -> list[tuple[int, bool, str]]:
    data = f"schema = 1\n{text}".encode()
    policy = load_policy(data, ALL_KNOWN)
    linted = Linted(policy, roster, ALL_KNOWN, entry_lines(data, "policy.toml"), "policy.toml")
    return [(problem.line, problem.serious, problem.text) for problem in lint_policy(linted)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        entry("files = 50", "senior") + entry("files = 9", "peer", "y"),
        entry('severity = "medium", paths = ["deploy/**"]', "owner"),
        '[groups]\nops = ["@ops"]\nowners = ["@acme/core"]\n[break_glass]\nwho = ["@acme/sre", "@se"]\n' + entry("files = 9", "stop"),
        entry('provenance = ["assisted"], author_below = "senior"', "senior"),
        f'[rules."{DELETION}"]\nseverity = "low"\n' + entry(f'rules = ["{DELETION}"]'),
    ],
)
def test_nothing_is_said_of_a_policy_that_works(text: str) -> None:
    assert lint(text) == []


@pytest.mark.parametrize(
    ("text", "line", "serious", "words"),
    [
        (entry("files = 50") + entry("files = 9", "senior", "y"), 2, True, "escalate 'x' adds nothing: 'y' asks for senior"),
        (entry("files = 9") + entry("files = 9", "peer", "y"), 7, True, "escalate 'y' adds nothing: 'x' asks for peer"),
        (entry('severity = "critical"'), 2, True, "'critical' asks for senior whenever it holds"),
        (entry('author_below = "mid", author_at_least = "senior"'), 2, True, "can never hold: nobody ranks"),
        (f'[rules."{RETRY}"]\noff = true\nreason = "x"\n' + entry(f'rules = ["{RETRY}"]'), 5, True, "can never hold: no rule"),
        (f'[rules."{ADDED}"]\noff = true\nreason = "x"\n' + entry("suppression_added = true"), 5, True, "is switched off"),
        (entry('author_at_least = "principal"'), 2, False, "nobody on the roster ranks as principal"),
        ('[groups]\nops = ["@acme/sr"]\n', 3, True, "ops names @acme/sr, whom the roster does not know; did you mean '@acme/sre'?"),
        ('[groups]\nowners = ["@mi"]\n', 3, True, "no senior is in the group owners"),
        ('[break_glass]\nwho = ["@stranger"]\n', 3, True, "[break_glass] names @stranger"),
        (entry("files = 9", "stop"), 2, False, "[break_glass] names nobody who may"),
    ],
)
def test_problems_name_their_line(text: str, line: int, serious: bool, words: str) -> None:
    (problem,) = lint(text)
    assert problem[:2] == (line, serious)
    assert words in problem[2]


@pytest.mark.parametrize(
    ("seniors", "mids", "expected"),
    [
        ("", '"@mi"', [("dual", True), ("owner", True), ("peer", False), ("senior", True)]),
        ('"@a"', '"@mi"', [("dual", True), ("owner", False), ("senior", False)]),
        ('"@a", "@b"', '"@mi"', [("dual", False)]),
        ('"@a", "@b", "@c"', '"@mi"', []),
    ],
)
def test_levels_that_too_few_people_can_satisfy(seniors: str, mids: str, expected: list[tuple[str, bool]]) -> None:
    ranks = [f"{rank} = [{names}]" for rank, names in (("senior", seniors), ("mid", mids)) if names]
    roster = load_roster("\n".join(("schema = 1", "[rank]", *ranks)).encode())
    found = lint("", roster)
    assert sorted((text.split()[1].rstrip(","), serious) for _, serious, text in found) == expected
    assert all(text.startswith("level ") for _, _, text in found)


def test_without_people_that_is_all_that_is_said() -> None:
    ((line, serious, text),) = lint("", NO_ROSTER)
    assert (line, serious) == (0, False)
    assert text.startswith("no roster says")


NOW = int(datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC).timestamp())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("updated = 2026-11-01\n[rank]\nsenior = ['@a']", ""),
        ("updated = 2026-10-01\n[rank]\nsenior = ['@a']", "is older than 30 days"),
        ("[rank]\nsenior = ['@a']", "has no date 'updated'"),
        ("updated = 2026-11-01\naway = ['@a']\n[rank]\nsenior = ['@a']", "everybody with a rank is away"),
        ("updated = 2026-11-01\n[rank]\nmid = ['@t/x']\nsenior = ['@t/y']\n[team]\n'@t/x' = ['@a']\n'@t/y' = ['@a']", "@a is in teams"),
        ("updated = 2026-11-01\n[rank]\nmid = ['@t/x', '@a']\nsenior = ['@t/y']\n[team]\n'@t/x' = ['@a']\n'@t/y' = ['@a']", ""),
    ],
)
def test_what_is_said_of_a_roster(text: str, words: str) -> None:
    data = f"schema = 1\n{text}".encode()
    policy = load_policy(b"schema = 1\n[people]\nmax_age_days = 30", KNOWN)
    found = [problem.text for problem in lint_roster(data, load_roster(data), policy, NOW)]
    assert len(found) == bool(words)
    assert words in "".join(found)
