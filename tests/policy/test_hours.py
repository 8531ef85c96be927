"""Times of the week: days, spans over midnight, clocks ahead of UTC."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicheck.policy.hours import DAYS, parse_hours

WEEK = 7 * 24 * 3600


def at(text: str) -> int:
    """Seconds since 1970 of a UTC time."""
    return int(datetime.datetime.fromisoformat(f"{text}:00+00:00").timestamp())


@pytest.mark.parametrize(
    ("text", "moment", "holds"),
    [
        ("fri 15:00-24:00", "2026-09-25T15:00", True),
        ("fri 15:00-24:00", "2026-09-25T14:59", False),
        ("fri 15:00-24:00", "2026-09-26T00:00", False),
        ("sat-sun", "2026-09-27T23:59", True),
        ("sat-sun", "2026-09-28T00:00", False),
        ("sat-mon", "2026-09-28T00:00", True),
        ("sat-mon", "2026-09-29T00:00", False),
        ("22:00-06:00", "2026-09-25T03:00", True),
        ("22:00-06:00", "2026-09-25T12:00", False),
        ("fri 22:00-06:00", "2026-09-26T05:59", True),
        ("fri 22:00-06:00", "2026-09-25T05:59", False),
        ("sun 22:00-06:00", "2026-09-28T05:59", True),
        ("FRI 15:00-24:00 +02:00", "2026-09-25T13:00", True),
        ("fri 15:00-24:00 +02:00", "2026-09-25T22:00", False),
        ("sun -05:00", "2026-09-28T04:59", True),
        ("mon", "2026-09-28T00:00", True),
    ],
)
def test_a_moment_lies_in_it_or_not(text: str, moment: str, holds: bool) -> None:
    assert parse_hours(text).holds(at(moment)) is holds


@pytest.mark.parametrize(
    "text", ["", "friday", "fri 15", "15:00", "fri 24:00-06:00", "fri 09:00-09:00", "24:01-25:00", "09:61-10:00", "+01:00"]
)
def test_what_is_no_time_of_the_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no time|has no time|begins when"):
        parse_hours(text)


@given(st.sampled_from(DAYS), st.integers(0, 10 * WEEK))
def test_a_day_and_the_six_others_share_out_the_week(day: str, moment: int) -> None:
    following = DAYS[(DAYS.index(day) + 1) % 7]
    others = parse_hours(f"{following}-{DAYS[(DAYS.index(day) - 1) % 7]}")
    assert parse_hours(day).holds(moment) != others.holds(moment)
    assert parse_hours(day).holds(moment + WEEK) == parse_hours(day).holds(moment)
