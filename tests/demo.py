"""The demo repository, and aicheck run as its users run it."""

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[1]
BUILD = SOURCE / "fixtures" / "demo" / "build.py"
NEUTRAL = {"COLUMNS": "100", "NO_COLOR": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": str(SOURCE)}
"""Laid out as in a log 100 columns wide, whatever the machine's own settings."""
NAMES = {
    f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in (("NAME", "Ines"), ("EMAIL", "ines@example.com"))
}


def environment(**variables: str) -> dict[str, str]:
    """This process's environment without what git or a hook may have set in it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**inherited, **NEUTRAL, **NAMES, **variables}


def build_demo(target: Path) -> Path:
    """Build the demo repository in an empty or missing folder."""
    subprocess.run([sys.executable, str(BUILD), str(target)], check=True, env=environment())
    return target


def run(*command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program and wait, whatever its exit code."""
    return subprocess.run(command, cwd=cwd, env=environment(**variables), capture_output=True, encoding="utf-8", check=False)


def git(repository: Path, *arguments: str) -> str:
    """What git prints. The command must succeed."""
    done = run("git", *arguments, cwd=repository)
    assert done.returncode == 0, done.stderr
    return done.stdout


def aicheck(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run aicheck from this checkout; `-P` keeps the current folder out of its imports."""
    return run(sys.executable, "-P", "-m", "aicheck", *arguments, cwd=cwd, **variables)


def put_aicheck_on_path(folder: Path) -> str:
    """A PATH whose first folder holds `aicheck` from this checkout, run by this Python."""
    folder.mkdir()
    program = folder / "aicheck"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m aicheck "$@"\n')
    program.chmod(0o755)
    return os.pathsep.join((str(folder), os.environ["PATH"]))
