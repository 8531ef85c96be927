"""From records of lines to evidence for commits, and to a state for every changed line.

A record counts only for lines that its commit added. What it says of a person is a claim of absence and nothing more; what
it does not mention stands as the commit's message and identities say.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from aicheck.model.change import ChangeSet, FileChange
from aicheck.model.finding import Finding
from aicheck.model.location import WHOLE_FILE, Side
from aicheck.model.origin import CommitLines, FileOrigins, Origins, Run, Stretches
from aicheck.model.provenance import Evidence, State
from aicheck.provenance.attribute import SHORT_ID
from aicheck.provenance.claims import Claim, Record, claimed_lines

_STRONGEST: tuple[State, ...] = ("attested", "marked", "probable", "unknown", "declared-none")
"""Which of several lines decides: a claim of a person's work never hides what is not known."""
_TEXT_LIMIT = 200

_Claims = Mapping[tuple[str, str], Sequence[Claim]]
"""By commit id and path."""
Stretch = tuple[int, int, State]
"""First line, last line (included), state."""


class CommitStates(msgspec.Struct, frozen=True):
    """How one commit stands."""

    unattested: State
    """As its message and identities say: the state of lines that no record mentions."""
    whole: State
    """With what its records attest: the state of what it took away."""


class SideStates(msgspec.Struct, frozen=True):
    """The changed lines of one side of a file."""

    stretches: tuple[Stretch, ...] = ()
    """Lines that only this side has, ascending, disjoint."""
    gaps: tuple[tuple[int, State], ...] = ()
    """(line, state) where the other side has lines before that line and this one has nothing in their place; ascending."""

    def within(self, first: int, last: int) -> list[State]:
        """The states of the lines and gaps from `first` to `last`."""
        start = bisect_left(self.stretches, first, key=lambda stretch: stretch[1])
        end = bisect_left(self.stretches, last + 1, key=lambda stretch: stretch[0])
        lines = [state for _, _, state in self.stretches[start:end]]
        return lines + [state for line, state in self.gaps[bisect_left(self.gaps, (first,)) :] if line <= last]


class FileStates(msgspec.Struct, frozen=True):
    """The changed lines of one file."""

    before: SideStates
    after: SideStates
    whole: State
    """The strongest of all commits that changed the file."""

    def side(self, side: Side) -> SideStates:
        """The lines of one side."""
        return self.before if side == "before" else self.after


class LineStates(msgspec.Struct, frozen=True):
    """The states of all changed lines."""

    files: Mapping[str, FileStates]
    change: State
    """Of the change as a whole: for what belongs to no file."""
    claim: State = "unknown"
    """What somebody said of the whole change; it holds for every line that shows nothing better."""

    def of(self, finding: Finding) -> State:
        """The state of the lines that a finding stands on.

        Where it has none of its own (what made it new lies elsewhere), that of the whole file counts.
        """
        file, at = self.files.get(finding.location.path), finding.location
        if file is None:
            return self.change
        last = at.span.end_line - (at.span.end_column <= 1 < at.span.end_line - at.span.line + 1)
        own = [] if at.span == WHOLE_FILE else file.side(at.side).within(at.span.line, last)
        if finding.before is not None and finding.before.path in self.files:
            own += self.files[finding.before.path].before.within(finding.before.line, finding.before.line)
        if own or finding.state != "unchanged":
            return self._at_least(strongest(own) if own else file.whole)
        return self._at_least("unknown")

    def _at_least(self, state: State) -> State:
        if self.claim == "declared-none":
            return self.claim if state == "unknown" else state
        return strongest((state, self.claim)) if self.claim != "unknown" else state


def strongest(states: Iterable[State]) -> State:
    """The state that decides among several; `unknown` for none."""
    return min(states, key=_STRONGEST.index, default="unknown")


def attest(commit: str, records: Sequence[Record], added: Mapping[str, Stretches] | None) -> tuple[Evidence, ...]:
    """The evidence that AI tools wrote lines of a commit: one for each kind of record and tool.

    `added` holds what the commit added by path; None takes the records at their word.
    """
    found: dict[tuple[str, str], list[tuple[str, list[tuple[int, int]], Claim]]] = {}
    places: dict[tuple[str, str], str] = {}
    for record in records:
        for file in record.files:
            for first, last, claim in _counting(file.claims, None if added is None else added.get(file.path, ())):
                key = (record.kind, claim.tool)
                files = found.setdefault(key, [])
                places.setdefault(key, f"{commit[:SHORT_ID]}:{record.place}:{claim.line}".lstrip(":"))
                if not files or files[-1][0] != file.path:
                    files.append((file.path, [], claim))
                files[-1][1].append((first, last))
    return tuple(
        Evidence(kind, places[kind, tool], "attested", _describe(files), tool, "authored") for (kind, tool), files in found.items()
    )


def judge_lines(
    change: ChangeSet, origins: Origins, commits: Mapping[str, CommitStates], records: Mapping[str, tuple[Record, ...]]
) -> dict[str, FileStates]:
    """The states of the lines of each file, by path. `commits` and `records` go by commit id."""
    claims = {(commit, path): found for commit, some in records.items() for path, found in _by_path(some).items()}
    return {file.path: _judge_file(file, origin, commits, claims) for file, origin in zip(change.files, origins.files, strict=True)}


def added_by_commit(added: Iterable[CommitLines]) -> dict[str, dict[str, Stretches]]:
    """Commit id -> path -> what it added."""
    found: dict[str, dict[str, Stretches]] = {}
    for one in added:
        found.setdefault(one.commit, {})[one.path] = one.lines
    return found


def _by_path(records: Sequence[Record]) -> dict[str, list[Claim]]:
    """Several records of one commit taken together, the decisive claims last: who attests AI is heard after who denies it."""
    book: dict[str, list[Claim]] = {}
    for record in sorted(records, key=lambda record: record.claims_ai):
        for file in record.files:
            book.setdefault(file.path, []).extend(file.claims)
    return book


def _judge_file(file: FileChange, origin: FileOrigins, commits: Mapping[str, CommitStates], claims: _Claims) -> FileStates:
    stretches = {key: claimed_lines(claims.get(key, ()), _own_lines(runs)) for key, runs in _by_version(origin.added).items()}
    added = tuple(
        stretch for run in origin.added for stretch in _judge_run(run, stretches[run.commit, run.path], commits[run.commit].unattested)
    )
    removed = tuple((run.first, run.last, commits[run.commit].whole) for run in origin.removed)
    whole = strongest(commits[identifier].whole for identifier in origin.commits)
    before, after = SideStates(removed), SideStates(added)
    lost, brought = [], []
    for hunk in file.hunks:
        if not hunk.after_count:
            states = before.within(hunk.before_line, hunk.before_line + hunk.before_count - 1)
            lost.append((hunk.after_line, strongest(states or [whole])))
        if not hunk.before_count:
            states = after.within(hunk.after_line, hunk.after_line + hunk.after_count - 1)
            brought.append((hunk.before_line, strongest(states or [whole])))
    return FileStates(SideStates(removed, tuple(brought)), SideStates(added, tuple(lost)), whole)


def _by_version(runs: Iterable[Run]) -> dict[tuple[str, str], list[Run]]:
    found: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        found.setdefault((run.commit, run.path), []).append(run)
    return found


def _own_lines(runs: Iterable[Run]) -> Stretches:
    return tuple(sorted((run.at, run.at + run.last - run.first) for run in runs))


def _judge_run(run: Run, claimed: Sequence[tuple[int, int, Claim]], rest: State) -> Iterator[Stretch]:
    """The stretches of a run; `claimed` are those of the whole version, `rest` is the state of lines that nobody claims."""
    shift = run.first - run.at
    position = run.first
    for index in range(bisect_left(claimed, run.at, key=lambda stretch: stretch[1]), len(claimed)):
        first, last, claim = claimed[index]
        if first + shift > run.last:
            break
        if first + shift > position:
            yield position, first + shift - 1, rest
        position = min(last + shift, run.last) + 1
        yield max(first + shift, run.first), position - 1, "attested" if claim.ai else "declared-none"
    if position <= run.last:
        yield position, run.last, rest


def _counting(claims: Sequence[Claim], added: Stretches | None) -> list[tuple[int, int, Claim]]:
    """The stretches that AI wrote."""
    if added is None:
        return [(claim.first, claim.last, claim) for claim in claims if claim.ai]
    return [stretch for stretch in claimed_lines(claims, added) if stretch[2].ai]


def _describe(files: Sequence[tuple[str, list[tuple[int, int]], Claim]]) -> str:
    path, stretches, _ = files[0]
    lines = ",".join(str(first) if first == last else f"{first}-{last}" for first, last in stretches[:8])
    more = f" and {len(files) - 1} more file{'s' if len(files) > 2 else ''}" if len(files) > 1 else ""
    text = f" {lines}{'...' if len(stretches) > 8 else ''}{more}"
    return path[: _TEXT_LIMIT - len(text)] + text


class LineRow(msgspec.Struct, frozen=True):
    """Neighbouring lines that a commit added, and who wrote them."""

    path: str
    first: int
    """1-based, in the commit's own version."""
    last: int
    """Included."""
    state: State
    tool: str = ""
    """The tool that a record names for them."""


def list_lines(added: Iterable[CommitLines], records: Sequence[Record], unattested: State) -> tuple[LineRow, ...]:
    """All lines that one commit added, by path and line; `unattested` is the state of those that no record mentions."""
    book = _by_path(records)
    rows: list[LineRow] = []
    for one in added:
        claimed = claimed_lines(book.get(one.path, ()), one.lines)
        starts = {first: claim.tool for first, _, claim in claimed}
        for first, last in one.lines:
            run = Run(first, last, one.commit, one.path, first)
            rows += [LineRow(one.path, *stretch, starts.get(stretch[0], "")) for stretch in _judge_run(run, claimed, unattested)]
    return tuple(rows)
