"""The log of a real scan, not of values made by hand, satisfies both validators."""

import sys
from pathlib import Path

from tests.demo import aicheck, build_demo, run
from tests.report.conftest import SarifTools


def test_the_log_of_the_demo_is_valid(sarif_tools: SarifTools, tmp_path: Path) -> None:
    repository = build_demo(tmp_path / "demo")
    done = aicheck("scan", "--base", "main", "--head", "agent/cleanup", "--format", "sarif", cwd=repository)
    assert (done.returncode, done.stderr) == (1, "")
    assert sarif_tools.schema_errors(done.stdout) == []
    assert sarif_tools.complaints({"demo": done.stdout}, tmp_path) == []


def test_nothing_of_the_machine_changes_a_real_log(tmp_path: Path) -> None:
    repository = build_demo(tmp_path / "demo")
    logs = set()
    for seed, locale, zone, jobs in (("0", "C", "UTC", "1"), ("4242", "C.UTF-8", "Asia/Tokyo", "4")):
        scratch = tmp_path / f"scratch-{seed}"
        scratch.mkdir()
        variables = {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone, "TMPDIR": str(scratch)}
        command = (sys.executable, "-P", "-m", "aicheck", "scan", "--base=main", "--head=agent/cleanup", "--format=sarif", f"--jobs={jobs}")
        done = run(*command, cwd=repository, **variables)
        assert done.returncode == 1, done.stderr
        logs.add(done.stdout)
    assert len(logs) == 1
    assert str(tmp_path) not in logs.pop()
