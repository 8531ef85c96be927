"""Makes an approval in a reviewer's own clone."""

import os
import tempfile
from pathlib import Path

import msgspec

from aicheck.changes.git import open_repository
from aicheck.errors import UsageError
from aicheck.gate.approval_tag import approval_ref, write_payload
from aicheck.gate.programs import ask_git, run_git
from aicheck.gate.signature import sign, signing_key, split_signed


class Made(msgspec.Struct, frozen=True):
    """An approval that was made."""

    head: str
    branch: str
    """Without `refs/heads/`."""
    ref: str
    fingerprint: str


def approve(folder: Path, revision: str, branch: str, key: Path | None) -> Made:
    """Sign that a commit may go to a branch, and keep it as a ref of the clone. Raises UsageError or ChangeError."""
    git = open_repository(folder)
    where = git.repository.git_dir
    head = git.resolve(revision)
    full = f"refs/heads/{branch.removeprefix('refs/heads/')}"
    if not ask_git(where, ("check-ref-format", "--normalize", full)):
        raise UsageError(f"{branch} is no name of a branch")
    tagger = run_git(where, ("var", "GIT_COMMITTER_IDENT"))
    payload = write_payload(head, full, tagger)
    with tempfile.TemporaryDirectory(prefix="aicheck-") as made:
        signature = sign(payload, key.absolute() if key is not None else _configured_key(where, Path(made)))
    tag = run_git(where, ("hash-object", "-t", "tag", "-w", "--stdin"), payload + signature)
    ref = approval_ref(head, tag)
    run_git(where, ("update-ref", ref, tag))
    return Made(head, full.removeprefix("refs/heads/"), ref, signing_key(split_signed(payload + signature)[1]).fingerprint)


def default_branch(folder: Path, remote: str) -> str:
    """The default branch of a remote, as the clone knows it. Raises UsageError when it does not."""
    where = open_repository(folder).repository.git_dir
    name = ask_git(where, ("symbolic-ref", "-q", "--short", f"refs/remotes/{remote}/HEAD")).removeprefix(f"{remote}/")
    if not name:
        raise UsageError(f"the default branch of {remote} is not known here; name the branch that the change goes to with --branch")
    return name


def push_approval(folder: Path, remote: str, made: Made) -> None:
    """Send an approval, and with it the commit, to where the gate stands. Raises UsageError with git's words."""
    run_git(open_repository(folder).repository.git_dir, ("push", "--quiet", remote, made.ref))


def _configured_key(where: Path, made: Path) -> Path:
    """The key of `user.signingKey`; one that stands there itself (`key::...`) is put into a file for ssh-keygen."""
    text = ask_git(where, ("config", "--type=path", "user.signingKey"))
    if not text:
        raise UsageError("no key to sign with; name an SSH key with --key, or set user.signingKey in git")
    if text.startswith(("key::", "ssh-")):
        file = made / "key.pub"
        file.write_text(text.removeprefix("key::") + "\n", encoding="utf-8")
        return file
    return Path(os.path.expanduser(text)).absolute()  # noqa: PTH111  `~name` too
