"""A small company on plain git: a bare repository with the gate, a clone for each person, and a key for each."""

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from tests.demo import environment

PEOPLE = ("jo", "mi", "se", "op", "ops", "eve")
"""eve is not on the roster."""
ROSTER = """schema = 1
[rank]
junior = ["@jo"]
mid = ["@mi"]
senior = ["@se", "@op", "@ops"]
[identity]
"@jo" = ["jo@acme.example", "{jo}"]
"@mi" = ["mi@acme.example", "{mi}"]
"@se" = ["se@acme.example", "{se}"]
"@op" = ["op@acme.example", "{op}"]
"@ops" = ["ops@acme.example", "{ops}"]
[team]
"@acme/core" = ["@se", "@op"]
"""
POLICY = """schema = 1
[groups]
ops = ["@ops"]
owners = ["@se", "@op"]
[break_glass]
who = ["@ops"]
"""
OWNERS = "* @acme/core\n"
PATCH_ID = POLICY + '[approvals]\non = "patch-id"\n'
OWNED = POLICY + '[[escalate]]\nid = "infra"\nwhen = { paths = ["infra/**"] }\nto = "owner"\nwhy = "infrastructure"\n'
HARMLESS = "def double(number):\n    return 2 * number\n"
RISKY = "import shutil\n\n\ndef drop(folder):\n    shutil.rmtree(folder)\n"


def make_key(folder: Path, name: str) -> Path:
    """A key pair; the path of the private one."""
    file = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", f"{name}@laptop", "-f", str(file)], check=True)
    return file


@cache
def fingerprint(key: Path) -> str:
    """What ssh-keygen says."""
    done = subprocess.run(["ssh-keygen", "-l", "-f", f"{key}.pub"], check=True, capture_output=True, text=True)
    return done.stdout.split()[1]


class Done(msgspec.Struct, frozen=True):
    """What a push or another command came to."""

    code: int
    text: str
    """Both streams, without the `remote: ` that git puts before the gate's lines."""

    @property
    def accepted(self) -> bool:
        return self.code == 0


def refused(done: Done, because: str) -> None:
    """The push was refused, and these words say why."""
    assert not done.accepted, done.text
    assert because in done.text, done.text


class Company:
    """The server and everybody's clones."""

    def __init__(self, folder: Path, keys: Mapping[str, Path]) -> None:
        self.folder = folder
        self.keys = keys
        self.server = folder / "server.git"
        self.server.mkdir()
        self.run(folder, "git", "init", "-q", "--bare", "-b", "main", str(self.server))

    def begin(self, files: Mapping[str, str] | None = None, *options: str) -> None:
        """Install the gate and push the first commits, with roster, policy and owners."""
        self.must(self.folder, sys.executable, "-P", "-m", "aicheck", "gate", "git", "install", str(self.server), *options)
        self.clone("op")
        standards = {".aicheck/people.toml": self.roster(), ".aicheck/policy.toml": POLICY, "CODEOWNERS": OWNERS}
        self.commit("op", {**standards, "app.py": HARMLESS, **(files or {})}, "First")
        assert self.push("op").accepted

    def roster(self) -> str:
        return ROSTER.format(**{name: fingerprint(key) for name, key in self.keys.items()})

    def records(self) -> list[dict[str, Any]]:
        """The lines of the record of decisions."""
        return [json.loads(line) for line in (self.server / "aicheck/audit.jsonl").read_text().splitlines()]

    def run(self, folder: Path, *command: str, **variables: str) -> Done:
        done = subprocess.run(command, cwd=folder, env=environment(**variables), capture_output=True, encoding="utf-8", check=False)
        lines = (done.stdout + done.stderr).splitlines()
        return Done(done.returncode, "\n".join(line.removeprefix("remote: ").rstrip() for line in lines))

    def must(self, folder: Path, *command: str, **variables: str) -> str:
        done = self.run(folder, *command, **variables)
        assert done.code == 0, done.text
        return done.text

    def clone(self, who: str) -> Path:
        """The person's clone, made when it is first asked for, with their name and key in its settings."""
        folder = self.folder / who
        if not folder.exists():
            self.must(self.folder, "git", "clone", "-q", str(self.server), str(folder))
            settings = {"user.name": who, "user.email": f"{who}@acme.example", "gpg.format": "ssh", "user.signingKey": str(self.keys[who])}
            for key, value in settings.items():
                self.must(folder, "git", "config", key, value)
        return folder

    def names(self, who: str) -> dict[str, str]:
        return {
            f"GIT_{role}_{part}": text
            for role in ("AUTHOR", "COMMITTER")
            for part, text in (("NAME", who), ("EMAIL", f"{who}@acme.example"))
        }

    def git(self, who: str, *arguments: str, **variables: str) -> str:
        return self.must(self.clone(who), "git", *arguments, **self.names(who) | variables)

    def commit(self, who: str, files: Mapping[str, str | None], message: str = "Change", *options: str, **variables: str) -> str:
        """Write (or remove) files and commit everything; the commit's id."""
        folder = self.clone(who)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                (folder / name).unlink()
            else:
                (folder / name).write_text(text)
        self.git(who, "add", "-A")
        self.git(who, "commit", "-q", "--allow-empty", "-m", message, *options, **variables)
        return self.head(who)

    def head(self, who: str) -> str:
        return self.git(who, "rev-parse", "HEAD")

    def push(self, who: str, *what: str, pusher: str | None = None, options: tuple[str, ...] = ()) -> Done:
        """Push to the server; `pusher` is what the transport says (by default the truth, empty for nothing)."""
        return self.run(
            self.clone(who),
            "git",
            "push",
            "-q",
            *options,
            "origin",
            *(what or ("HEAD:refs/heads/main",)),
            AICHECK_PUSHER=who if pusher is None else pusher,
        )

    def aicheck(self, who: str, *arguments: str) -> Done:
        return self.run(self.clone(who), sys.executable, "-P", "-m", "aicheck", *arguments, **self.names(who))

    def approve(self, who: str, head: str, *options: str) -> Done:
        """Fetch what is on the server's branches, sign a commit, and push the approval."""
        self.git(who, "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
        return self.aicheck(who, "gate", "git", "approve", head, "--branch", "main", "--push", *options)

    def take_over(self, who: str, head: str) -> None:
        """Have a commit of somebody else as the tip of one's own clone."""
        self.git(who, "fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
        self.git(who, "reset", "-q", "--hard", head)

    def settle(self, files: Mapping[str, str | None]) -> str:
        """Put files on main as whoever runs the server can, past the hook; the new tip."""
        self.git("op", "fetch", "-q", "origin")
        self.git("op", "checkout", "-q", "-B", "settling", "origin/main")
        head = self.commit("op", files, "Settled")
        self.must(self.server, "git", "fetch", "-q", str(self.clone("op")), "+settling:refs/heads/main")
        return head

    def main(self) -> str:
        """The tip of main on the server."""
        return self.must(self.server, "git", "rev-parse", "refs/heads/main")

    def propose(self, who: str, files: Mapping[str, str | None], message: str = "Change", branch: str = "work") -> str:
        """A commit on top of main, pushed to a branch that is not guarded; its id."""
        self.git(who, "fetch", "-q", "origin")
        self.git(who, "checkout", "-q", "-B", branch, "origin/main")
        head = self.commit(who, files, message)
        assert self.push(who, f"+HEAD:refs/heads/{branch}").accepted
        return head
