"""Schedules: how often a job runs, about."""

import re
from fractions import Fraction

from aicheck.readers.quantity import parse_quantity
from aicheck.regex import regex

NICKNAMES: dict[str, Fraction] = {
    "@yearly": Fraction(1, 365),
    "@annually": Fraction(1, 365),
    "@monthly": Fraction(12, 365),
    "@weekly": Fraction(1, 7),
    "@daily": Fraction(1),
    "@midnight": Fraction(1),
    "@hourly": Fraction(24),
}
DAY = 86_400
_FIELD = regex(r"[\d*?/,\-LW#]{1,100}|[A-Za-z,\-\d#*/?]{1,100}")
_NUMERIC = regex(r"[\d*?/,\-]{1,100}")
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
"""Least and greatest value of minute, hour, day of the month, month and day of the week."""
_NAMES = {
    name: number
    for names, first in (("jan feb mar apr may jun jul aug sep oct nov dec", 1), ("sun mon tue wed thu fri sat", 0))
    for number, name in enumerate(names.split(), first)
}
_CALL = regex(r"(cron|rate)\((.{1,80})\)")


def runs_per_day(text: str) -> Fraction | None:
    """How many times a day a schedule runs, on average; None when the text is none.

    Five fields (minute first), six (seconds first, or a year last), `@daily`, `@every 5m`, `cron(...)` and `rate(...)`.
    """
    text = text.strip()
    found = _CALL.fullmatch(text)
    if found and found[1] == "rate":
        return _every(found[2])
    text = found[2] if found else text
    if text.lower() in NICKNAMES:
        return NICKNAMES[text.lower()]
    if text.lower().startswith("@every "):
        return _every(text[7:])
    fields = text.split() if len(text) <= 200 else []
    if not 5 <= len(fields) <= 6 or not all(_FIELD.fullmatch(field) for field in fields):
        return None
    seconds = 1
    if len(fields) == 6 and found is None:
        seconds = _count(fields[0], (0, 59)) or 0
        fields = fields[1:]
    if not seconds or not all(_NUMERIC.fullmatch(field) for field in fields[:2]):
        return None
    counts = [_count(field, bounds) for field, bounds in zip(fields[:5], _BOUNDS, strict=True)]
    return _combine(seconds, counts, fields) if all(count is not None and count > 0 for count in counts) else None


def _combine(seconds: int, counts: list[int | None], fields: list[str]) -> Fraction:
    minute, hour, day, month, weekday = (count or 0 for count in counts)
    in_month, in_week = Fraction(min(day, 30), 30), Fraction(min(weekday, 7), 7)
    is_month_free, is_week_free = fields[2][0] in "*?", fields[4][0] in "*?"
    days = in_month * in_week if is_month_free or is_week_free else min(Fraction(1), in_month + in_week)
    return seconds * minute * hour * days * Fraction(month, 12)


def _every(text: str) -> Fraction | None:
    quantity = parse_quantity(text)
    return DAY / quantity.amount if quantity is not None and quantity.kind == "duration" and quantity.amount > 0 else None


def _count(field: str, bounds: tuple[int, int]) -> int | None:
    """How many values a field means; None when it is no field."""
    total = 0
    for part in field.split(","):
        span, slash, step = part.partition("/")
        if slash and not (step.isascii() and step.isdigit() and 0 < int(step) < 100):
            return None
        least, greatest = bounds
        if span not in {"*", "?"}:
            ends = [_number(end) for end in span.split("-")]
            if len(ends) > 2 or any(end is None or not bounds[0] <= end <= bounds[1] for end in ends):
                return 1 if re.fullmatch(r"(?:\d{1,2})?[LW]|LW|\w{1,3}#\d|\w{1,3}L", span) else None
            least = ends[0] or 0
            greatest = (ends[-1] or 0) if len(ends) == 2 or not slash else bounds[1]
        elif bounds == (0, 7):
            greatest = 6
        total += len(range(least, greatest + 1, int(step) if slash else 1)) or 1
    return total


def _number(text: str) -> int | None:
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return int(text)
    return _NAMES.get(text.lower())
