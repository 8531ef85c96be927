"""Which commit brought each added line of a change, and which took each removed one away.

Worked out forwards: the lines of the before side are numbered, and each commit's own diff carries the numbers on. What a
merge brings that stands in none of its parents is its own. A line taken away by nobody but a merge has no known origin.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from aicheck.changes.disk import SIZE_LIMIT
from aicheck.changes.git import Git
from aicheck.changes.hunks import diff_lines, split_lines
from aicheck.changes.steps import Pair, Step, Steps, is_text, take_apart
from aicheck.changes.tree import Entry
from aicheck.model.change import ChangeSet, Commit, FileChange, Hunk
from aicheck.model.origin import CommitLines, FileOrigins, Origins, Run, Stretches

MOST_LINES = 8_000_000
"""Lines of all versions that are compared, each time one is."""
_BITS = 32
_LINE = (1 << _BITS) - 1

Table = list[int]
"""One number for each line of a version: `birth << 32 | line`, the birth negative (and the number too) for a line of the
before side, 0 for one that another branch brought."""


class Birth(msgspec.Struct, frozen=True):
    """A commit's version of a file, whose own lines carry its index."""

    commit: int
    path: str


def origins_of(git: Git, change: ChangeSet) -> Origins | None:
    """The origins of a change that consists of commits; None when they cannot be worked out within bounds."""
    if len(change.commits) == 1:
        return origins_of_one(change, change.commits[0].id)
    paths = {file.path for file in change.files}
    taken = take_apart(git, change.commits, paths) if change.commits and change.commits[-1].id == change.head else None
    return _Numbering(change, taken).origins() if taken is not None and _work(taken) <= MOST_LINES else None


def added_by(git: Git, commit: Commit, paths: Sequence[str]) -> tuple[CommitLines, ...]:
    """What one commit added to those of `paths` that it has: lines that stand so in none of its parents."""
    after = {path: entry.id for path, entry in git.find(commit.id, paths).items() if is_text(entry)}
    parents = [{path: entry.id for path, entry in git.find(parent, tuple(after)).items() if is_text(entry)} for parent in commit.parents]
    parents = parents or [{}]
    changed = [path for path, name in after.items() if all(parent.get(path) != name for parent in parents)]
    names = [side[path] for path in changed for side in (after, *parents) if path in side]
    texts = git.blobs(names, SIZE_LIMIT)
    found = []
    for path in changed:
        text = texts.get(after[path])
        if text is not None:
            added = [_after_lines(diff_lines(texts.get(parent.get(path, "")) or b"", text)) for parent in parents]
            found.append(CommitLines(commit.id, path, functools.reduce(_intersect, added)))
    return tuple(found)


def _after_lines(hunks: Sequence[Hunk]) -> Stretches:
    return tuple((hunk.after_line, hunk.after_line + hunk.after_count - 1) for hunk in hunks if hunk.after_count)


def _intersect(first: Stretches, second: Stretches) -> Stretches:
    """The lines that are in both."""
    found: list[tuple[int, int]] = []
    one = other = 0
    while one < len(first) and other < len(second):
        start, end = max(first[one][0], second[other][0]), min(first[one][1], second[other][1])
        if start <= end:
            found.append((start, end))
        if first[one][1] < second[other][1]:
            one += 1
        else:
            other += 1
    return tuple(found)


def _work(taken: Steps) -> int:
    """How many lines must be compared."""
    lines = {name: text.count(b"\n") + 1 for name, text in taken.texts.items()}
    pairs = (pair for step in taken.steps for changes in step.changes for pair in changes.values())
    return sum(lines.get(entry.id, 0) for pair in pairs for entry in pair if entry)


def origins_of_one(change: ChangeSet, identifier: str) -> Origins:
    """The origins where everything is the work of one commit, or of none (an empty id)."""
    files, added = [], []
    for file in change.files:
        brought = _after_lines(file.hunks)
        taken = ((hunk.before_line, hunk.before_line + hunk.before_count - 1) for hunk in file.hunks if hunk.before_count)
        runs = tuple(Run(first, last, identifier, file.path, first) for first, last in brought)
        lost = tuple(Run(first, last, identifier, file.path, 0) for first, last in taken)
        files.append(FileOrigins(file.path, runs, lost, (identifier,)))
        added.append(CommitLines(identifier, file.path, brought))
    return Origins(tuple(files), tuple(added))


class _Numbering:
    """Carries the numbers of lines through the steps."""

    def __init__(self, change: ChangeSet, taken: Steps) -> None:
        self._change = change
        self._texts = taken.texts
        self._steps = taken.steps
        self._indexes = {step.commit.id: index for index, step in enumerate(taken.steps)}
        self._bases = {file.path: index for index, file in enumerate(change.files, 1)}
        self._before = {file.path: file.before.data for file in change.files if file.before and file.before.data is not None}
        self._births: list[Birth] = [Birth(-1, "")]  # index 0 is nobody's
        self._added: list[CommitLines] = []
        self._removers: dict[int, int] = {}
        self._touched: dict[str, set[int]] = {}
        self._versions: dict[str, dict[str, Table | None]] = {}
        """Per commit; None for a version without lines."""

    def origins(self) -> Origins:
        """The answer for the head of the range."""
        waiting = {parent: sum(parent in step.commit.parents for step in self._steps) for parent in self._indexes}
        for index, step in enumerate(self._steps):
            self._versions[step.commit.id] = self._take(index, step)
            for parent in step.commit.parents:
                if parent in waiting:
                    waiting[parent] -= 1
                    if not waiting[parent]:
                        del self._versions[parent]
        return Origins(tuple(self._file(file) for file in self._change.files), tuple(self._added))

    def _take(self, index: int, step: Step) -> dict[str, Table | None]:
        """The versions after one step."""
        parents = step.commit.parents or ("",)
        versions = dict(self._versions.get(parents[0], {}))
        for path in dict.fromkeys(path for changes in step.changes for path in changes):
            same = next((number for number, changes in enumerate(step.changes) if path not in changes), None)
            if same is None:
                versions[path] = self._change_file(index, step, path)
                continue
            version = self._versions.get(parents[same], {})
            if path in version:
                versions[path] = version[path]
            else:
                versions.pop(path, None)
        return versions

    def _change_file(self, index: int, step: Step, path: str) -> Table | None:
        """The numbers of the version that a commit made; None when it has no lines."""
        parents, source = step.commit.parents or ("",), step.moves.get(path, path)
        self._touched[path] = {index, *self._touched.get(path, ()), *self._touched.get(source, ())}
        after = step.changes[0][path][1]
        text = self._text(after)
        if text is None and (after is not None or path in step.moves.values()):
            return None
        self._births.append(Birth(index, path))
        tables = [
            self._carry(index, self._table(parent, changes, source), text or b"", notes_losses=len(parents) == 1)
            for parent, changes in zip(parents, step.changes, strict=True)
        ]
        table = tables[0] if len(tables) == 1 else [min(numbers) for numbers in zip(*tables, strict=True)]  # its own is the highest
        birth = len(self._births) - 1
        own = _group((line, birth) for line, number in enumerate(table, 1) if number >> _BITS == birth)
        self._added.append(CommitLines(step.commit.id, path, tuple((first, last) for first, last, _ in own)))
        return None if text is None else table

    def _table(self, parent: str, changes: Mapping[str, Pair], path: str) -> tuple[bytes, Table] | None:
        """Text and numbers of a parent's version; None when it has no lines."""
        text = self._text(changes.get(path, (None, None))[0])
        if text is None:
            return None
        known = self._versions.get(parent, {})
        if path in known:
            table = known[path]
            return None if table is None else (text, table)
        length = len(split_lines(text))
        if self._before.get(path) != text:
            return text, [0] * length
        base = self._bases[path] << _BITS
        return text, [-(base | line) for line in range(1, length + 1)]

    def _text(self, entry: Entry | None) -> bytes | None:
        return self._texts.get(entry.id) if entry is not None and is_text(entry) else None

    def _carry(self, index: int, source: tuple[bytes, Table] | None, text: bytes, *, notes_losses: bool) -> Table:
        """The numbers of a version: those of its source where a line stayed, else its own."""
        own = (len(self._births) - 1) << _BITS
        before, numbers = source or (b"", [])
        table: Table = []
        position = 0
        for hunk in diff_lines(before, text):
            start = hunk.before_line - 1
            table += numbers[position:start]
            position = start + hunk.before_count
            table += range(own + hunk.after_line, own + hunk.after_line + hunk.after_count)
            for number in numbers[start:position] if notes_losses else ():
                self._removers.setdefault(number, index)
        return table + numbers[position:]

    def _file(self, file: FileChange) -> FileOrigins:
        table = self._versions[self._change.head].get(file.path) or []
        base = self._bases[file.path] << _BITS
        brought = [line for hunk in file.hunks for line in range(hunk.after_line, hunk.after_line + hunk.after_count) if line <= len(table)]
        taken = [line for hunk in file.hunks for line in range(hunk.before_line, hunk.before_line + hunk.before_count)]
        added = _group((line, table[line - 1] - line) for line in brought if table[line - 1] > 0)
        removed = _group((line, self._removers[-(base | line)]) for line in taken if -(base | line) in self._removers)
        return FileOrigins(
            file.path,
            tuple(self._run(first, last, shift + first) for first, last, shift in added),
            tuple(Run(first, last, self._steps[index].commit.id, file.path, 0) for first, last, index in removed),
            tuple(self._steps[index].commit.id for index in sorted(self._touched.get(file.path, ()))),
        )

    def _run(self, first: int, last: int, number: int) -> Run:
        birth = self._births[number >> _BITS]
        return Run(first, last, self._steps[birth.commit].commit.id, birth.path, number & _LINE)


def _group(lines: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """(first, last, key) of neighbouring lines with one key; the lines ascend."""
    found: list[tuple[int, int, int]] = []
    for line, key in lines:
        if found and found[-1][1] == line - 1 and found[-1][2] == key:
            found[-1] = (found[-1][0], line, key)
        else:
            found.append((line, line, key))
    return found
