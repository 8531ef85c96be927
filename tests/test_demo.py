"""The demo: a real repository, built the same everywhere, in which one branch needs eyes and the other does not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo import BUILD, SOURCE, aicheck, build_demo, environment, git, run

BRANCHES = ("main", "agent/cleanup", "agent/docs-and-types")
DANGEROUS = {
    ("broad-deletion/unproven-path", "stockroom/exports.py"),
    ("deploy-config/capacity-collapsed", "deploy/values.production.yaml"),
    ("safeguard-removal/deletion-protection-off", "terraform/database.tf"),
    ("safeguard-removal/guard-removed", "stockroom/exports.py"),
    ("safeguard-removal/tests-removed", "tests/test_exports.py"),
    ("safeguard-removal/timeout-removed", "stockroom/carrier.py"),
    ("swallowed-errors/fail-open-check", "stockroom/access.py"),
    ("unbounded-retry/loop-without-exit", "stockroom/carrier.py"),
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_demo(tmp_path_factory.mktemp("demo") / "repository")


def tips(repository: Path) -> list[str]:
    return git(repository, "rev-parse", *BRANCHES).split()


def test_main_holds_eight_commits_some_of_them_marked(repository: Path) -> None:
    assert git(repository, "rev-list", "--count", "main").strip() == "8"
    assert git(repository, "status", "--porcelain") == ""
    states = [line.split()[1] for line in aicheck("provenance", "main", "--repo", str(repository), cwd=SOURCE).stdout.splitlines()[:1]]
    assert states == ["marked"]


def test_every_commit_of_the_branches_is_marked_with_its_tool(repository: Path) -> None:
    done = aicheck("provenance", "main..agent/cleanup", "--repo", str(repository), "--format", "json", cwd=SOURCE)
    commits = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(commit["state"], commit["tools"]) for commit in commits] == [
        ("marked", ["claude"]),
        ("marked", ["copilot"]),
        ("marked", ["cursor"]),
    ]


def test_the_ids_do_not_depend_on_the_machine(repository: Path, tmp_path: Path) -> None:
    (tmp_path / ".gitconfig").write_text("[core]\n\tautocrlf = true\n[commit]\n\tgpgsign = true\n[init]\n\tdefaultBranch = other\n")
    elsewhere = {"HOME": str(tmp_path), "TZ": "Asia/Tokyo", "GIT_AUTHOR_NAME": "Other", "GIT_CONFIG_GLOBAL": str(tmp_path / ".gitconfig")}
    subprocess.run([sys.executable, str(BUILD), str(tmp_path / "again")], check=True, env={**os.environ, **elsewhere})
    assert tips(tmp_path / "again") == tips(repository)


def test_building_again_gives_the_same_and_never_touches_another_folder(tmp_path: Path) -> None:
    first = tips(build_demo(tmp_path / "demo"))
    (tmp_path / "demo" / "left-over.txt").write_text("x")
    assert tips(build_demo(tmp_path / "demo")) == first
    assert not (tmp_path / "demo" / "left-over.txt").exists()

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "work.txt").write_text("keep")
    refused = run(sys.executable, str(BUILD), str(tmp_path / "mine"), cwd=tmp_path)
    assert refused.returncode == 2
    assert (tmp_path / "mine" / "work.txt").read_text() == "keep"


@pytest.mark.parametrize("branch", BRANCHES)
def test_the_service_passes_its_own_tests_on_every_branch(repository: Path, tmp_path: Path, branch: str) -> None:
    git(tmp_path, "clone", "-q", "--branch", branch, str(repository), "clone")
    done = run(sys.executable, "-B", "-m", "unittest", cwd=tmp_path / "clone")
    assert done.returncode == 0, done.stderr
    assert "Ran 0 tests" not in done.stderr


def test_the_dangerous_branch_shows_every_planted_pattern(repository: Path) -> None:
    done = aicheck("scan", "--repo", str(repository), "--base", "main", "--head", "agent/cleanup", "--format", "json", cwd=SOURCE)
    report = json.loads(done.stdout)
    assert {(finding["rule"], finding["path"]) for finding in report["findings"] if finding["state"] == "new"} == DANGEROUS
    assert report["failures"] == []
    assert (report["decision"]["level"], report["decision"]["verdict"], done.returncode) == ("dual", "pending", 1)


def test_the_harmless_branch_needs_nobody_though_it_moves_a_risky_loop(repository: Path) -> None:
    done = aicheck("scan", "--repo", str(repository), "--base", "main", "--head", "agent/docs-and-types", "--format", "json", cwd=SOURCE)
    report = json.loads(done.stdout)
    assert {finding["state"] for finding in report["findings"]} == {"unchanged"}
    assert ("unbounded-retry/loop-without-exit", "stockroom/startup.py") in {
        (finding["rule"], finding["path"]) for finding in report["findings"]
    }
    assert report["provenance"]["state"] == "marked"
    assert (report["decision"]["level"], report["decision"]["verdict"], done.returncode) == ("none", "satisfied", 0)


def test_the_whole_demo_runs_and_leaves_sarif(tmp_path: Path) -> None:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    script = str(SOURCE / "fixtures" / "demo" / "run.sh")
    done = run("bash", script, str(tmp_path / "repository"), str(tmp_path / "demo.sarif"), cwd=tmp_path, PATH=path)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("exit code")] == ["exit code 0", "exit code 1", "exit code 0"]
    log = json.loads((tmp_path / "demo.sarif").read_text())
    assert {result["ruleId"] for result in log["runs"][0]["results"] if result["baselineState"] == "new"} == {rule for rule, _ in DANGEROUS}


def test_the_demo_stops_at_an_exit_code_that_it_did_not_announce(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\ncase "$*" in *"-m aicheck scan"*) exit 3;; esac\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    script = str(SOURCE / "fixtures" / "demo" / "run.sh")
    path = os.pathsep.join((str(tmp_path), environment()["PATH"]))
    done = run("bash", script, str(tmp_path / "repository"), str(tmp_path / "demo.sarif"), cwd=tmp_path, PATH=path)
    assert done.returncode == 1
    assert "expected exit code 1" in done.stderr
