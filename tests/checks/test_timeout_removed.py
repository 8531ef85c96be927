"""The examples of the rule on lost timeouts, read as the worker reads them."""

import pytest

from aicheck.authoring import ChangeFacts, FilePair
from aicheck.checks.safeguard_removal.timeout_removed import TimeoutRemoved
from aicheck.model.change import FileChange
from aicheck.model.facts import Facts
from aicheck.model.finding import Match
from aicheck.model.rule import Example
from aicheck.readers.python import read_calls


def compare(before: dict[str, str], after: dict[str, str]) -> list[Match]:
    pairs = []
    for path in sorted({*before, *after}):
        sides = [files[path].encode() if path in files else None for files in (before, after)]
        calls = read_calls(sides[0], sides[1], (tuple(tuple(group) for group in TimeoutRemoved.needles),))
        facts = [Facts(calls=found) if data is not None else None for found, data in zip(calls, sides, strict=True)]
        pairs.append(FilePair(path, path, "python", FileChange(path, None, None), facts[0], facts[1], before.get(path), after.get(path)))
    change = ChangeFacts(tuple(pairs))
    return [match for pair in pairs for match in TimeoutRemoved().compare(pair, change)]


@pytest.mark.parametrize("example", TimeoutRemoved.examples, ids=lambda example: example.note)
def test_examples(example: Example) -> None:
    assert bool(compare(dict(example.before), dict(example.after))) == example.bad


def test_quotes_the_line_before() -> None:
    (match,) = compare(dict(TimeoutRemoved.examples[0].before), dict(TimeoutRemoved.examples[0].after))
    assert match.before is not None
    assert match.before.text == "    return requests.get(url, timeout=(1, 3))"
    assert match.location.span.line == 4


def test_moving_the_call_to_another_file_is_no_loss() -> None:
    code = "import requests\n\ndef load(url):\n    return requests.get(url, timeout=5)\n"
    assert compare({"a.py": code, "b.py": "x = 1\n"}, {"a.py": "x = 1\n", "b.py": code}) == []
