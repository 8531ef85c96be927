"""Which tests a change loses, and which of those it has a reason to lose."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import msgspec

from aicheck.authoring.change_facts import ChangeFacts, FilePair
from aicheck.model.facts import TestCase
from aicheck.model.location import Side
from aicheck.readers.language import SOURCE_LANGUAGES
from aicheck.readers.place import Place, place_of
from aicheck.regex import regex

SOURCE_PLACES: frozenset[Place] = frozenset({"production", "migration", "script"})
CASE = regex(r"\[\d+\]$")
"""The end of a parametrized test's id."""
MODIFIERS = "export|default|async|public|private|static|abstract"
KEYWORDS = r"def|class|function\*?|func(?:[ \t]*\([^()\n]*\))?|const|let|var|type|interface|enum|struct|fn"
DEFINED = regex(rf"^[ \t]*(?:(?:{MODIFIERS})[ \t]+)*(?:(?:{KEYWORDS})[ \t]+(\w+)|(\w+)[ \t]*(?:=(?!=)|\())", re.MULTILINE)
"""A name that a line of source defines, in any of the languages read; calls at the start of a line come along harmlessly."""


WORD = regex(r"\w+")
IMPORT = regex(r"""^import\s+([^;'"]{0,2000}?)\s*\bfrom\s*['"]([^'"\n]{1,300})['"]""", re.MULTILINE)
"""As JavaScript has it."""
FROM_IMPORT = regex(r"^[ \t]*from[ \t]+([\w.]{1,300})[ \t]+import[ \t]*(\([^()]{0,2000}\)|[^\n(]{1,500})", re.MULTILINE)
"""As Python has it."""
SHORTEST_NAME = 6
"""Of an exported name of a Go package that stands for itself."""


class Loss(msgspec.Struct, frozen=True):
    """Tests of one file that check nothing any more."""

    kind: str
    """`removed`, `skipped` or `emptied`."""
    side: Side
    tests: tuple[TestCase, ...]
    """As that side has them, in file order."""


def find_losses(change: ChangeFacts) -> Iterator[tuple[FilePair, Loss]]:
    """The tests of each file that are gone, skip now, or check nothing now.

    Left out: tests whose subject went too, and those that a new test replaces (same name, or a common subject; each
    replaces one).
    """
    gone = _names_gone(change)
    gained = gained_tests(change)
    for pair in change.pairs:
        for loss in _losses(pair, gone, gained):
            yield pair, loss


def is_changed_source(pair: FilePair) -> bool:
    """Whether a file of program text outside the tests exists after the change and differs."""
    if pair.language not in SOURCE_LANGUAGES or place_of(pair.path) not in SOURCE_PLACES or pair.change.after is None:
        return False
    return pair.before_source != pair.after_source


def is_shrinking(change: ChangeFacts) -> bool:
    """Whether the source loses more than twice the lines it gains, as when a feature is taken back together with its tests."""
    lost = gained = 0
    for pair in change.pairs:
        if pair.language in SOURCE_LANGUAGES and place_of(pair.path) in SOURCE_PLACES:
            before, after = (
                Counter(line.strip() for line in (text or "").splitlines()) for text in (pair.before_source, pair.after_source)
            )
            lost, gained = lost + (before - after).total(), gained + (after - before).total()
    return lost > 2 * gained


def without_case(identifier: str) -> str:
    """The id of a test without its case: `test_total` for `test_total[3]`."""
    return CASE.sub("", identifier)


def _losses(pair: FilePair, gone: frozenset[str], gained: list[TestCase]) -> Iterator[Loss]:
    after = {test.id: test for test in pair.facts("after").tests}
    names = {without_case(name) for name in after}
    foreign = _foreign_names(pair, gone)
    removed, skipped, emptied = [], [], []
    for test in pair.facts("before").tests:
        later = after.get(test.id)
        if test.skipped or not test.assertions or (gone & set(test.subjects)) or _mentions(test, pair, foreign):
            continue
        if later is None:
            if without_case(test.id) not in names and _is_known_after(pair) and not _take_replacement(test, gained):
                removed.append(test)
        elif later.skipped:
            skipped.append(later)
        elif later.assertions == 0:
            emptied.append(later)
    groups: tuple[tuple[str, Side, list[TestCase]], ...] = (
        ("removed", "before", removed),
        ("skipped", "after", skipped),
        ("emptied", "after", emptied),
    )
    yield from (Loss(kind, side, tuple(tests)) for kind, side, tests in groups if tests)


class _Foreign(msgspec.Struct, frozen=True):
    """Names that a test file takes from elsewhere, by imports or in Go from its package."""

    gone: frozenset[str]
    """Those that the source lost."""
    kept: frozenset[str]
    """Those that come from the same modules and are still there."""


def _foreign_names(pair: FilePair, gone: frozenset[str]) -> _Foreign:
    if pair.language == "go":
        return _Foreign(frozenset(name for name in gone if name[:1].isupper() and len(name) >= SHORTEST_NAME), frozenset())
    still_imported = frozenset().union(*_imports(pair.after_source or ""))
    lost = gone - still_imported
    touched = [names for names in _imports(pair.before_source or "") if names & lost]
    named: frozenset[str] = frozenset().union(*touched)
    return _Foreign(named & lost, named - gone)


def _imports(source: str) -> list[frozenset[str]]:
    """For each import, the names that come and the last part of the module that they come from."""
    pairs = [*IMPORT.findall(source), *((names, module) for module, names in FROM_IMPORT.findall(source))]
    return [frozenset({*WORD.findall(names), *WORD.findall(module)[-1:]}) for names, module in pairs]


def _mentions(test: TestCase, pair: FilePair, foreign: _Foreign) -> bool:
    """Whether a test is about a name that is gone: it says so, or its whole file went, whose helpers do, and it names nothing else."""
    lines = (pair.line("before", number) for number in range(test.span.line, test.span.end_line + 1))
    words = {word for line in lines for word in WORD.findall(line)} if foreign.gone else set()
    if foreign.gone & words:
        return True
    return pair.change.after is None and pair.language != "go" and bool(foreign.gone) and not foreign.kept & words


def _is_known_after(pair: FilePair) -> bool:
    """Whether the after side was read, or is not there; an unreadable one has not lost its tests."""
    return pair.after is not None or pair.change.after is None


def _take_replacement(test: TestCase, gained: list[TestCase]) -> bool:
    name, subjects = _bare(test.id), set(test.subjects)
    same_name = (position for position, other in enumerate(gained) if _bare(other.id) == name)
    same_subject = (position for position, other in enumerate(gained) if subjects & set(other.subjects))
    position = next(same_name, next(same_subject, -1))
    if position < 0:
        return False
    del gained[position]
    return True


def gained_tests(change: ChangeFacts) -> list[TestCase]:
    """Working tests that only the after side has."""
    gained: list[TestCase] = []
    for pair in change.pairs:
        known = {test.id for test in pair.facts("before").tests}
        gained += [test for test in pair.facts("after").tests if test.id not in known and not test.skipped and test.assertions]
    return gained


def _names_gone(change: ChangeFacts) -> frozenset[str]:
    """Names that the source defined before and nowhere defines after, and the names of modules that went."""
    sources = [pair for pair in change.pairs if pair.language in SOURCE_LANGUAGES and place_of(pair.path) != "test"]
    before = {name for pair in sources for name in _defined(pair.before_source or "")}
    after = {name for pair in sources for name in _defined(pair.after_source or "")}
    modules = {PurePosixPath(pair.before_path).stem for pair in sources if pair.change.after is None}
    return frozenset(before - after) | frozenset(modules)


def _defined(source: str) -> Iterable[str]:
    return (found[1] or found[2] for found in DEFINED.finditer(source))


def _bare(identifier: str) -> str:
    """The name of a test without the classes or suites around it."""
    return re.split(r" > |\.", without_case(identifier))[-1]
