"""Runs ruff for the adopted codes and for Python's syntax errors. Nothing of the tree configures it."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from aicheck.authoring import RuffCode
from aicheck.authoring.rewriting import add_argument, replace_words
from aicheck.model.coverage import Failure
from aicheck.model.finding import Match
from aicheck.model.fix import Fix
from aicheck.model.location import Location, Span
from aicheck.readers.python_text import split_lines
from aicheck.readers.source_text import BYTE_ORDER_MARK
from aicheck.runners.staging import Source, Stage, staged

TARGET_VERSION = "py314"
"""The newest syntax this ruff knows; a file is judged as the newest interpreter would read it."""
TIMEOUT_SECONDS = 120
FLAGS = (
    "--isolated",
    "--no-cache",
    "--ignore-noqa",
    "--no-respect-gitignore",
    "--output-format",
    "json",
    "--target-version",
    TARGET_VERSION,
)


@cache
def find_ruff() -> str | None:
    """The ruff program installed beside this interpreter, else None; never one from the current directory."""
    try:
        from ruff import find_ruff_bin

        return str(find_ruff_bin())
    except (ImportError, FileNotFoundError):
        return None


def run_ruff(sources: Sequence[Source], codes: Mapping[str, type[RuffCode]]) -> tuple[tuple[Match, ...], tuple[Failure, ...]]:
    """Matches of `codes` (ruff code -> rule), and a failure for each source with a syntax error or that ruff lost.

    One match for each rule and line.
    """
    if not sources:
        return (), ()
    program = find_ruff()
    if program is None:
        return (), tuple(Failure(source.path, source.side, "ruff", "ruff is not installed") for source in sources)
    with staged(sources) as stage:
        return _check([program, "check", *FLAGS, "--select", ",".join(sorted(codes))], stage, codes, list(stage.names))


def _check(
    command: Sequence[str], stage: Stage, codes: Mapping[str, type[RuffCode]], names: Sequence[str]
) -> tuple[tuple[Match, ...], tuple[Failure, ...]]:
    """Run ruff over `names`; halve the list when it dies, until the file that kills it stands alone."""
    reported = _output([*command, "--", *names], stage.folder)
    if reported is None:
        if len(names) == 1:
            source = stage.names[names[0]]
            return (), (Failure(source.path, source.side, "ruff", "nested too deeply or too large for ruff"),)
        middle = len(names) // 2
        first, second = (_check(command, stage, codes, part) for part in (names[:middle], names[middle:]))
        return first[0] + second[0], first[1] + second[1]
    matches: dict[tuple[str, str, str, int], Match] = {}
    failures = []
    lines: dict[str, tuple[str, ...]] = {}
    for item in reported:
        source = stage.names[Path(item["filename"]).name]
        check = codes.get(item["code"])
        if check is None:
            failures.append(Failure(source.path, source.side, "ruff", _syntax_reason(item)))
        elif check.adopts(item["message"], *_place(item, lines, source)):
            matches.setdefault((check.id, source.path, source.side, item["location"]["row"]), _match(item, source, check))
    return tuple(matches.values()), _first_of_each(failures)


def _output(command: Sequence[str], folder: Path) -> list[dict[str, Any]] | None:
    """Ruff's JSON, or None when it died or answered nonsense."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        reported = json.loads(done.stdout) if done.returncode in {0, 1} else None
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return reported if isinstance(reported, list) else None


def _match(item: dict[str, Any], source: Source, check: type[RuffCode]) -> Match:
    start, end = item["location"], item["end_location"]
    span = Span(start["row"], start["column"], end["row"], end["column"])
    severity = check.severities.get(item["code"])
    match = check.match(Location(source.path, source.side, span), check.found or item["message"], severity=severity)
    return replace(match, fix=_fix(source, span, check)) if check.words[0] or check.argument else match


def _place(item: dict[str, Any], lines: dict[str, tuple[str, ...]], source: Source) -> tuple[str, int]:
    """The line in which a match begins, and its 1-based column there. `lines` keeps the lines of each file."""
    if item["filename"] not in lines:
        lines[item["filename"]] = split_lines(source.data.decode("utf-8", "replace"))
    row, column = item["location"]["row"], item["location"]["column"]
    held = lines[item["filename"]]
    return held[row - 1] if 0 < row <= len(held) else "", column


def _fix(source: Source, span: Span, check: type[RuffCode]) -> Fix | None:
    lines = _lines(source.data)
    return replace_words(lines, span, check.words) or add_argument(lines, span, check.argument)


@lru_cache(maxsize=2)
def _lines(data: bytes) -> list[str]:
    return data.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace").split("\n")


def _syntax_reason(item: dict[str, Any]) -> str:
    if item["code"] in {None, "invalid-syntax"}:
        return f"syntax error at line {item['location']['row']}"
    return f"ruff reports {item['code']}"


def _first_of_each(failures: Sequence[Failure]) -> tuple[Failure, ...]:
    first: dict[tuple[str, str], Failure] = {}
    for failure in failures:
        first.setdefault((failure.path, failure.side), failure)
    return tuple(first.values())
