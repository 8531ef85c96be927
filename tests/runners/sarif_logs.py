"""SARIF logs for tests: plain dictionaries as a tool would write them."""

import json
from typing import Any

from aicheck.model.change import ChangeSet
from aicheck.model.location import Side
from aicheck.runners.sarif import Imported, ImportedLog, import_results
from aicheck.runners.sarif_log import Log, read_log
from tests.changesets import change_set

Json = dict[str, Any]


def result(uri: str = "app.py", line: int | None = 1, rule: str = "R1", **more: Any) -> Json:
    """One result at a line; None: about the file as a whole."""
    place: Json = {"artifactLocation": {"uri": uri}}
    if line is not None:
        place["region"] = {"startLine": line}
    return {"ruleId": rule, "message": {"text": f"{rule} found"}, "locations": [{"physicalLocation": place}], **more}


def run(*results: Json, tool: str = "Lint", rules: tuple[Json, ...] = (), **more: Any) -> Json:
    """One run of a tool."""
    return {"tool": {"driver": {"name": tool, "rules": list(rules)}}, "results": list(results), **more}


def log_of(*runs: Json) -> Log:
    """The decoded log of some runs."""
    return read_log(json.dumps({"version": "2.1.0", "runs": list(runs)}).encode(), "a.sarif")


def imported(change: ChangeSet, after: Json, before: Json | None = None, roots: tuple[str, ...] = ("/home/jo/shop",)) -> Imported:
    """What one log of each side says about a change."""
    logs: dict[Side, Json | None] = {"after": after, "before": before}
    given = [ImportedLog(f"{side}.sarif", side, log_of(log), roots) for side, log in logs.items() if log is not None]
    return import_results(given, change)


def one_file(before: str, after: str, path: str = "app.py") -> ChangeSet:
    """A change of one file; an empty text stands for a missing file."""
    return change_set({path: before} if before else {}, {path: after} if after else {})
