"""Applies a parsed patch to contents in memory: exact context, at another line where it stands only there, never by guess."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from aicheck.changes.disk import SIZE_LIMIT, TOO_LARGE
from aicheck.changes.hunks import split_lines
from aicheck.changes.patch import FilePatch, Patch, PatchHunk, Section
from aicheck.changes.tree import EXECUTABLE, FILE, SUBMODULE, SYMLINK
from aicheck.errors import ChangeError
from aicheck.model.change import Content

MOST_COMPARISONS = 20_000_000
"""Lines looked at while one patch is applied."""
REMEDY = "name the commit that it was made against with --base"
SUBMODULE_TEXT = b"Subproject commit "
BINARY = "binary patch"

Contents = Mapping[str, Content]


class _Target(msgspec.Struct, frozen=True):
    """One file of a patch with the paths that it means here."""

    file: FilePatch
    before: str | None
    after: str | None

    @property
    def path(self) -> str:
        """How messages call it."""
        return self.after or self.before or ""


def apply_patch(patch: Patch, base: Contents) -> dict[str, tuple[Content | None, Content | None]]:
    """Path -> contents before and after, for the paths that the patch changes. Raises ChangeError where it does not apply."""
    state = dict(base)
    budget = _Budget(MOST_COMPARISONS)
    for section in patch.sections:
        state = _apply_section(section, state, budget)
    return {path: (base.get(path), state.get(path)) for path in base.keys() | state.keys() if base.get(path) != state.get(path)}


def _apply_section(section: Section, state: dict[str, Content], budget: "_Budget") -> dict[str, Content]:
    """The contents after one mail. Its files are all read as they were before it, so that names can be swapped."""
    targets = [_aim(file, state) for file in section.files]
    removed = {target.before for target in targets if target.before not in {None, target.after} and not target.file.is_copy}
    results: dict[str, Content] = {}
    for target in targets:
        source = None
        if target.before is not None:
            source = state.get(target.before) if target.before in removed else results.get(target.before, state.get(target.before))
            if source is None:
                raise ChangeError(f"the patch changes {target.before}, which does not exist; {REMEDY}")
        content = _apply_file(target, source, budget)
        if target.after is None:
            if content is not None and content.data:
                raise ChangeError(f"the patch deletes {target.path} but leaves lines in it; {REMEDY}")
            continue
        if target.before != target.after and (target.after in results or target.after in state.keys() - removed):
            raise ChangeError(f"the patch adds {target.after}, which exists already; {REMEDY}")
        if content is not None:
            results[target.after] = content
    return {path: content for path, content in state.items() if path not in removed} | results


def _aim(file: FilePatch, state: Contents) -> _Target:
    """The paths that a file of the patch means: for names without git's headers, the reading that exists."""
    names = file.names
    readings = names.readings()
    before, after = readings[0]
    if names.titled or names.renamed:
        return _Target(file, None if names.is_new else before, None if names.is_deleted else after)
    path = after or before
    if names.is_new or all(name not in state for reading in readings for name in reading if name is not None):
        return _Target(file, None if names.is_new or _creates(file) else path, path)
    found = next(name for reading in readings for name in reversed(reading) if name is not None and name in state)
    return _Target(file, found, None if names.is_deleted else found)


def _creates(file: FilePatch) -> bool:
    return len(file.hunks) == 1 and file.hunks[0].before_line == 0 and not file.hunks[0].wanted


def _apply_file(target: _Target, source: Content | None, budget: "_Budget") -> Content | None:
    file = target.file
    mode = file.mode or (FILE if source is None else _mode(source))
    if target.after is None and not file.hunks:
        return None
    if file.is_binary:
        return replace(_content(mode, b""), size=0, data=None, unread=BINARY)
    if source is not None and source.data is None:
        return replace(source, executable=mode == EXECUTABLE)
    lines = split_lines(_text(source))
    budget.spend(len(lines))
    offset = end = 0
    result: list[bytes] = []
    for hunk in file.hunks:
        start = _find(lines, hunk, end, offset, budget)
        if start is None:
            raise ChangeError(f"the patch does not apply: hunk {hunk.number} of {target.path} does not match; {REMEDY}")
        result += lines[end:start]
        result += [text for sign, text in hunk.lines if sign != b"-"]
        end = start + len(hunk.wanted)
        offset = start - _stated(hunk)
    return _content(mode, b"".join([*result, *lines[end:]]))


class _Budget:
    """How many lines may still be looked at."""

    def __init__(self, lines: int) -> None:
        self._lines = lines

    def spend(self, lines: int) -> None:
        """Raises ChangeError when the work is out of all proportion."""
        self._lines -= lines
        if self._lines < 0:
            raise ChangeError("the patch takes too long to apply; judge its commits with --base and --head instead")


def _find(lines: list[bytes], hunk: PatchHunk, earliest: int, offset: int, budget: _Budget) -> int | None:
    """The line (from 0) at which the hunk's before side stands, nearest to where it says, and not before `earliest`.

    As git does: a hunk that says line 1 stands at the beginning only, one without context below at the end only; one
    without any context stands where it says.
    """
    wanted = hunk.wanted
    latest = len(lines) - len(wanted)
    leading, trailing = (_context(hunk.lines, step) for step in (1, -1))
    if not leading and not trailing:
        places: Iterable[int] = (_stated(hunk),)
    elif hunk.before_line <= 1:
        places = (0,)
    elif not trailing:
        places = (latest,)
    else:
        places = _outward(_stated(hunk) + offset, earliest, latest)
    for place in places:
        budget.spend(1)
        if not earliest <= place <= latest:
            continue
        if not wanted:
            return place
        if lines[place] == wanted[0] and lines[place + len(wanted) - 1] == wanted[-1]:
            budget.spend(len(wanted))
            if lines[place : place + len(wanted)] == list(wanted):
                return place
    return None


def _outward(guess: int, earliest: int, latest: int) -> Iterator[int]:
    """The numbers from `earliest` to `latest`, those nearest to `guess` first."""
    guess = max(earliest, min(guess, latest))
    yield guess
    for distance in range(1, max(guess - earliest, latest - guess) + 1):
        yield from (place for place in (guess - distance, guess + distance) if earliest <= place <= latest)


def _stated(hunk: PatchHunk) -> int:
    """The line, from 0, that the hunk says. One without lines of the before side names the line above it."""
    return hunk.before_line - 1 if hunk.wanted else hunk.before_line


def _context(lines: tuple[tuple[bytes, bytes], ...], step: int) -> int:
    """How many lines of context stand at one end of a hunk."""
    return next((number for number, (sign, _) in enumerate(lines[::step]) if sign != b" "), len(lines))


def _mode(content: Content) -> str:
    if content.kind in {"symlink", "submodule"}:
        return SYMLINK if content.kind == "symlink" else SUBMODULE
    return EXECUTABLE if content.executable else FILE


def _text(content: Content | None) -> bytes:
    """What a patch of this content is made of."""
    data = b"" if content is None else content.data or b""
    return SUBMODULE_TEXT + data + b"\n" if content is not None and content.kind == "submodule" else data


def _content(mode: str, data: bytes) -> Content:
    if mode == SUBMODULE:
        return Content("submodule", executable=False, size=0, data=data.removeprefix(SUBMODULE_TEXT).strip())
    executable = mode == EXECUTABLE
    kept = data if len(data) <= SIZE_LIMIT else None
    return Content("symlink" if mode == SYMLINK else "file", executable, len(data), kept, "" if kept is not None else TOO_LARGE)
