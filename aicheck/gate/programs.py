"""Programs that the gate runs for the person or server that it works for: git with their own settings, and ssh-keygen.

Only for what aicheck itself names. What a pushed change holds is read through `aicheck.changes`, never here.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from aicheck.errors import UsageError

TIMEOUT_SECONDS = 300
"""Long enough to type a key's passphrase."""


def run_git(folder: Path, arguments: Sequence[str], given: bytes = b"") -> str:
    """What git prints, stripped. Raises UsageError with git's own words when it fails."""
    done = _run([_find("git"), *arguments], folder, given)
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise UsageError(f"git {arguments[0]} failed: {words[0].removeprefix('fatal: ').removeprefix('error: ')}")
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def ask_git(folder: Path, arguments: Sequence[str]) -> str:
    """What git prints, stripped; empty when it fails."""
    done = _run([_find("git"), *arguments], folder, b"")
    return "" if done.returncode else done.stdout.decode("utf-8", "surrogateescape").strip()


def run_ssh_keygen(folder: Path, arguments: Sequence[str], given: bytes = b"") -> tuple[bool, str]:
    """Whether ssh-keygen succeeded, and the first line of what it complained of. It may ask for a passphrase."""
    done = _run([_find("ssh-keygen"), *arguments], folder, given)
    words = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return done.returncode == 0, words[0] if words else ""


def _run(command: list[str], folder: Path, given: bytes) -> "subprocess.CompletedProcess[bytes]":
    name = Path(command[0]).name
    try:
        return subprocess.run(command, cwd=folder, input=given, capture_output=True, check=False, timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        raise UsageError(f"{name} did not answer within {TIMEOUT_SECONDS} seconds") from None
    except OSError as error:
        raise UsageError(f"{name} could not be started: {error.strerror}") from None


@cache
def _find(name: str) -> str:
    """The absolute path of a program, looked for in absolute folders only."""
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(folder).is_absolute()]
    program = shutil.which(name, path=os.pathsep.join(folders))
    if program is None:
        raise UsageError(f"{name} is not installed, and the gate needs it")
    return program
