"""Known ways around a review gate, each shown to fail against a real server.

The numbers are those of the bypass list that the gate was designed against. B18 (dismissing a review) needs a forge. B10 and
B24 are not prevented: they are reported.
"""

import json
import re
from pathlib import Path

import pytest

from tests.gate.company import HARMLESS, POLICY, RISKY, ROSTER, Company, Done, fingerprint

PATCH_ID = POLICY + '[approvals]\non = "patch-id"\n'
OWNED = POLICY + '[[escalate]]\nid = "infra"\nwhen = { paths = ["infra/**"] }\nto = "owner"\nwhy = "infrastructure"\n'


def refused(done: Done, because: str) -> None:
    assert not done.accepted, done.text
    assert because in done.text, done.text


def roster(company: Company) -> str:
    return ROSTER.format(**{name: fingerprint(key) for name, key in company.keys.items()})


def last_record(company: Company) -> dict[str, object]:
    values: dict[str, object] = json.loads((company.server / "aicheck/audit.jsonl").read_text().splitlines()[-1])
    return values


def take_over(company: Company, who: str, head: str) -> None:
    """Have a commit of somebody else as the tip of one's own clone."""
    company.git(who, "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
    company.git(who, "reset", "-q", "--hard", head)


def test_b01_the_author_approves_themselves(company: Company) -> None:
    head = company.propose("se", {"app.py": RISKY})
    assert company.approve("se", head).accepted
    refused(company.push("se"), "the approval of @se does not count: it is of the author of the change")


def test_b01_the_author_approves_with_a_second_account(company: Company) -> None:
    second = roster(company).replace('"@se" = ["se@acme.example"', '"@se" = ["se@acme.example", "private@mail.example"')
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
    machines = re.sub(r'"@ops" = .*', robot, roster(company)).replace(', "@ops"]', "]")
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
    take_over(company, "jo", head)
    company.git("jo", "rebase", "-q", "origin/main")
    company.git("jo", "commit", "-q", "--amend", "--reset-author", "-m", "My own work")
    mine = company.head("jo")
    assert company.push("jo", "HEAD:refs/heads/mine").accepted
    assert company.approve("se", mine).accepted
    refused(company.push("jo"), "the approval of @se does not count: it is of a contributor to the change")
    assert company.approve("op", mine).accepted
    assert company.push("jo").accepted


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".aicheck/policy.toml", 'schema = 1\nmode = "observe"\n'),
        (".aicheck/accepted.toml", "schema = 1\n"),
        ("aicheck.toml", 'exclude = ["app.py"]\n'),
        ("CODEOWNERS", "* @jo\n"),
        (".github/CODEOWNERS", "* @jo\n"),
    ],
)
def test_b07_a_change_brings_its_own_judges(company: Company, file: str, text: str) -> None:
    company.propose("jo", {"app.py": RISKY, file: text})
    done = company.push("jo")
    refused(done, "owner review, pending")
    refused(done, "broad-deletion/unproven-path")


def test_b07_a_change_promotes_its_approver(company: Company) -> None:
    promoted = roster(company).replace('mid = ["@mi"]\n', "").replace('senior = ["@se"', 'senior = ["@mi", "@se"')
    head = company.propose("jo", {"app.py": RISKY, ".aicheck/people.toml": promoted})
    assert company.approve("mi", head).accepted
    refused(company.push("jo"), "needed: a senior who owns .aicheck/people.toml")


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": RISKY.replace("rmtree(folder)", "rmtree(folder)  # aicheck: ignore[broad-deletion/unproven-path] it is fine")},
        {"app.py": RISKY.replace("rmtree(folder)", "rmtree(folder)  # nosemgrep # noqa # nosec")},
        {"app.py": RISKY, ".semgrepignore": "*\n", "ruff.toml": "exclude = ['*']\n", ".gitattributes": "* linguist-generated\n"},
        {"app.py": f"# @generated, do not edit\n{RISKY}"},
    ],
    ids=["own comment", "comments of engines", "files of engines", "marked as generated"],
)
def test_b08_a_change_silences_what_judges_it(company: Company, files: dict[str, str]) -> None:
    company.propose("jo", files)
    refused(company.push("jo"), "broad-deletion/unproven-path")


@pytest.mark.parametrize("message", ["Change", "Change\n\nAI-assisted: no\n", "Change\n\nGenerated-by: human\n"])
def test_b09_a_claim_of_handwork_or_a_trailer_that_is_gone(company: Company, message: str) -> None:
    company.propose("jo", {"app.py": RISKY}, "Change\n\nCo-Authored-By: Claude <noreply@anthropic.com>")
    company.git("jo", "commit", "-q", "--amend", "-m", message)
    refused(company.push("jo"), "senior review, pending")


def test_b10_one_risky_change_in_several_pieces_is_reported(company: Company) -> None:
    names = ("deploy/values.production.yaml", "deploy/web.production.yaml")
    company.settle(dict.fromkeys(names, "replicas: 6\n"))
    ack = "Change\n\nAicheck-Ack: deploy-config/capacity-collapsed; one is enough; set it back"
    company.propose("jo", {names[0]: "replicas: 1\n"}, ack)
    first = company.push("jo")
    assert first.accepted, first.text
    assert "earlier change" not in first.text
    company.propose("jo", {names[1]: "replicas: 1\n"}, ack)
    second = company.push("jo")
    assert second.accepted, second.text
    assert "1 earlier change of the last 7 days by the same author in the same folders had findings (1 " in second.text
    assert last_record(company)["pieces"] == [company.git("jo", "rev-parse", "HEAD~1")]


def test_b11_a_file_leaves_the_folder_that_is_watched(company: Company) -> None:
    company.settle({".aicheck/policy.toml": OWNED, "CODEOWNERS": "* @jo\n/infra/ @se\n", "infra/net.py": HARMLESS * 5})
    head = company.propose("jo", {"infra/net.py": None, "scratch/net.py": HARMLESS * 5})
    refused(company.push("jo"), "owner review, pending")
    assert company.approve("op", head).accepted
    refused(company.push("jo"), "needed: a senior who owns infra/net.py")
    assert company.approve("se", head).accepted
    assert company.push("jo").accepted


@pytest.mark.parametrize("text", ["def broken(:\n    return = 3\n", "x = " + "(" * 3000 + "\n"], ids=["no Python", "nested"])
def test_b12_a_file_that_cannot_be_analyzed(company: Company, text: str) -> None:
    company.propose("jo", {"app.py": text})
    done = company.push("jo")
    refused(done, "could not be analyzed: app.py")
    refused(done, "senior review, pending")


def test_b12_a_file_that_is_too_large(company: Company) -> None:
    company.propose("jo", {"app.py": "x = 1\n" * 1_500_000})
    refused(company.push("jo"), "could not be analyzed: app.py: larger than")


@pytest.mark.parametrize(
    ("options", "target"),
    [(("--no-verify",), "HEAD:refs/heads/main"), (("--force",), "HEAD:main"), ((), "HEAD:refs/heads/MAIN")],
    ids=["no-verify", "force", "another case"],
)
def test_b13_the_gate_is_skipped(company: Company, options: tuple[str, ...], target: str) -> None:
    company.propose("jo", {"app.py": RISKY}, "Change [skip ci]")
    refused(company.push("jo", target, options=options), "is refused: senior review, pending")


def test_b14_an_approval_is_forged_or_made_of_another_signature(company: Company) -> None:
    harmless = company.propose("jo", {"app.py": HARMLESS + "\n"})
    assert company.approve("se", harmless).accepted
    head = company.propose("jo", {"app.py": RISKY}, branch="risky")
    company.git("jo", "fetch", "-q", "origin", "refs/aicheck/*:refs/aicheck/*")
    tag = company.git("jo", "for-each-ref", "--format=%(objectname)", "refs/aicheck")
    text = company.git("jo", "cat-file", "tag", tag) + "\n"
    moved = _store(company, text.replace(harmless, head))
    refused(company.push("jo", f"{moved}:refs/aicheck/approvals/{head}/{moved[:16]}"), "it has a signature that does not hold")
    refused(
        company.push("jo", f"{tag}:refs/aicheck/approvals/{head}/{tag[:16]}"), f"it belongs at refs/aicheck/approvals/{harmless}/{tag[:16]}"
    )
    company.git("se", "fetch", "-q", "origin", "risky")
    company.git("se", "tag", "-s", "-m", "Release", "v1", head)
    company.git("jo", "fetch", "-q", str(company.clone("se")), "refs/tags/v1:refs/tags/v1")
    release = company.git("jo", "rev-parse", "v1")
    refused(company.push("jo", f"v1:refs/aicheck/approvals/{head}/{release[:16]}"), "it is not an approval")
    refused(company.push("jo"), "needed: a senior engineer")


def _store(company: Company, text: str) -> str:
    """A tag object in jo's clone; its id."""
    file = Path(company.folder / "tag")
    file.write_text(text)
    return company.git("jo", "hash-object", "-t", "tag", "-w", str(file))


def test_b15_code_of_the_change_is_run_by_what_judges_it(company: Company) -> None:
    mark = company.folder / "mark"
    trap = f"import shutil\nopen({str(mark)!r}, 'w').close()\ndef f(p):\n    shutil.rmtree(p)\n"
    names = ("sitecustomize.py", "conftest.py", "setup.py", "click.py", "msgspec.py", "aicheck/__init__.py", "aicheck/__main__.py")
    hook = f"#!/bin/sh\ntouch {mark}\n"
    company.propose(
        "jo", dict.fromkeys(names, trap) | {"hooks/pre-receive": hook, ".git-hooks/post-checkout": hook, "ssh-keygen": hook, "git": hook}
    )
    refused(company.push("jo"), "broad-deletion/unproven-path")
    assert not mark.exists()


def test_b16_words_that_say_approved(company: Company) -> None:
    words = "Change\n\nLGTM, approved.\nApproved-by: @se\nReviewed-by: Se <se@acme.example>\nSigned-off-by: Se <se@acme.example>"
    company.propose("jo", {"app.py": RISKY, "APPROVED": "@se\n"}, words)
    done = company.push("jo", options=("-o", "approved-by=@se"))
    refused(done, "needed: a senior engineer")
    assert "approved by" not in done.text


@pytest.mark.parametrize(
    ("owners", "needed"),
    [
        ("/infra/ @se\n", "a senior who owns infra/net.py"),
        ("/infra/ @op\n/infra/net.py @se\n", "a senior who owns infra/net.py"),
        ("* @ops\n/infra/\n", "a senior of the group owners"),
        ("* @ops\n/infra/ not-an-owner\n", "a senior of the group owners"),
        ("/infra/ @nobody @acme/gone\n", "a senior of the group owners"),
        ("/infra/ @jo\n", "a senior of the group owners"),
        ("", "a senior of the group owners"),
    ],
    ids=["plain", "last match", "owner-less", "invalid", "gone", "junior", "empty"],
)
def test_b17_traps_in_codeowners(company: Company, owners: str, needed: str) -> None:
    company.settle({".aicheck/policy.toml": OWNED, "CODEOWNERS": owners, "infra/net.py": HARMLESS})
    head = company.propose("jo", {"infra/net.py": HARMLESS + "\n"})
    assert company.approve("ops", head).accepted
    refused(company.push("jo"), f"needed: {needed}")
    assert company.approve("se", head).accepted
    assert company.push("jo").accepted


def test_b19_nobody_knows_the_author_or_the_approver(company: Company) -> None:
    head = company.propose("eve", {"app.py": RISKY})
    assert company.approve("mi", head).accepted
    refused(company.push("eve"), "senior review, pending")  # an unknown author counts as junior
    other = company.propose("jo", {"app.py": RISKY}, branch="other")
    refused(company.approve("eve", other), "nobody here is known by the key")
    company.git("jo", "fetch", "-q", str(company.clone("eve")), "+refs/aicheck/*:refs/aicheck/*")
    refused(company.push("jo", "HEAD:refs/heads/main", "refs/aicheck/*:refs/aicheck/*"), "nobody here is known by the key")


def test_b19_a_roster_that_nobody_confirms_gives_no_ranks(company: Company) -> None:
    old = roster(company).replace("schema = 1\n", "schema = 1\nupdated = 2020-01-01\n")
    company.settle({".aicheck/people.toml": old, ".aicheck/policy.toml": POLICY + "[people]\nmax_age_days = 30\n"})
    head = company.propose("jo", {"app.py": RISKY})
    assert company.approve("se", head).accepted
    refused(company.push("jo"), "the roster is older than the policy allows")


def test_b20_an_approved_branch_is_merged_together_with_another(company: Company) -> None:
    approved = company.propose("jo", {"app.py": RISKY})
    assert company.approve("se", approved).accepted
    company.propose("jo", {"lib.py": RISKY}, branch="second")
    company.git("jo", "merge", "-q", "-m", "Merge both", approved)
    done = company.push("jo")
    refused(done, "lib.py:5")
    refused(done, "needed: a senior engineer")


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
    take_over(company, "ops", head)
    assert company.push("ops", options=glass).accepted
    company.propose("jo", {"lib.py": RISKY}, branch="next")
    refused(company.push("jo"), "senior review, pending")  # nothing is left over for the next change
    refused(company.push("jo", options=glass), "the override of @jo does not count")
    refused(company.push("jo", pusher="", options=glass), "does not count: the policy does not list them")
    records = [json.loads(line) for line in (company.server / "aicheck/audit.jsonl").read_text().splitlines()]
    assert [record["head"] for record in records if record.get("decision", {}).get("override")] == [head]


def test_b23_an_approval_is_replayed_on_another_base(company: Company) -> None:
    head = company.propose("jo", {"app.py": RISKY})
    assert company.approve("se", head, "--branch", "develop").accepted
    refused(company.push("jo"), "needed: a senior engineer")
    assert company.approve("se", head).accepted
    company.settle({"other.txt": "other\n"})
    refused(company.push("jo", "+HEAD:refs/heads/main"), "would take commits away")
    company.git("jo", "fetch", "-q", "origin")
    company.git("jo", "rebase", "-q", "origin/main")
    refused(company.push("jo"), "needed: a senior engineer")


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
