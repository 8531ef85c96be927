"""The worker survives nothing; the run survives everything."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aicheck.runners import isolation
from aicheck.runners.isolation import run_jobs
from aicheck.runners.protocol import Job

YAML = b"service:\n  timeout: 30s\n"


def job(data: bytes = YAML, path: str = "config/app.yaml", language: str = "yaml") -> Job:
    return Job(path, language, None, data, (), facts=True)


def test_facts_come_back() -> None:
    (answer,) = run_jobs([job()], (), 1)
    (side,) = answer.sides
    assert side.facts is not None
    assert [setting.key for setting in side.facts.settings] == [("service", "timeout")]


def test_answers_keep_the_order_of_the_jobs_with_several_workers() -> None:
    jobs = [job(f"key{number}: 1\n".encode(), f"{number}.yaml") for number in range(40)]
    answers = run_jobs(jobs, (), 2)
    assert [answer.sides[0].facts.settings[0].key for answer in answers if answer.sides[0].facts] == [
        (f"key{number}",) for number in range(40)
    ]


@pytest.mark.parametrize(
    ("death", "reason"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "nested too deeply or too large for the parser"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "needs more than 10 seconds of CPU time"),
        ("import os; os._exit(3)", "the parser ended with status 3"),
        ("import os, sys; os.write(1, (4).to_bytes(4, 'big') + b'junk'); sys.stdin.read()", "the worker's answer could not be read"),
    ],
)
def test_a_death_is_a_failure_with_its_reason(monkeypatch: pytest.MonkeyPatch, death: str, reason: str) -> None:
    """A worker that reads its job and then dies in a given way."""
    start = "import sys; from aicheck.runners import protocol as p; s = sys.stdin.buffer; p.read_hello(s); p.read_job(s); "
    monkeypatch.setattr(isolation, "BOOTSTRAP", f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); {start}{death}")
    answers = run_jobs([job(), job(path="other.yaml")], (), 1)
    assert [answer.sides[0].failures[0].reason for answer in answers] == [reason, reason]


def test_an_answer_without_a_side_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    start = "import sys; from aicheck.runners import protocol as p; s = sys.stdin.buffer; p.read_hello(s); p.read_job(s); "
    answer = "p.write(sys.stdout.buffer, p.Answer(())); s.read()"
    monkeypatch.setattr(isolation, "BOOTSTRAP", f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); {start}{answer}")
    (found,) = run_jobs([job()], (), 1)
    assert [failure.reason for side in found.sides for failure in side.failures] == ["the worker's answer could not be read"]


def test_a_worker_that_cannot_start_is_told_without_the_places_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    (found,) = run_jobs([job()], (), 1)
    assert [failure.reason for failure in found.sides[0].failures] == ["the worker could not be started: No such file or directory"]


def test_a_closed_worker_starts_no_other_one() -> None:
    process = isolation.WorkerProcess(())
    process.close()
    assert process.ask(job()) == isolation.Death("not reached")


def test_a_worker_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "BOOTSTRAP", "import time; time.sleep(600)")
    monkeypatch.setattr(isolation, "WALL_SECONDS", 0.2)
    (answer,) = run_jobs([job()], (), 1)
    assert "no answer within" in answer.sides[0].failures[0].reason


def test_the_worker_does_not_import_from_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "mark"
    for name in ("yaml", "msgspec", "json", "libcst", "ast"):
        (tmp_path / f"{name}.py").write_text(f"open({str(mark)!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    (answer,) = run_jobs([job()], (), 1)
    assert answer.sides[0].facts is not None
    assert not mark.exists()


UNPRIVILEGED = """
import sys
sys.path[:] = {path!r}
from aicheck.runners.isolation import run_jobs
from aicheck.runners.protocol import Job
(answer,) = run_jobs([Job("a.yaml", "yaml", None, b"timeout: 3", (), facts=True)], (), 1)
print(answer.sides[0].facts is not None, answer.sides[0].failures)
"""
AS_NOBODY = ["setpriv", "--reuid=nobody", "--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
"""Another user who may read this checkout wherever it stands."""


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="not root: every other test already runs unprivileged")
def test_the_limits_hold_for_an_unprivileged_user() -> None:
    """RLIMIT_NPROC 0 set before the worker's thread has started would refuse that thread to everyone but root."""
    code = UNPRIVILEGED.format(path=[entry for entry in sys.path if entry])
    done = subprocess.run([*AS_NOBODY, sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd="/")
    assert done.stdout.strip() == "True ()", done.stderr


LIMITED = """
import resource, subprocess, sys
from aicheck.runners import worker
worker._limit(resource.RLIMIT_{limit}, 0)
try:
    {attempt}
    print("allowed")
except OSError:
    print("refused")
"""


def test_the_worker_may_not_write_files(tmp_path: Path) -> None:
    code = LIMITED.format(limit="FSIZE", attempt=f"open({str(tmp_path / 'x')!r}, 'w', buffering=1).write('x' + chr(10))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "refused", done.stderr


@pytest.mark.skipif(os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root is exempt from this limit")
def test_the_worker_may_not_start_processes() -> None:
    code = (
        "import sys; sys.path[:] = "
        + repr([entry for entry in sys.path if entry])
        + LIMITED.format(limit="NPROC", attempt="subprocess.run([sys.executable, '-c', ''])")
    )
    user = AS_NOBODY if os.geteuid() == 0 else []
    done = subprocess.run([*user, sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd="/")
    assert done.stdout.strip() == "refused", done.stderr
