"""Adds up the provenance of many commits: by tool, week and author."""

import datetime
from collections import Counter
from collections.abc import Iterable

import msgspec

from aicheck.model.change import Commit
from aicheck.model.provenance import STATES, Attribution, State

SHOWN: tuple[State, ...] = ("attested", "marked", "probable")
"""The states that show AI assistance."""


class Share(msgspec.Struct, frozen=True):
    """One row: so many commits of so many."""

    name: str
    assisted: int
    commits: int


class Summary(msgspec.Struct, frozen=True):
    """The sums."""

    commits: int
    assisted: int
    bots: int
    states: tuple[tuple[State, int], ...]
    """From the strongest; only those that occur."""
    tools: tuple[tuple[str, int], ...]
    """The most frequent first; `unknown` where a record names none. A commit counts for each of its tools."""
    weeks: tuple[Share, ...]
    """`2026-W07` (ISO 8601, UTC, by the committer's date), ascending; weeks without commits are left out."""
    authors: tuple[Share, ...]
    """By name and address, those with the most assisted commits first."""


def summarize(commits: Iterable[tuple[Commit, Attribution]]) -> Summary:
    """The sums over commits in any order."""
    states: Counter[State] = Counter()
    tools: Counter[str] = Counter()
    weeks: dict[str, list[int]] = {}
    authors: dict[str, list[int]] = {}
    bots = 0
    for commit, attribution in commits:
        assisted = attribution.state in SHOWN
        states[attribution.state] += 1
        bots += attribution.bot
        if assisted:
            tools.update(attribution.tools or ("unknown",))
        for name, rows in ((week_of(commit.committed), weeks), (f"{commit.author.name} <{commit.author.email}>", authors)):
            row = rows.setdefault(name, [0, 0])
            row[0] += assisted
            row[1] += 1
    return Summary(
        commits=states.total(),
        assisted=sum(states[state] for state in SHOWN),
        bots=bots,
        states=tuple((state, states[state]) for state in STATES if states[state]),
        tools=tuple(sorted(tools.items(), key=lambda item: (-item[1], item[0]))),
        weeks=tuple(Share(name, *weeks[name]) for name in sorted(weeks)),
        authors=tuple(
            sorted((Share(name, *row) for name, row in authors.items()), key=lambda row: (-row.assisted, -row.commits, row.name))
        ),
    )


def week_of(seconds: int) -> str:
    """The week of a moment; `unknown` for one that no calendar holds."""
    try:
        year, week, _ = datetime.datetime.fromtimestamp(seconds, datetime.UTC).isocalendar()
    except (ValueError, OverflowError, OSError):
        return "unknown"
    return f"{year:04}-W{week:02}" if seconds else "unknown"
