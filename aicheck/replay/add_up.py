"""Adds up what a policy costs in reviews over a history, next to the blanket rule. Pure: judged commits in, sums out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from aicheck.model.decision import LEVELS, Level, level_rank
from aicheck.policy.levels import RANKS
from aicheck.provenance.summary import SHOWN
from aicheck.replay.load import Cause, LevelRow, Load, Period, Row, Sent, Tally
from aicheck.replay.outcome import About, Outcome, is_credible

SIGN_OFFS: Final[dict[Level, int]] = {"senior": 1, "owner": 1, "dual": 2}
"""Seniors that a level asks for; none where it is missing. What must not merge (`stop`) is mended, not signed off."""
_SENIOR: Final = level_rank("senior")
_DAY, _WEEK = 86_400, 7
_MONDAY: Final = date(1969, 12, 29)
"""Of the week in which 1970 began."""
MOST_PERIODS = 52
NO_RANK: Final = "unknown"
"""Stands for the rank of an author whom no roster knows."""

_Judged = tuple[Outcome, About]


def add_up(outcomes: Iterable[Outcome]) -> Load:
    """The load of judged commits, in any order."""
    every = tuple(outcomes)
    judged = [(outcome, outcome.about) for outcome in every if outcome.about is not None and outcome.verdict != "error"]
    weeks = _weeks(judged)
    first, last = min(weeks, default=0), max(weeks, default=0)
    width = -(-(last - first + 1) // MOST_PERIODS)
    return Load(
        total=_row("all", judged),
        errors=len(every) - len(judged),
        undated=len(judged) - sum(len(some) for some in weeks.values()),
        weeks=last - first + 1,
        first=_monday(first) if weeks else "",
        last=_monday(last) if weeks else "",
        busiest_blanket=max((_row("", some).blanket.sign_offs for some in weeks.values()), default=0),
        busiest_policy=max((_row("", some).policy.sign_offs for some in weeks.values()), default=0),
        levels=_levels(judged),
        ranks=_rows(judged, [about.author_rank or NO_RANK for _, about in judged], (*RANKS, NO_RANK)),
        provenance=_rows(judged, ["shown" if about.provenance in SHOWN else "not shown" for _, about in judged], ("shown", "not shown")),
        period_weeks=width,
        periods=_periods(weeks, first, last, width),
        causes=_causes(judged),
        sent=_sent(judged),
    )


def _tally(levels: Sequence[Level]) -> Tally:
    return Tally(
        asked=sum(level != "none" for level in levels),
        to_senior=sum(level_rank(level) >= _SENIOR for level in levels),
        sign_offs=sum(SIGN_OFFS.get(level, 0) for level in levels),
        peer_reviews=levels.count("peer"),
        acknowledgements=levels.count("ack"),
        stopped=levels.count("stop"),
    )


def _row(name: str, judged: Sequence[_Judged]) -> Row:
    return Row(name, len(judged), _tally([about.blanket for _, about in judged]), _tally([outcome.level for outcome, _ in judged]))


def _rows(judged: Sequence[_Judged], names: Sequence[str], order: Sequence[str]) -> tuple[Row, ...]:
    groups: dict[str, list[_Judged]] = {}
    for name, one in zip(names, judged, strict=True):
        groups.setdefault(name, []).append(one)
    return tuple(_row(name, groups[name]) for name in order if name in groups)


def _levels(judged: Sequence[_Judged]) -> tuple[LevelRow, ...]:
    blanket = Counter(about.blanket for _, about in judged)
    policy = Counter(outcome.level for outcome, _ in judged)
    return tuple(LevelRow(level, blanket[level], policy[level]) for level in LEVELS)


def _weeks(judged: Sequence[_Judged]) -> dict[int, list[_Judged]]:
    """The changes by week, counted from the one in which 1970 began; those without a credible date are left out."""
    weeks: dict[int, list[_Judged]] = {}
    for one in judged:
        if is_credible(one[1].committed):
            weeks.setdefault((one[1].committed // _DAY + 3) // _WEEK, []).append(one)
    return weeks


def _monday(week: int) -> str:
    return (_MONDAY + timedelta(weeks=week)).isoformat()


def _periods(weeks: dict[int, list[_Judged]], first: int, last: int, width: int) -> tuple[Period, ...]:
    if not weeks:
        return ()
    groups: dict[int, list[_Judged]] = {}
    for week, some in weeks.items():
        groups.setdefault((week - first) // width, []).extend(some)
    rows = [_row(_monday(first + number * width), groups.get(number, ())) for number in range((last - first) // width + 1)]
    return tuple(Period(row.name, row.blanket.sign_offs, row.policy.sign_offs) for row in rows)


def _levels_by_cause(about: About) -> dict[str, int]:
    """The highest level that each cause asks for, as its rank."""
    found: dict[str, int] = {}
    for reason in about.because:
        for name in reason.rules or (reason.escalation,):
            found[name] = max(found.get(name, 0), level_rank(reason.level))
    return found


def _causes(judged: Sequence[_Judged]) -> tuple[Cause, ...]:
    asked: Counter[str] = Counter()
    to_senior: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for _, about in judged:
        levels = _levels_by_cause(about)
        high = [name for name, rank in levels.items() if rank >= _SENIOR]
        asked.update(levels.keys())
        to_senior.update(high)
        alone.update(high if len(high) == 1 else ())
    ordered = sorted(asked, key=lambda name: (-to_senior[name], -asked[name], name))
    return tuple(Cause(name, asked[name], to_senior[name], alone[name]) for name in ordered)


def _sent(judged: Sequence[_Judged]) -> tuple[Sent, ...]:
    some = [one for one in judged if level_rank(one[0].level) >= _SENIOR]
    some.sort(key=lambda one: (-level_rank(one[0].level), -one[1].committed, one[0].repo, one[0].sha))
    return tuple(_describe_sent(*one) for one in some)


def _describe_sent(outcome: Outcome, about: About) -> Sent:
    levels = _levels_by_cause(about)
    causes = tuple(sorted((name for name, rank in levels.items() if rank >= _SENIOR), key=lambda name: (-levels[name], name)))
    hit = next((hit for name in causes for hit in outcome.rules if hit.rule == name), None)
    place = (hit.path, hit.line) if hit else ("", 0)
    return Sent(outcome.repo, outcome.sha, about.committed, about.subject, outcome.level, causes, *place)
