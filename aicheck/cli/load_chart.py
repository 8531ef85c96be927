"""The load of a policy next to the blanket rule, as text with bars, laid out by rich."""

from collections.abc import Sequence
from typing import NamedTuple

from aicheck.cli.output import Terminal
from aicheck.replay.cost import Comparison, Cost, counted, explain_terms, headline, passing, percent, rate, span_of
from aicheck.replay.load import Row
from aicheck.report.encode import cut, guard_lines, visible
from aicheck.report.page import Page

MOST_CAUSES = 12
MOST_SENT = 12
NAME_WIDTH = 40
SHOWN_ID = 12
_STYLES = ("dim", "magenta")
"""Of the blanket rule's bars, and the policy's."""


class _Bar(NamedTuple):
    name: str
    counts: str
    length: float
    """Of the room, 0 to 1."""
    style: str
    rest: float = 0
    """What follows in another shade, likewise."""


class _Chart:
    """Draws groups of bars on one page."""

    def __init__(self, page: Page, *, ascii_only: bool) -> None:
        self.page = page
        self._bar, self._rest = ("#", "-") if ascii_only else ("█", "░")

    def draw(self, title: str, bars: Sequence[_Bar]) -> None:
        """Bars under a title, names and counts in columns. Nothing without bars."""
        if not bars:
            return
        names = [cut(visible(bar.name), NAME_WIDTH) for bar in bars]
        width, counts = max(map(len, names)), max(len(bar.counts) for bar in bars)
        room = max(self.page.width - width - counts - 6, 8)
        self.page.line()
        self.page.line((title, "bold"))
        for name, bar in zip(names, bars, strict=True):
            length = max(int(bar.length * room), bar.length > 0)
            rest = max(min(int((bar.length + bar.rest) * room), room) - length, 0)
            self.page.line(f"  {name:<{width}}  {bar.counts:>{counts}} ", (self._bar * length, bar.style), (self._rest * rest, "dim"))


def draw(comparison: Comparison, terminal: Terminal) -> str:
    """The text, without a line end after the last line."""
    page = Page(terminal.colour, terminal.width, terminal.ascii)
    chart = _Chart(page, ascii_only=terminal.ascii)
    load = comparison.load
    page.line((" ".join(headline(comparison)).strip(), "bold"))
    page.line(passing(comparison))
    page.line(visible(f"{comparison.terms.title}: {counted(load.total.changes)}{span_of(load)}"))
    chart.draw("senior sign-offs a week", _cost_bars(comparison))
    _write_costs(page, comparison)
    chart.draw(_period_title(comparison), _period_bars(comparison))
    chart.draw("changes by the highest level that they need", _level_bars(comparison))
    chart.draw("share to a senior, by the author's rank", _row_bars(load.ranks))
    chart.draw("share to a senior, by signs of AI assistance", _row_bars(load.provenance))
    chart.draw("changes that the policy sends to a senior (asks anything of), by cause", _cause_bars(comparison))
    _write_sent(page, comparison)
    page.line()
    for sentence in explain_terms(comparison):
        page.prose((visible(sentence), "dim"))
    text = guard_lines(page.text()).rstrip("\n")
    return text.encode("ascii", "backslashreplace").decode("ascii") if terminal.ascii else text


def _cost_bars(comparison: Comparison) -> list[_Bar]:
    costs = (("blanket rule", comparison.blanket), ("this policy", comparison.policy))
    most = max(cost.per_week for _, cost in costs) or 1
    return [
        _Bar(name, f"{rate(cost.per_week)}  {rate(cost.hours_per_week)} h", cost.per_week / most, style)
        for (name, cost), style in zip(costs, _STYLES, strict=True)
    ]


def _write_costs(page: Page, comparison: Comparison) -> None:
    blanket, policy = comparison.blanket, comparison.policy
    for name, cost in (("blanket rule", blanket), ("this policy", policy)):
        page.line(f"  {name}: {_per_senior(cost)}{cost.sign_offs} in all, {cost.busiest_week} in the busiest week")
    total = comparison.load.total.policy
    page.line(f"  this policy besides: {total.peer_reviews} x a peer's review, {total.acknowledgements} x the author's own line")


def _per_senior(cost: Cost) -> str:
    if cost.per_week_and_senior is None or cost.hours_per_week_and_senior is None:
        return ""
    return f"{rate(cost.per_week_and_senior)} a week for each senior ({rate(cost.hours_per_week_and_senior)} h), "


def _period_title(comparison: Comparison) -> str:
    weeks = comparison.load.period_weeks
    return "senior sign-offs of this policy (of the blanket rule), by week" + (f", {weeks} at a time" if weeks > 1 else "")


def _period_bars(comparison: Comparison) -> list[_Bar]:
    periods = comparison.load.periods
    most = max((max(period.blanket, period.policy) for period in periods), default=0) or 1
    return [
        _Bar(
            name=period.start,
            counts=f"{period.policy} ({period.blanket})",
            length=period.policy / most,
            style=_STYLES[1],
            rest=max(period.blanket - period.policy, 0) / most,
        )
        for period in periods
    ]


def _level_bars(comparison: Comparison) -> list[_Bar]:
    total = comparison.load.total.changes or 1
    rows = [row for row in comparison.load.levels if row.blanket or row.policy]
    return [
        _Bar(f"{row.level} {name}", f"{count}  {percent(count / total)}", count / total, style)
        for row in rows
        for name, count, style in (("(blanket)", row.blanket, _STYLES[0]), ("(policy)", row.policy, _STYLES[1]))
        if count
    ]


def _row_bars(rows: Sequence[Row]) -> list[_Bar]:
    bars = []
    for row in rows:
        shares = (row.blanket.to_senior / row.changes, row.policy.to_senior / row.changes)
        for name, share, style in zip(("(blanket)", "(policy)"), shares, _STYLES, strict=True):
            bars.append(_Bar(f"{row.name} {name}", f"{percent(share)} of {row.changes}", share, style))
    return bars


def _cause_bars(comparison: Comparison) -> list[_Bar]:
    causes = comparison.load.causes[:MOST_CAUSES]
    most = max((cause.asked for cause in causes), default=0) or 1
    changes = comparison.load.total.changes or 1
    return [
        _Bar(
            name=cause.name,
            counts=f"{cause.to_senior} ({cause.asked})  {percent(cause.to_senior / changes)}",
            length=cause.to_senior / most,
            style=_STYLES[1],
            rest=(cause.asked - cause.to_senior) / most,
        )
        for cause in causes
    ]


def _write_sent(page: Page, comparison: Comparison) -> None:
    sent = comparison.load.sent
    if not sent:
        return
    page.line()
    page.line(("changes that the policy sends to a senior", "bold"))
    for one in sent[:MOST_SENT]:
        place = f" {visible(one.path)}:{one.line}" if one.path else ""
        page.line(f"  {visible(one.sha[:SHOWN_ID])} {one.level} ", visible(cut(one.subject, 72)))
        page.line((f"    {visible(', '.join(one.causes))}{place}", "dim"))
    if len(sent) > MOST_SENT:
        page.line(f"  and {len(sent) - MOST_SENT} more")
