"""What a server says about its gate: `aicheck/gate.toml` in the bare repository, where no push can reach it."""

from pathlib import Path
from typing import Final

import msgspec

from aicheck.config import glob_problem, matches_any, open_document
from aicheck.errors import ConfigError
from aicheck.regex import regex

FOLDER: Final = "aicheck"
"""Of the gate's own files, in the git directory."""
SETTINGS_FILE: Final = "gate.toml"
AUDIT_FILE: Final = "audit.jsonl"
SCHEMA: Final = 1
PUSHER_VARIABLES: Final = ("AICHECK_PUSHER", "GL_USER", "REMOTE_USER")
"""Where a forced command, gitolite and a web server tell who pushes."""
_BRANCH: Final = "refs/heads/"
_VARIABLE: Final = regex(r"[A-Za-z_][A-Za-z0-9_]*")
_COMMENTS: Final = {
    "protect": "# Branches that nothing reaches without a satisfied decision. * stays inside one level, ** does not.",
    "pusher": "# Environment variables in which the transport tells who pushes; the first that is set counts.",
    "require_pusher": "# true: who pushes to them must be known, by push certificate (git push --signed) or by the transport.",
    "signers": "# Keys of those who may approve while no roster names anybody, in the format of OpenSSH's allowed_signers.",
}


class GateSettings(msgspec.Struct, frozen=True):
    """The settings of one server repository."""

    protect: tuple[str, ...]
    """Patterns of branch names, without `refs/heads/`."""
    pusher: tuple[str, ...] = PUSHER_VARIABLES
    require_pusher: bool = False
    signers: str = ""
    """A file on the server; empty: nobody can approve without a roster."""

    def protects(self, ref: str) -> bool:
        """Whether a ref is a protected branch, also in another case: some file systems make no difference."""
        name = ref.casefold()
        return name.startswith(_BRANCH) and matches_any(tuple(map(str.casefold, self.protect)), name.removeprefix(_BRANCH))


def settings_file(git_dir: Path) -> Path:
    """Where the settings lie."""
    return git_dir / FOLDER / SETTINGS_FILE


def audit_file(git_dir: Path) -> Path:
    """Where the record of decisions lies."""
    return git_dir / FOLDER / AUDIT_FILE


def load_settings(git_dir: Path) -> GateSettings:
    """The settings of a repository with a gate. Raises ConfigError."""
    file = settings_file(git_dir)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read ({error.strerror}); set the gate up again: aicheck gate git install {git_dir}") from None
    root = open_document(str(file), data, ConfigError)
    root.allow("schema", "protect", "pusher", "require_pusher", "signers")
    if root.count("schema", 1_000) != SCHEMA:
        root.fail("schema", f"must begin with schema = {SCHEMA}")
    if "protect" not in root.values:
        root.fail("protect", "needs the key 'protect': the branches that the gate guards")
    settings = GateSettings(
        root.texts("protect"), root.texts("pusher") or PUSHER_VARIABLES, root.flag("require_pusher"), root.text("signers")
    )
    if problem := settings_problem(settings):
        raise ConfigError(f"{file}: {problem}")
    return settings


def settings_problem(settings: GateSettings) -> str:
    """What is wrong with the values, in words; empty when nothing is."""
    for pattern in settings.protect:
        if problem := glob_problem(pattern):
            return f"the branch pattern {pattern!r} {problem}"
        if pattern.startswith("refs/"):
            return f"the branch pattern {pattern!r} must not begin with refs/heads/; write {pattern.removeprefix(_BRANCH)!r}"
    wrong = next((name for name in settings.pusher if not _VARIABLE.fullmatch(name)), "")
    return f"{wrong!r} is no name of an environment variable" if wrong else ""


def write_settings(settings: GateSettings) -> str:
    """The text of the settings file."""
    values = {
        "protect": list(settings.protect),
        "pusher": list(settings.pusher),
        "require_pusher": settings.require_pusher,
        "signers": settings.signers,
    }
    lines = [f"schema = {SCHEMA}"]
    for key, value in values.items():
        lines += [
            "",
            _COMMENTS[key],
            f"{key} = {msgspec.json.encode(value).decode()}" if value != "" else f'# {key} = "/etc/aicheck/signers"',
        ]
    return "\n".join(lines) + "\n"
