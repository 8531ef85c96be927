"""The engines that are programs of their own, started once for any number of changes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from aicheck.catalogue import Catalogue
from aicheck.model.coverage import Failure
from aicheck.model.finding import Match
from aicheck.model.location import Side
from aicheck.rule_files import SemgrepRule
from aicheck.runners.plan import Plan, languages_read, plan_semgrep, plan_sources
from aicheck.runners.ruff import run_ruff
from aicheck.runners.semgrep import run_semgrep
from aicheck.runners.sightings import Sighting
from aicheck.runners.staging import Source

RUN_BYTES = 4 << 20
"""Of source text that Semgrep gets at once: it must answer for all of them within its time."""
Found = tuple[tuple[Match, ...], tuple[Failure, ...]]


def run_external(plans: Sequence[Plan], catalogue: Catalogue) -> list[Found]:
    """What ruff and Semgrep say of each change. A failure of an engine as a whole is one of every change."""
    python: list[Source] = []
    others: dict[Source, None] = {}
    rules: dict[str, SemgrepRule] = {}
    wanted: dict[str, set[tuple[str, Side]]] = defaultdict(set)
    semgrep = catalogue.semgrep(languages_read(plans))
    for number, plan in enumerate(plans):
        python += (_tagged(source, number) for source in plan_sources(plan.readings, ("python",)))
        for rule, sources in plan_semgrep(plan.readings, semgrep, catalogue):
            tagged = [_tagged(source, number) for source in sources]
            others |= dict.fromkeys(tagged)
            rules[rule.source] = rule
            wanted[rule.source] |= {(source.path, source.side) for source in tagged}
    of_ruff = _once(python, lambda sources: run_ruff(sources, catalogue.ruff_codes()))
    found = (of_ruff, _semgrep_once(tuple(others), rules, wanted))
    matches: list[list[Match]] = [[] for _ in plans]
    failures: list[list[Failure]] = [[] for _ in plans]
    for match in (match for some, _ in found for match in some):
        number, path = _untagged(match.location.path)
        matches[number].append(replace(match, location=replace(match.location, path=path)))
    for failure in (failure for _, some in found for failure in some):
        for number, path in [_untagged(failure.path)] if failure.path else [(number, "") for number in range(len(plans))]:
            failures[number].append(replace(failure, path=path))
    return [(tuple(some), tuple(failed)) for some, failed in zip(matches, failures, strict=True)]


def _once(sources: Sequence[Source], run: Callable[[Sequence[Source]], Found]) -> Found:
    """What `run` says of the sources, each content of a path read once: what stands after one change stands before the next."""
    equal: dict[tuple[str, bytes], list[Source]] = {}
    for source in sources:
        equal.setdefault((_untagged(source.path)[1], source.data), []).append(source)
    twins = {(group[0].path, group[0].side): group for group in equal.values()}
    matches, failures = run([group[0] for group in equal.values()])
    return (
        tuple(
            replace(match, location=replace(match.location, path=source.path, side=source.side))
            for match in matches
            for source in twins[match.location.path, match.location.side]
        ),
        tuple(
            replace(failure, path=source.path, side=source.side)
            for failure in failures
            for source in (twins[failure.path, failure.side] if failure.path else [failure])
        ),
    )


def _semgrep_once(sources: Sequence[Source], rules: Mapping[str, SemgrepRule], wanted: Mapping[str, set[tuple[str, Side]]]) -> Found:
    """As `_once`, in runs of at most RUN_BYTES.

    A rule is run on a content when one of those that share it wants the rule; what it sees of a safeguard counts only for those.
    """

    def run(unique: Sequence[Source]) -> Found:
        found = []
        for some in _in_runs(unique):
            places = {(source.path, source.side) for source in some}
            chosen = [rules[name] for name in sorted(rules) if of_any[name] & places]
            found.append(run_semgrep(some, chosen, of_any))
        return tuple(match for matches, _ in found for match in matches), tuple(failure for _, failures in found for failure in failures)

    first: dict[tuple[str, bytes], tuple[str, Side]] = {}
    twin = {(one.path, one.side): first.setdefault((_untagged(one.path)[1], one.data), (one.path, one.side)) for one in sources}
    of_any = {name: {twin[place] for place in places} for name, places in wanted.items()}
    matches, failures = _once(sources, run)
    kept = (
        match for match in matches if not isinstance(match, Sighting) or (match.location.path, match.location.side) in wanted[match.source]
    )
    return tuple(kept), failures


def _in_runs(sources: Sequence[Source]) -> Iterator[list[Source]]:
    run: list[Source] = []
    size = 0
    for source in sources:
        if run and size + len(source.data) > RUN_BYTES:
            yield run
            run, size = [], 0
        run.append(source)
        size += len(source.data)
    if run:
        yield run


def _tagged(source: Source, number: int) -> Source:
    return replace(source, path=f"{number}/{source.path}")


def _untagged(path: str) -> tuple[int, str]:
    number, _, rest = path.partition("/")
    return int(number), rest
