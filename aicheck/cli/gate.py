"""`aicheck gate`: hold changes back until the people whom the decision names have signed them."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aicheck.changes.git import open_repository
from aicheck.cli.main import say
from aicheck.cli.scan import exit_code
from aicheck.errors import EXIT_PENDING, EXIT_SATISFIED, AicheckError, UsageError
from aicheck.report.encode import visible

if TYPE_CHECKING:
    from aicheck.gate.receive import Outcome

REPO = click.option("--repo", type=click.Path(path_type=Path), default=Path(), help="The repository, when it is not the current folder.")


@click.group("gate", short_help="Hold changes back until the right people have signed them.")
def command() -> None:
    """Hold changes back until the right people have signed them."""


@command.group("git")
def git_group() -> None:
    """The gate on plain git: a pre-receive hook and approvals signed with SSH keys."""


@command.group("audit")
def audit_group() -> None:
    """The record of decisions."""


@git_group.command("install")
@click.argument("repository", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--protect", multiple=True, metavar="PATTERN", help="A branch to guard (main, release/*); by default the default branch.")
@click.option("--pusher-from", "pusher", multiple=True, metavar="VARIABLE", help="Where the transport tells who pushes (GL_USER).")
@click.option("--require-pusher/--any-pusher", default=None, help="Whether pushes to guarded branches need a known pusher.")
@click.option("--signers", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Keys that count while there is no roster.")
def install_command(repository: Path, **wanted: Any) -> None:
    """Set up the gate in the bare REPOSITORY. Running it again changes only what the options say."""
    from aicheck.gate.install import install

    given = {name: value for name, value in wanted.items() if value not in (None, ())}
    if "signers" in given:
        given["signers"] = str(given["signers"].resolve())
    done = install(repository, given)
    for change in done.changed:
        click.echo(f"set up: {visible(change)}")
    click.echo(f"the gate guards {', '.join(map(visible, done.settings.protect))}{'' if done.changed else ', as before'}")


@git_group.command("receive")
def receive_command() -> int:
    """Judge a push. git runs this as the pre-receive hook; the updates come on standard input."""
    try:
        return _receive(sys.stdin.buffer.read())
    except AicheckError as error:
        say(f"the push is refused: {error}")
        return error.exit_code


def _receive(data: bytes) -> int:
    from aicheck.gate.judge import Around
    from aicheck.gate.keyring import read_signers
    from aicheck.gate.memory import MEMORY_FILE
    from aicheck.gate.own_refs import pushed_approvals
    from aicheck.gate.pusher import read_pusher
    from aicheck.gate.receive import Gate, conclude, judge_update
    from aicheck.gate.settings import FOLDER, load_settings
    from aicheck.gate.updates import parse_updates

    git = open_repository(Path(os.environ.get("GIT_DIR", ".")), server_hook=True)
    git_dir = git.repository.git_dir
    settings = load_settings(git_dir)
    updates = parse_updates(data)
    pusher = read_pusher(git, os.environ, settings.pusher)
    around = Around(int(time.time()), pusher, pushed_approvals(updates), read_signers(settings.signers), git_dir / FOLDER / MEMORY_FILE)
    gate = Gate(git, settings, around)
    outcomes = [judge_update(gate, update) for update in updates]
    is_taken = all(outcome.lets_pass for outcome in outcomes)
    for outcome in outcomes:
        if text := conclude(gate, outcome, is_taken):
            click.echo(text, err=True)
    return EXIT_SATISFIED if is_taken else max(map(_code, outcomes))


def _code(outcome: "Outcome") -> int:
    if outcome.problem:
        return EXIT_PENDING
    return exit_code(outcome.judged.report, outcome.judged.decision, exit_zero=False) if outcome.judged else EXIT_SATISFIED


@git_group.command("approve")
@click.argument("revision", metavar="REV")
@click.option("--branch", default="", help="The branch that the change goes to; by default the remote's default branch.")
@click.option("--remote", default="origin", show_default=True, help="Where the gate stands.")
@click.option(
    "--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The SSH key to sign with; user.signingKey by default."
)
@click.option("--push", is_flag=True, help="Push the approval at once.")
@REPO
def approve_command(revision: str, branch: str, remote: str, key: Path | None, push: bool, repo: Path) -> None:
    """Sign that REV may go to a branch. It counts for exactly this commit; any later one needs a new approval."""
    from aicheck.gate.approve import approve, default_branch, push_approval

    made = approve(repo, revision, branch or default_branch(repo, remote), key)
    click.echo(visible(f"approved {made.head[:12]} for {made.branch} with the key {made.fingerprint}"))
    if push:
        push_approval(repo, remote, made)
        click.echo(f"pushed to {visible(remote)}")
    else:
        click.echo(f"to send it: git push {visible(remote)} {made.ref}")


@git_group.command("status")
@click.argument("revision", metavar="[REV]", default="", required=False)
@click.option("--branch", default="", help="The branch that the change goes to; by default the remote's default branch.")
@click.option("--remote", default="origin", show_default=True, help="Where the gate stands.")
@REPO
def status_command(revision: str, branch: str, remote: str, repo: Path) -> int:
    """What the gate would say to REV (HEAD by default), with the approvals that this clone knows of.

    In the bare repository where the gate stands and without REV: its settings, its record, and overrides that are open.
    """
    git = open_repository(repo)
    if git.repository.work_tree is None and not revision:
        from aicheck.gate.status import describe_server

        click.echo("\n".join(describe_server(git, int(time.time()))))
        return EXIT_SATISFIED
    from aicheck.gate.answer import Where, write_answer
    from aicheck.gate.approve import default_branch
    from aicheck.gate.judge import BRANCHES, Around, judge_range

    name = branch or (default_branch(repo, remote) if git.repository.work_tree is not None else "")
    if not name:
        raise UsageError("name the branch that the change goes to with --branch")
    base = f"{remote}/{name}" if git.repository.work_tree is not None else name
    head = git.resolve(revision or "HEAD")
    judged = judge_range(git, (git.resolve(base), head), f"{BRANCHES}{name}", Around(int(time.time())))
    click.echo(write_answer(judged.report, judged.decision, Where(f"{BRANCHES}{name}", head, judged.decision.lets_pass)))
    return exit_code(judged.report, judged.decision, exit_zero=False)


@audit_group.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--holds", default="", metavar="DIGEST", help="A digest that a pusher was shown; its line must be there.")
def verify_command(file: Path, holds: str) -> int:
    """Look whether every line of a record of decisions is as it was written, and none is missing."""
    from aicheck.gate.audit_check import verify_record

    verified = verify_record(file, holds)
    if verified.problem:
        say(f"{file}: {verified.problem}")
        return EXIT_PENDING
    click.echo(visible(f"{file}: {verified.tip.count} lines, as they were written; the last is {verified.tip.digest}"))
    return EXIT_SATISFIED
