"""The sums, counted by hand over a small history, and what holds for any."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aicheck.model.decision import LEVELS, Level
from aicheck.replay.add_up import add_up
from aicheck.replay.load import Cause, LevelRow, Period, Tally
from aicheck.replay.outcome import About, Outcome
from tests.replay.samples import DAY, DELETE, HISTORY, MONDAY, RETRY, judged, reason


def test_the_whole() -> None:
    load = add_up(HISTORY)
    assert (load.total.changes, load.errors, load.undated) == (6, 1, 0)
    assert load.total.policy == Tally(asked=5, to_senior=3, sign_offs=4, peer_reviews=1, acknowledgements=1, stopped=0)
    assert load.total.blanket == Tally(asked=5, to_senior=5, sign_offs=5)


def test_weeks_begin_on_monday_and_quiet_ones_count() -> None:
    load = add_up(HISTORY)
    assert (load.weeks, load.first, load.last, load.period_weeks) == (3, "2026-03-02", "2026-03-16", 1)
    assert load.periods == (Period("2026-03-02", 3, 2), Period("2026-03-09", 0, 0), Period("2026-03-16", 2, 2))
    assert (load.busiest_blanket, load.busiest_policy) == (3, 2)


def test_shares_by_level_rank_and_provenance() -> None:
    load = add_up(HISTORY)
    assert load.levels == (
        LevelRow("none", 1, 1),
        LevelRow("ack", 0, 1),
        LevelRow("peer", 0, 1),
        LevelRow("senior", 5, 1),
        LevelRow("owner", 0, 1),
        LevelRow("dual", 0, 1),
        LevelRow("stop", 0, 0),
    )
    ranks = [(row.name, row.changes, row.blanket.to_senior, row.policy.to_senior) for row in load.ranks]
    assert ranks == [("junior", 2, 2, 2), ("mid", 2, 2, 0), ("senior", 1, 0, 0), ("unknown", 1, 1, 1)]
    assert [(row.name, row.changes, row.policy.to_senior) for row in load.provenance] == [("shown", 2, 2), ("not shown", 4, 1)]


def test_causes_and_what_each_alone_sends_to_a_senior() -> None:
    assert add_up(HISTORY).causes == (
        Cause(RETRY, asked=3, to_senior=2, alone=1),
        Cause(DELETE, asked=3, to_senior=1, alone=0),
        Cause("rules-changed", asked=1, to_senior=1, alone=1),
    )


def test_what_goes_to_a_senior_the_strictest_first() -> None:
    sent = add_up(HISTORY).sent
    assert [(one.sha[0], one.level, one.causes, one.path, one.line) for one in sent] == [
        ("c", "dual", (DELETE, RETRY), "c.py", 7),
        ("f", "owner", ("rules-changed",), "", 0),
        ("a", "senior", (RETRY,), "a.py", 7),
    ]


def test_what_must_not_merge_is_no_sign_off() -> None:
    tally = add_up([judged("a", "stop", reason("stop", DELETE))]).total.policy
    assert (tally.sign_offs, tally.to_senior, tally.stopped) == (0, 1, 1)


def test_a_wrong_clock_does_not_stretch_the_history() -> None:
    one = judged("a", "senior", reason("senior", RETRY))
    assert one.about is not None
    odd = [replace(one, sha=str(moment), about=replace(one.about, committed=moment)) for moment in (0, -5, 86_400, 10**17)]
    load = add_up([one, *odd])
    assert (load.weeks, load.undated, load.total.policy.sign_offs) == (1, 4, 5)
    nothing_dated = add_up(odd)
    assert (nothing_dated.weeks, nothing_dated.first, nothing_dated.periods) == (1, "", ())


def test_a_long_history_is_drawn_in_longer_periods() -> None:
    load = add_up([judged("a"), judged("b", day=7 * 103)])
    assert (load.weeks, load.period_weeks, len(load.periods)) == (104, 2, 52)
    assert (load.periods[0].start, load.periods[-1].start) == ("2026-03-02", "2028-02-14")


def test_nothing_at_all() -> None:
    load = add_up([])
    assert (load.total.changes, load.weeks, load.ranks, load.causes, load.sent) == (0, 1, (), (), ())


_ABOUTS = st.builds(
    About,
    committed=st.integers(MONDAY, MONDAY + 3000 * DAY) | st.just(0),
    subject=st.text(max_size=3),
    author_rank=st.sampled_from(["", "junior", "mid", "senior", "principal"]),
    provenance=st.sampled_from(["attested", "marked", "probable", "declared-none", "unknown"]),
    blanket=st.sampled_from(["none", "senior"]),
    because=st.lists(st.builds(reason, st.sampled_from(LEVELS[1:]), st.sampled_from([RETRY, DELETE])), max_size=3).map(tuple),
)


def _outcome(number: int, about: About) -> Outcome:
    level: Level = max((one.level for one in about.because), key=LEVELS.index, default="none")
    return Outcome("r", str(number), "", level, "pending", (), (), about)


@given(st.lists(_ABOUTS, max_size=25).map(lambda abouts: [_outcome(number, about) for number, about in enumerate(abouts)]), st.randoms())
def test_every_part_adds_up_to_the_whole_in_any_order(outcomes: list[Outcome], random: object) -> None:
    load = add_up(outcomes)
    for rows in (load.ranks, load.provenance):
        assert sum(row.changes for row in rows) == load.total.changes == len(outcomes)
        assert sum(row.policy.sign_offs for row in rows) == load.total.policy.sign_offs
        assert sum(row.blanket.to_senior for row in rows) == load.total.blanket.to_senior
    assert sum(row.policy for row in load.levels) == sum(row.blanket for row in load.levels) == len(outcomes)
    dated = [outcome for outcome in outcomes if outcome.about and outcome.about.committed]
    assert sum(period.policy for period in load.periods) == add_up(dated).total.policy.sign_offs
    assert len(load.periods) * load.period_weeks >= load.weeks or not dated
    assert all(cause.alone <= cause.to_senior <= cause.asked for cause in load.causes)
    shuffled = list(outcomes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert add_up(shuffled) == load
