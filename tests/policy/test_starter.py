"""The first policy and roster: read by their own strict loaders, as they are and with every comment taken up."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.policy.blanket import read_blanket
from aicheck.policy.lint import Linted, entry_lines, lint_policy, lint_roster
from aicheck.policy.policy_file import default_policy, load_policy
from aicheck.policy.problem import Problem
from aicheck.policy.roster_file import load_roster
from aicheck.policy.starter import Author, Surroundings, login_of, write_people, write_policy

KNOWN = ("swallowed-errors/bare-except", "unbounded-retry/loop-without-exit")
_SETTING = re.compile(r'^# ((?:\[\[?[\w."-]+\]\]?|"?[@\w./-]+"? = .*))$', re.MULTILINE)
SEEN = Surroundings(
    owners=("@Alice", "@bob", "@acme/core", "@acme/sre", "carol@acme.example"),
    authors=(Author("Jo.Doe@acme.example", 9), Author("1+alice@users.noreply.github.com", 5), Author("jo-doe@home.example", 1)),
    pipelines=(".github/workflows/**",),
    risky_paths=("infra/**", "db/migrations/**"),
)


def uncomment(text: str) -> str:
    """The text with every setting that stands in a comment."""
    return _SETTING.sub(r"\1", text)


def problems(seen: Surroundings, policy_text: str) -> list[Problem]:
    policy, data = load_policy(policy_text.encode(), KNOWN), write_people(seen).encode()
    roster = load_roster(data)
    linted = Linted(policy, roster, KNOWN, entry_lines(policy_text.encode(), "policy.toml"), "policy.toml")
    return [problem for problem in (*lint_policy(linted), *lint_roster(data, roster, policy, 2_000_000_000)) if problem.serious]


def test_owners_are_taken_for_seniors_where_there_are_enough() -> None:
    text = write_people(SEEN)
    roster = load_roster(text.encode())
    assert [(person.login, person.rank) for person in roster.people] == [("@alice", "senior"), ("@bob", "senior")]
    assert '# "@jo-doe" = ["jo.doe@acme.example", "jo-doe@home.example"]  # 10 commits, the login is a guess\n' in text
    assert "1+alice" not in text
    assert '# "@acme/core" = ' in text


def test_with_one_owner_nobody_is_ranked() -> None:
    seen = Surroundings(owners=("@alice", "@acme/core"))
    assert load_roster(write_people(seen).encode()).people == ()
    assert '# senior = ["@alice"]\n' in write_people(seen)


def test_a_fresh_policy_says_what_the_built_in_one_does() -> None:
    policy = load_policy(write_policy(SEEN).encode(), KNOWN)
    default = default_policy()
    assert policy.escalations == default.escalations
    assert (policy.mode, policy.undeclared, policy.rules) == (default.mode, default.undeclared, ())


def test_every_commented_setting_can_be_taken_up() -> None:
    policy = load_policy(uncomment(write_policy(SEEN)).encode(), KNOWN)
    assert [entry.id for entry in policy.escalations[-2:]] == ["data-and-infrastructure", "pipelines"]
    assert policy.escalations[-2].when.paths == ("infra/**", "db/migrations/**")
    assert dict(policy.groups) == {"ops": ("@acme/sre",), "owners": ("@alice", "@bob")}
    assert policy.max_age_days == 90
    assert policy.break_glass.who == ("@alice", "@bob")
    for seen in (SEEN, Surroundings(owners=("@alice",), authors=SEEN.authors)):
        roster = load_roster(uncomment(write_people(seen)).encode())
        assert roster.find("jo.doe@acme.example") is not None
        assert roster.updated > 0


def test_the_blanket_rule_is_a_policy_of_a_few_lines() -> None:
    policy = load_policy(read_blanket().encode(), KNOWN)
    assert [entry.id for entry in policy.escalations if entry not in default_policy().escalations] == ["blanket"]
    assert len([line for line in read_blanket().splitlines() if line and not line.startswith("#")]) < 10
    assert problems(SEEN, read_blanket()) == []


NAMES = st.text(st.characters(codec="utf-8"), max_size=20)
WORDS = st.sampled_from(("@alice", "@bob", "@Carol", "@a/b", "@a/b/c", "x@y.z", "@-", "@a_b", "@" + "a" * 60, '@"', "@a\n"))
EMAILS = st.sampled_from(("a@b.c", "A.B@b.c", "9+x@users.noreply.github.com", "evil\n[rank]@x", '"]@x', "@", "x", "é@b.c")) | NAMES


@settings(deadline=None)
@given(
    st.lists(WORDS | NAMES, max_size=5),
    st.lists(st.tuples(EMAILS, st.integers(1, 99)), max_size=5),
    st.lists(st.sampled_from(("a/**", 'x"y/**', "b\n/**", "é/**")), max_size=3),
)
def test_whatever_a_repository_shows_the_files_are_sound(owners: list[str], authors: list[tuple[str, int]], paths: list[str]) -> None:
    seen = Surroundings(tuple(owners), tuple(Author(email, count) for email, count in authors), tuple(paths), tuple(paths))
    assert problems(seen, write_policy(seen)) == []
    assert load_policy(write_policy(seen).encode(), KNOWN).escalations == default_policy().escalations
    assert all(line == "" or line.isprintable() for line in write_people(seen).split("\n") + write_policy(seen).split("\n"))


def test_logins_of_addresses() -> None:
    emails = ("7+Jo@users.noreply.github.com", "jo@users.noreply.gitlab.com", "jo.doe+x@acme.example", "...@x")
    assert [login_of(email) for email in emails] == ["@jo", "@jo", "@jo-doe-x", "@somebody"]
