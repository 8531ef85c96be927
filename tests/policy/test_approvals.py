"""Which approvals count. Each case is a way in which people get around a review."""

import pytest
from msgspec.structs import replace

from aicheck.model.review import Approval
from aicheck.policy.approvals import Counted
from aicheck.policy.people import People, seat_panel
from aicheck.policy.policy_file import load_policy

from .cases import KNOWN
from .people import EARLIER, HEAD, NOW, approved, people, reviewing

DEFAULT = load_policy(None, KNOWN)
JO = "jo@acme.example"
HOUR = 3600


def count(around: People, policy: str = "") -> Counted:
    rules = load_policy(f"schema = 1\n{policy}".encode(), KNOWN)
    return seat_panel(around, rules).counted


def logins(around: People, policy: str = "") -> list[str]:
    return [reviewer.login for reviewer in count(around, policy).reviewers]


def reasons(around: People, policy: str = "") -> list[str]:
    return [entry.reason for entry in count(around, policy).not_counted]


def test_a_person_is_counted_once_under_any_identity() -> None:
    assert logins(people(JO, approved("se"), approved("SHA256:KeyOfSe"), approved("SE@acme.example"))) == ["@se"]


@pytest.mark.parametrize("identity", ["@jo", "jo@acme.example", "jo.private@mail.example"])
def test_the_author_does_not_count_by_any_identity(identity: str) -> None:
    assert reasons(people(JO, approved(identity))) == ["is of the author of the change"]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Change\n\nCo-authored-by: Se <se@acme.example>", "is of a contributor to the change"),
        ("Change\n\n  co-developed-by: 17+se@users.noreply.github.com", "is of a contributor to the change"),
        ("Change\n\nPrompted-by: @se", "is of the person who drove the agent"),
        ("Change\n\nCo-authored-by: Se <se@acme.example>\n\nmore text below", "is of a contributor to the change"),
    ],
)
def test_who_is_named_in_a_message_took_part(message: str, reason: str) -> None:
    assert reasons(people(JO, approved("@se"), message=message)) == [reason]


def test_a_committer_and_everyone_of_an_earlier_version_took_part() -> None:
    around = people(JO, approved("@se"), approved("@op"))
    rewritten = reviewing(around, contributors=("op@acme.example",))
    committed = replace(
        rewritten, commits=tuple(replace(one, committer=replace(one.author, email="se@acme.example")) for one in around.commits)
    )
    assert reasons(committed) == ["is of a contributor to the change"] * 2


def test_machines_and_strangers_do_not_count() -> None:
    bot = Approval("@se", HEAD, NOW, bot=True)
    assert reasons(people(JO, bot, approved("@stranger"))) == ["is of an automation account", "is of nobody whom the roster gives a rank"]


def test_an_approval_of_another_commit_is_stale_unless_the_patch_is_the_same() -> None:
    around = people(JO, replace(approved("@se", EARLIER), patch_id="p1"))
    rebased = reviewing(around, patch_id="p1")
    assert reasons(rebased) == ["was given for bbbbbbbbbbbb, not for the head"]
    assert logins(rebased, "[approvals]\non = 'patch-id'") == ["@se"]
    assert not logins(reviewing(around, patch_id="p2"), "[approvals]\non = 'patch-id'")
    assert not logins(reviewing(people(JO, approved("@se", EARLIER)), patch_id=""), "[approvals]\non = 'patch-id'")


@pytest.mark.parametrize(("age", "counts"), [(0, True), (72 * HOUR, True), (72 * HOUR + 1, False), (-299, True), (-301, False)])
def test_approvals_expire_and_are_never_from_the_future(age: int, counts: bool) -> None:
    assert bool(logins(people(JO, approved("@se", at=NOW - age)))) is counts


@pytest.mark.parametrize("kind", ["changes-requested", "dismissed"])
def test_what_was_said_later_takes_an_approval_back(kind: str) -> None:
    earlier, later = approved("@se", at=NOW - 100), Approval("@se", HEAD, NOW - 50, kind=kind)  # type: ignore[arg-type]
    assert not logins(people(JO, earlier, later))
    again = approved("@se", at=NOW - 10)
    assert logins(people(JO, earlier, later, again)) == ["@se"]


class TestRequestsForChanges:
    request = Approval("@mi", HEAD, NOW - 100, kind="changes-requested")

    def test_one_stands_until_its_giver_approves(self) -> None:
        assert count(people(JO, self.request)).objecting == ("@mi",)
        assert count(people(JO, self.request, approved("@se"))).objecting == ("@mi",)
        assert count(people(JO, self.request, approved("@mi"))).objecting == ()

    @pytest.mark.parametrize(("by", "stands"), [("@jo", True), ("", True), ("@op", False)])
    def test_only_somebody_without_a_part_in_the_change_dismisses_one(self, by: str, stands: bool) -> None:
        dismissal = Approval("@mi", HEAD, NOW - 50, kind="dismissed", dismissed_by=by)
        assert bool(count(people(JO, self.request, dismissal)).objecting) is stands

    def test_the_policy_may_ignore_them(self) -> None:
        assert count(people(JO, self.request), "[approvals]\nchanges_requested_blocks = false").objecting == ()

    def test_naming_somebody_a_co_author_does_not_silence_them(self) -> None:
        around = people(JO, self.request, message="Change\n\nCo-authored-by: Mi <mi@acme.example>")
        assert count(around).objecting == ("@mi",)


def test_an_old_roster_gives_nobody_a_rank() -> None:
    policy = "[people]\nmax_age_days = 30"
    around = people(JO, approved("@se"))
    fresh = replace(around, roster=replace(around.roster, updated=NOW - 29 * 24 * HOUR))
    old = replace(around, roster=replace(around.roster, updated=NOW - 31 * 24 * HOUR))
    assert logins(fresh, policy) == ["@se"]
    assert reasons(old, policy) == ["is of nobody whom the roster gives a rank"]
    assert reasons(around, policy) == ["is of nobody whom the roster gives a rank"], "a roster without a date is of unknown age"


def test_without_a_roster_whoever_may_approve_counts_as_a_senior() -> None:
    around = People(review=people(JO, approved("stranger")).review)
    assert [reviewer.rank for reviewer in count(around).reviewers] == ["senior"]
