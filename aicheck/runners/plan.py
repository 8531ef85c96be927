"""Which side of which file goes to which engine, and what the ledger says before anything has run.

Decides by path, kind, size and a search for fixed bytes; parses nothing.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

import msgspec
from msgspec.structs import replace

from aicheck.authoring import PythonCheck
from aicheck.catalogue import Catalogue
from aicheck.config import Config
from aicheck.model.change import ChangeSet, Content, FileChange, Hunk
from aicheck.model.coverage import Coverage
from aicheck.model.finding import Match
from aicheck.model.location import Side
from aicheck.readers.language import FACT_LANGUAGES, is_generated, language_of
from aicheck.readers.place import place_of
from aicheck.readers.python_text import decode
from aicheck.readers.unreadable import Unreadable
from aicheck.rule_files import SemgrepRule
from aicheck.runners.protocol import Job
from aicheck.runners.sightings import Sighting
from aicheck.runners.staging import Source
from aicheck.runners.standing import standing_keys

MIB = 1 << 20
SIZE_LIMITS = {"python": MIB}
"""Bytes. LibCST needs a second for 50 kB; beyond this a file costs more than its worker may spend."""
DEFAULT_SIZE_LIMIT = 5 * MIB
LARGE = MIB // 2
"""Bytes from which Semgrep rules ask for their words near a change."""
NEAR_LINES = 200
SUPPRESSION_NEEDLE = b"aicheck:"
HEAD_BYTES = 256
"""Where a `#!` line is looked for."""
ANY_SHEBANG = b"#!/usr/bin/env python3"
SIDES: tuple[Side, Side] = ("before", "after")


class Reading(msgspec.Struct, frozen=True):
    """One changed file that some rule may read. A file that moved is one reading with two paths."""

    file: FileChange
    language: str
    before_path: str
    before: bytes | None
    """The bytes to read; None when that side is absent or is not read."""
    after: bytes | None

    def side(self, side: Side) -> bytes | None:
        """The bytes of one side."""
        return self.before if side == "before" else self.after

    def path(self, side: Side) -> str:
        """The path on one side."""
        return self.before_path if side == "before" else self.file.path


class Plan(msgspec.Struct, frozen=True):
    """What will be read, and the ledger so far: one row for each side of each path."""

    readings: tuple[Reading, ...]
    coverage: tuple[Coverage, ...]
    """`analyzed` is provisional until the engines have run."""


def plan_reading(change: ChangeSet, config: Config, catalogue: Catalogue) -> Plan:
    """Sort every side of every changed path into what is read, what need not be, and what cannot be."""
    languages = catalogue.languages()

    def spared(path: str, content: Content, language: str) -> str:
        return "excluded by the trusted settings" if config.excludes(path) else _not_applicable(path, content, language, languages)

    readings: dict[str, Reading] = {}
    coverage: list[Coverage] = []
    for file in change.files:
        language = _language(file)
        rows = {side: _outcome(file, side, language, spared) for side in SIDES if file.side(side)}
        coverage.extend(rows.values())
        data = {side: content.data for side in rows if rows[side].outcome == "analyzed" and (content := file.side(side))}
        if data:
            readings[file.path] = Reading(file, language, file.path, data.get("before"), data.get("after"))
    return Plan(_join_moves(readings), tuple(coverage))


def languages_read(plans: Iterable[Plan]) -> frozenset[str]:
    """The languages of all files that are read."""
    return frozenset(reading.language for plan in plans for reading in plan.readings)


def _join_moves(readings: Mapping[str, Reading]) -> tuple[Reading, ...]:
    """Readings in the order of the change, the two halves of a moved file joined.

    Not one that moved into or out of the tests (tests that nobody collects any more are lost) or got the name of a
    generated file (what stood before was none).
    """
    joined = dict(readings)
    for path, reading in readings.items():
        origin = joined.get(reading.file.moved_from or "")
        if origin is not None and _continues(origin, reading):
            joined[path] = replace(reading, before_path=origin.file.path, before=origin.before)
            del joined[origin.file.path]
    return tuple(joined.values())


def _continues(origin: Reading, reading: Reading) -> bool:
    kinds = {(half.language, place_of(half.file.path) == "test", is_generated(half.file.path)) for half in (origin, reading)}
    return origin.after is None and len(kinds) == 1


def _language(file: FileChange) -> str:
    """By the after side where it says, else by the before side: taking away a `#!` line must not end the reading."""
    heads = [(content.data or b"")[:HEAD_BYTES] for content in (file.after, file.before) if content]
    return next((language for head in heads if (language := language_of(file.path, head))), "")


def _outcome(file: FileChange, side: Side, language: str, spared: Callable[[str, Content, str], str]) -> Coverage:
    content = file.side(side)
    assert content is not None
    if not_applicable := spared(file.path, content, language):
        return Coverage(file.path, side, "not-applicable", not_applicable)
    unanalyzed = _unanalyzed(content, language)
    return Coverage(file.path, side, "unanalyzed" if unanalyzed else "analyzed", unanalyzed)


def _not_applicable(path: str, content: Content, language: str, languages: frozenset[str]) -> str:
    """The written rule by which this side need not be read; empty when it must be."""
    if content.kind == "submodule":
        return "submodule: only its commit changed"
    if content.kind == "symlink":
        return "symbolic link: only its target changed"
    if content.kind == "special" or (content.data is None and not language and language_of(path, ANY_SHEBANG)):
        return ""  # the second: its first line would have told
    if language not in languages:
        return f"no rule reads {language}" if language else "no rule reads this kind of file"
    return ""


def _unanalyzed(content: Content, language: str) -> str:
    """Why this side cannot be read; empty when it can."""
    if content.data is None:
        return content.unread or "could not be read"
    limit = SIZE_LIMITS.get(language, DEFAULT_SIZE_LIMIT)
    if content.size > limit:
        return f"larger than {limit // MIB} MiB"
    if b"\0" in content.data:
        return "holds a NUL byte"
    if language == "python":
        try:
            decode(content.data)
        except Unreadable as error:
            return error.reason
    return ""


def plan_jobs(
    readings: Iterable[Reading], catalogue: Catalogue, matches: Iterable[Match], *, compares: bool
) -> tuple[tuple[Reading, Job], ...]:
    """The worker's jobs; files in which no needle stands, that hold no facts and no match of another engine get none.

    Without `compares` (a whole tree, which has no before side) no facts of Python are read: nothing would compare them.
    """
    readings = tuple(readings)
    checks = catalogue.python_checks()
    around = _lines_of(tuple(matches), readings)
    planned = []
    for reading in readings:
        texts = [searchable(data) for data in (reading.before, reading.after) if data is not None]
        wanted: tuple[str, ...] = ()
        facts = reading.language in FACT_LANGUAGES
        if reading.language == "python":
            searched = [_Searched(text) for text in texts]
            wanted = tuple(check.id for check in checks if any(one.may_concern(check) for one in searched))
            facts = compares
        suppressions = any(SUPPRESSION_NEEDLE in text for text in texts)
        lines = tuple((side, line) for side in SIDES for line in around.get((reading.path(side), side), ()))
        if wanted or facts or suppressions or lines:
            job = Job(_plain(reading.file.path), reading.language, reading.before, reading.after, wanted, facts, suppressions, lines)
            planned.append((reading, job))
    return tuple(planned)


class _Searched:
    """One side of a file, looked through for words; each is looked for once, however many rules ask for it."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._held: dict[str, bool] = {}
        self._begun: dict[str, bool] = {}

    def may_concern(self, check: type[PythonCheck]) -> bool:
        return (
            all(any(map(self._holds, group)) for group in check.needles)
            and (not check.anywhere or any(map(self._begins, check.anywhere)))
            and check.worth_parsing(self._text)
        )

    def _holds(self, word: str) -> bool:
        known = self._held.get(word)
        if known is None:
            known = self._held[word] = word.encode() in self._text
        return known

    def _begins(self, word: str) -> bool:
        known = self._begun.get(word)
        if known is None:
            known = self._begun[word] = _begins_word(self._text, word.encode())
        return known


def _begins_word(text: bytes, beginning: bytes) -> bool:
    at = text.find(beginning)
    while at > 0 and beginning[:1].isalpha() and text[at - 1 : at].isalpha():
        at = text.find(beginning, at + 1)
    return at >= 0


def _lines_of(matches: Sequence[Match], readings: Sequence[Reading]) -> dict[tuple[str, Side], list[int]]:
    """The lines of the matches by (path, side), without those that stand on an untouched line on both sides.

    Such a match is unchanged whatever it stands in; naming its definition would read the file for nothing.
    """
    standing = standing_keys([reading.file for reading in readings], matches)
    sides = {side: {key for match, key in standing.items() if match.location.side == side} for side in SIDES}
    on_both = sides["before"] & sides["after"]
    lines: dict[tuple[str, Side], set[int]] = defaultdict(set)
    lost_from = set()
    for match in matches:
        if isinstance(match, Sighting) or standing.get(match) not in on_both:
            lines[match.location.path, match.location.side].add(match.location.span.line)
        if isinstance(match, Sighting) and match.location.side == "before":
            lost_from.add(match.location.path)
    for reading in readings:
        if reading.before_path in lost_from:  # whether the definition that lost something is still there
            touched = (line for hunk in reading.file.hunks for line in (hunk.after_line - 1, hunk.after_line))
            lines[reading.file.path, "after"].update(touched)
    return {place: sorted(found) for place, found in lines.items()}


def plan_sources(readings: Iterable[Reading], languages: Sequence[str]) -> tuple[Source, ...]:
    """Both sides of the files in `languages`, recoded to UTF-8, for an engine that reads files."""
    return tuple(
        Source(reading.path(side), side, reading.language, _recoded(reading.language, data))
        for reading in readings
        if reading.language in languages
        for side in SIDES
        if (data := reading.side(side)) is not None
    )


def plan_semgrep(
    readings: Iterable[Reading], rules: Sequence[SemgrepRule], catalogue: Catalogue
) -> tuple[tuple[SemgrepRule, tuple[Source, ...]], ...]:
    """The rules whose needles stand in a changed file of their language, each with the sources that hold them.

    A rule about what a change takes away needs both sides, and one of its first needles in a line that went.
    """
    by_id = catalogue.by_id()
    chosen: dict[int, list[Source]] = defaultdict(list)
    languages = {language for rule in rules for language in rule.languages}
    for reading in readings:
        if reading.language not in languages:
            continue
        sides = plan_sources([reading], (reading.language,))
        near = {side.side: _near_changes(reading.file.hunks, side) for side in sides}
        both, gone = (b"\n".join(near.values()), _gone_lines(reading)) if len(sides) == len(SIDES) else (b"", b"")
        for number, rule in enumerate(rules):
            if reading.language not in rule.languages:
                continue
            needles = rule.needles or by_id[rule.rule].needles
            if rule.is_removal:
                wanted = sides if both and holds(gone, needles[:1]) and holds(both, needles) and _matches(both, rule) else ()
            else:
                wanted = tuple(
                    side for side in sides if holds(near[side.side], needles) and holds(side.data, needles) and _matches(side.data, rule)
                )
            if wanted:
                chosen[number] += wanted
    return tuple((rules[number], tuple(chosen[number])) for number in sorted(chosen))


def _near_changes(hunks: Sequence[Hunk], source: Source) -> bytes:
    """The text in which the words of a rule must stand: of a large file, which is mostly data, only what is near its changes."""
    if len(source.data) <= LARGE:
        return source.data
    lines = source.data.splitlines()
    kept: set[int] = set()
    for hunk in hunks:
        first, count = (hunk.before_line, hunk.before_count) if source.side == "before" else (hunk.after_line, hunk.after_count)
        kept.update(range(max(first - 1 - NEAR_LINES, 0), min(first - 1 + count + NEAR_LINES, len(lines))))
    return b"\n".join(lines[number] for number in sorted(kept))


def _matches(text: bytes, rule: SemgrepRule) -> bool:
    return all(re.search(pattern.encode(), text) for pattern in rule.texts)


def _gone_lines(reading: Reading) -> bytes:
    """The lines that stand on the before side only, or more often there."""
    counts = Counter((reading.after or b"").splitlines())
    gone = []
    for line in (reading.before or b"").splitlines():
        if counts[line]:
            counts[line] -= 1
        else:
            gone.append(line)
    return b"\n".join(gone)


def holds(text: bytes, needles: Sequence[Sequence[str]]) -> bool:
    """True when each group of needles has a member in the text. No needles: always."""
    return all(any(needle in text for needle in group) for group in map(_encoded, needles))


@cache
def _encoded(group: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(needle.encode() for needle in group)


def searchable(data: bytes) -> bytes:
    """The bytes in which needles are looked for: as Python would read the names in them (NFKC)."""
    if data.isascii():
        return data
    return unicodedata.normalize("NFKC", data.decode("utf-8", "replace")).encode("utf-8", "replace")


def _recoded(language: str, data: bytes) -> bytes:
    return decode(data).encode("utf-8", "replace") if language == "python" and not data.isascii() else data


def _plain(path: str) -> str:
    return path.encode("utf-8", "replace").decode("utf-8")
