"""Which claim holds for which line, against a plain reckoning line by line; and that hostile claims cost no more than their number."""

import sys
from types import FrameType

from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.model.origin import Stretches
from aicheck.provenance import claims as module
from aicheck.provenance.claims import Claim, claimed_lines

ranges = st.tuples(st.integers(1, 30), st.integers(0, 9)).map(lambda pair: (pair[0], sum(pair)))
some_claims = st.lists(
    st.builds(lambda span, tool: Claim(span[0], span[1], True, tool), ranges, st.text("abcdef", min_size=1, max_size=3)), max_size=8
)


@st.composite
def stretches(draw: st.DrawFn) -> Stretches:
    found, line = [], 1
    for gap, length in draw(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 6)), max_size=4)):
        found.append((line + gap, line + gap + length))
        line += gap + length + 1
    return tuple(found)


@settings(deadline=None)
@given(some_claims, stretches())
def test_the_last_claim_on_a_line_holds(claims: list[Claim], lines: Stretches) -> None:
    wanted = {}
    for first, last in lines:
        for line in range(first, last + 1):
            covering = [claim for claim in claims if claim.first <= line <= claim.last]
            wanted.update({line: covering[-1]} if covering else {})
    assert {line: claim for first, last, claim in claimed_lines(claims, lines) for line in range(first, last + 1)} == wanted


def steps(size: int) -> int:
    """Lines of the module executed for as many overlapping claims and stretches."""
    claims = [Claim(number % 97 + 1, 900_000_000 - number, True) for number in range(size)]
    lines = tuple((4 * number + 1, 4 * number + 2) for number in range(size))
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> object:
        nonlocal count
        if frame.f_code.co_filename != module.__file__:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        claimed_lines(claims, lines)
    finally:
        sys.settrace(before)
    return count


def test_twice_as_many_claims_take_at_most_little_more_than_twice_the_steps() -> None:
    assert steps(2000) <= 2.5 * steps(1000)
