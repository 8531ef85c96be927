"""A rule added as one file is in the catalogue, `explain`, the documentation, SARIF and the example tests."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1]
PYTHON_RULE = '''\
"""Exits without a status."""

from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, cst, good


class HardExit(PythonCheck):
    """`os._exit` is called."""

    id = "swallowed-errors/hard-exit"
    title = "The process ends without cleaning up"
    why = "Buffers are not written and locks stay."
    instead = "Raise SystemExit."
    severity = "medium"
    needles = (("_exit",),)
    examples = (
        bad("import os\\n\\n\\ndef stop():\\n    os._exit(1)\\n", "ends at once"),
        bad("from os import _exit as leave\\n\\nleave(2)\\n", "under another name"),
        good("import sys\\n\\n\\ndef stop():\\n    sys.exit(1)\\n", "cleans up"),
        good("def _exit(code): ...\\n\\n\\n_exit(1)\\n", "a function of its own"),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each call."""
        for call in region.walk(cst.Call):
            if region.resolve(call.func) == "os._exit":
                yield Hit(region.span(call), "os._exit ends the process at once")
'''
SEMGREP_RULE = """\
rules:
  - id: swallowed-errors.ignored-close
    languages: [go]
    severity: WARNING
    message: the error of Close is dropped
    pattern: _ = $X.Close()
    metadata:
      aicheck:
        title: The error of Close is dropped
        why: A write that failed late is lost without a trace.
        instead: Return the error.
        severity: low
        needles: [[Close]]
        examples:
          - {path: a.go, note: dropped, bad: "package a\\n\\nfunc f(x io.Closer) {\\n\\t_ = x.Close()\\n}\\n"}
          - {path: b.go, note: dropped in a loop, bad: "package a\\n\\nfunc f(x T) {\\n\\tfor {\\n\\t\\t_ = x.Close()\\n\\t}\\n}\\n"}
          - {path: a.go, note: returned, good: "package a\\n\\nfunc f(x io.Closer) error {\\n\\treturn x.Close()\\n}\\n"}
          - {path: b.go, note: another function, good: "package a\\n\\nfunc f(x T) {\\n\\t_ = x.Open()\\n}\\n"}
"""
RULES = {
    "swallowed-errors/hard-exit": ("aicheck/checks/swallowed_errors/hard_exit.py", PYTHON_RULE),
    "swallowed-errors/ignored-close": ("rules/swallowed-errors/ignored-close.yaml", SEMGREP_RULE),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with one more file for each rule."""
    folder = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__", "fixtures", ".venv")
    for name in ("aicheck", "rules", "docs", "tests"):
        shutil.copytree(SOURCE / name, folder / name, ignore=ignored)
    for path, text in RULES.values():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    return subprocess.run(
        [sys.executable, "-P", "-m", *arguments], cwd=checkout, capture_output=True, text=True, check=False, env=environment
    )


@pytest.mark.parametrize("rule", RULES)
def test_it_is_listed_and_explained(checkout: Path, rule: str) -> None:
    assert rule in {entry["id"] for entry in json.loads(run(checkout, "aicheck", "rules", "--format", "json").stdout)}
    page = run(checkout, "aicheck", "explain", rule).stdout
    assert rule in page and "Instead" in page.replace("instead", "Instead")


@pytest.mark.parametrize("rule", RULES)
def test_it_gets_a_page(checkout: Path, rule: str) -> None:
    assert run(checkout, "docs.generate").returncode == 0
    assert rule in (checkout / "docs" / "rules" / f"{rule}.md").read_text()
    assert rule in (checkout / "docs" / "rules" / "index.md").read_text()


@pytest.mark.parametrize("rule", RULES)
def test_it_reaches_sarif(checkout: Path, rule: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import os\n\nos._exit(1)\n")
    (tmp_path / "a.go").write_text("package a\n\nfunc f(x io.Closer) {\n\t_ = x.Close()\n}\n")
    log = json.loads(run(checkout, "aicheck", "scan", "--all", str(tmp_path), "--format", "sarif").stdout)["runs"][0]
    assert rule in {entry["id"] for entry in log["tool"]["driver"]["rules"]}
    assert rule in {result["ruleId"] for result in log["results"]}


def test_its_examples_are_tests(checkout: Path) -> None:
    done = run(checkout, "pytest", "-q", "-p", "no:cacheprovider", "tests/test_examples.py", "-k", "hard-exit or ignored-close")
    assert done.returncode == 0, done.stdout
    assert "11 passed" in done.stdout, done.stdout
