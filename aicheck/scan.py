"""The pipeline: a change in, a report and a decision out."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

import aicheck
from aicheck.authoring import ChangeFacts
from aicheck.catalogue import Catalogue
from aicheck.config import Config
from aicheck.model.change import ChangeSet, Hunk
from aicheck.model.coverage import Coverage, Failure
from aicheck.model.decision import Decision, Report, Trusted
from aicheck.model.finding import Finding, Match, Suppression
from aicheck.model.path import path_bytes
from aicheck.model.provenance import Attribution, State
from aicheck.model.rule import Rule
from aicheck.pairing import Paired, is_riskier, judge_alone, pair_matches, to_findings
from aicheck.policy.accepted import Accepted, Standing, apply_accepted
from aicheck.policy.context import shift_findings
from aicheck.policy.decide import decide
from aicheck.policy.facts import summarize
from aicheck.policy.judges import judge_paths
from aicheck.policy.participants import lowest_author_rank
from aicheck.policy.people import NOBODY, People
from aicheck.policy.policy import Policy, apply_policy
from aicheck.provenance.lines import LineStates
from aicheck.runners.engines import engine_versions
from aicheck.runners.external import run_external
from aicheck.runners.facts import run_change, run_differential
from aicheck.runners.isolation import Progress, StandingWorkers, run_jobs
from aicheck.runners.lines import SideLines
from aicheck.runners.losses import settle_sightings
from aicheck.runners.plan import SIDES, Plan, languages_read, plan_jobs, plan_reading
from aicheck.runners.restoring import offer_restoring, restoring_rules
from aicheck.runners.results import Results, collect_results, file_pairs, name_symbols
from aicheck.runners.sarif import Imported, ImportedLog, import_results
from aicheck.suppression import added_suppression_matches, apply_suppressions, compare_suppressions

QUOTED_CHARACTERS = 200


class Request(msgspec.Struct, frozen=True):
    """Everything a scan needs; nothing else is read."""

    change: ChangeSet
    attribution: Attribution
    catalogue: Catalogue
    config: Config
    policy: Policy
    workers: int
    whole_tree: bool = False
    """True for `--all`: files are judged as they stand, so the suppressions in them count."""
    progress: Progress | None = None
    imports: tuple[ImportedLog, ...] = ()
    """Other tools' logs of this change."""
    lines: LineStates | None = None
    """Who wrote each line; None where every line counts as the whole change does."""
    accepted: tuple[Accepted, ...] = ()
    """Findings that the trusted side accepts."""
    people: People = NOBODY
    """Roster, owners and reviews. The commits of the change are added to it."""


def scan(request: Request) -> tuple[Report, Decision]:
    """Run every rule of the catalogue over the change and decide who must look at it."""
    return scan_together([request])[0]


def scan_together(requests: Sequence[Request], standing: StandingWorkers | None = None) -> list[tuple[Report, Decision]]:
    """Scan several changes with one start of each engine, in their order; none knows of another.

    They share catalogue, plugins, workers and progress: those of the first one count. With `standing` the workers go on
    serving the next call.
    """
    plans = [plan_reading(request.change, request.config, request.catalogue) for request in requests]
    return [
        _conclude(request, plan, results)
        for request, plan, results in zip(requests, plans, _run_engines(requests, plans, standing), strict=True)
    ]


def _conclude(request: Request, plan: Plan, results: Results) -> tuple[Report, Decision]:
    imported = results.imported
    rules = request.catalogue.by_id() | {rule.id: rule for rule in imported.rules}
    findings = to_findings(_pair(request, results, rules), rules, _quote_line(request.change))
    findings = tuple(replace(finding, provenance=_provenance(request, finding)) for finding in findings)
    findings, unused = apply_suppressions(findings, _suppressions(request, results))
    findings, refused = apply_accepted(findings, request.accepted, _standing(request))
    findings = apply_policy(shift_findings(findings, rules), request.policy)
    coverage, failures = _settle(request.change, plan.coverage, results)
    report = Report(
        version=aicheck.__version__,
        change=replace(request.change, notes=(*request.change.notes, *imported.notes)),
        trusted=_trusted(request),
        provenance=request.attribution,
        rules=tuple(rules[name] for name in sorted(rules)),
        findings=findings,
        failures=failures,
        coverage=coverage,
        unused_suppressions=(*unused, *refused),
    )
    return report, judge(report, request.policy, replace(request.people, commits=request.change.commits))


def judge(report: Report, policy: Policy, people: People, author_rank: str = "") -> Decision:
    """Decide about what a run found out; a further look at it costs no further run. `author_rank` replaces what the roster says."""
    rank = lowest_author_rank(people.commits, people.review, people.roster) or policy.unknown_author
    known = author_rank or (rank if people.roster.people else "")
    summary = summarize(report.change, report.provenance, report.coverage, report.failures, known)
    return decide(summary, report.findings, policy, people)


def _standing(request: Request) -> Standing:
    moved = {file.path: file.moved_from for file in request.change.files if file.moved_from and not is_riskier(file.path, file.moved_from)}
    return Standing(request.people.review.now, moved, judge_paths(request.change))


def _provenance(request: Request, finding: Finding) -> State:
    return request.lines.of(finding) if request.lines is not None else request.attribution.state


def _run_engines(requests: Sequence[Request], plans: Sequence[Plan], standing: StandingWorkers | None) -> list[Results]:
    first = requests[0]
    imported = [_import(request) for request in requests]
    external = [
        ((*matches, *logs.matches), (*failures, *logs.failures))
        for (matches, failures), logs in zip(run_external(plans, first.catalogue), imported, strict=True)
    ]
    planned = [
        plan_jobs(plan.readings, first.catalogue, matches, compares=not request.whole_tree)
        for request, plan, (matches, _) in zip(requests, plans, external, strict=True)
    ]
    jobs = [job for some in planned for _, job in some]
    cured = restoring_rules(first.catalogue, languages_read(plans))
    answers = iter(run_jobs(jobs, first.config.plugins, first.workers, first.progress, standing) if jobs else [])
    found = []
    for request, plan, some, (matches, failures), logs in zip(requests, plans, planned, external, imported, strict=True):
        results = collect_results([reading for reading, _ in some], [next(answers) for _ in some])
        facts = ChangeFacts(() if request.whole_tree else file_pairs(request.change.files, plan.readings, results.facts))
        compared = [] if request.whole_tree else _compare(request.catalogue, facts)
        moved = {reading.before_path: reading.file.path for reading in plan.readings}
        settled = settle_sightings(request.change.files, moved, name_symbols(matches, results.facts), results.facts)
        named = offer_restoring((*settled, *(match for hits, _ in compared for match in hits)), facts, cured)
        failed = failures + tuple(failure for _, lost in compared for failure in lost)
        found.append(replace(results, matches=results.matches + named, failures=results.failures + failed, imported=logs))
    return found


def _import(request: Request) -> Imported:
    """What other tools' logs say about the files that the settings do not exclude."""
    if not request.imports:
        return Imported()
    files = tuple(file for file in request.change.files if not request.config.excludes(file.path))
    return import_results(request.imports, replace(request.change, files=files))


def _compare(catalogue: Catalogue, change: ChangeFacts) -> list[tuple[tuple[Match, ...], tuple[Failure, ...]]]:
    return [run_differential(catalogue.differential_checks(), change), run_change(catalogue.change_checks(), change)]


def _pair(request: Request, results: Results, rules: Mapping[str, Rule]) -> tuple[Paired, ...]:
    added = () if request.whole_tree else added_suppression_matches(results.comments("before"), results.comments("after"))
    alone = [match for match in results.matches if match.rule in results.imported.alone]
    compared = [match for match in (*results.matches, *added) if match.rule not in results.imported.alone]
    return pair_matches(request.change, compared, rules) + judge_alone(request.change, alone, results.facts)


def _suppressions(request: Request, results: Results) -> tuple[Suppression, ...]:
    after = results.comments("after")
    moved = [file for file in request.change.files if file.moved_from and not is_riskier(file.path, file.moved_from)]
    return compare_suppressions(after if request.whole_tree else results.comments("before"), after, moved)


def _settle(change: ChangeSet, coverage: Sequence[Coverage], results: Results) -> tuple[tuple[Coverage, ...], tuple[Failure, ...]]:
    """The ledger after the engines have run.

    A syntax error on the before side is no failure (nothing ran there to be lost), nor is one in lines that the change
    does not touch: both are said in the ledger.
    """
    rows = {(row.path, row.side): row for row in coverage}
    hunks = {file.path: file.hunks for file in change.files if file.before and file.after}
    kept: list[Failure] = []
    for (path, side), reason in results.not_applicable.items():
        rows[path, side] = Coverage(path, side, "not-applicable", reason)
    ordered = sorted(set(results.failures), key=lambda failure: (_weight(failure, hunks.get(failure.path)), failure))
    for failure in ordered:
        key = (failure.path, failure.side)
        match _weight(failure, hunks.get(failure.path)):
            case 0:
                rows[key] = Coverage(*key, "analyzed", f"{failure.reason}, outside what the change touches")
            case 1:
                rows[key] = Coverage(*key, "not-applicable", f"{failure.reason}: what stands after counts as new")
            case _:
                kept.append(failure)
                if key in rows and rows[key].outcome != "unanalyzed":  # the first reason says most: reading comes before engines
                    rows[key] = Coverage(*key, "unanalyzed", failure.reason)
    return tuple(rows[key] for key in sorted(rows, key=lambda key: (path_bytes(key[0]), key[1]))), tuple(kept)


def _weight(failure: Failure, hunks: Sequence[Hunk] | None) -> int:
    """2 for a failure that leaves the change unread, 1 for a before side that counts as nothing, 0 for lines elsewhere.

    `hunks` is None where all lines count: the file is new or gone.
    """
    if failure.lines and hunks is not None and not any(_touches(hunk, failure) for hunk in hunks):
        return 0
    return 1 if failure.side == "before" and failure.reason.startswith("syntax error") else 2


def _touches(hunk: Hunk, failure: Failure) -> bool:
    first, count = (hunk.after_line, hunk.after_count) if failure.side == "after" else (hunk.before_line, hunk.before_count)
    return any(first <= last and start <= first + max(count, 1) - 1 for start, last in failure.lines)


def _trusted(request: Request) -> Trusted:
    return Trusted(request.policy.source, request.config.source, request.catalogue.digest, engine_versions(), request.people.roster.source)


def _quote_line(change: ChangeSet) -> Callable[[Match], str]:
    """Tells the source line that a match starts on, for display."""
    sides = {side: SideLines(change, side) for side in SIDES}

    def quote(match: Match) -> str:
        at = match.location
        lines = sides[at.side].of(at.path)
        return lines[at.span.line - 1][:QUOTED_CHARACTERS] if 0 < at.span.line <= len(lines) else ""

    return quote
