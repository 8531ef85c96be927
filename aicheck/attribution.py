"""Who or what wrote a change and each of its lines: messages, identities, git-ai notes and traces of tools put together."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from aicheck.changes.git import Git
from aicheck.changes.origins import origins_of, origins_of_one
from aicheck.errors import UsageError
from aicheck.model.change import ChangeSet
from aicheck.model.origin import Origins
from aicheck.model.provenance import UNKNOWN, Attribution, Evidence
from aicheck.model.request import PullRequest
from aicheck.provenance.attribute import Declared, attribute_change, attribute_commit
from aicheck.provenance.claims import Record, RecordError
from aicheck.provenance.lines import CommitStates, LineStates, added_by_commit, attest, judge_lines
from aicheck.provenance.pull_request import request_evidence
from aicheck.provenance.signatures import Signature, load_signatures
from aicheck.records import describe_problem, read_notes, shorten_problems


class Written(msgspec.Struct, frozen=True):
    """The answer."""

    attribution: Attribution
    lines: LineStates | None
    """None where the lines could not be told apart: then all have the state of the change."""
    problems: tuple[str, ...] = ()
    """Sentences about records that are not used."""


class Claimed(msgspec.Struct, frozen=True):
    """What is said of a change besides what its commits say."""

    declared: Declared = "auto"
    traces: tuple[Path, ...] = ()
    request: PullRequest | None = None
    labels: tuple[str, ...] = ()
    """The labels that a team gives to AI-assisted work."""


NOTHING_CLAIMED = Claimed()


def attribute(
    git: Git | None, change: ChangeSet, claimed: Claimed = NOTHING_CLAIMED, signatures: tuple[Signature, ...] | None = None
) -> Written:
    """The provenance of a change and of its lines, by default with the packaged signatures.

    Raises UsageError for a file of traces that cannot be opened.
    """
    declared, traces = claimed.declared, claimed.traces
    signatures = signatures or load_signatures()
    of_request = request_evidence(claimed.request, signatures, claimed.labels) if claimed.request is not None else ()
    records, problems = _collect(git, change, traces)
    plain = {commit.id: attribute_commit(commit, signatures) for commit in change.commits} or {"": UNKNOWN}
    origins = _origins(git, change, differing=bool(records) or len({one.state for one in plain.values()}) > 1)
    attested = _attest(records, origins)
    attribution = attribute_change(change.commits, declared=declared, signatures=signatures, attested=attested, of_request=of_request)
    if origins is None:
        return Written(attribution, None, problems)
    states = {name: CommitStates(one.state, "attested" if attested.get(name) else one.state) for name, one in plain.items()}
    claim = attribute_change((), declared=declared, of_request=of_request).state
    lines = LineStates(judge_lines(change, origins, states, records), attribution.state, claim)
    return Written(attribution, lines, problems)


def _collect(git: Git | None, change: ChangeSet, traces: Sequence[Path]) -> tuple[dict[str, tuple[Record, ...]], tuple[str, ...]]:
    """The usable records by commit id (empty for a change without commits), and what is wrong with the others."""
    records: dict[str, tuple[Record, ...]] = {}
    problems: list[str] = []
    notes = git.find_notes(commit.id for commit in change.commits) if git is not None and change.commits else {}
    for commit, record in read_notes(git, notes) if git is not None else ():
        if isinstance(record, RecordError):
            problems.append(describe_problem(commit, record))
        else:
            records[commit] = (record,)
    for file in traces:
        _add_traces(file, change, records, problems)
    return records, shorten_problems(problems)


def _add_traces(file: Path, change: ChangeSet, records: dict[str, tuple[Record, ...]], problems: list[str]) -> None:
    from aicheck.provenance.trace import parse_traces  # only for those who give a trace

    try:
        traces = parse_traces(file.read_bytes(), file.name)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from error
    except RecordError as error:
        problems.append(f"{file.name} {error}; it is not used")
        return
    commits = {commit.id: commit.id for commit in change.commits} or {"": "", change.base: ""}
    fitting: dict[str, list[Record]] = {}
    for trace in traces:
        if trace.revision in commits:
            fitting.setdefault(commits[trace.revision], []).append(trace.record)
    for commit, found in fitting.items():
        records[commit] = (*records.get(commit, ()), *found)
    others = len(traces) - sum(map(len, fitting.values()))
    if others:
        problems.append(f"{others} of {len(traces)} records of {file.name} name no commit of this change; they are not used")


def _origins(git: Git | None, change: ChangeSet, *, differing: bool) -> Origins | None:
    """Where the lines come from; without a difference between commits the question is not asked."""
    if git is not None and differing and len(change.commits) > 1:
        return origins_of(git, change)
    return origins_of_one(change, change.commits[-1].id if change.commits else "")


def _attest(records: Mapping[str, tuple[Record, ...]], origins: Origins | None) -> dict[str, tuple[Evidence, ...]]:
    added = added_by_commit(origins.added) if origins is not None else None
    return {commit: attest(commit, some, None if added is None else added.get(commit, {})) for commit, some in records.items()}
