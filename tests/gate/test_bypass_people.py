"""Known ways around a review by who one is, each shown to fail against a real server.

The numbers are those of the list in docs/gate.md.
"""

import re

import pytest

from tests.gate.company import HARMLESS, PATCH_ID, POLICY, RISKY, Company, fingerprint, refused


def test_b01_the_author_approves_themselves(company: Company) -> None:
    head = company.propose("se", {"app.py": RISKY})
    assert company.approve("se", head).accepted
    refused(company.push("se"), "the approval of @se does not count: it is of the author of the change")


def test_b01_the_author_approves_with_a_second_account(company: Company) -> None:
    second = company.roster().replace('"@se" = ["se@acme.example"', '"@se" = ["se@acme.example", "private@mail.example"')
    company.settle({".aicheck/people.toml": second})
    company.clone("se")
    company.git("se", "fetch", "-q", "origin")
    company.git("se", "checkout", "-q", "-B", "work", "origin/main")
    names = {f"GIT_{role}_EMAIL": "private@mail.example" for role in ("AUTHOR", "COMMITTER")}
    head = company.commit("se", {"app.py": RISKY}, "Change", **names)
    assert company.approve("se", head).accepted
    refused(company.push("se", pusher="jo"), "the approval of @se does not count: it is of the author of the change")


@pytest.mark.parametrize("trailer", ["Co-authored-by: Se <se@acme.example>", "co-developed-by: se <SE@acme.example>"])
def test_b01_a_co_author_approves(company: Company, trailer: str) -> None:
    head = company.propose("jo", {"app.py": RISKY}, f"Change\n\n{trailer}")
    assert company.approve("se", head).accepted
    refused(company.push("jo"), "the approval of @se does not count: it is of a contributor to the change")


def test_b02_the_person_who_drove_the_agent_approves(company: Company) -> None:
    company.clone("jo")
    company.git("jo", "checkout", "-q", "-B", "work", "origin/main")
    bot = {
        f"GIT_{role}_{part}": text
        for role in ("AUTHOR", "COMMITTER")
        for part, text in (("NAME", "Claude"), ("EMAIL", "noreply@anthropic.com"))
    }
    head = company.commit("jo", {"app.py": RISKY}, "Change\n\nRequested-by: @se", **bot)
    assert company.push("jo", "HEAD:refs/heads/work", pusher="agent").accepted
    assert company.approve("se", head).accepted
    refused(company.push("jo", pusher="agent"), "the approval of @se does not count: it is of the person who drove the agent")


def test_b03_a_machine_or_a_stranger_approves(company: Company) -> None:
    robot = f'"@robot" = ["{fingerprint(company.keys["ops"])}"]'
    machines = re.sub(r'"@ops" = .*', robot, company.roster()).replace(', "@ops"]', "]")
    company.settle({".aicheck/people.toml": machines, ".aicheck/policy.toml": "schema = 1\n"})
    head = company.propose("jo", {"app.py": RISKY})
    refused(company.approve("eve", head), f"nobody here is known by the key {fingerprint(company.keys['eve'])}")
    assert company.approve("ops", head).accepted
    refused(company.push("jo"), "the approval of @robot does not count: it is of nobody whom the roster gives a rank")


def test_b04_approved_then_changed(company: Company) -> None:
    head = company.propose("jo", {"app.py": HARMLESS + "\n"})
    assert company.approve("se", head).accepted
    company.commit("jo", {"app.py": RISKY})
    refused(company.push("jo"), "needed: a senior engineer")


def test_b05_a_merge_that_updates_the_branch_hides_a_change(company: Company) -> None:
    company.settle({".aicheck/policy.toml": PATCH_ID})
    head = company.propose("jo", {"app.py": RISKY})
    assert company.approve("se", head).accepted
    company.settle({"other.txt": "other\n"})
    company.git("jo", "fetch", "-q", "origin")
    company.git("jo", "merge", "-q", "--no-commit", "origin/main")
    company.commit("jo", {"app.py": RISKY.replace("(folder)\n", "(folder, True)\n", 1)}, "Merge main")
    refused(company.push("jo"), f"does not count: it was given for {head[:12]}, not for the head")
    company.git("jo", "reset", "-q", "--hard", head)
    company.git("jo", "merge", "-q", "-m", "Merge main", "origin/main")
    done = company.push("jo")
    assert done.accepted, done.text  # the honest merge changes exactly what was approved


def test_b06_somebody_else_rebases_and_the_first_author_approves(company: Company) -> None:
    head = company.propose("se", {"app.py": RISKY})
    company.settle({"other.txt": "other\n"})
    company.take_over("jo", head)
    company.git("jo", "rebase", "-q", "origin/main")
    company.git("jo", "commit", "-q", "--amend", "--reset-author", "-m", "My own work")
    mine = company.head("jo")
    assert company.push("jo", "HEAD:refs/heads/mine").accepted
    assert company.approve("se", mine).accepted
    refused(company.push("jo"), "the approval of @se does not count: it is of a contributor to the change")
    assert company.approve("op", mine).accepted
    assert company.push("jo").accepted


def test_b16_words_that_say_approved(company: Company) -> None:
    words = "Change\n\nLGTM, approved.\nApproved-by: @se\nReviewed-by: Se <se@acme.example>\nSigned-off-by: Se <se@acme.example>"
    company.propose("jo", {"app.py": RISKY, "APPROVED": "@se\n"}, words)
    done = company.push("jo", options=("-o", "approved-by=@se"))
    refused(done, "needed: a senior engineer")
    assert "approved by" not in done.text


def test_b19_nobody_knows_the_author_or_the_approver(company: Company) -> None:
    head = company.propose("eve", {"app.py": RISKY})
    assert company.approve("mi", head).accepted
    refused(company.push("eve"), "senior review, pending")  # an unknown author counts as junior
    other = company.propose("jo", {"app.py": RISKY}, branch="other")
    refused(company.approve("eve", other), "nobody here is known by the key")
    company.git("jo", "fetch", "-q", str(company.clone("eve")), "+refs/aicheck/*:refs/aicheck/*")
    refused(company.push("jo", "HEAD:refs/heads/main", "refs/aicheck/*:refs/aicheck/*"), "nobody here is known by the key")


def test_b19_a_roster_that_nobody_confirms_gives_no_ranks(company: Company) -> None:
    old = company.roster().replace("schema = 1\n", "schema = 1\nupdated = 2020-01-01\n")
    company.settle({".aicheck/people.toml": old, ".aicheck/policy.toml": POLICY + "[people]\nmax_age_days = 30\n"})
    head = company.propose("jo", {"app.py": RISKY})
    assert company.approve("se", head).accepted
    refused(company.push("jo"), "the roster is older than the policy allows")


@pytest.mark.parametrize(
    "bot", ["dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>", "renovate[bot] <bot@renovateapp.com>"]
)
def test_b21_a_person_pretends_to_be_a_bot(company: Company, bot: str) -> None:
    name, address = re.fullmatch(r"(.*) <(.*)>", bot).groups()  # type: ignore[union-attr]
    company.git("se", "checkout", "-q", "-B", "work", "origin/main")
    names = {f"GIT_{role}_{part}": text for role in ("AUTHOR", "COMMITTER") for part, text in (("NAME", name), ("EMAIL", address))}
    head = company.commit("se", {"app.py": RISKY}, "Bump", **names)
    assert company.push("se", "HEAD:refs/heads/work").accepted
    assert company.approve("se", head).accepted
    refused(company.push("se"), "the approval of @se does not count: it is of a contributor to the change")
    refused(company.push("se", pusher="jo"), "the approval of @se does not count: it is of a contributor to the change")


def test_b22_an_override_is_no_habit(company: Company) -> None:
    glass = ("-o", "aicheck.break-glass=database down")
    head = company.propose("jo", {"app.py": RISKY})
    company.take_over("ops", head)
    assert company.push("ops", options=glass).accepted
    company.propose("jo", {"lib.py": RISKY}, branch="next")
    refused(company.push("jo"), "senior review, pending")  # nothing is left over for the next change
    refused(company.push("jo", options=glass), "the override of @jo does not count")
    refused(company.push("jo", pusher="", options=glass), "does not count: the policy does not list them")
    assert [record["head"] for record in company.records() if record.get("decision", {}).get("override")] == [head]


def test_b24_one_person_is_asked_by_name_and_not_always_the_same(company: Company) -> None:
    asked = set()
    for number in range(12):
        company.propose("jo", {"app.py": RISKY + f"\n\nVALUE = {number}\n"})
        found = re.search(r"^  ask (@\w+) \(or @\w+, @\w+\)$", company.push("jo").text, re.MULTILINE)
        assert found is not None
        asked.add(found[1])
        if len(asked) > 1:
            break
    assert len(asked) > 1, "the same person twelve times"
