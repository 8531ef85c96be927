import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aicheck.changes.hunks import MOST_LEVELS, diff_lines, split_lines
from aicheck.model.change import Hunk

TEXTS = st.lists(st.sampled_from([b"a", b"b", b"c", b"", b"x = 1", b"\r", b"\0"]), max_size=30).map(b"\n".join)
ANY = st.one_of(TEXTS, st.binary(max_size=60), st.lists(st.integers(0, 40), max_size=60).map(lambda ns: b"".join(b"%d\n" % n for n in ns)))


def apply(before: bytes, after: bytes, hunks: tuple[Hunk, ...]) -> bytes:
    first, second = split_lines(before), split_lines(after)
    result: list[bytes] = []
    at = 0
    for hunk in hunks:
        result += first[at : hunk.before_line - 1]
        result += second[hunk.after_line - 1 : hunk.after_line - 1 + hunk.after_count]
        at = hunk.before_line - 1 + hunk.before_count
    return b"".join([*result, *first[at:]])


@given(ANY, ANY)
def test_hunks_applied_to_before_give_after(before: bytes, after: bytes) -> None:
    assert apply(before, after, diff_lines(before, after)) == after


@given(ANY, ANY)
def test_only_equal_texts_have_no_hunks(before: bytes, after: bytes) -> None:
    assert (diff_lines(before, after) == ()) == (before == after)


@given(ANY, ANY)
def test_hunks_ascend_and_never_touch(before: bytes, after: bytes) -> None:
    hunks = diff_lines(before, after)
    for one, other in pairwise(hunks):
        assert one.before_line + one.before_count < other.before_line or one.after_line + one.after_count < other.after_line
        assert one.before_line + one.before_count <= other.before_line
        assert one.after_line + one.after_count <= other.after_line


@given(st.binary(max_size=80))
def test_lines_join_to_the_text(data: bytes) -> None:
    lines = split_lines(data)
    assert b"".join(lines) == data
    assert all(line.endswith(b"\n") for line in lines[:-1])


def test_one_line_among_others() -> None:
    assert diff_lines(b"a\nb\nc\n", b"a\nX\nc\n") == (Hunk(2, 1, 2, 1),)
    assert diff_lines(b"a\nc\n", b"a\nb\nc\n") == (Hunk(2, 0, 2, 1),)
    assert diff_lines(b"", b"a\n") == (Hunk(1, 0, 1, 1),)
    assert diff_lines(b"a", b"a\n") == (Hunk(1, 1, 1, 1),)


def test_separate_edits_are_separate_hunks() -> None:
    before = b"".join(b"line %d\n" % number for number in range(100))
    after = before.replace(b"line 10\n", b"").replace(b"line 50\n", b"changed\n").replace(b"line 90\n", b"line 90\nmore\n")
    assert diff_lines(before, after) == (Hunk(11, 1, 11, 0), Hunk(51, 1, 50, 1), Hunk(92, 0, 91, 1))


def test_a_line_that_imitates_a_missing_line_end_differs() -> None:
    assert diff_lines(b"x\0no newline at end\n", b"x") != ()


def nested(size: int) -> tuple[bytes, bytes]:
    """Texts in which each anchor makes the next one unique: as many levels as lines."""
    first, second = (b"".join(b"u%d\nu%d\n%s\n" % (at + 1, at, filler) for at in range(size)) for filler in (b"p", b"q"))
    return first, second


def test_hostile_texts_end() -> None:
    before, after = nested(4000)
    hunks = diff_lines(before, after)
    assert len(hunks) <= 2 * MOST_LEVELS + 1
    assert apply(before, after, hunks) == after
    shuffled = [b"%d\n" % number for number in range(100_000)]
    other = random.Random(1).sample(shuffled, len(shuffled))
    assert apply(b"".join(shuffled), b"".join(other), diff_lines(b"".join(shuffled), b"".join(other))) == b"".join(other)
    assert diff_lines(b"\n" * 500_000, b"x\n" * 500_000) == (Hunk(1, 500_000, 1, 500_000),)
