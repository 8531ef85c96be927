"""Runs a rule over one of its examples: readers and rule as in a scan, without git and without a worker."""

from collections.abc import Mapping

from aicheck.authoring import ChangeCheck, ChangeFacts, Check, DifferentialCheck, FilePair
from aicheck.model.change import Content, FileChange
from aicheck.model.facts import Facts
from aicheck.model.finding import Match
from aicheck.model.rule import Example
from aicheck.readers.facts import read_facts
from aicheck.readers.language import language_of
from aicheck.readers.unreadable import Unreadable


def run_example(check: type[Check], example: Example) -> tuple[Match, ...]:
    """The matches of a differential or change rule on an example."""
    return run_change(check, dict(example.before), dict(example.after))


def run_change(check: type[Check], before: Mapping[str, str | bytes], after: Mapping[str, str | bytes]) -> tuple[Match, ...]:
    """The matches of a rule on a change of whole files."""
    change = change_of(before, after)
    rule = check()
    if isinstance(rule, DifferentialCheck):
        return tuple(match for pair in change.pairs if pair.language in rule.languages for match in rule.compare(pair, change))
    assert isinstance(rule, ChangeCheck)
    return tuple(rule.judge(change))


def change_of(before: Mapping[str, str | bytes], after: Mapping[str, str | bytes]) -> ChangeFacts:
    """The facts of a change; a file that is equal on both sides is no part of it."""
    sides = [{path: text.encode() if isinstance(text, str) else text for path, text in side.items()} for side in (before, after)]
    paths = sorted(path for path in {*before, *after} if sides[0].get(path) != sides[1].get(path))
    return ChangeFacts(tuple(_pair(path, sides[0].get(path), sides[1].get(path)) for path in paths))


def _pair(path: str, before: bytes | None, after: bytes | None) -> FilePair:
    language = language_of(path, after or before or b"")
    return FilePair(
        path=path,
        before_path=path,
        language=language,
        change=FileChange(path, _content(before), _content(after)),
        before=_facts(path, language, before),
        after=_facts(path, language, after),
        before_source=None if before is None else before.decode(errors="replace"),
        after_source=None if after is None else after.decode(errors="replace"),
    )


def _content(data: bytes | None) -> Content | None:
    return None if data is None else Content("file", False, len(data), data)


def _facts(path: str, language: str, data: bytes | None) -> Facts | None:
    try:
        return None if data is None else read_facts(path, language, data)
    except Unreadable:
        return None
