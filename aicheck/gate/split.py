"""Whether a change is a piece of a larger one: what the same author brought to the same folders lately. Reported, never enforced."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from aicheck.gate.audit_check import recent_records
from aicheck.gate.judge import Judged
from aicheck.model.rule import SEVERITIES
from aicheck.policy.participants import participants
from aicheck.report.encode import json_path

WINDOW_SECONDS = 7 * 86_400


class Pieces(msgspec.Struct, frozen=True):
    """Earlier changes that belong together with this one."""

    heads: tuple[str, ...] = ()
    """Their commit ids, oldest first."""
    findings: tuple[tuple[str, int], ...] = ()
    """(severity, how many) in all of them, the mildest first."""


def find_pieces(log: Path, judged: Judged, now: int) -> Pieces:
    """The accepted changes of the last seven days by one of the authors, in one of the folders, that had findings."""
    authors = {one.identity for one in participants(judged.people.commits, judged.people.review) if one.part == "author"}
    folders = {_folder(json_path(file.path)) for file in judged.report.change.files}
    heads: list[str] = []
    counts = dict.fromkeys(SEVERITIES, 0)
    for values in recent_records(log):
        if not _belongs(values, authors, folders) or values.get("at", 0) < now - WINDOW_SECONDS:
            continue
        heads.append(str(values.get("head")))
        for finding in values["findings"]:
            counts[finding["severity"]] += 1
    return Pieces(tuple(heads), tuple((severity, count) for severity, count in counts.items() if count))


def describe_pieces(pieces: Pieces) -> str:
    """One sentence; empty when there are none."""
    if not pieces.heads:
        return ""
    many = len(pieces.heads)
    found = ", ".join(f"{count} {severity}" for severity, count in pieces.findings)
    which = "change" if many == 1 else "changes"
    return f"{many} earlier {which} of the last 7 days by the same author in the same folders had findings ({found}); look at them together"


def _belongs(values: dict[str, Any], authors: Iterable[str], folders: set[str]) -> bool:
    return bool(
        values.get("kind") == "decision"
        and values.get("accepted")
        and values["findings"]
        and any(one["part"] == "author" and one["who"] in set(authors) for one in values["part"])
        and not folders.isdisjoint(map(_folder, values["paths"]))
    )


def _folder(path: str) -> str:
    """The folder of a path; at the top of a repository each file stands for itself."""
    return path.rpartition("/")[0] or path
