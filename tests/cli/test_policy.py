"""The verbs around a policy, run on a repository."""

import json
from pathlib import Path

import pytest

from tests.demo import aicheck, build_demo, git

PEOPLE = """
schema = 1
[rank]
junior = ["@jo"]
senior = ["@alice", "@bob", "@carol"]
[identity]
"@jo" = ["mara@example.com"]
"""
CASES = """
schema = 1
[[case]]
name = "a junior's risky change"
author = "@jo"
findings = ["high"]
approved_by = ["@alice"]
level = "senior"
verdict = "satisfied"
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build_demo(tmp_path_factory.mktemp("policy") / "repository")
    (folder / ".aicheck").mkdir()
    (folder / ".aicheck" / "people.toml").write_text(PEOPLE)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "People")
    (folder / "cases.toml").write_text(CASES)
    return folder


def test_check_reads_the_work_tree_and_says_where_the_problem_is(repository: Path) -> None:
    assert aicheck("policy", "check", "--history", "0", cwd=repository).returncode == 0
    policy, owners = repository / ".aicheck" / "policy.toml", repository / "CODEOWNERS"
    policy.write_text('schema = 1\n\n[[escalate]]\nid = "x"\nwhen = { severity = "critical" }\nto = "peer"\nwhy = "y"\n')
    owners.write_text("* @alice\n!/docs @bob\n")
    done = aicheck("policy", "check", "--history", "0", cwd=repository)
    policy.unlink()
    owners.unlink()
    assert done.returncode == 1
    first, second, *_, last = done.stdout.splitlines()
    assert first == "problem  .aicheck/policy.toml:3  escalate 'x' adds nothing: 'critical' asks for senior whenever it holds"
    assert second.startswith("problem  CODEOWNERS:2  ")
    assert last == "2 problems, 0 notes"


def test_check_tells_what_would_escalate_too_much_of_history(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    for number in range(22):
        (tmp_path / ("app.py" if number % 4 else "infra.py")).write_text(f"X = {number}\n")
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", f"Change {number}")
    (tmp_path / "policy.toml").write_text(
        'schema = 1\n[[escalate]]\nid = "infra"\nwhen = { paths = ["infra.py"] }\nto = "senior"\nwhy = "y"\n'
    )
    check = ("policy", "check", "--policy", "policy.toml")
    text = "policy.toml:2  escalate 'infra' would have asked for senior on 6 of the last 22 commits (27%)"
    done = aicheck(*check, cwd=tmp_path)
    assert (done.returncode, f"note     {text}" in done.stdout.splitlines()) == (0, True), done.stdout
    strict = aicheck(*check, "--most", "20", cwd=tmp_path)
    assert (strict.returncode, f"problem  {text}" in strict.stdout.splitlines()) == (1, True), strict.stdout
    assert text not in aicheck(*check, "--most", "30", cwd=tmp_path).stdout
    assert text not in aicheck(*check, "--history", "10", cwd=tmp_path).stdout


def test_cases_come_out_or_do_not(repository: Path) -> None:
    done = aicheck("policy", "test", "cases.toml", cwd=repository)
    assert (done.returncode, done.stdout) == (0, "ok    a junior's risky change\n1 of 1 cases come out as expected\n")
    (repository / "wrong.toml").write_text(CASES.replace("satisfied", "pending"))
    done = aicheck("policy", "test", "wrong.toml", cwd=repository)
    assert done.returncode == 1
    assert done.stdout.startswith("FAIL  a junior's risky change: verdict satisfied instead of pending\n")


def test_a_record_is_explained(repository: Path, tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    roster = str(repository / ".aicheck" / "people.toml")
    scan = ("scan", "--base", "main", "--head", "agent/cleanup", "--roster", roster, "--format", f"json={record}")
    aicheck(*scan, cwd=repository)
    printed = aicheck("policy", "explain", str(record), cwd=tmp_path).stdout
    report = json.loads(record.read_text())
    assert printed.startswith("dual review, pending\n")
    for because in report["decision"]["because"]:
        asked = f"asked for by {because['escalation']}: {because['why']}\n"
        covered = f"{because['escalation']} asks for {because['level']}, which a need above covers: {because['why']}\n"
        assert (asked in printed) != (covered in printed)
    assert "  could be: @" in printed
    assert "terraform/database.tf:8  safeguard-removal/deletion-protection-off: " in printed


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"decision": 3}', '{"decision": {"level": "huge", "verdict": "x"}}', "[" * 100_000])
def test_what_is_no_record_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "record.json").write_text(text)
    done = aicheck("policy", "explain", "record.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "holds no decision that can be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_another_author_or_approval_can_be_supposed(repository: Path) -> None:
    what_if = ("policy", "what-if", "--base", "main", "--head", "agent/cleanup")
    now, _, then = aicheck(*what_if, "--approve", "@alice", "--approve", "@bob", cwd=repository).stdout.partition("\n\nIf ")
    assert now.startswith("As it is: dual review, pending")
    assert then.startswith("@alice approved it and @bob approved it: dual review, satisfied")

    printed = aicheck(*what_if, "--author", "@alice", "--approve", "@alice", "--approve", "@bob", cwd=repository).stdout
    assert "If @alice wrote it and @alice approved it" in printed
    assert "the approval of @alice does not count: it is of the author of the change" in printed

    printed = aicheck(*what_if, "--rank", "senior", cwd=repository).stdout
    then = printed.partition("\n\nIf the author wrote it with rank senior: ")[2]
    assert "asked for by junior-ai-high" not in then
    assert "asked for by senior-ai-high" in then
