"""`--import`: logs that real tools wrote, judged with the change they belong to."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aicheck.runners.ruff import find_ruff
from tests.cli.test_main import aicheck, assert_one_sentence, git

BEFORE = """\
def total(orders):
    assert orders
    return sum(order.price for order in orders)


def first(orders):
    return orders[0]
"""
AFTER = """\
def first(orders):
    return orders[0]


def total(orders, rate):
    assert orders
    assert rate
    return sum(order.price for order in orders) * rate
"""
RULE = "imported/ruff.S101"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "a repository"
    (folder / "src").mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    for name in ("sums.py", "other.py"):
        (folder / "src" / name).write_text(BEFORE)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Start")
    (folder / "src" / "sums.py").write_text(AFTER)
    git(folder, "commit", "-q", "-a", "-m", "Add a rate")
    return folder


def ruff_log(folder: Path, output: Path) -> Path:
    """What ruff says of a checkout: absolute `file://` addresses, no fingerprints."""
    command = [str(find_ruff()), "check", "--isolated", "--no-cache", "--select", "S101,D103", "--output-format", "sarif", "."]
    output.write_bytes(subprocess.run(command, cwd=folder, capture_output=True, check=False).stdout)
    return output


def findings(repository: Path, *arguments: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    done = aicheck("scan", "--commit", "HEAD", "--format", "json", *arguments, cwd=repository)
    report = json.loads(done.stdout)
    return [one for one in report["findings"] if one["family"] == "imported"], report


def test_a_log_of_ruff_reduced_to_what_the_change_touched(repository: Path, tmp_path: Path) -> None:
    log = ruff_log(repository, tmp_path / "after.sarif")
    found, report = findings(repository, "--import", str(log))
    assert {(one["rule"], one["line"]): one["state"] for one in found} == {
        ("imported/ruff.D103", 1): "unchanged",
        ("imported/ruff.D103", 5): "new",
        (RULE, 6): "new",
        (RULE, 7): "new",
    }
    assert {(one["path"], one["engine"], one["severity"]) for one in found} == {("src/sums.py", "sarif", "medium")}
    assert {one["title"] for one in found if one["rule"] == RULE} == {"Use of `assert` detected"}
    assert "7 results, 4 in changed files" in report["change"]["notes"][0]
    assert report["decision"]["level"] == "ack"


def test_logs_of_both_sides_leave_only_what_the_first_one_lacks(repository: Path, tmp_path: Path) -> None:
    """The log of before was made in a work tree elsewhere. A finding whose line was rewritten is a new one."""
    git(repository, "worktree", "add", "-q", str(tmp_path / "base"), "HEAD~1")
    before, after = ruff_log(tmp_path / "base", tmp_path / "before.sarif"), ruff_log(repository, tmp_path / "after.sarif")
    found, _ = findings(repository, "--import", str(after), "--import-before", str(before))
    counts = [(one["rule"], one["line"]) for one in found if one["state"] == "new"]
    assert counts == [("imported/ruff.D103", 5), (RULE, 7)]
    assert [(one["rule"], one["line"]) for one in found if one["state"] == "absent"] == [("imported/ruff.D103", 1)]


def test_two_folders_and_a_whole_tree(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", str(tmp_path / "base"), "HEAD~1")
    before, after = ruff_log(tmp_path / "base", tmp_path / "before.sarif"), ruff_log(repository, tmp_path / "after.sarif")
    sides = ("--before", str(tmp_path / "base"), "--after", str(repository))
    imports = ("--import", str(after), "--import-before", str(before))
    report = json.loads(aicheck("scan", *sides, *imports, "--format", "json", cwd=tmp_path).stdout)
    assert [one["line"] for one in report["findings"] if one["rule"] == RULE and one["state"] == "new"] == [7]
    report = json.loads(aicheck("scan", "--all", "--import", str(after), "--format", "json", cwd=repository).stdout)
    assert len([one for one in report["findings"] if one["family"] == "imported" and one["state"] == "new"]) == 7


def test_what_semgrep_suppressed_stays_and_counts_when_the_change_suppresses_it(repository: Path, tmp_path: Path) -> None:
    rule = {"id": "no-assert", "languages": ["python"], "severity": "ERROR", "message": "an assert", "pattern": "assert $X"}
    (tmp_path / "rules.json").write_text(json.dumps({"rules": [rule]}))
    source = (repository / "src" / "sums.py").read_text()
    (repository / "src" / "sums.py").write_text(source.replace("assert rate", "assert rate  # nosemgrep: no-assert"))
    git(repository, "commit", "-q", "-a", "--amend", "-m", "Add a rate")
    semgrep = Path(sys.executable).with_name("semgrep")
    flags = ["--metrics=off", "--disable-version-check", "--sarif", "--quiet", "--config", str(tmp_path / "rules.json")]
    done = subprocess.run(
        [semgrep, "scan", *flags, "src"], cwd=repository, capture_output=True, check=False, env={**os.environ, "HOME": "/tmp"}
    )
    (tmp_path / "after.sarif").write_bytes(done.stdout)
    found, report = findings(repository, "--import", str(tmp_path / "after.sarif"))
    assert {one["line"]: one["suppression"] and one["suppression"]["added"] for one in found} == {6: None, 7: True}
    assert not report["failures"]


def test_the_policy_and_comments_know_imported_rules(repository: Path, tmp_path: Path) -> None:
    log = ruff_log(repository, tmp_path / "after.sarif")
    (tmp_path / "policy.toml").write_text(
        f'schema = 1\n[rules]\n"{RULE}" = {{ severity = "high" }}\n"imported/ruff.D103" = {{ off = true, reason = "not ours" }}\n'
        '[[escalate]]\nid = "tools"\nwhen = { rules = ["imported/ruff.*"], family = ["imported"] }\nto = "peer"\nwhy = "a tool says so"\n'
    )
    found, report = findings(repository, "--import", str(log), "--policy", str(tmp_path / "policy.toml"))
    assert {(one["rule"], one["severity"], bool(one["suppression"])) for one in found if one["state"] == "new"} == {
        (RULE, "high", False),
        ("imported/ruff.D103", "medium", True),
    }
    assert report["decision"]["level"] == "senior"
    comment = f"# aicheck: ignore[{RULE}] only in debug runs\n    assert rate"
    for message, text in (
        ("Accept it", AFTER.replace("assert rate", comment)),
        ("Use it", AFTER.replace("assert rate", comment) + "\nX = 1\n"),
    ):
        (repository / "src" / "sums.py").write_text(text)
        git(repository, "commit", "-q", "-a", "-m", message)
    found, _ = findings(repository, "--import", str(ruff_log(repository, tmp_path / "after.sarif")))
    assert [one["suppression"] and one["suppression"]["reason"] for one in found if one["line"] == 8] == ["only in debug runs"]


def test_excluded_files_have_no_imported_findings(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "aicheck.toml").write_text('exclude = ["src/**"]\n')
    log = ruff_log(repository, tmp_path / "after.sarif")
    assert findings(repository, "--import", str(log), "--config", str(tmp_path / "aicheck.toml"))[0] == []


def test_every_report_holds_what_a_hostile_log_says_as_text(repository: Path, tmp_path: Path) -> None:
    nasty = "\x1b[31m::error::[x](https://example.com)\u202e\x07`"
    place = {"artifactLocation": {"uri": "src/sums.py"}, "region": {"startLine": 7}}
    rule = {"id": nasty, "shortDescription": {"text": nasty}, "fullDescription": {"text": nasty}, "helpUri": nasty}
    result = {
        "ruleId": nasty,
        "message": {"text": nasty},
        "locations": [{"physicalLocation": place}],
        "suppressions": [{"kind": "inSource", "justification": nasty}],
    }
    run = {"tool": {"driver": {"name": nasty, "version": nasty, "rules": [rule]}}, "results": [result]}
    (tmp_path / "log.sarif").write_text(json.dumps({"version": "2.1.0", "runs": [run]}))
    for form in ("text", "json", "sarif", "github"):
        done = aicheck("scan", "--commit", "HEAD", "--import", str(tmp_path / "log.sarif"), "--format", form, cwd=repository)
        assert done.returncode == 1, done.stderr
        assert not {"\x1b", "\u202e", "\x07"} & set(done.stdout), form
        assert "](https://" not in done.stdout, form
        assert form == "github" or not any(line.lstrip().startswith("::") for line in done.stdout.splitlines())


def test_a_log_that_cannot_be_read(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.sarif").write_text("{}")
    for arguments in (
        ("--import", str(tmp_path / "missing.sarif")),
        ("--import", str(tmp_path)),
        ("--import", str(tmp_path / "bad.sarif")),
        ("--import-before", str(tmp_path / "bad.sarif")),
        ("--all", "--import", str(tmp_path / "bad.sarif"), "--import-before", str(tmp_path / "bad.sarif")),
    ):
        assert_one_sentence(aicheck("scan", *arguments, cwd=repository), 2)


def test_an_imported_rule_is_explained_by_its_tool(repository: Path) -> None:
    done = aicheck("explain", RULE, cwd=repository)
    assert_one_sentence(done, 2)
    assert "another tool's" in done.stderr
