"""The costs that the design promises. Exits with 1 when one is not kept."""

import argparse
import compileall
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import aicheck
from benchmarks.decide import show_decide
from benchmarks.measure import Command, compare, show

AICHECK = (sys.executable, "-m", "aicheck")
SEMGREP_RULES = """\
rules:
  - {id: rmtree, languages: [python], severity: ERROR, message: found, pattern: shutil.rmtree($X)}
  - {id: shell, languages: [python], severity: ERROR, message: found, pattern: "subprocess.run(..., shell=True)"}
"""
MODULE = '''\
"""Module {number} of a service."""

import json
import shutil
import time
from pathlib import Path

import requests

LIMIT = {number}


class Client{number}:
    """Talks to one upstream."""

    def __init__(self, url: str, root: Path) -> None:
        self.url = url
        self.root = root

    def fetch(self, name: str) -> dict[str, object]:
        """One document."""
        attempt = 0
        while True:
            try:
                return requests.get(f"{{self.url}}/{{name}}", timeout=5).json()
            except requests.RequestException:
                attempt += 1
                if attempt > LIMIT:
                    raise
                time.sleep(attempt)

    def clear(self, name: str) -> None:
        """Forget a document."""
        target = (self.root / name).resolve()
        if not target.is_relative_to(self.root):
            raise ValueError(name)
        shutil.rmtree(target)

'''
METHOD = '''\
    def method_{index}(self, rows: list[dict[str, int]]) -> dict[str, int]:
        """Count rows by kind."""
        totals: dict[str, int] = {{}}
        for row in rows:
            kind = str(row.get("kind", {index}))
            totals[kind] = totals.get(kind, 0) + row.get("count", 1)
        return json.loads(json.dumps(totals))

'''
CHANGED = MODULE.replace("                if attempt > LIMIT:\n                    raise\n", "").replace(", timeout=5", "")


def module(template: str, number: int) -> str:
    """About 200 lines of ordinary code around one retry, one request and one deletion."""
    return template.format(number=number) + "".join(METHOD.format(index=index) for index in range(20))


def git(folder: Path, *arguments: str) -> None:
    """Run git with a fixed identity and no configuration of this machine."""
    identity = {f"GIT_{role}_{part}": "bench@example.com" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", **identity}
    subprocess.run(("git", *arguments), cwd=folder, check=True, capture_output=True, env=environment)


def make_repository(folder: Path, files: int) -> Path:
    """A repository of `files` modules whose last commit changes five of them."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for number in range(files):
        package = folder / f"p{number // 100}"
        package.mkdir(exist_ok=True)
        (package / f"m{number}.py").write_text(module(MODULE, number))
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "before")
    for number in range(5):
        (folder / "p0" / f"m{number}.py").write_text(module(CHANGED, number))
    git(folder, "commit", "-q", "-a", "-m", "after")
    return folder


def against_semgrep(folder: Path, rounds: int) -> bool:
    """A cold scan of a five-file Python change: at most a third of `semgrep scan` with two rules on the same files."""
    repository = make_repository(folder / "five", 100)
    (folder / "rules.yaml").write_text(SEMGREP_RULES)
    semgrep = str(Path(sys.executable).parent / "semgrep")
    flags = ("--metrics=off", "--disable-version-check", "--quiet", "--config", str(folder / "rules.yaml"))
    ours = Command((*AICHECK, "scan", "--commit", "HEAD"), repository, frozenset({1}), b"A senior")
    peer = Command((semgrep, "scan", *flags, *(f"p0/m{number}.py" for number in range(5))), repository)
    return show("five-file change / semgrep scan with two rules", compare(ours, peer, rounds), 1 / 3)


def against_bandit(folder: Path, rounds: int) -> bool:
    """`scan --all` over the standard library without tests: at most a quarter of bandit."""
    library = folder / "library"
    source = Path(sysconfig.get_paths()["stdlib"])
    for file in source.rglob("*.py"):
        parts = file.relative_to(source).parts
        if not {"test", "tests", "idle_test", "site-packages", "lib2to3"} & set(parts):
            target = library.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    ours = Command((*AICHECK, "scan", "--all", str(library), "--format", "json"), folder, frozenset({1, 3}), b'"decision"')
    peer = Command((sys.executable, "-m", "bandit", "-q", "-r", str(library), "-f", "json"), folder)
    return show("standard library / bandit", compare(ours, peer, rounds), 1 / 4)


def against_size(folder: Path, rounds: int) -> bool:
    """The same change in a repository of 10,000 files and in one of 100: the same cost."""
    small, large = (make_repository(folder / f"of{files}", files) for files in (100, 10_000))
    ours = Command((*AICHECK, "scan", "--commit", "HEAD"), large, frozenset({1}), b"A senior")
    peer = Command((*AICHECK, "scan", "--commit", "HEAD"), small, frozenset({1}), b"A senior")
    return show("change among 10,000 files / among 100", compare(ours, peer, rounds), 1.15)


def decision_alone(_: Path, rounds: int) -> bool:
    """One decision over many findings, people and escalations: under a millisecond."""
    return show_decide(rounds * 10)


def main() -> None:
    """Measure and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command that count")
    parser.add_argument("--only", action="append", choices=["semgrep", "bandit", "size", "decide"], help="measure only this; repeatable")
    arguments = parser.parse_args()
    compileall.compile_dir(Path(aicheck.__file__).parent, quiet=1)  # as pip does for an installed package, and did for the peers
    with tempfile.TemporaryDirectory() as folder:
        steps = {"semgrep": against_semgrep, "bandit": against_bandit, "size": against_size, "decide": decision_alone}
        kept = [step(Path(folder), arguments.rounds) for name, step in steps.items() if name in (arguments.only or steps)]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
