"""What the sums of a replay cost, under terms that every report states."""

from typing import Final, Literal

import msgspec

from aicheck.policy.policy import Undeclared
from aicheck.replay.load import Load, Row
from aicheck.replay.summary import wilson

DEFAULT_MINUTES: Final = 40.0
DEFAULT_MINUTES_SOURCE: Final = "at Google the median reviewer spends 2.6 hours a week on 4 changes (Sadowski et al., ICSE-SEIP 2018)"
"""156 minutes by 4: 39, rounded. Section 4 and 5 of the paper; a quotient of medians, so a rough one."""


class Terms(msgspec.Struct, frozen=True):
    """What was compared, and what it was reckoned with."""

    title: str
    """What was replayed, as the command line names it; hostile."""
    policy: str
    """How messages call the policy."""
    roster: str = ""
    """How messages call the roster; empty without one."""
    seniors: int = 0
    """0: not known, so that nothing is reckoned per senior."""
    seniors_stated: bool = False
    """True when the command line says how many."""
    minutes: float = DEFAULT_MINUTES
    """Of one review."""
    changes: Literal["table", "no-merges", "first-parent"] = "no-merges"
    """A table of commits, or which commits of a range."""
    undeclared: Undeclared | None = None
    """What the policy makes of changes without a sign of AI assistance, for both ways of judging; None where each commit has its own."""
    compared: bool = True
    """False: reports leave the blanket rule out."""


class Cost(msgspec.Struct, frozen=True):
    """What one way of judging costs."""

    sign_offs: int
    """By seniors, over the whole history."""
    per_week: float
    hours_per_week: float
    """Of all seniors together."""
    per_week_and_senior: float | None
    hours_per_week_and_senior: float | None
    busiest_week: int
    """Sign-offs in it."""
    peer_hours_per_week: float
    """Reviews at level peer, which need no senior."""


class Comparison(msgspec.Struct, frozen=True):
    """A load with its costs."""

    load: Load
    terms: Terms
    blanket: Cost
    policy: Cost
    saved: float | None
    """The share of the blanket rule's sign-offs that the policy does without, negative where it asks for more; None of nothing."""


def compare(load: Load, terms: Terms) -> Comparison:
    """The load under the terms."""
    blanket, policy = _cost(load.total, load, terms, blanket=True), _cost(load.total, load, terms, blanket=False)
    saved = 1 - policy.sign_offs / blanket.sign_offs if blanket.sign_offs else None
    return Comparison(load, terms, blanket, policy, saved)


def _cost(row: Row, load: Load, terms: Terms, *, blanket: bool) -> Cost:
    tally = row.blanket if blanket else row.policy
    per_week, hours = tally.sign_offs / load.weeks, terms.minutes / 60
    share = per_week / terms.seniors if terms.seniors else None
    return Cost(
        sign_offs=tally.sign_offs,
        per_week=per_week,
        hours_per_week=per_week * hours,
        per_week_and_senior=share,
        hours_per_week_and_senior=share * hours if share is not None else None,
        busiest_week=load.busiest_blanket if blanket else load.busiest_policy,
        peer_hours_per_week=tally.peer_reviews / load.weeks * hours,
    )


def headline(comparison: Comparison) -> tuple[str, str]:
    """What the policy comes to, as a number to be shown large (it may be empty) and the words behind it."""
    total, saved = comparison.load.total, comparison.saved
    if not total.changes:
        return "", "no change could be judged"
    if not comparison.terms.compared:
        return percent(total.policy.to_senior / total.changes), "of the changes go to a senior"
    if saved is None:
        return "", "the blanket rule asks for nobody here"
    if saved == 0:
        return "", "as many senior sign-offs as the blanket rule"
    return percent(abs(saved)), f"{'more' if saved < 0 else 'fewer'} senior sign-offs than the blanket rule"


def passing(comparison: Comparison) -> str:
    """How many changes need no senior, with the interval of the share of those that do."""
    total = comparison.load.total
    if not total.changes:
        return ""
    share = wilson(total.policy.to_senior, total.changes)
    left = total.changes - total.policy.to_senior
    interval = f"95 % interval {percent(share.low)} to {percent(share.high)}"
    return f"{left} of {total.changes} changes pass without a senior (to a senior: {interval})"


def counted(changes: int) -> str:
    """So many changes, in words."""
    return f"{changes} change{'' if changes == 1 else 's'}"


def span_of(load: Load) -> str:
    """The weeks that the changes lie in, to stand behind their number; empty without a dated change."""
    if not load.first:
        return ""
    return f", weeks of {load.first} to {load.last}" if load.weeks > 1 else f", week of {load.first}"


def explain_terms(comparison: Comparison) -> tuple[str, ...]:
    """How it was reckoned, a sentence each."""
    load, terms = comparison.load, comparison.terms
    sentences = (
        f"Policy: {terms.policy}.",
        terms.compared * "Blanket rule: every AI-assisted change by a junior or mid-level engineer needs a senior's sign-off.",
        _ASSISTED[terms.undeclared],
        _explain_ranks(terms),
        _explain_seniors(terms),
        _explain_minutes(terms),
        "Levels: senior and owner are one sign-off, dual is two; a peer's review and the author's own line are no senior's work.",
        _CHANGES[terms.changes],
        _explain_weeks(load),
        "Limits: this is what reviews cost, not what they catch.",
    )
    return tuple(sentence for sentence in sentences if sentence)


def _explain_ranks(terms: Terms) -> str:
    if not terms.roster:
        return "Ranks: no roster, so every author counts as junior."
    return f"Ranks: {terms.roster}; an author whom it does not know has the policy's rank for the unknown."


def _explain_seniors(terms: Terms) -> str:
    if not terms.seniors:
        return "Seniors: how many there are is not known; --seniors N says so."
    return f"Seniors: {terms.seniors}, {'as stated by --seniors' if terms.seniors_stated else 'by the roster'}."


def _explain_minutes(terms: Terms) -> str:
    if terms.minutes == DEFAULT_MINUTES:
        return f"Time: {terms.minutes:g} minutes a review; {DEFAULT_MINUTES_SOURCE}."
    return f"Time: {terms.minutes:g} minutes a review, as stated by --minutes-per-review."


_ASSISTED: Final[dict[Undeclared | None, str]] = {
    "assisted": "AI assistance: a change without a sign of it counts as assisted, because many tools leave none.",
    "report": "AI assistance: a change without a sign of it does not count as assisted; the policy says so.",
    None: "AI assistance: the policy of each commit's parent says whether a change without a sign of it counts as assisted.",
}
_CHANGES: Final = {
    "table": "Changes: the commits of the table, each against its first parent.",
    "no-merges": "Changes: every commit but merges, each against its parent; --first-parent counts a merged branch as one.",
    "first-parent": "Changes: the commits of the main line; a merge is one change with all that it brought.",
}


def _explain_weeks(load: Load) -> str:
    wrong = f"; changes without a credible date, in no week: {load.undated}" if load.undated else ""
    lost = f"; commits that could not be judged and count nowhere: {load.errors}" if load.errors else ""
    span = f"{load.weeks} calendar week{'s, quiet ones too' if load.weeks > 1 else ''}"
    if not load.first:
        span = "no change has a credible date, so all count as one week"
    return f"Weeks: {span}{wrong}{lost}."


def rate(value: float) -> str:
    """With two decimals below 1, one below 100, and no rounded 0 that is not one."""
    if 0 < value < 0.005:
        return "<0.01"
    return f"{value:.{2 if value < 1 else 1 if value < 100 else 0}f}"


def percent(share: float) -> str:
    """As `94 %`; one decimal below 10, and never a rounded 0 or 100 that is not one."""
    value = 100 * share
    digits = 1 if 0 < value < 10 or 99 < value < 100 else 0
    text = f"{value:.{digits}f}"
    if text == "0.0" and value:
        return "<0.1 %"
    return ">99.9 %" if text == "100.0" else f"{text} %"
