"""What the pusher reads, and what is kept."""

import hashlib
import subprocess

from tests.gate.company import RISKY, Company


def test_nothing_in_a_change_reaches_the_terminal_of_the_pusher(company: Company) -> None:
    name = "a\x1b]0;owned\x07\u202e::error::x.py"
    company.propose("jo", {name: RISKY}, "Change\n\nAicheck-Ack: \x1b[31m; x; y")
    done = company.push("jo", options=("-o", "aicheck.break-glass=\x1b[2J::error::"))
    assert not done.accepted
    assert "\x1b" not in done.text
    assert "\u202e" not in done.text
    assert not any(line.lstrip().startswith("::") for line in done.text.splitlines())
    log = company.server / "aicheck/audit.jsonl"
    assert log.read_bytes().isascii()


def test_a_record_names_all_that_the_decision_rests_on(company: Company) -> None:
    base, head = company.main(), company.propose("jo", {"app.py": RISKY})
    company.push("jo")
    company.push("jo")
    first, second = company.records()[-2:]
    assert (first["base"], first["head"], first["accepted"], first["pusher"]) == (base, head, False, "jo")
    assert set(first["digests"]) == {"change", "policy", "roster", "rules"}
    assert all(len(digest) >= 12 for digest in first["digests"].values())
    assert {"libcst", "semgrep", "ruff"} <= set(first["engines"])
    assert [finding["rule"] for finding in first["findings"]] == ["broad-deletion/unproven-path"]
    assert {one["who"]: one["part"] for one in first["part"]}["jo@acme.example"] == "author"
    same = ("digests", "engines", "policy", "roster", "findings", "decision", "paths")
    assert {key: first[key] for key in same} == {key: second[key] for key in same}
    assert second["previous"] == first["digest"]


def test_the_answer_shows_where_it_is_recorded(company: Company) -> None:
    company.propose("jo", {"app.py": RISKY})
    text = company.push("jo").text
    shown = text.partition("recorded as ")[2].split()[0]
    line = (company.server / "aicheck/audit.jsonl").read_bytes().splitlines()[-1]
    body = line[: line.rindex(b',"digest"')] + b"}"
    assert hashlib.sha256(body).hexdigest().startswith(shown)


def test_git_itself_agrees_with_an_approval(company: Company) -> None:
    head = company.propose("jo", {"app.py": RISKY})
    assert company.approve("se", head).accepted
    tag = company.must(company.server, "git", "for-each-ref", "--format=%(objectname)", "refs/aicheck")
    allowed = company.folder / "allowed"
    public = subprocess.run(["cat", f"{company.keys['se']}.pub"], check=True, capture_output=True, text=True).stdout
    allowed.write_text(f"se@acme.example {public}")
    verify = ("git", "-c", f"gpg.ssh.allowedSignersFile={allowed}", "verify-tag", tag)
    assert 'Good "git" signature for se@acme.example' in company.must(company.server, *verify)
