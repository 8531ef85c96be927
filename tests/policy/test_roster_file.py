"""The roster file: what it means, and that no mistake in it goes unnoticed."""

import pytest

from aicheck.errors import PolicyError
from aicheck.policy.roster import NO_ROSTER
from aicheck.policy.roster_file import load_roster

TEAMS = """
[team]
"@acme/core" = ["@Ann", "@bob"]
"@acme/all" = ["@ann", "@cy"]
"""


def load(text: str) -> object:
    return load_roster(f"schema = 1\n{text}".encode())


def test_without_a_file_nobody_is_known() -> None:
    assert load_roster(None) is NO_ROSTER


def test_a_person_outweighs_a_team_and_the_highest_team_counts() -> None:
    roster = load_roster(
        f"""schema = 1
[rank]
mid = ["@acme/core"]
senior = ["@acme/all"]
junior = ["@cy"]
{TEAMS}""".encode()
    )
    assert {person.login: person.rank for person in roster.people} == {"@ann": "senior", "@bob": "mid", "@cy": "junior"}
    assert roster.at_least("mid") == {"@ann", "@bob"}


def test_people_are_found_by_every_identity_in_any_spelling() -> None:
    roster = load_roster(b"""schema = 1
updated = 2026-11-01
[identity]
"@ann" = ["Ann@Acme.example", "SHA256:AbC"]
""")
    for spelling in ("@ANN", "ann", "ann@acme.EXAMPLE", "SHA256:AbC"):
        found = roster.find(spelling)
        assert found is not None and found.login == "@ann", spelling
    assert roster.find("SHA256:abc") is None
    assert roster.updated == 1_793_491_200


def test_groups_hold_people_and_teams() -> None:
    roster = load_roster(f"schema = 1\n{TEAMS}".encode())
    assert roster.members(("@acme/core", "@cy", "@nobody")) == {"@ann", "@bob", "@cy"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[ranks]", "did you mean 'rank'"),
        ("[rank]\nsenor = ['@a']", "did you mean 'senior'"),
        ("[rank]\nsenior = ['ann']", "with an @"),
        ("[rank]\nsenior = ['@acme/none']", "which [team] does not list"),
        ("[rank]\nmid = ['@a']\nsenior = ['@a']", "a second time"),
        ("[identity]\n'@a' = ['x@y.z']\n'@b' = ['X@y.z']", "belongs to '@a' too"),
        ("[team]\n'@t/a' = ['@t/b']\n'@t/b' = ['@x']", "has the team '@t/b' as a member"),
        ("away = ['@x']", "nowhere else"),
        ("updated = 'today'", "must have a date"),
        ("updated = 2026-11-01T10:00:00Z", "must have a date"),
    ],
)
def test_mistakes_are_errors(text: str, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(text)
    assert words in str(caught.value)
    assert "line " in str(caught.value)


def test_another_schema_is_refused() -> None:
    with pytest.raises(PolicyError, match="schema = 1"):
        load_roster(b"schema = 2")
