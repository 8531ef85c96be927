"""The load of a policy as one self-contained HTML page: no script, no network, light and dark.

Whatever a commit, a path or a policy holds comes out as visible text: `finalize` shows what is hidden, autoescape the rest.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import Environment, StrictUndefined, Template

import aicheck
from aicheck.model.decision import Level
from aicheck.policy.levels import describe_reviewer
from aicheck.replay.cost import Comparison, Cost, counted, explain_terms, headline, passing, percent, rate, span_of
from aicheck.replay.load import Period, Row, Sent
from aicheck.replay.outcome import is_credible
from aicheck.report.encode import quote, visible

MOST_CAUSES: Final = 20
MOST_SENT: Final = 100
TEMPLATE: Final = "load_page.html.j2"
MOST_TICKS: Final = 4
PATH_CHARACTERS: Final = 120
WIDEST_COLUMN: Final = 60
NARROWEST_PLOT: Final = 200
"""Pixels; room for two dates below it."""


class _Way(NamedTuple):
    """One way of judging: its name, and the class that colours its bars."""

    name: str
    css: str
    cost: Cost
    what: str


class _Column(NamedTuple):
    label: str
    blanket: int
    policy: int
    heights: tuple[float, float]
    """Per cent of the chart."""


class _Bars(NamedTuple):
    name: str
    note: str
    bars: tuple[tuple[str, float, str], ...]
    """(class, width in per cent, label)."""


def render(comparison: Comparison) -> str:
    """The page."""
    load, terms = comparison.load, comparison.terms
    number, words = headline(comparison)
    top = _round_up(max((max(period.blanket * terms.compared, period.policy) for period in load.periods), default=0))
    page: str = _template().render(
        title=terms.title,
        compared=terms.compared,
        span=f"{counted(load.total.changes)}{span_of(load)}",
        number=number,
        words=words,
        passing=passing(comparison),
        ways=_ways(comparison),
        total=load.total,
        period_weeks=load.period_weeks,
        ticks=_ticks(top),
        plot_width=max(WIDEST_COLUMN * len(load.periods), NARROWEST_PLOT),
        columns=[_column(period, top) for period in load.periods],
        stacks=_stacks(comparison),
        levels=[(row, describe_reviewer(row.level)) for row in load.levels if row.policy or row.blanket * terms.compared],
        ranks=_rows(load.ranks, compared=terms.compared),
        provenance=_rows(load.provenance, compared=terms.compared),
        causes=_causes(comparison),
        more_causes=max(len(load.causes) - MOST_CAUSES, 0),
        sent=[_sent(one) for one in load.sent[:MOST_SENT]],
        more_sent=max(len(load.sent) - MOST_SENT, 0),
        terms=[sentence.partition(": ")[::2] for sentence in explain_terms(comparison)],
        version=aicheck.__version__,
        percent=percent,
        rate=rate,
    )
    return page


def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=_show, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(Path(__file__).with_name(TEMPLATE).read_text(encoding="utf-8"))


def _show(value: Any) -> Any:
    return visible(value) if type(value) is str else value  # not Markup, which is the template's own


def _ways(comparison: Comparison) -> list[_Way]:
    blanket = _Way("Blanket rule", "blanket", comparison.blanket, "Every AI-assisted change by a junior or mid-level engineer")
    policy = _Way("This policy", "policy", comparison.policy, "Changes with something in them that has caused outages elsewhere")
    return [blanket] * comparison.terms.compared + [policy]


def _round_up(most: int) -> int:
    """The top of an axis whose ticks are round whole numbers; at least 1."""
    step = 1
    while most > MOST_TICKS * step:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return max(-(-most // step) * step, 1)


def _ticks(top: int) -> list[tuple[int, float]]:
    """(value, height in per cent) of each grid line above the base."""
    step = next(step for step in range(1, top + 1) if top % step == 0 and top // step <= MOST_TICKS)
    return [(value, 100 * value / top) for value in range(step, top + 1, step)]


def _column(period: Period, top: int) -> _Column:
    return _Column(period.start, period.blanket, period.policy, (100 * period.blanket / top, 100 * period.policy / top))


def _stacks(comparison: Comparison) -> list[tuple[str, list[tuple[Level, float, int]]]]:
    """For each way of judging its name, and (level, per cent of the changes, changes) for each level that occurs."""
    load = comparison.load
    whole = load.total.changes or 1
    policy = [(row.level, 100 * row.policy / whole, row.policy) for row in load.levels if row.policy]
    blanket = [(row.level, 100 * row.blanket / whole, row.blanket) for row in load.levels if row.blanket]
    return [("Blanket rule", blanket)] * comparison.terms.compared + [("This policy", policy)]


def _rows(rows: Sequence[Row], *, compared: bool) -> list[_Bars]:
    found = []
    for row in rows:
        shares = [("blanket", row.blanket.to_senior / row.changes)] * compared + [("policy", row.policy.to_senior / row.changes)]
        found.append(_Bars(row.name, counted(row.changes), tuple((css, 100 * share, percent(share)) for css, share in shares)))
    return found


def _causes(comparison: Comparison) -> list[tuple[Any, float, float]]:
    """(cause, width of those that went to a senior, width of the others), in per cent of the longest bar."""
    causes = comparison.load.causes[:MOST_CAUSES]
    most = max((cause.asked for cause in causes), default=1)
    return [(cause, 100 * cause.to_senior / most, 100 * (cause.asked - cause.to_senior) / most) for cause in causes]


def _sent(one: Sent) -> dict[str, Any]:
    return {
        "sha": one.sha[:12],
        "day": datetime.fromtimestamp(one.committed, UTC).date().isoformat() if is_credible(one.committed) else "",
        "level": one.level,
        "subject": one.subject,
        "causes": one.causes,
        "place": f"{quote(one.path, PATH_CHARACTERS)}:{one.line}" if one.path else "",
    }
