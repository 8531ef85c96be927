"""Times of the week that a policy names, such as `fri 15:00-24:00 +01:00`. Pure: the moment is given, no clock is asked."""

from typing import Final

import msgspec

from aicheck.regex import regex

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60
_WEEK = 7 * _DAY
_EPOCH_DAY = 3
"""1970-01-01 was a Thursday."""
_TIME = r"(\d\d):(\d\d)"
_SPELLING = regex(rf"(?:({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))?)?\s*(?:{_TIME}-{_TIME})?\s*(?:([+-]){_TIME})?")


class Hours(msgspec.Struct, frozen=True):
    """A span of time on some days of each week."""

    first: int
    """The first day, 0 for Monday."""
    days: int
    """How many days in a row it begins on, 1 to 7."""
    begin: int
    """Minutes after midnight."""
    length: int
    """Minutes, at most a day; it may end on the day after."""
    offset: int
    """Minutes that the clock meant is ahead of UTC."""

    def holds(self, moment: int) -> bool:
        """Whether a moment (seconds since 1970) lies in it."""
        at = moment // 60 + self.offset + _EPOCH_DAY * _DAY
        days, since = divmod((at - self.first * _DAY - self.begin) % _WEEK, _DAY)
        return days < self.days and since < self.length


def parse_hours(text: str) -> Hours:
    """Days, times, or both, and how far that clock is ahead of UTC: `sat-sun`, `22:00-06:00`, `mon-fri 17:00-24:00 -05:00`.

    A span that ends before it begins ends on the next day. Raises ValueError with a clause for the message.
    """
    found = _SPELLING.fullmatch(text.strip().lower())
    if found is None or not (found[1] or found[3]):
        raise ValueError("is no time of the week; write days, times or both, as in 'fri 15:00-24:00' or 'sat-sun +01:00'")
    first = DAYS.index(found[1]) if found[1] else 0
    last = DAYS.index(found[2]) if found[2] else first if found[1] else 6
    begin, end = (_minutes(found[3], found[4]), _minutes(found[5], found[6])) if found[3] else (0, _DAY)
    if begin in {end, _DAY}:
        raise ValueError("begins when it ends; leave the times out for the whole day")
    offset = _minutes(found[8], found[9]) * (-1 if found[7] == "-" else 1) if found[7] else 0
    return Hours(first, (last - first) % 7 + 1, begin, (end - begin) % _DAY or _DAY, offset)


def _minutes(hours: str, minutes: str) -> int:
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > _DAY:
        raise ValueError(f"has no time {hours}:{minutes}; write 00:00 to 24:00")
    return total
