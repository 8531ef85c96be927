"""Known ways around a review by what a change holds and how it is pushed, each shown to fail against a real server.

B10 is not prevented: it is reported. The numbers are those of the list in docs/gate.md.
"""

import pytest

from tests.gate.company import HARMLESS, OWNED, RISKY, Company, refused


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
    promoted = company.roster().replace('mid = ["@mi"]\n', "").replace('senior = ["@se"', 'senior = ["@mi", "@se"')
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
    assert company.records()[-1]["pieces"] == [company.git("jo", "rev-parse", "HEAD~1")]


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


def test_b13_what_a_guarded_branch_shows_is_replaced(company: Company) -> None:
    company.propose("jo", {"app.py": RISKY})
    refused(company.push("jo", f"HEAD:refs/replace/{company.main()}"), "a replaced object would change what guarded branches show")


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
    file = company.folder / "tag"
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


def test_b20_an_approved_branch_is_merged_together_with_another(company: Company) -> None:
    approved = company.propose("jo", {"app.py": RISKY})
    assert company.approve("se", approved).accepted
    company.propose("jo", {"lib.py": RISKY}, branch="second")
    company.git("jo", "merge", "-q", "-m", "Merge both", approved)
    done = company.push("jo")
    refused(done, "lib.py:5")
    refused(done, "needed: a senior engineer")


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
