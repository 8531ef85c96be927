"""Change sets and scans from plain text, for tests that need no repository."""

from collections.abc import Mapping
from functools import cache

from aicheck.catalogue import Catalogue, load_catalogue
from aicheck.changes.hunks import diff_lines
from aicheck.changes.sources import mark_moves
from aicheck.config import DEFAULTS
from aicheck.model.change import ChangeSet, Commit, Content, FileChange
from aicheck.model.decision import Decision, Report
from aicheck.model.finding import Finding
from aicheck.model.path import path_bytes
from aicheck.policy.policy_file import default_policy
from aicheck.provenance.attribute import attribute_change
from aicheck.scan import Request, scan

Files = Mapping[str, str | bytes]


@cache
def catalogue() -> Catalogue:
    """The built-in rules, loaded once."""
    return load_catalogue(whole=True)


def content(text: str | bytes | None) -> Content | None:
    """A plain file; None for a missing one."""
    if text is None:
        return None
    data = text.encode() if isinstance(text, str) else text
    return Content("file", executable=False, size=len(data), data=data)


def change_set(before: Files, after: Files, commits: tuple[Commit, ...] = ()) -> ChangeSet:
    """The change from one set of files to another."""
    files = []
    for path in sorted({*before, *after}, key=path_bytes):
        one, other = content(before.get(path)), content(after.get(path))
        if one != other:
            hunks = diff_lines((one.data or b"") if one else b"", (other.data or b"") if other else b"")
            files.append(FileChange(path, one, other, hunks))
    return ChangeSet(mark_moves(files), "before", "after", "", commits)


def scan_files(before: Files, after: Files, commits: tuple[Commit, ...] = (), *, workers: int = 1) -> tuple[Report, Decision]:
    """Everything aicheck says about that change, with the built-in policy."""
    change = change_set(before, after, commits)
    return scan(Request(change, attribute_change(commits), catalogue(), DEFAULTS, default_policy(), workers))


def new_findings(report: Report) -> list[Finding]:
    """The findings that the change brings."""
    return [finding for finding in report.findings if finding.state == "new"]
