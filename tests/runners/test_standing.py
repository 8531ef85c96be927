"""Matches on lines that the change left alone."""

from aicheck.changes.hunks import diff_lines, lines_before
from aicheck.model.finding import Match
from aicheck.model.location import Location, Side, Span
from aicheck.runners.standing import standing_keys
from tests.changesets import change_set


def match(path: str, side: Side, line: int, rule: str = "a/b") -> Match:
    return Match(rule, Location(path, side, Span(line, 1, line, 2)), "found")


def test_lines_behind_an_insertion_and_a_deletion() -> None:
    hunks = diff_lines(b"a\nb\nc\nd\ne\n", b"a\nNEW\nb\nd\nE\n")
    assert lines_before(hunks, [1, 2, 3, 4, 5]) == {1: 1, 3: 2, 4: 4}
    assert lines_before((), [3, 1, 3]) == {1: 1, 3: 3}


def test_every_untouched_line_maps_to_an_equal_one() -> None:
    before = [f"line {number if number % 3 else 0}" for number in range(60)]
    after = [*before[5:20], "x", "y", *before[23:40], *before[50:], "z"]
    hunks = diff_lines("".join(f"{line}\n" for line in before).encode(), "".join(f"{line}\n" for line in after).encode())
    mapped = lines_before(hunks, range(1, len(after) + 1))
    assert len(mapped) > 30
    assert all(before[line - 1] == after[number - 1] for number, line in mapped.items())
    assert len(set(mapped.values())) == len(mapped)


def test_a_match_has_the_same_key_on_both_sides() -> None:
    change = change_set({"a.py": "one\ntwo\n"}, {"a.py": "zero\none\ntwo\n"})
    before, after, other = match("a.py", "before", 2), match("a.py", "after", 3), match("a.py", "after", 3, "a/c")
    keys = standing_keys(change.files, [before, after, other])
    assert keys[before] == keys[after] != keys[other]


def test_a_match_on_a_line_that_came_with_the_change_has_none() -> None:
    change = change_set({"a.py": "one\n"}, {"a.py": "zero\none\n", "b.py": "one\n"})
    assert standing_keys(change.files, [match("a.py", "after", 1), match("b.py", "after", 1)]) == {}
