"""The command line as its users meet it: exit codes, one sentence for an error, nothing imported in vain."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aicheck.cli.main import VERBS, run

SOURCE = Path(__file__).parents[2]
RETRY = """\
import time


def run(job):
    while True:
        try:
            return job()
        except OSError:
            time.sleep(1)
"""


def aicheck(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), **variables}
    return subprocess.run(
        [sys.executable, "-m", "aicheck", *arguments], cwd=cwd, capture_output=True, text=True, check=False, env=environment
    )


def git(folder: Path, *arguments: str) -> None:
    identity = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", "Jo"), ("EMAIL", "jo@example.com"), ("DATE", "2026-01-02T03:04:05Z"))
    }
    subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", **identity}
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "app.py").write_text("def run(job):\n    return job()\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Start")
    git(folder, "checkout", "-q", "-b", "agent/retry")
    (folder / "app.py").write_text(RETRY)
    git(folder, "commit", "-q", "-a", "-m", "Retry\n\nCo-Authored-By: Claude <noreply@anthropic.com>")
    return folder


def assert_one_sentence(done: subprocess.CompletedProcess[str], code: int) -> None:
    assert done.returncode == code
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_a_scan_outside_a_repository(tmp_path: Path) -> None:
    assert_one_sentence(aicheck("scan", cwd=tmp_path), 4)


def test_an_unknown_revision(repository: Path) -> None:
    assert_one_sentence(aicheck("scan", "--base", "nowhere", cwd=repository), 4)


def test_an_unknown_rule_in_a_policy(repository: Path) -> None:
    (repository / "policy.toml").write_text('schema = 1\n\n[rules."no/such-rule"]\nseverity = "low"\n')
    done = aicheck("scan", "--commit", "HEAD", "--policy", "policy.toml", cwd=repository)
    assert_one_sentence(done, 2)
    assert "no/such-rule" in done.stderr


def test_a_missing_path(repository: Path) -> None:
    assert_one_sentence(aicheck("scan", "no/such/path", cwd=repository), 2)
    assert_one_sentence(aicheck("scan", "--all", "no/such/path", cwd=repository), 2)
    assert_one_sentence(aicheck("scan", "--repo", "no/such/path", cwd=repository), 2)


@pytest.mark.parametrize(
    "arguments",
    [
        ("scan", "--format", "nonsense"),
        ("scan", "--format", "json", "--format", "sarif"),
        ("scan", "--format", "sarif=no/such/folder/x.sarif"),
        ("scan", "--staged", "--commit", "HEAD"),
        ("scan", "--before", "."),
        ("scan", "--head", "HEAD"),
        ("scan", "--policy", "missing.toml"),
        ("scan", "--config", "missing.toml"),
        ("scan", "--rules", "missing"),
        ("scan", "--trust-plugin", "no-such-distribution"),
        ("scan", "--patch", "missing.patch"),
        ("explain", "no/such-rule"),
    ],
)
def test_wrong_usage(repository: Path, arguments: tuple[str, ...]) -> None:
    assert_one_sentence(aicheck(*arguments, cwd=repository), 2)


def test_a_pending_decision_exits_with_1_and_exit_zero_softens_only_that(repository: Path) -> None:
    done = aicheck("scan", "--base", "main", cwd=repository)
    assert done.returncode == 1
    assert "unbounded-retry/loop-without-exit" in done.stdout
    assert "A senior engineer must review" in " ".join(done.stdout.split())
    assert aicheck("scan", "--base", "main", "--exit-zero", cwd=repository).returncode == 0
    assert aicheck("scan", "--base", "nowhere", "--exit-zero", cwd=repository).returncode == 4
    assert aicheck("scan", "--base", "HEAD", cwd=repository).returncode == 0


def test_something_unanalyzed_exits_with_3(repository: Path) -> None:
    (repository / "broken.py").write_text("def f(:\n")
    done = aicheck("scan", cwd=repository)
    assert done.returncode == 3
    assert "syntax error at line 1" in done.stdout


def test_the_policy_of_the_trusted_side_counts_and_not_that_of_the_change(repository: Path) -> None:
    off = 'schema = 1\n\n[rules."unbounded-retry/loop-without-exit"]\noff = true\nreason = "we like it"\n'
    (repository / ".aicheck").mkdir()
    (repository / ".aicheck" / "policy.toml").write_text(off)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Switch the rule off")
    done = aicheck("scan", "--base", "main", "--format", "json", cwd=repository)
    decision = json.loads(done.stdout)["decision"]
    assert done.returncode == 1
    assert {because["escalation"] for because in decision["because"]} >= {"junior-ai-high", "rules-changed"}
    git(repository, "checkout", "-q", "main")
    (repository / ".aicheck").mkdir()
    (repository / ".aicheck" / "policy.toml").write_text(off)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Switch the rule off")
    git(repository, "checkout", "-q", "-b", "agent/again")
    (repository / "app.py").write_text(RETRY)
    git(repository, "commit", "-q", "-a", "-m", "Retry")
    done = aicheck("scan", "--base", "main", "--format", "json", cwd=repository)
    assert done.returncode == 0, done.stdout
    assert aicheck("scan", "--base", "main", "--isolated", cwd=repository).returncode == 1


def test_paths_narrow_the_change_and_say_so(repository: Path) -> None:
    (repository / "app.py").write_text(RETRY + "\n")
    (repository / "pkg").mkdir()
    (repository / "pkg" / "new.py").write_text(RETRY)
    done = aicheck("scan", "new.py", "--format", "json", cwd=repository / "pkg")
    report = json.loads(done.stdout)
    assert report["change"]["partial"] is True
    assert {row["path"] for row in report["coverage"]} == {"pkg/new.py"}


def test_two_runs_give_the_same_bytes_whatever_the_surroundings(repository: Path) -> None:
    variants = [
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo", "COLUMNS": "40"},
    ]
    outputs = [aicheck("scan", "--base", "main", "--format", "sarif", cwd=repository, **variant).stdout for variant in variants]
    assert outputs[0] == outputs[1]
    assert '"unbounded-retry/loop-without-exit"' in outputs[0]
    assert str(repository) not in outputs[0]


def test_a_file_output_is_whole_and_an_old_one_does_not_survive_an_error(repository: Path) -> None:
    target = repository / "out.sarif"
    target.write_text("old")
    assert aicheck("scan", "--base", "nowhere", "--format", f"sarif={target}", cwd=repository).returncode == 4
    assert not target.exists()
    done = aicheck("scan", "--base", "main", "--format", f"sarif={target}", "--format", "text", cwd=repository)
    assert done.returncode == 1
    assert json.loads(target.read_text())["version"] == "2.1.0"
    assert "senior" in done.stdout


def test_an_internal_error_leaves_a_sarif_log_that_says_so(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import aicheck.scan

    def crash(request: object) -> object:
        raise RuntimeError("bug")

    monkeypatch.setattr(aicheck.scan, "scan", crash)
    monkeypatch.chdir(repository)
    assert run(["scan", "--commit", "HEAD", "--format", "sarif=out.sarif"]) == 70
    invocation = json.loads((repository / "out.sarif").read_text())["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert "RuntimeError" in capsys.readouterr().err


LIGHT = """
import sys
from aicheck.cli.main import run
code = run({arguments!r})
heavy = [name for name in ("libcst", "semgrep", "ruff", "rich", "tree_sitter") if name in sys.modules]
print(code, heavy, file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["explain", "broad-deletion/unproven-path"], ["rules", "--format", "json"]]
)
def test_light_verbs_import_no_engine(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIGHT.format(arguments=arguments)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    assert done.stderr.strip() == "0 []"
    assert done.stdout


def test_help_names_every_verb_and_the_exit_codes(tmp_path: Path) -> None:
    text = aicheck("--help", cwd=tmp_path).stdout
    assert all(verb in text for verb in VERBS)
    assert "Exit codes" in text
    for verb in VERBS:
        assert aicheck(verb, "--help", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion(tmp_path: Path, shell: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from aicheck.cli.main import cli; cli(prog_name='aicheck')"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "_AICHECK_COMPLETE": f"{shell}_source"},
    )
    assert "_AICHECK_COMPLETE" in done.stdout


def test_a_closed_pipe_is_no_traceback(repository: Path) -> None:
    command = f"{sys.executable} -m aicheck rules --format json | head -1"
    done = subprocess.run(
        ["bash", "-c", command], cwd=repository, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(SOURCE)}
    )
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr


def test_provenance_as_json_lines(repository: Path) -> None:
    done = aicheck("provenance", "main..agent/retry", "--format", "json", cwd=repository)
    (line,) = done.stdout.splitlines()
    value = json.loads(line)
    assert (value["state"], value["tools"], value["bot"]) == ("marked", ["claude"], False)
    assert set(value) == {"commit", "state", "bot", "tools", "extent", "evidence"}
    assert "marked claude" in aicheck("provenance", cwd=repository).stdout
    assert "unknown" in aicheck("provenance", "main", cwd=repository).stdout


def test_explain_accepts_the_bare_name_as_a_hint(tmp_path: Path) -> None:
    done = aicheck("explain", "unproven-path", cwd=tmp_path)
    assert_one_sentence(done, 2)
    assert "broad-deletion/unproven-path" in done.stderr
