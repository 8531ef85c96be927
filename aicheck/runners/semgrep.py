"""Runs Semgrep rules through `semgrep-core`, falling back to the `semgrep` command when the program does not answer as expected.

`semgrep-core` starts in a tenth of the command's time. That it answers as expected is checked in every run: a canary
rule and a canary file ride along, and each asked file must be reported as scanned.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from aicheck.model.coverage import Failure
from aicheck.model.finding import Match, shorten_message
from aicheck.model.location import Location, Side, Span
from aicheck.regex import regex
from aicheck.rule_files import SemgrepRule
from aicheck.runners.sightings import Role, Sighting
from aicheck.runners.staging import Source, Stage, staged

RULE_TIMEOUT_SECONDS = 30
RUN_TIMEOUT_SECONDS = 300
MEMORY_MIB = 2000
CANARY_RULE = {"id": "canary", "languages": ["python"], "severity": "INFO", "message": "canary", "pattern": "aicheck_canary(...)"}
QUOTED_CHARACTERS = 200
CANARY_NAME = "canary.py"
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}


class _Run(msgspec.Struct, frozen=True):
    """What goes into one run."""

    stage: Stage
    rules: dict[str, tuple[SemgrepRule, Role]]
    """Generated id -> rule, and which of its patterns. Semgrep ids may not hold a slash, and one rule may have several implementations."""


def run_semgrep(
    sources: Sequence[Source], rules: Sequence[SemgrepRule], wanted: Mapping[str, Collection[tuple[str, Side]]] | None = None
) -> tuple[tuple[Match, ...], tuple[Failure, ...]]:
    """Matches of `rules` in the sources of their languages; a failure for each source that could not be read.

    `wanted`: rule file -> (path, side) of the sources that it is run on, at least one rule for each source; None: all.

    Spans are in code points (Semgrep's columns are bytes). No rules or no sources: nothing is started.
    """
    if not sources or not rules:
        return (), ()
    with staged(sources) as stage:
        run = _Run(stage, {f"r{number:04}{role}": (rule, role) for number, rule in enumerate(rules) for role in _patterns(rule)})
        paths = {rule.source: _paths(stage, wanted[rule.source]) for rule in rules} if wanted is not None else {}
        definitions = [
            {**_patterns(rule)[role], "id": identifier, **paths.get(rule.source, {})} for identifier, (rule, role) in run.rules.items()
        ]
        (stage.folder / "rules.json").write_text(json.dumps({"rules": [*definitions, CANARY_RULE]}), encoding="utf-8")
        (stage.folder / CANARY_NAME).write_text("aicheck_canary()\n", encoding="utf-8")
        for answer in (_ask_core, _ask_command):
            output = answer(stage)
            if output is not None:
                return _read(output, run)
    return (), tuple(Failure(source.path, source.side, "semgrep", "semgrep did not answer as expected") for source in sources)


def _paths(stage: Stage, wanted: Collection[tuple[str, Side]]) -> dict[str, Any]:
    """The part of a Semgrep rule that says which files it is for."""
    return {"paths": {"include": [name for name, source in stage.names.items() if (source.path, source.side) in wanted]}}


def _patterns(rule: SemgrepRule) -> dict[Role, dict[str, Any]]:
    """The Semgrep rules that it needs, by what their matches are."""
    common = {key: rule.definition[key] for key in ("languages", "severity", "message") if key in rule.definition}
    further: dict[Role, dict[str, Any]] = {"left": rule.leaves, "cover": rule.covers}
    patterns: dict[Role, dict[str, Any]] = {"kept": rule.definition}
    return patterns | {role: common | pattern for role, pattern in further.items() if pattern}


@cache
def find_core() -> str | None:
    """The `semgrep-core` program of the installed semgrep package."""
    spec = find_spec("semgrep")
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / "bin" / "semgrep-core"
    return str(program) if program.is_file() else None


@cache
def find_command() -> str | None:
    """The `semgrep` command beside this interpreter."""
    return shutil.which("semgrep", path=str(Path(sys.executable).parent))


def _ask_core(stage: Stage) -> dict[str, Any] | None:
    program = find_core()
    if program is None:
        return None
    targets = [
        _target(stage.folder / CANARY_NAME, "python"),
        *(_target(stage.folder / name, source.language) for name, source in stage.names.items()),
    ]
    (stage.folder / "targets.json").write_text(json.dumps(["Targets", targets]), encoding="utf-8")
    limits = ["-timeout", str(RULE_TIMEOUT_SECONDS), "-timeout_threshold", "0", "-max_memory", str(MEMORY_MIB)]
    return _run([program, "-json_nodots", "-rules", "rules.json", "-targets", "targets.json", "-fast", "-j", "1", *limits], stage)


def _target(path: Path, language: str) -> list[Any]:
    name = {"fpath": str(path), "ppath": f"/{path.name}"}
    return ["CodeTarget", {"path": name, "analyzer": language, "products": ["sast"]}]


def _ask_command(stage: Stage) -> dict[str, Any] | None:
    program = find_command()
    if program is None:
        return None
    flags = ["--metrics=off", "--disable-version-check", "--disable-nosem", "--no-git-ignore", "--json", "--quiet", "--jobs=1"]
    limits = [f"--timeout={RULE_TIMEOUT_SECONDS}", "--timeout-threshold=0", f"--max-memory={MEMORY_MIB}", "--max-target-bytes=0"]
    return _run([program, "scan", "--config", "rules.json", *flags, *limits, "--", CANARY_NAME, *stage.names], stage)


def _run(command: Sequence[str], stage: Stage) -> dict[str, Any] | None:
    """The JSON answer when it can be trusted: the canary is found and every file was looked at."""
    environment = {**ENVIRONMENT, "HOME": str(stage.folder)}
    try:
        done = subprocess.run(
            command,
            cwd=stage.folder,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=RUN_TIMEOUT_SECONDS,
            check=False,
        )
        output = json.loads(done.stdout)
        scanned = {Path(path).name for path in output["paths"]["scanned"]}
        found = any(result["check_id"].split(".")[-1] == "canary" for result in output["results"])
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return None
    reported = scanned | {Path(place).name for error in output.get("errors", ()) if (place := _error_path(error))}
    return output if found and reported >= set(stage.names) else None


def _read(output: dict[str, Any], run: _Run) -> tuple[tuple[Match, ...], tuple[Failure, ...]]:
    matches = [
        _match(result, source, *run.rules[identifier])
        for result in output["results"]
        if (source := run.stage.names.get(Path(result["path"]).name)) and (identifier := result["check_id"].split(".")[-1]) in run.rules
    ]
    failures: dict[tuple[str, str], Failure] = {}
    for error in (*output.get("errors", ()), *({**rule, "type": "skipped rule"} for rule in output.get("skipped_rules", ()))):
        source = run.stage.names.get(Path(_error_path(error)).name)
        if source is not None:
            failures.setdefault(
                (source.path, source.side), Failure(source.path, source.side, "semgrep", _reason(error), lines=_lines(error))
            )
        else:
            lost = _lost_rule(error, run)
            failures.setdefault(("", lost.rule), lost)
    return tuple(matches), tuple(failures.values())


def _lost_rule(error: dict[str, Any], run: _Run) -> Failure:
    """An error that stands in no file: a rule that this Semgrep cannot use, or the engine as a whole."""
    rule, _ = run.rules.get(str(error.get("rule_id")), (None, None))
    kind = _kind(error)
    return Failure("", "after", "semgrep", f"{kind} in rule file {rule.source}" if rule else kind, rule.rule if rule else "")


def _error_path(error: dict[str, Any]) -> str:
    return str(error.get("path") or error.get("location", {}).get("path") or "")


def _reason(error: dict[str, Any]) -> str:
    line = error.get("location", {}).get("start", {}).get("line")
    return f"{_kind(error)}{f' at line {line}' if line else ''}"


def _lines(error: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    """The lines that a partial parse left out; none when the error says nothing of lines, or is of another kind."""
    kind = error.get("error_type") or error.get("type")
    if not isinstance(kind, list) or kind[0] != "PartialParsing" or len(kind) < 2:
        return ()
    return tuple((int(place["start"]["line"]), int(place["end"]["line"])) for place in kind[1])


def _kind(error: dict[str, Any]) -> str:
    kind = error.get("error_type") or error.get("type") or "error"
    name = kind[0] if isinstance(kind, list) else str(kind)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _match(result: dict[str, Any], source: Source, rule: SemgrepRule, role: Role) -> Match:
    lines = source.data.split(b"\n")
    start, end = result["start"], result["end"]
    span = Span(start["line"], _code_points(lines, start), end["line"], _code_points(lines, end))
    first_line = source.data[start["offset"] : end["offset"]].decode("utf-8", "replace").split("\n", 1)[0]
    message = shorten_message(str(result["extra"]["message"]))
    at, text = Location(source.path, source.side, span), normalise(first_line)
    if not rule.is_removal:
        return Match(rule.rule, at, message, text=text, engine="semgrep")
    variables = result["extra"].get("metavars", {})
    return Sighting(
        rule.rule,
        at,
        message,
        text=text,
        engine="semgrep",
        source=rule.source,
        role=role,
        has_left=bool(rule.leaves),
        follows=rule.follows,
        values=tuple(_value(variables[name], source.data) for name in rule.same if name in variables),
        line_text=lines[start["line"] - 1].decode("utf-8", "replace").rstrip("\r")[:QUOTED_CHARACTERS],
    )


def _value(variable: dict[str, Any], data: bytes) -> str:
    text = data[variable["start"]["offset"] : variable["end"]["offset"]].decode("utf-8", "replace")
    return _LAYOUT_AND_QUOTES.sub("", text)


def _code_points(lines: list[bytes], place: dict[str, int]) -> int:
    """Semgrep's 1-based byte column as a 1-based code point column."""
    line = lines[place["line"] - 1] if place["line"] <= len(lines) else b""
    return len(line[: place["col"] - 1].decode("utf-8", "replace")) + 1


_LAYOUT_AND_QUOTES = regex(r"[\s'\"`]+")
_TOKEN = regex(r"[A-Za-z_$][\w$]*|\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`|\d[\w.]*|\S")


def normalise(text: str) -> str:
    """The text without layout, with bare local names replaced by their order, so that renaming a local or other quotes change nothing."""
    tokens = _TOKEN.findall(text)
    order: dict[str, str] = {}
    parts = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        is_name = token[0].isalpha() or token[0] in "_$"
        is_member = index > 0 and tokens[index - 1] == "."
        if is_name and not is_member and following not in {"(", ".", ":"}:
            token = order.setdefault(token, f"%{len(order)}")  # noqa: PLW2901
        elif len(token) > 1 and token[0] == "'" and '"' not in token:
            token = f'"{token[1:-1]}"'  # noqa: PLW2901
        parts.append(token)
    return " ".join(parts)
