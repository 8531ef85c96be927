"""Sets a bare repository up for the gate: the hook, its settings, and what git must offer to pushers."""

import os
import secrets
import shlex
import sys
from pathlib import Path

import msgspec

import aicheck
from aicheck.changes.git import open_repository
from aicheck.changes.repository import head_branch
from aicheck.errors import UsageError
from aicheck.gate.programs import ask_git, run_git
from aicheck.gate.settings import GateSettings, load_settings, settings_file, settings_problem, write_settings

HOOK = "pre-receive"
MARK = "# The gate of aicheck. Written by `aicheck gate git install`; run that again after an upgrade, do not edit."
_SCRIPT = """\
#!/bin/sh
{mark}
python={python}
if [ ! -x "$python" ]; then
  echo "aicheck: the push is refused: the gate cannot run, $python is missing; set it up again: aicheck gate git install" >&2
  exit 1
fi
PYTHONPATH={packages} exec "$python" -P -m aicheck gate git receive
"""


class Installed(msgspec.Struct, frozen=True):
    """What was found and done."""

    git_dir: Path
    settings: GateSettings
    changed: tuple[str, ...]
    """In words; empty when everything stood as it should."""


def install(folder: Path, wanted: dict[str, object]) -> Installed:
    """Set the gate up; again is no harm. `wanted` are settings (fields of GateSettings) that replace those that stand.

    Raises UsageError where another's hook stands or the folder is no bare repository.
    """
    repository = open_repository(folder).repository
    git_dir = repository.git_dir
    if repository.work_tree is not None:
        raise UsageError(
            f"{folder} is not a bare repository; the gate stands where people push to: git clone --bare, then install it there"
        )
    elsewhere = ask_git(git_dir, ("config", "core.hooksPath"))
    if elsewhere:
        raise UsageError(f"git looks for the hooks of {folder} in {elsewhere} (core.hooksPath), where the gate would stand for others too")
    hook = git_dir / "hooks" / HOOK
    script = write_hook()
    present = _read(hook)
    if present and MARK not in present:
        raise UsageError(f"{hook} is another's hook; let it run `aicheck gate git receive` with the same standard input, or remove it")
    changed = [*_settle(git_dir, head_branch(repository), wanted)]
    if present != script or not os.access(hook, os.X_OK):
        hook.parent.mkdir(exist_ok=True)
        _write(hook, script, 0o755)
        changed.append(f"hook {hook.relative_to(git_dir)}")
    changed += _offer(git_dir)
    return Installed(git_dir, load_settings(git_dir), tuple(changed))


def write_hook() -> str:
    """The hook: runs this aicheck with this Python, and refuses the push where that is gone."""
    packages = Path(aicheck.__file__).resolve().parents[1]
    return _SCRIPT.format(mark=MARK, python=shlex.quote(sys.executable), packages=shlex.quote(str(packages)))


def _settle(git_dir: Path, default: str, wanted: dict[str, object]) -> list[str]:
    file = settings_file(git_dir)
    branch = default.removeprefix("refs/heads/")
    if not file.exists() and not branch and "protect" not in wanted:
        raise UsageError("this repository has no default branch; name those to guard with --protect")
    standing = load_settings(git_dir) if file.exists() else GateSettings((branch,))
    settings = msgspec.structs.replace(standing, **wanted)
    if problem := settings_problem(settings):
        raise UsageError(problem)
    text = write_settings(settings)
    if file.exists() and settings == standing:
        return []
    file.parent.mkdir(exist_ok=True)
    _write(file, text, 0o644)
    return [f"settings in {file.relative_to(git_dir)}"]


def _offer(git_dir: Path) -> list[str]:
    """Let git take push options and push certificates."""
    done = []
    if ask_git(git_dir, ("config", "--type=bool", "receive.advertisePushOptions")) != "true":
        run_git(git_dir, ("config", "receive.advertisePushOptions", "true"))
        done.append("push options allowed (receive.advertisePushOptions)")
    if not ask_git(git_dir, ("config", "receive.certNonceSeed")):
        run_git(git_dir, ("config", "receive.certNonceSeed", secrets.token_hex(32)))
        done.append("signed pushes allowed (receive.certNonceSeed)")
    if not ask_git(git_dir, ("config", "gpg.ssh.allowedSignersFile")):
        run_git(git_dir, ("config", "gpg.ssh.allowedSignersFile", os.devnull))  # git complains to each signing pusher where there is none
    return done


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except FileNotFoundError:
        return ""


def _write(file: Path, text: str, mode: int) -> None:
    made = file.with_name(f".{file.name}.new")
    try:
        made.write_text(text, encoding="utf-8")
        made.chmod(mode)
        made.replace(file)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from None
