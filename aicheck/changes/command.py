"""Runs git: the only place that starts it. Object-only plumbing, a fixed environment, nothing that a repository can make git execute.

Which commands are safe was tried with every setting that names a program (fsmonitor, hooks, filters, diff drivers,
text conversion, promisor remotes, signature checkers): those on the list run none of them with these flags. The git
directory is always named, so git discovers nothing by itself.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from aicheck.changes.conversation import Conversation, Found, converse
from aicheck.changes.repository import Repository
from aicheck.errors import ChangeError
from aicheck.regex import regex

TIMEOUT_SECONDS = 60
OUTPUT_LIMIT = 256 << 20
"""Bytes of answer to one call; git is stopped at the first byte beyond."""
COMPLAINT_LIMIT = 4096
CHUNK = 1 << 20
SETTINGS = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.pager=cat",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
    "log.showSignature=false",
    "core.sshCommand=false",
    "core.alternateRefsCommand=false",
    "core.quotePath=false",
    "gpg.program=gpg",
    "gpg.openpgp.program=gpg",
    "gpg.x509.program=gpgsm",
    "gpg.ssh.program=ssh-keygen",
    "gpg.ssh.defaultKeyCommand=",
)
FLAGS = (
    *(word for setting in SETTINGS for word in ("-c", setting)),
    "--no-pager",
    "--no-optional-locks",
    "--no-replace-objects",
    "--literal-pathspecs",
)
ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": "/nonexistent",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_PAGER": "cat",
}
HEX = regex(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
"""An object id."""
NOTES = "refs/notes/ai"
"""Where git-ai keeps its notes."""
_OBJECT_NAME = regex(rf"{HEX.pattern}(?:\^\{{(?:commit|tree)\}})?|{NOTES}\^\{{tree\}}")
_NOT_HEX = regex(rf"\^(?:{HEX.pattern})")
_MOST = regex(r"--max-count=\d{1,6}")
_REVISION = regex(r"[^\0]+", re.DOTALL)
HISTORY = (
    *("log", "-z", "--reverse", "--topo-order", "--no-patch", "--no-show-signature", "--no-notes", "--no-decorate", "--no-mailmap"),
    *("--no-color", "--encoding=none", "--format=%H %P%n%an%n%ae%n%cn%n%ce%n%ct %e%n%B"),
)
"""The commits of a range, oldest first, each ended by a NUL, which none of their parts can hold."""
LIST_REFS = ("for-each-ref", "--format=%(objectname) %(objecttype) %(refname)")
ALLOWED: tuple[tuple[str | re.Pattern[str], ...], ...] = (
    (*HISTORY, _NOT_HEX, HEX),
    ("rev-parse", "--verify", "-q", "--end-of-options", _REVISION),
    ("rev-parse", "--is-shallow-repository"),
    ("merge-base", "--all", HEX, HEX),
    ("ls-tree", "-r", "-z", "--full-tree", HEX),
    ("ls-files", "-o", "--exclude-standard", "-z"),
    ("ls-files", "-s", "-t", "-z"),
    ("rev-list", "--reverse", "--topo-order", _NOT_HEX, HEX),
    ("rev-list", "--reverse", "--topo-order", "--no-merges", _NOT_HEX, HEX),
    ("rev-list", "--reverse", "--topo-order", "--first-parent", _NOT_HEX, HEX),
    ("rev-list", "--no-merges", _MOST, HEX),
    LIST_REFS,
    ("verify-tag", "--raw", HEX),
)
"""Every call but `cat-file`, word by word.

No name of a file or branch reaches git's command line; one revision does, once, to be resolved."""
REMEDIES = (
    (
        "dubious ownership",
        "git refuses this repository because another user owns it; run aicheck as its owner (safe.directory is not read)",
    ),
    ("repository extension", "this repository has a format that the installed git cannot read; install a newer git"),
    ("Expected git repo version", "this repository has a format that the installed git cannot read; install a newer git"),
    ("index file", "the index of this repository is corrupt; rebuild it with git reset"),
    ("bad config", "the configuration of this repository cannot be read ({}); repair it"),
    ("is ambiguous", "git knows several objects by that revision; give more of its digits"),
    ("corrupt", "an object of this repository is corrupt ({}); run git fsck, then fetch it again"),
    ("inflate", "an object of this repository is corrupt ({}); run git fsck, then fetch it again"),
    ("unable to stream", "an object of this repository is corrupt ({}); run git fsck, then fetch it again"),
    ("unable to read", "an object of this repository is missing ({}); fetch the full history (in CI: fetch-depth: 0)"),
    ("bad object", "an object of this repository is missing ({}); fetch the full history (in CI: fetch-depth: 0)"),
    ("bad tree", "an object of this repository is missing or corrupt ({}); run git fsck"),
    ("tree object", "an object of this repository is missing or corrupt ({}); run git fsck"),
    ("ould not", "an object of this repository is missing or corrupt ({}); run git fsck"),
)
"""What git complains of, and what to do; `{}` stands for its first line."""


class Answer(msgspec.Struct, frozen=True):
    """What one call of git said."""

    code: int
    output: bytes
    complaint: bytes
    """The beginning of its standard error."""


class Runner:
    """Starts git in one repository. Every method may raise ChangeError."""

    def __init__(self, repository: Repository, inherited: Mapping[str, str]) -> None:
        self.repository = repository
        self.inherited = dict(inherited)
        self.calls = 0
        """Processes started so far."""
        self._conversations: dict[bool, Conversation] = {}

    def run(self, arguments: Sequence[str], given: bytes = b"") -> bytes:
        """The output of a call that must succeed."""
        answer = self.ask(arguments, given)
        if answer.code:
            raise explain(answer.complaint)
        return answer.output

    def ask(self, arguments: Sequence[str], given: bytes = b"") -> Answer:
        """The answer to a call, whatever its exit code. `given` is its standard input."""
        if not any(_is_like(arguments, shape) for shape in ALLOWED):
            raise ChangeError(f"refusing to run git {arguments[0]}: it is not one of the allowed commands")
        self.calls += 1
        command, folder, environment = self._prepare(arguments)
        with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stderr:
            stdin.write(given)
            stdin.seek(0)
            try:
                process = subprocess.Popen(
                    command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, cwd=folder, env=environment, start_new_session=True
                )
            except (OSError, ValueError) as error:  # a revision that is no text for the system, a folder that vanished
                raise ChangeError(f"git {arguments[0]} could not be started: {error}") from None
            output = _collect(process, arguments[0])
            stderr.seek(0)
            return Answer(process.returncode, output, stderr.read(COMPLAINT_LIMIT))

    def find_objects(self, names: Sequence[str], *, with_data: bool, largest: int = OUTPUT_LIMIT) -> dict[str, Found]:
        """The objects by the name asked for (an id, or `ID^{tree}`); missing ones are not in it. One process serves all calls.

        Of an object of more than `largest` bytes the size is all that is told.
        """
        unusable = next((name for name in names if not _OBJECT_NAME.fullmatch(name)), None)
        if unusable is not None:
            raise ChangeError(f"refusing to ask git for {unusable!r}: it is no object id")
        conversation = self._conversation(with_data)
        try:
            answers = conversation.ask(list(dict.fromkeys(names)), TIMEOUT_SECONDS, OUTPUT_LIMIT, largest)
            return {name: found for name, found in answers if found is not None}
        except EOFError:
            complaint = conversation.complaint(COMPLAINT_LIMIT)
            self._forget(with_data)
            raise explain(complaint) from None
        except TimeoutError:
            self._forget(with_data)
            raise ChangeError(
                f"git cat-file did not answer within {TIMEOUT_SECONDS} seconds; try again, or judge a smaller change"
            ) from None
        except OverflowError:
            self._forget(with_data)
            raise ChangeError(f"git cat-file answered more than {OUTPUT_LIMIT >> 20} MiB; judge a smaller change") from None

    def _conversation(self, with_data: bool) -> Conversation:
        known = self._conversations.get(with_data)
        if known is None:
            self.calls += 1
            command, folder, environment = self._prepare(("cat-file", "--batch" if with_data else "--batch-check"))
            try:
                known = converse(command, str(folder), environment, with_data=with_data)
            except OSError as error:
                raise ChangeError(f"git cat-file could not be started: {error}") from None
            self._conversations[with_data] = known
        return known

    def _forget(self, with_data: bool) -> None:
        self._conversations.pop(with_data).close()

    def _prepare(self, arguments: Sequence[str]) -> tuple[list[str], Path, dict[str, str]]:
        """The command line, the folder it runs in and its environment."""
        git_dir, work_tree = self.repository.git_dir, self.repository.work_tree
        folder = work_tree if work_tree is not None and arguments[0] == "ls-files" else git_dir
        environment = {**ENVIRONMENT, "GIT_CEILING_DIRECTORIES": str(folder.parent), **self.inherited}
        command = [_find_git(), *FLAGS, f"--git-dir={git_dir}", f"--work-tree={work_tree or git_dir}", *arguments]
        return command, folder, environment


def explain(complaint: bytes) -> ChangeError:
    """One sentence from what git wrote to standard error."""
    text = complaint.decode("utf-8", "replace")
    first = next((line for line in text.splitlines() if line.strip()), "no reason given")
    reason = first.removeprefix("fatal: ").removeprefix("error: ")[:200]
    sentence = next((remedy for sign, remedy in REMEDIES if sign in text), "git could not read the repository: {}")
    return ChangeError(sentence.format(reason))


def _is_like(arguments: Sequence[str], shape: Sequence[str | re.Pattern[str]]) -> bool:
    return len(arguments) == len(shape) and all(
        word == wanted if isinstance(wanted, str) else wanted.fullmatch(word) is not None
        for word, wanted in zip(arguments, shape, strict=True)
    )


def _collect(process: subprocess.Popen[bytes], name: str) -> bytes:
    """The output of a started call; the call and what it started are stopped when it takes too long or says too much."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(TIMEOUT_SECONDS, stop)
    timer.start()
    chunks: list[bytes] = []
    size = 0
    assert process.stdout is not None
    try:
        with process.stdout as stream:
            while size <= OUTPUT_LIMIT and (chunk := stream.read(CHUNK)):
                chunks.append(chunk)
                size += len(chunk)
        if size <= OUTPUT_LIMIT:
            process.wait()
    finally:
        timer.cancel()
        _kill(process)
        process.wait()
    if late.is_set():
        raise ChangeError(f"git {name} did not answer within {TIMEOUT_SECONDS} seconds; try again, or judge a smaller change")
    if size > OUTPUT_LIMIT:
        raise ChangeError(f"git {name} answered more than {OUTPUT_LIMIT >> 20} MiB; judge a smaller change")
    return b"".join(chunks)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@cache
def _find_git() -> str:
    """The absolute path of git, looked for in absolute folders only."""
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(folder).is_absolute()]
    program = shutil.which("git", path=os.pathsep.join(folders))
    if program is None:
        raise ChangeError("git is not installed; install it, or compare two folders with --before and --after")
    return program
