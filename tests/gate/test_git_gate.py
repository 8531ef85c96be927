"""The gate on plain git: every scenario over a real push."""

import sys

from tests.gate.company import HARMLESS, POLICY, RISKY, Company


def test_a_harmless_change_needs_nobody(company: Company) -> None:
    head = company.propose("jo", {"app.py": HARMLESS + "\n\ndef triple(number):\n    return 3 * number\n"})
    done = company.push("jo")
    assert done.accepted, done.text
    assert f"main {head[:12]} is accepted: no review, satisfied" in done.text
    assert company.main() == head


def test_a_risky_change_is_refused_until_a_senior_has_signed_it(company: Company) -> None:
    before = company.main()
    head = company.propose("jo", {"app.py": RISKY})
    refused = company.push("jo")
    assert not refused.accepted
    assert "is refused: senior review, pending" in refused.text
    assert company.main() == before
    approved = company.approve("se", head)
    assert approved.accepted, approved.text
    done = company.push("jo")
    assert done.accepted, done.text
    assert company.main() == head


def test_the_author_cannot_approve_with_their_own_key(company: Company) -> None:
    head = company.propose("se", {"app.py": RISKY})
    assert company.approve("se", head).accepted
    refused = company.push("se")
    assert not refused.accepted
    assert "the approval of @se does not count: it is of the author of the change" in refused.text


def test_a_junior_s_key_stays_a_junior_s_whatever_name_stands_beside_it(company: Company) -> None:
    head = company.propose("jo", {"app.py": RISKY})
    company.clone("mi")
    company.git("mi", "config", "user.name", "se")
    company.git("mi", "config", "user.email", "se@acme.example")
    assert company.approve("mi", head).accepted
    refused = company.push("jo")
    assert not refused.accepted
    assert "approved by @mi" in refused.text
    assert "needed: a senior engineer" in refused.text


def test_an_author_who_promotes_themselves_in_the_same_push_stays_a_junior(company: Company) -> None:
    roster = company.roster().replace('junior = ["@jo"]\n', "")
    promoted = roster.replace('senior = ["@se"', 'senior = ["@jo", "@se"')
    head = company.propose("jo", {"app.py": RISKY, ".aicheck/people.toml": promoted})
    assert company.approve("mi", head).accepted
    refused = company.push("jo")
    assert not refused.accepted
    assert "owner review, pending" in refused.text


def test_an_amended_commit_needs_a_new_approval_and_the_signed_one_still_goes(company: Company) -> None:
    head = company.propose("jo", {"app.py": RISKY})
    assert company.approve("se", head).accepted
    company.git("jo", "commit", "-q", "--amend", "-m", "Other words")
    refused = company.push("jo")
    assert not refused.accepted
    company.git("jo", "reset", "-q", "--hard", head)
    assert company.push("jo").accepted


def test_an_approval_may_come_with_the_push_itself(company: Company) -> None:
    head = company.propose("jo", {"app.py": RISKY})
    company.git("se", "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
    made = company.aicheck("se", "gate", "git", "approve", head, "--branch", "main")
    ref = made.text.split()[-1]
    assert f"git push origin {ref}" in made.text
    company.git("jo", "fetch", "-q", str(company.clone("se")), f"{ref}:{ref}")
    done = company.push("jo", "HEAD:refs/heads/main", ref)
    assert done.accepted, done.text


def test_the_glass_is_broken_by_those_whom_the_policy_lists_only(company: Company) -> None:
    head = company.propose("jo", {"app.py": RISKY})
    reason = ("-o", "aicheck.break-glass=database down", "-o", "aicheck.incident=INC-7")
    outsider = company.push("jo", options=reason)
    assert not outsider.accepted
    assert "the override of @jo does not count: the policy does not list them in [break_glass]" in outsider.text
    nameless = company.push("jo", pusher="", options=reason)
    assert not nameless.accepted
    company.take_over("ops", head)
    without = company.push("ops", options=("-o", "aicheck.break-glass="))
    assert not without.accepted
    assert "it gives no reason" in without.text
    mistyped = company.push("ops", options=("-o", "aicheck.breakglass=database down"))
    assert not mistyped.accepted
    assert "the push option aicheck.breakglass is unknown" in mistyped.text
    done = company.push("ops", options=reason)
    assert done.accepted, done.text
    assert "is accepted: senior review, satisfied by an override" in done.text
    assert "@ops overrides the decision (database down)" in done.text
    last = company.records()[-1]
    assert (last["accepted"], last["head"], last["decision"]["override"]["incident"]) == (True, head, "INC-7")


def test_an_override_stays_open_until_others_have_signed_it(company: Company) -> None:
    head = company.propose("jo", {"app.py": RISKY})
    company.take_over("ops", head)
    assert company.push("ops", options=("-o", "aicheck.break-glass=database down")).accepted
    status = (sys.executable, "-P", "-m", "aicheck", "gate", "git", "status")
    assert f"override of main {head[:12]} by @ops (database down): confirmed by nobody yet, to be reviewed by 2" in company.must(
        company.server, *status
    )
    assert company.approve("mi", head).accepted
    assert "confirmed by @mi, to be reviewed by" in company.must(company.server, *status)
    assert company.approve("se", head).accepted
    assert "reviewed by @se" in company.must(company.server, *status)


def test_a_signed_push_tells_who_pushes_where_the_transport_does_not(company: Company) -> None:
    head = company.propose("jo", {"app.py": RISKY})
    company.take_over("ops", head)
    reason = ("-o", "aicheck.break-glass=database down")
    assert not company.push("ops", pusher="", options=reason).accepted
    done = company.push("ops", pusher="", options=("--signed", *reason))
    assert done.accepted, done.text


def test_the_gate_can_insist_on_knowing_who_pushes(company: Company) -> None:
    install = (sys.executable, "-P", "-m", "aicheck", "gate", "git", "install", ".", "--require-pusher")
    company.must(company.server, *install)
    company.propose("jo", {"app.py": HARMLESS + "\n"})
    refused = company.push("jo", pusher="")
    assert not refused.accepted
    assert "nobody says who pushes" in refused.text
    assert company.push("jo", pusher="", options=("--signed",)).accepted


def test_a_policy_that_only_observes_holds_nothing_up(company: Company) -> None:
    head = company.propose("op", {".aicheck/policy.toml": POLICY.replace("schema = 1", 'schema = 1\nmode = "observe"')})
    assert company.approve("se", head).accepted
    assert company.push("op").accepted
    company.propose("jo", {"app.py": RISKY})
    done = company.push("jo")
    assert done.accepted
    assert "is accepted: senior review, pending, only observed" in done.text


def test_status_says_in_a_clone_what_the_gate_would_say(company: Company) -> None:
    head = company.propose("jo", {"app.py": RISKY})
    before = company.aicheck("jo", "gate", "git", "status", "--branch", "main")
    assert (before.code, "senior review, pending" in before.text) == (1, True)
    assert company.approve("se", head).accepted
    company.git("jo", "fetch", "-q", "origin", "refs/aicheck/*:refs/aicheck/*")
    after = company.aicheck("jo", "gate", "git", "status", "--branch", "main")
    assert (after.code, "approved by @se" in after.text) == (0, True)


def test_a_guarded_branch_is_neither_deleted_nor_rewound(company: Company) -> None:
    company.propose("jo", {"app.py": HARMLESS + "\n"})
    assert company.push("jo").accepted
    company.git("jo", "reset", "-q", "--hard", "HEAD~1")
    rewound = company.push("jo", "+HEAD:refs/heads/main")
    assert not rewound.accepted
    assert "would take commits away from a protected branch" in rewound.text
    deleted = company.push("jo", ":refs/heads/main")
    assert not deleted.accepted
    assert "main is refused: a protected branch cannot be deleted" in deleted.text


def test_a_second_name_of_a_guarded_branch_is_guarded(company: Company) -> None:
    company.must(company.server, "git", "symbolic-ref", "refs/heads/master", "refs/heads/main")
    company.propose("jo", {"app.py": RISKY})
    refused = company.push("jo", "HEAD:refs/heads/master")
    assert not refused.accepted
    assert "main" in refused.text


def test_a_new_guarded_branch_is_compared_with_the_default_branch(company: Company) -> None:
    company.must(
        company.server, sys.executable, "-P", "-m", "aicheck", "gate", "git", "install", ".", "--protect", "main", "--protect", "release/*"
    )
    company.propose("jo", {"app.py": RISKY})
    refused = company.push("jo", "HEAD:refs/heads/release/1")
    assert not refused.accepted
    assert "release/1" in refused.text
    assert company.push("jo", "origin/main:refs/heads/release/1").accepted


def test_other_branches_and_tags_are_free(company: Company) -> None:
    company.propose("jo", {"app.py": RISKY})
    company.git("jo", "tag", "v1")
    assert company.push("jo", "HEAD:refs/heads/other", "v1").accepted


def test_only_approvals_may_be_pushed_where_the_gate_keeps_them(company: Company) -> None:
    head = company.propose("jo", {"app.py": RISKY})
    for ref in ("refs/aicheck/decisions", f"refs/aicheck/approvals/{head}/0123456789abcdef"):
        refused = company.push("jo", f"HEAD:{ref}")
        assert not refused.accepted
        assert f"{ref} is refused" in refused.text
    company.git("jo", "tag", "-a", "-m", "not signed", "plain")
    assert (
        "is refused: it is not signed with an SSH key" in company.push("jo", f"plain:refs/aicheck/approvals/{head}/0123456789abcdef").text
    )


def test_what_is_refused_with_something_else_is_recorded_as_refused(company: Company) -> None:
    before = company.main()
    head = company.propose("ops", {"app.py": RISKY})
    done = company.push("ops", "HEAD:refs/heads/main", "HEAD:refs/aicheck/other", options=("-o", "aicheck.break-glass=database down"))
    assert not done.accepted
    assert company.main() == before
    assert f"main {head[:12]} is refused: peer review, satisfied by an override" in done.text
    assert "note: something else in this push is refused" in done.text
    last = company.records()[-1]
    assert (last["head"], last["accepted"]) == (head, False)
    assert "override of" not in company.must(company.server, sys.executable, "-P", "-m", "aicheck", "gate", "git", "status")


def test_what_cannot_be_judged_is_refused_in_one_sentence(company: Company) -> None:
    company.propose("jo", {"app.py": HARMLESS + "\n"})
    settings = company.server / "aicheck/gate.toml"
    good = settings.read_text()
    settings.write_text(f"{good}protcet = 3\n")
    mistyped = company.push("jo")
    assert not mistyped.accepted
    assert "aicheck: the push is refused: " in mistyped.text
    assert "has the unknown key 'protcet'; did you mean 'protect'?" in mistyped.text
    settings.write_text(good)
    (company.server / "aicheck/audit.jsonl.tip").unlink()
    damaged = company.push("jo")
    assert not damaged.accepted
    assert "does not end as it was left" in damaged.text
    hook = company.server / "hooks/pre-receive"
    hook.write_text(hook.read_text().replace(f"python={sys.executable}", "python=/nowhere/python"))
    gone = company.push("jo")
    assert not gone.accepted
    assert "the gate cannot run, /nowhere/python is missing" in gone.text


def test_a_change_that_would_lock_everybody_out_is_refused(company: Company) -> None:
    head = company.propose("op", {".aicheck/policy.toml": "schema = 1\nmod = 'observe'\n"})
    assert company.approve("se", head).accepted
    refused = company.push("op")
    assert not refused.accepted
    assert "the gate could not work with what this change brings: .aicheck/policy.toml" in refused.text
    keyless = 'schema = 1\n[rank]\nsenior = ["@se"]\n'
    head = company.propose("op", {".aicheck/people.toml": keyless}, branch="other")
    assert company.approve("se", head).accepted
    assert "no senior on the roster has a key" in company.push("op").text
