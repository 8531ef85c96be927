"""The people that the policy tests share: a small company on plain git."""

from msgspec.structs import replace

from aicheck.model.change import Commit, Identity
from aicheck.model.review import Approval, Review
from aicheck.policy.people import People
from aicheck.policy.roster_file import load_roster
from aicheck.readers.owners import parse_owners
from aicheck.readers.ownership import Owners

HEAD = "a" * 40
EARLIER = "b" * 40
NOW = 1_790_000_000

ROSTER = load_roster(
    b"""
schema = 1
[rank]
junior = ["@jo"]
mid = ["@mi", "@mo"]
senior = ["@se", "@op", "@acme/sre"]
[identity]
"@jo" = ["jo@acme.example", "jo.private@mail.example"]
"@mi" = ["mi@acme.example"]
"@se" = ["se@acme.example", "SHA256:KeyOfSe"]
"@op" = ["op@acme.example"]
"@ops" = ["ops@acme.example"]
[team]
"@acme/sre" = ["@ops"]
"@acme/core" = ["@se", "@op"]
"""
)
OWNERS = Owners(parse_owners("app.py @acme/core\nCODEOWNERS @acme/core\n"))


def commit_by(email: str, message: str = "Change", *, committer: str = "") -> Commit:
    """One commit, committed by its author unless told otherwise."""
    return Commit("c" * 40, (), Identity("", email), Identity("", committer or email), message)


def approved(by: str, commit: str = HEAD, *, at: int = NOW - 60) -> Approval:
    """An approval given a minute ago."""
    return Approval(by, commit, at)


def people(author: str, *approvals: Approval, message: str = "Change") -> People:
    """The company around a change by one author."""
    review = Review(head=HEAD, now=NOW, approvals=approvals, branch="main")
    return People(ROSTER, review, (commit_by(author, message),), OWNERS)


def reviewing(base: People, **changes: object) -> People:
    """The same people with other facts of the review."""
    return replace(base, review=replace(base.review, **changes))
