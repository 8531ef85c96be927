"""One change full of hostile files: the ordinary ones beside them are still judged, and nothing is executed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.report.conftest import SarifTools

ORDINARY = "import shutil\nimport sys\n\n\ndef clean():\n    shutil.rmtree(sys.argv[1])\n"
ORDINARY_YAML_BEFORE = "service:\n  request_timeout: 30s\n  replicas: 6\n"
ORDINARY_YAML_AFTER = "service:\n  request_timeout: 0\n  replicas: 6\n"
ORDINARY_GO = 'package a\n\nimport "os"\n\nfunc Clean(dir string) error {\n\treturn os.RemoveAll(dir)\n}\n'
NEEDLE = "import shutil\nshutil.rmtree(target)\n"
EVIL_NAME = "evil\n::error file=x::\x1b]0;owned\x07\x1b[2J.py"
SECONDS = 120
"""A guard against hanging, not a measurement."""


def git(repository: Path, *arguments: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(repository),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.com",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.com",
    }
    return subprocess.run(["git", *arguments], cwd=repository, env=environment, check=True, capture_output=True, text=True).stdout


def hostile_files() -> dict[str, bytes]:
    yaml_bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + number)}: &{chr(98 + number)} [{','.join(['*' + chr(97 + number)] * 9)}]\n" for number in range(9)
    )
    merge_bomb = "a0: &a0 {k: 1}\n" + "".join(f"a{n}: &a{n}\n" + f"  <<: [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    return {
        "nested.py": (NEEDLE + "x = " + "(" * 3000 + "1" + ")" * 3000 + "\n").encode(),
        "sum.py": (NEEDLE + "x = " + " + ".join(["1"] * 10_000) + "\n").encode(),
        "line.py": (NEEDLE + "x = [" + "1, " * 1_700_000 + "]\n").encode(),
        "nul.py": NEEDLE.encode() + b"x = '\0'\n",
        "invalid.py": NEEDLE.encode() + b"x = '\xff\xfe'\n",
        "cookie.py": b"# coding: utf-7\n" + NEEDLE.encode(),
        "bomb.yaml": yaml_bomb.encode(),
        "merges.yaml": merge_bomb.encode(),
        "deep.yaml": ("[" * 100_000).encode(),
        "deep.json": ("[" * 100_000 + "]" * 100_000).encode(),
        "deep.toml": ("a = " + "[" * 10_000 + "]" * 10_000).encode(),
        "deep.tf": ("x = " + "(" * 50_000 + "1" + ")" * 50_000).encode(),
        "deep.js": ("fs.rmSync(" * 20_000 + ")" * 20_000).encode(),
        "open.js": ("fs.rmSync(" * 2_000).encode(),
        "broken.go": b'package a\n\nimport "os"\n\nfunc f(d string) { os.RemoveAll(d\n',
        "wide.py": (NEEDLE + "x = f" + "(a)" * 5000 + "\n").encode(),
        "ifs.py": (NEEDLE + "if a:\n    pass\n" + "elif a:\n    pass\n" * 3000).encode(),
        EVIL_NAME: NEEDLE.encode() + b"def f(:\n",
    }


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    git(folder, "init", "-q", "-b", "main")
    (folder / "config.yaml").write_text(ORDINARY_YAML_BEFORE)
    for name in ("fifo.py", "dangling.py", "folder"):
        (folder / name).write_text("x = 1\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "before")
    (folder / "config.yaml").write_text(ORDINARY_YAML_AFTER)
    (folder / "ordinary.py").write_text(ORDINARY)
    (folder / "ordinary.go").write_text(ORDINARY_GO)
    for name, data in hostile_files().items():
        (folder / name).write_bytes(data)
    (folder / "fifo.py").unlink()
    os.mkfifo(folder / "fifo.py")
    (folder / "dangling.py").unlink()
    (folder / "dangling.py").symlink_to("dangling.py")
    (folder / "folder").unlink()
    (folder / "folder").symlink_to(".")
    (folder / "loop").symlink_to("loop")
    mark = folder.parent / "executed"
    trap = folder.parent / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "diff.evil.textconv", "diff.external"):
        git(folder, "config", key, str(trap))
    (folder / ".gitattributes").write_text("* filter=evil diff=evil\n")
    for name in ("ruff.toml", "sitecustomize.py", "libcst.py", "yaml.py", "conftest.py"):
        (folder / name).write_text(f"open({str(mark)!r}, 'w')\n" if name.endswith("py") else 'exclude = ["*"]\nlint.ignore = ["ALL"]\n')
    (folder / ".semgrepignore").write_text("*\n")
    return folder


def scan(repository: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    source = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": source}
    return subprocess.run(
        [sys.executable, "-P", "-m", "aicheck", "scan", *arguments],
        cwd=repository,
        capture_output=True,
        check=False,
        timeout=SECONDS,
        env=environment,
    )


@pytest.fixture(scope="module")
def outputs(repository: Path) -> dict[str, str]:
    """The same scan in every format."""
    folder = repository.parent
    files = [f"--format={name}={folder / name}" for name in ("json", "sarif", "github")]
    done = scan(repository, "--format=text", "--color=never", *files)
    assert done.returncode == 3, done.stderr.decode()
    assert not done.stderr
    return {"text": done.stdout.decode(), **{name: (folder / name).read_text() for name in ("json", "sarif", "github")}}


@pytest.fixture(scope="module")
def report(outputs: dict[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(outputs["json"])
    return result


def test_the_ordinary_files_are_judged(report: dict[str, Any]) -> None:
    found = {(finding["path"], finding["rule"]) for finding in report["findings"]}
    assert ("ordinary.py", "broad-deletion/unproven-path") in found
    assert ("ordinary.go", "broad-deletion/unproven-path") in found
    assert ("config.yaml", "config-rewrite/timeout-collapsed") in found


REASONS = {
    "nested.py": "nested too deeply",
    "sum.py": "",
    "line.py": "larger than",
    "nul.py": "NUL",
    "invalid.py": "UTF-8",
    "cookie.py": "encoding",
    "bomb.yaml": "",
    "deep.yaml": "deep",
    "deep.json": "deep",
    "deep.toml": "deep",
    "deep.tf": "deep",
    "open.js": "syntax error",
    "broken.go": "syntax error",
    "fifo.py": "not a regular file",
}


@pytest.mark.parametrize(("name", "reason"), REASONS.items())
def test_a_hostile_file_stands_in_the_ledger_with_its_reason(report: dict[str, Any], name: str, reason: str) -> None:
    rows = [row for row in report["coverage"] if row["path"] == name and row["side"] == "after"]
    assert [row["outcome"] for row in rows] == ["unanalyzed"]
    assert rows[0]["reason"] and reason in rows[0]["reason"]


def test_every_path_is_in_the_ledger(report: dict[str, Any], repository: Path) -> None:
    listed = {row["path"] for row in report["coverage"]}
    assert {"loop", "folder", "dangling.py", "deep.js", "merges.yaml", "wide.py", "ifs.py", "ruff.toml"} <= listed
    assert report["change"]["files"] == len(listed)


def test_nothing_was_executed(report: dict[str, Any], repository: Path) -> None:
    assert report["findings"]
    assert not (repository.parent / "executed").exists()


@pytest.mark.parametrize("output", ["text", "json", "sarif", "github"])
def test_no_escape_code_leaves(outputs: dict[str, str], output: str) -> None:
    text = outputs[output]
    assert not [character for character in text if (ord(character) < 32 and character not in "\n\t") or 127 <= ord(character) < 160]
    commands = [line for line in text.splitlines() if line.lstrip().startswith(("::", "##"))]
    assert output == "github" or not commands
    assert not [line for line in commands if line.startswith("::error file=x")]


def test_the_log_is_valid(outputs: dict[str, str], sarif_tools: SarifTools, tmp_path: Path) -> None:
    assert sarif_tools.schema_errors(outputs["sarif"]) == []
    assert sarif_tools.complaints({"hostile": outputs["sarif"]}, tmp_path) == []
