"""The CI examples: the workflow files say what the page says, and their scan commands run in a real checkout."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

import aicheck
from tests.demo import SOURCE, build_demo, environment, git, put_aicheck_on_path

EXAMPLES = SOURCE / "docs" / "examples"
WORKFLOW = yaml.safe_load((EXAMPLES / "aicheck.yml").read_text("utf-8"))
GITLAB = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = WORKFLOW["jobs"]["aicheck"]["steps"]
INSTALL = f"pip install aicheck=={aicheck.__version__}"


def step(text: str) -> dict[str, Any]:
    """The only step that uses or runs this."""
    found = [one for one in STEPS if text in one.get("uses", "") + one.get("run", "")]
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_demo(tmp_path_factory.mktemp("ci") / "origin")


def checkout(origin: Path, folder: Path, branch: str) -> str:
    """What the checkout action leaves with `fetch-depth: 0`: all history, a detached head; the head's commit id."""
    git(folder, "clone", "-q", str(origin), "checkout")
    head = git(origin, "rev-parse", branch).strip()
    git(folder / "checkout", "checkout", "-q", "--detach", head)
    return head


def shell(folder: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script as a runner does, stopping at the first error, with `aicheck` installed."""
    path = put_aicheck_on_path(folder / "bin")
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    variables["PATH"] = path
    return subprocess.run(command, cwd=folder / "checkout", env=environment(**variables), capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("branch", "code"), [("agent/cleanup", 1), ("agent/docs-and-types", 0)])
def test_the_workflow_s_scan_fails_only_when_somebody_must_look(origin: Path, tmp_path: Path, branch: str, code: int) -> None:
    scan = step("aicheck scan")
    assert scan["env"] == {"HEAD": "${{ github.event.pull_request.head.sha }}"}
    (tmp_path / "runner").mkdir()
    head = checkout(origin, tmp_path, branch)
    done = shell(tmp_path, scan["run"], HEAD=head, GITHUB_BASE_REF="main", RUNNER_TEMP=str(tmp_path / "runner"))
    assert done.returncode == code, done.stderr
    assert ("::error file=terraform/database.tf" in done.stdout) is (code == 1)
    log = json.loads((tmp_path / "runner" / "aicheck.sarif").read_text())
    invocation = log["runs"][0]["invocations"][0]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, code)


def test_a_shallow_checkout_is_refused_and_says_how_to_mend_it(origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", f"file://{origin}", "checkout")
    head = git(origin, "rev-parse", "agent/cleanup").strip()
    (tmp_path / "runner").mkdir()
    done = shell(tmp_path, step("aicheck scan")["run"], HEAD=head, GITHUB_BASE_REF="main", RUNNER_TEMP=str(tmp_path / "runner"))
    assert done.returncode == 4
    assert "fetch" in done.stderr


def test_the_upload_happens_after_a_failed_scan_and_under_its_own_category() -> None:
    upload = step("upload-sarif")
    assert upload["if"].startswith("always()")
    assert upload["with"] == {"sarif_file": "${{ runner.temp }}/aicheck.sarif", "category": "aicheck"}
    assert '--format sarif="$RUNNER_TEMP/aicheck.sarif"' in step("aicheck scan")["run"]


def test_the_workflow_has_few_rights_and_installs_before_it_checks_out() -> None:
    assert WORKFLOW[True] == {"pull_request": None}  # YAML 1.1 reads the key `on` as true
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert WORKFLOW["jobs"]["aicheck"]["permissions"] == {"contents": "read", "security-events": "write"}
    checkout_step = step("actions/checkout")
    assert checkout_step["with"]["fetch-depth"] == 0
    assert checkout_step["with"]["persist-credentials"] is False
    assert STEPS.index(step(INSTALL)) < STEPS.index(checkout_step)
    assert not [one for one in STEPS if "${{" in one.get("run", "")]


@pytest.mark.parametrize(("branch", "code"), [("agent/cleanup", 1), ("agent/docs-and-types", 0)])
def test_the_gitlab_job_does_the_same(origin: Path, tmp_path: Path, branch: str, code: int) -> None:
    install, *script = GITLAB["aicheck"]["script"]
    assert install == INSTALL
    head = checkout(origin, tmp_path, branch)
    git(tmp_path / "checkout", "update-ref", "-d", "refs/remotes/origin/main")
    done = shell(tmp_path, "\n".join(script), CI_COMMIT_SHA=head, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main")
    assert done.returncode == code, done.stderr
    (artifact,) = GITLAB["aicheck"]["artifacts"]["paths"]
    assert json.loads((tmp_path / "checkout" / artifact).read_text())["version"] == "2.1.0"
