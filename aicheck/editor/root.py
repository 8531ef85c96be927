"""One repository under the editor: its trusted side, its rules, and the judgement of its buffers. Runs in one thread at a time.

While somebody types, the rules that need only the worker and ruff judge the buffer; on saving, all rules judge the whole
change. Both compare with the commit that is trusted, so that what the change does is shown.
"""

from collections.abc import Mapping
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from aicheck.attribution import attribute
from aicheck.authoring import ChangeCheck
from aicheck.catalogue import Catalogue, load_catalogue
from aicheck.changes.buffers import from_buffers, from_work_tree_and_buffers, trusted_side
from aicheck.changes.git import Git
from aicheck.changes.sources import mark_moves
from aicheck.config import Config
from aicheck.fixing import holds
from aicheck.model.change import ChangeSet, FileChange
from aicheck.model.decision import Decision, Report
from aicheck.model.finding import Finding
from aicheck.model.path import path_bytes
from aicheck.policy.accepted import Accepted
from aicheck.policy.people import People
from aicheck.policy.policy import Policy
from aicheck.provenance.signatures import Signature
from aicheck.runners.isolation import StandingWorkers
from aicheck.scan import Request, scan_together
from aicheck.trusted import read_trusted_side

MOST_COMPANIONS = 20
"""Other changed files that are judged together with a buffer, so that what only moved between them is no loss."""


class Judgement(msgspec.Struct, frozen=True):
    """What a scan said."""

    request: Request
    report: Report
    decision: Decision


class _Trusted(msgspec.Struct, frozen=True):
    """What the trusted commit says."""

    commits: tuple[str, str]
    config: Config
    catalogue: Catalogue
    policy: Policy
    people: People
    accepted: tuple[Accepted, ...]
    signatures: tuple[Signature, ...]


class Root:
    """One repository."""

    def __init__(self, git: Git, base: str, standing: StandingWorkers) -> None:
        self._git = git
        self._base = base or None
        self._standing = standing
        self._trusted: _Trusted | None = None
        self._companions: dict[str, FileChange] = {}

    def judge_buffer(self, path: str, data: bytes) -> Judgement:
        """Judge one buffer by the rules that keep up with typing. Raises AicheckError."""
        trusted = self._read_trusted()
        alone = from_buffers(self._git, {path: data}, self._base)
        others = [file for name, file in self._companions.items() if name != path]
        files = (*(file for file in alone.files if file.before != file.after), *(others if len(others) <= MOST_COMPANIONS else ()))
        change = replace(alone, files=mark_moves(sorted(files, key=lambda file: path_bytes(file.path))))
        self._companions.pop(path, None)
        self._companions.update((file.path, file) for file in alone.files if file.before != file.after)
        return self._judge(trusted, change, _quick(trusted.catalogue))

    def judge_all(self, buffers: Mapping[str, bytes]) -> Judgement:
        """Judge the whole change, files on disk and buffers over them, by every rule. Raises AicheckError."""
        trusted = self._read_trusted()
        change = from_work_tree_and_buffers(self._git, buffers, self._base)
        self._companions = {file.path: file for file in change.files}
        return self._judge(trusted, change, trusted.catalogue)

    def offers(self, judgement: Judgement, finding: Finding) -> bool:
        """Whether the fix of a finding holds, so that it may be offered."""
        return finding.fix is not None and finding.counts and holds(judgement.request, judgement.report, finding, self._standing)

    def _judge(self, trusted: _Trusted, change: ChangeSet, catalogue: Catalogue) -> Judgement:
        written = attribute(self._git, change, signatures=trusted.signatures)
        request = Request(
            change,
            written.attribution,
            catalogue,
            trusted.config,
            trusted.policy,
            workers=1,
            lines=written.lines,
            accepted=trusted.accepted,
            people=trusted.people,
        )
        ((report, decision),) = scan_together([request], self._standing)
        return Judgement(request, report, decision)

    def _read_trusted(self) -> _Trusted:
        """The settings of the trusted commit; read again when HEAD or the branch has moved on."""
        commits = trusted_side(self._git, self._base)
        if self._trusted is None or self._trusted.commits != commits:
            files = read_trusted_side(self._git, commits[1])
            config = files.config(None)
            catalogue = _load(config.plugins)
            self._trusted = _Trusted(
                commits,
                config,
                catalogue,
                files.policy(None, catalogue),
                People(files.roster(None), owners=files.owners()),
                files.accepted(),
                files.signatures(config.plugins),
            )
            self._companions = {}
        return self._trusted


@lru_cache(maxsize=4)
def _load(plugins: tuple[str, ...]) -> Catalogue:
    return load_catalogue(plugins)


def _quick(catalogue: Catalogue) -> Catalogue:
    """Without the rules that need Semgrep or the whole change."""
    return replace(catalogue, files=(), checks=tuple(check for check in catalogue.checks if not issubclass(check, ChangeCheck)))
