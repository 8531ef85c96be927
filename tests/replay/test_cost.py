"""What the sums cost, and how it is said."""

import pytest

from aicheck.replay.add_up import add_up
from aicheck.replay.cost import Terms, compare, explain_terms, headline, passing, percent, rate, span_of
from tests.replay.samples import HISTORY, RETRY, judged, reason

TERMS = Terms("acme A..B", "built-in", ".aicheck/people.toml", seniors=2, minutes=30, undeclared="assisted")


def test_rates_are_of_weeks_minutes_and_seniors() -> None:
    comparison = compare(add_up(HISTORY), TERMS)
    policy, blanket = comparison.policy, comparison.blanket
    assert (policy.sign_offs, blanket.sign_offs) == (4, 5)
    assert (policy.per_week, policy.hours_per_week) == pytest.approx((4 / 3, 2 / 3))
    assert (policy.per_week_and_senior, policy.hours_per_week_and_senior) == pytest.approx((2 / 3, 1 / 3))
    assert policy.peer_hours_per_week == pytest.approx(1 / 6)
    assert (policy.busiest_week, blanket.busiest_week) == (2, 3)
    assert comparison.saved == pytest.approx(0.2)


def test_nothing_is_reckoned_per_senior_where_nobody_says_how_many() -> None:
    comparison = compare(add_up(HISTORY), Terms("x", "built-in"))
    assert (comparison.policy.per_week_and_senior, comparison.blanket.hours_per_week_and_senior) == (None, None)
    assert any("--seniors N" in sentence for sentence in explain_terms(comparison))


def test_what_the_headline_says() -> None:
    fewer = compare(add_up(HISTORY), TERMS)
    assert headline(fewer) == ("20 %", "fewer senior sign-offs than the blanket rule")
    assert passing(fewer).startswith("3 of 6 changes pass without a senior (to a senior: 95 % interval 19 % to 81 %)")
    more = compare(add_up([judged("a", "dual", reason("dual", RETRY))]), TERMS)
    assert headline(more) == ("100 %", "more senior sign-offs than the blanket rule")
    same = compare(add_up([judged("a", "senior", reason("senior", RETRY))]), TERMS)
    assert headline(same) == ("", "as many senior sign-offs as the blanket rule")
    assert headline(compare(add_up([judged("a", blanket="none")]), TERMS)) == ("", "the blanket rule asks for nobody here")
    assert headline(compare(add_up([]), TERMS)) == ("", "no change could be judged")
    assert headline(compare(add_up(HISTORY), Terms("x", "p", compared=False))) == ("50 %", "of the changes go to a senior")


def test_every_assumption_is_stated() -> None:
    text = "\n".join(explain_terms(compare(add_up(HISTORY), TERMS)))
    for said in (
        "30 minutes a review, as stated by",
        "2, by the roster",
        ".aicheck/people.toml",
        "3 calendar weeks",
        "count nowhere: 1",
    ):
        assert said in text
    default = "\n".join(explain_terms(compare(add_up(HISTORY), Terms("x", "built-in", seniors=4, seniors_stated=True))))
    for said in ("40 minutes a review; at Google", "4, as stated by --seniors", "no roster, so every author counts as junior"):
        assert said in default
    alone = "\n".join(explain_terms(compare(add_up(HISTORY), Terms("x", "built-in", compared=False))))
    assert "lanket" not in alone
    assert all(": " in sentence for sentence in explain_terms(compare(add_up([]), TERMS)))


def test_spans() -> None:
    assert span_of(add_up(HISTORY)) == ", weeks of 2026-03-02 to 2026-03-16"
    assert span_of(add_up(HISTORY[:2])) == ", week of 2026-03-02"
    assert span_of(add_up([])) == ""


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (1, "100 %"), (0.5, "50 %"), (0.031, "3.1 %"), (0.0001, "<0.1 %"), (0.996, "99.6 %"), (0.9999, ">99.9 %"), (2.5, "250 %")],
)
def test_a_share_is_never_rounded_to_nothing_or_everything(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(("value", "text"), [(0, "0.00"), (0.001, "<0.01"), (0.126, "0.13"), (3.36, "3.4"), (250.4, "250")])
def test_rates_as_text(value: float, text: str) -> None:
    assert rate(value) == text
