"""`aicheck provenance` and `scan --trace` as their users meet them."""

import json
import os
import shlex
import shutil
from pathlib import Path

from aicheck.cli.provenance import command
from tests.changes.conftest import Repo, make_repo, repo
from tests.cli.test_main import RETRY, aicheck
from tests.test_attribution import AI, CLAUDE, HUMAN, LINES, annotate, write_trace

__all__ = ["make_repo", "repo"]


def three_commits(repo: Repo) -> list[str]:
    base = repo.commit({"a.py": LINES})
    marked = repo.commit({"a.py": LINES + "1\n"}, CLAUDE)
    noted = repo.commit({"a.py": LINES + "1\n2\n3\n", "b c.py": "x\n"}, "Subject \x1b[31m")
    annotate(repo, noted, f'a.py\n  {AI} 1-10\n  {HUMAN} 11\n"b c.py"\n  ai_agent 1\n')
    return [base, marked, noted]


def test_evidence_of_a_range_with_its_source_lines(repo: Repo) -> None:
    base, marked, noted = three_commits(repo)
    done = aicheck("provenance", f"{base}..HEAD", "--format", "json", cwd=repo.path)
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["commit"], first["state"], first["evidence"][0]["source"]) == (marked, "marked", f"{marked[:12]}:message:3")
    assert (second["commit"], second["state"], second["tools"]) == (noted, "attested", ["claude"])
    assert [(item["source"], item["text"]) for item in second["evidence"]] == [
        (f"{noted[:12]}:notes/ai:2", "a.py 10"),
        (f"{noted[:12]}:notes/ai:5", "b c.py 1"),
    ]
    text = aicheck("provenance", cwd=repo.path).stdout
    assert "attested: a.py 10 (notes/ai:2)" in text
    assert "\x1b" not in text


def test_the_lines_of_each_commit(repo: Repo) -> None:
    base, _, _ = three_commits(repo)
    done = aicheck("provenance", f"{base}..HEAD", "--format", "json", "--lines", cwd=repo.path)
    first, second = (json.loads(line)["lines"] for line in done.stdout.splitlines())
    assert first == [{"path": "a.py", "first": 9, "last": 9, "state": "marked", "tool": ""}]
    assert [(row["path"], row["first"], row["last"], row["state"], row["tool"]) for row in second] == [
        ("a.py", 10, 10, "attested", "claude"),
        ("a.py", 11, 11, "declared-none", ""),
        ("b c.py", 1, 1, "attested", ""),
    ]
    assert "a.py:10 attested claude" in aicheck("provenance", "--lines", cwd=repo.path).stdout


def test_a_summary_by_tool_week_and_author(repo: Repo) -> None:
    base, _, _ = three_commits(repo)
    text = aicheck("provenance", f"{base}..HEAD", "--format", "summary", cwd=repo.path).stdout
    assert "100 % of 2 commits show AI assistance" in text
    assert "1 attested, 1 marked" in text
    for title, row in (("by tool", "claude"), ("by week", "2023-W46"), ("by author", "Ada <ada@example.com>")):
        assert row in text.partition(title)[2].splitlines()[1]


def test_a_broken_note_is_one_sentence_on_standard_error(repo: Repo) -> None:
    head = repo.commit({"a.py": "1\n"})
    annotate(repo, head, "  s_1 1\n")
    done = aicheck("provenance", cwd=repo.path)
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert head[:12] in done.stderr


def test_git_is_started_as_often_for_a_long_range_as_for_a_short_one(repo: Repo, tmp_path: Path) -> None:
    commits = [repo.commit({"a.py": f"{number}\n"}) for number in range(6)]
    for commit in commits:
        annotate(repo, commit, f"a.py\n  {AI} 1\n")
    log, folder = tmp_path / "log", tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(f'#!/bin/sh\necho "$@" >>{log}\nexec {shutil.which("git")} "$@"\n')
    (folder / "git").chmod(0o755)
    starts = []
    for base in (commits[4], commits[0]):
        log.write_text("")
        done = aicheck(
            "provenance", f"{base}..{commits[5]}", "--format", "json", cwd=repo.path, PATH=f"{folder}{os.pathsep}{os.environ['PATH']}"
        )
        assert done.stdout.count("attested") > 0
        starts.append([line.partition("--work-tree=")[2].split()[1] for line in log.read_text().splitlines()])
    assert starts[0] == starts[1]
    assert [starts[0].count(name) for name in ("log", "cat-file")] == [1, 2], "one for contents, one that tells which commits exist"


def test_a_scan_gives_a_finding_the_state_of_its_own_lines(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"app.py": "import time\n"})
    head = repo.commit({"retry.py": RETRY})
    repo.commit({"b.py": "1\n"}, CLAUDE)
    arguments = shlex.split(f"scan --base {base} --format json --jobs 1")
    report = json.loads(aicheck(*arguments, cwd=repo.path).stdout)
    assert report["provenance"]["state"] == "marked"
    assert {finding["provenance"] for finding in report["findings"]} == {"unknown"}
    trace = write_trace(tmp_path / "trace.json", head)
    trace.write_text(trace.read_text().replace("a.py", "retry.py"))
    report = json.loads(aicheck(*arguments, "--trace", str(trace), cwd=repo.path).stdout)
    assert report["provenance"]["state"] == "attested"
    assert {finding["provenance"] for finding in report["findings"]} == {"attested"}


def test_the_help_says_what_absence_means() -> None:
    assert command.help is not None
    assert "A missing marker proves nothing" in command.help
