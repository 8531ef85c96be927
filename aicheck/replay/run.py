"""Scans listed commits, several at once, and hands each outcome on as it is done."""

import gc
import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from functools import cache, partial
from multiprocessing.util import Finalize
from pathlib import Path

from aicheck.catalogue import Catalogue, load_catalogue
from aicheck.changes.git import Git, open_repository
from aicheck.changes.sources import from_commit, from_merge
from aicheck.errors import AicheckError, UsageError
from aicheck.model.review import Review
from aicheck.policy.people import People
from aicheck.policy.policy import Policy
from aicheck.policy.policy_file import load_policy
from aicheck.policy.roster import Roster
from aicheck.policy.roster_file import load_roster
from aicheck.provenance.attribute import attribute_change
from aicheck.replay.about import describe
from aicheck.replay.outcome import Outcome, Target, conclude, is_credible
from aicheck.replay.standards import OWN, Given, Standards
from aicheck.runners.isolation import StandingWorkers
from aicheck.scan import Request, scan_together
from aicheck.trusted import fetch_shared, read_trusted_files

BATCH = 64
"""Commits scanned together: many enough to share the start of the engines, few enough to lose little when it is stopped."""
GARBAGE_THRESHOLD = 100_000
"""Objects between collections: a batch holds the facts of all its files until it is judged, and little of it is garbage."""


def locate(targets: Sequence[Target], template: str) -> dict[str, Path]:
    """The folder of each repository: `template` with {owner} and {name} filled in. Raises UsageError for a missing one."""
    folders: dict[str, Path] = {}
    for repo in sorted({target.repo for target in targets}):
        owner, _, name = repo.partition("/")
        folder = Path(template.replace("{owner}", owner).replace("{name}", name))
        if not folder.is_dir():
            raise UsageError(f"the repository {repo} is not at {folder}; bring it there, or correct --repos")
        folders[repo] = folder
    return folders


def replay(targets: Sequence[Target], folders: Mapping[str, Path], processes: int, standards: Standards = OWN) -> Iterator[Outcome]:
    """The outcome of each commit against its first parent, in the order in which they are done.

    Settings and accepted findings are those of its parent, as for `scan --commit`, and the time is that of the commit.
    A commit that cannot be judged is an outcome too.
    """
    ordered = sorted(targets, key=lambda target: target.repo)  # stable: neighbours in a history share most of their files
    batches = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    if processes == 1:
        for batch in batches:
            yield from _replay_batch(batch, dict(folders), standards)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_serve) as pool:
        waiting = {
            pool.submit(_replay_batch, batch, {repo: folders[repo] for repo in {one.repo for one in batch}}, standards) for batch in batches
        }
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for finished in done:
                    yield from finished.result()
        finally:
            for left in waiting:
                left.cancel()


def _replay_batch(batch: Sequence[Target], folders: dict[str, Path], standards: Standards) -> list[Outcome]:
    outcomes: list[Outcome] = []
    requests: dict[tuple[str, ...], list[tuple[Target, Request]]] = {}
    for target in batch:
        try:
            request = _request(target, folders[target.repo], standards)
            requests.setdefault(request.config.plugins, []).append((target, request))
        except AicheckError as error:
            outcomes.append(Outcome(target.repo, target.sha, target.label, "none", "error", failures=(str(error),)))
    for some in requests.values():
        answers = scan_together([request for _, request in some], _workers())
        for (target, request), (report, decision) in zip(some, answers, strict=True):
            about = describe(request, report, decision, standards.digest)
            outcomes.append(conclude(target, report, decision, about))
    return outcomes


def _request(target: Target, folder: Path, standards: Standards) -> Request:
    git = _git(folder)
    change = from_merge(git, target.sha) if standards.whole_merges else from_commit(git, target.sha)
    trusted = read_trusted_files(git, change, isolated=False)
    config = trusted.config(None)
    catalogue = _catalogue(config.plugins)
    policy = _policy(standards.policy, config.plugins, folder) if standards.policy else trusted.policy(None, catalogue)
    committed = change.commits[-1].committed
    people = People(
        roster=_roster(standards.roster) if standards.roster else trusted.roster(None),
        review=Review(change.head, now=committed if is_credible(committed) else 0),
        owners=trusted.owners(),
    )
    attribution = attribute_change(change.commits, signatures=trusted.signatures(config.plugins))
    return Request(change, attribution, catalogue, config, policy, workers=1, accepted=trusted.accepted(), people=people)


@cache
def _policy(given: Given, plugins: tuple[str, ...], folder: Path) -> Policy:
    fetch = partial(fetch_shared, _git(folder))
    return load_policy(given.data, _catalogue(plugins).by_id().keys(), given.source, fetch)


@cache
def _roster(given: Given) -> Roster:
    return load_roster(given.data, given.source)


def _serve() -> None:
    """In each process of a pool. Such a process passes `atexit` by; only what is registered here ends its workers and waits for them."""
    gc.set_threshold(GARBAGE_THRESHOLD)
    Finalize(None, lambda: _workers().close(), exitpriority=0)


@cache
def _workers() -> StandingWorkers:
    return StandingWorkers()


@cache
def _git(folder: Path) -> Git:
    return open_repository(folder)


@cache
def _catalogue(plugins: tuple[str, ...]) -> Catalogue:
    return load_catalogue(plugins)
