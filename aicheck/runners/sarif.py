"""Other tools' SARIF logs as matches: the results that stand in changed files.

Nothing is dropped unsaid: what stands elsewhere is counted in a note, what the tool suppressed comes along marked, and a
tool that says that it did not finish is a failure.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from aicheck.model.change import ChangeSet
from aicheck.model.coverage import Failure
from aicheck.model.finding import Match, Suppression, shorten_message
from aicheck.model.location import WHOLE_FILE, Location, Side
from aicheck.model.rule import Rule
from aicheck.runners.lines import SideLines
from aicheck.runners.plan import SIDES
from aicheck.runners.sarif_log import Invocation, Log, Region, Result, Run
from aicheck.runners.sarif_places import Places, locations_of
from aicheck.runners.sarif_regions import find_span
from aicheck.runners.sarif_rules import Rules, clean, make_rule, message_of, rule_id, severity_of
from aicheck.runners.semgrep import normalise

NO_PROBLEM = frozenset({"pass", "notApplicable"})
"""Kinds of results that say that all is well."""
REASON_LIMIT = 200
LINE_LIMIT = 1000
"""Characters of a line that tell it from others."""

Marks = frozenset[tuple[str, str]]
"""The tool's own fingerprints of a result: kind and value."""


class ImportedLog(msgspec.Struct, frozen=True):
    """One log and the side of the change that it is about."""

    source: str
    """How messages call it."""
    side: Side
    log: Log
    roots: tuple[str, ...] = ()
    """Absolute folders, without a final slash, that hold the paths of that side."""


class Imported(msgspec.Struct, frozen=True):
    """What the logs say about the change."""

    rules: tuple[Rule, ...] = ()
    """Those of the matches; sorted by id, unique."""
    matches: tuple[Match, ...] = ()
    """Of both sides; before matches only of tools that have a log of the after side, too."""
    alone: frozenset[str] = frozenset()
    """The rules of tools that have no log of the before side: what is new, the lines must tell."""
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()
    """One sentence for each run."""


class _RunResults(msgspec.Struct, frozen=True):
    """What one run says about the change."""

    tool: str
    side: Side
    rules: dict[str, Rule]
    found: tuple[tuple[Match, Marks], ...]
    failures: tuple[Failure, ...]
    note: str


def import_results(logs: Sequence[ImportedLog], change: ChangeSet) -> Imported:
    """The results of all logs that stand in files of the change."""
    lines = {side: SideLines(change, side) for side in SIDES}
    runs = [_read_run(run, log, lines[log.side]) for log in logs for run in log.log.runs]
    tools = {side: {run.tool for run in runs if run.side == side} for side in SIDES}
    used = [run for run in runs if run.tool in tools["after"]]
    found = {side: [item for run in used if run.side == side for item in run.found] for side in SIDES}
    after = _follow_marks(found["before"], found["after"], change)
    rules = {name: rule for run in used for name, rule in run.rules.items()}
    unused = [f"{run.tool}: its log of before the change is not used, because none after it was given" for run in runs if run not in used]
    return Imported(
        rules=tuple(rules[name] for name in sorted(rules)),
        matches=(*(match for match, _ in found["before"]), *after),
        alone=frozenset(name for run in used if run.tool not in tools["before"] for name in run.rules),
        failures=tuple(sorted({failure for run in used if run.side == "after" for failure in run.failures})),
        notes=(*(run.note for run in used), *unused),
    )


def _read_run(run: Run, log: ImportedLog, lines: SideLines) -> _RunResults:
    rules = Rules(run)
    places = Places(run, log.roots, lines.paths)
    made: dict[str, Rule] = {}
    found: list[tuple[Match, Marks]] = []
    problems = [result for result in run.results or () if result.kind not in NO_PROBLEM and result.baseline_state != "absent"]
    for result in problems:
        path, region = _place(result, places)
        if path:
            identifier, descriptor = rules.describe(result)
            name = rule_id(rules.tool, identifier)
            if name not in made:
                made[name] = make_rule(name, rules, descriptor)
            span = find_span(region, lines.of(path), run.column_kind)
            match = Match(
                rule=name,
                location=Location(path, log.side, span),
                message=shorten_message(message_of(result, descriptor) or made[name].title),
                text="" if span == WHOLE_FILE else normalise(lines.of(path)[span.line - 1][:LINE_LIMIT]),
                engine="sarif",
                severity=severity_of(descriptor, result),
            )
            found.append((replace(match, suppression=_suppression(result, match, rules.tool)), _marks(result)))
    failures = tuple(failure for invocation in run.invocations or () for failure in _failures(invocation, places, log.side, rules.tool))
    count = f"{len(problems)} result{'' if len(problems) == 1 else 's'}, {len(found)} in changed files"
    side = ", before the change" if log.side == "before" else ""
    note = f"{f'{rules.tool} {rules.version}'.strip()} ({clean(log.source, REASON_LIMIT)}{side}): {count}"
    return _RunResults(rules.tool, log.side, made, tuple(found), failures, note)


def _place(result: Result, places: Places) -> tuple[str, Region | None]:
    """The first changed file that the result names, and where in it; an empty path when it names none."""
    for location, region in locations_of(result.locations):
        if path := places.path_of(location):
            return path, region
    return "", None


def _marks(result: Result) -> Marks:
    return frozenset({**(result.fingerprints or {}), **(result.partial_fingerprints or {})}.items())


def _suppression(result: Result, match: Match, tool: str) -> Suppression | None:
    """The tool's own word that the result is accepted (section 3.27.23: every suppression must be).

    One in the source counts as added by the change until the comparison shows that the finding was there before.
    """
    given = result.suppressions or ()
    if not given or any(one.status not in {None, "accepted"} for one in given):
        return None
    in_source = all(one.kind == "inSource" for one in given)
    reason = next((clean(one.justification, REASON_LIMIT) for one in given if one.justification), f"suppressed in {tool}")
    line = match.location.span.line
    return Suppression(match.location.path, line, match.rule, reason, added=in_source, covers=line if in_source else 0)


def _failures(invocation: Invocation, places: Places, side: Side, tool: str) -> Iterator[Failure]:
    """What the tool says it could not do: on the whole, or on a file of the change."""
    if invocation.execution_successful is False:
        yield Failure("", side, "sarif", f"{tool} says that it did not finish")
    for notification in (*(invocation.tool_execution_notifications or ()), *(invocation.tool_configuration_notifications or ())):
        if notification.level == "error":
            named = [places.path_of(location) for location, _ in locations_of(notification.locations)]
            for path in named or [""]:
                if named and not path:
                    continue  # a file that is no part of the change
                yield Failure(path, side, "sarif", f"{tool} reports an error of its own")


def _follow_marks(before: Sequence[tuple[Match, Marks]], after: Sequence[tuple[Match, Marks]], change: ChangeSet) -> tuple[Match, ...]:
    """The after matches, each with the text of the before match that bears the same fingerprint, so that the two pair.

    Only where one match of the rule on each side of the file bears it: some tools write the same one everywhere.
    """
    moved = {file.path: file.moved_from for file in change.files if file.moved_from}
    sources = _by_mark(before, {})
    targets = _by_mark(after, moved)
    texts: dict[Match, str] = {}
    for key, matches in targets.items():
        twins = sources.get(key, [])
        if len(matches) == len(twins) == 1:
            texts.setdefault(matches[0], twins[0].text)
    return tuple(replace(match, text=texts[match]) if match in texts else match for match, _ in after)


def _by_mark(found: Sequence[tuple[Match, Marks]], moved: Mapping[str, str]) -> dict[tuple[str, str, str, str], list[Match]]:
    by_mark: dict[tuple[str, str, str, str], list[Match]] = {}
    for match, marks in found:
        path = moved.get(match.location.path, match.location.path)
        for kind, value in sorted(marks):
            by_mark.setdefault((match.rule, path, kind, value), []).append(match)
    return by_mark
