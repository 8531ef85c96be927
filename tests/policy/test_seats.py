"""Who is asked: owners path by path, distinct people where a level asks for them, the least loaded first."""

from msgspec.structs import replace

from aicheck.policy.approvals import Reviewer
from aicheck.policy.seats import Bench, OwnerSet, Seat, seats_of, unfilled

from .people import ROSTER

CORE = OwnerSet(("app.py",), ("@acme/core",))
SRE = OwnerSet(("deploy.yaml",), ("@acme/sre",))
BENCH = Bench(ROSTER, groups=(("ops", ("@acme/sre",)),))
SE, OP, OPS, MI = (Reviewer(login, rank) for login, rank in (("@se", "senior"), ("@op", "senior"), ("@ops", "senior"), ("@mi", "mid")))


def missing(level: str, owned: tuple[OwnerSet, ...], *reviewers: Reviewer, bench: Bench = BENCH) -> list[str]:
    seats, _ = seats_of(level, owned, bench)  # type: ignore[arg-type]
    return [seat.who for seat in unfilled(seats, reviewers, known=True)]


def test_every_set_of_owners_is_asked() -> None:
    assert missing("owner", (CORE, SRE), SE) == ["a senior who owns deploy.yaml"]
    assert missing("owner", (CORE, SRE), SE, OPS) == []


def test_one_person_may_answer_for_several_sets() -> None:
    assert missing("owner", (CORE, OwnerSet(("lib.py",), ("@se",))), SE) == []


def test_dual_asks_for_two_people_even_where_one_fits_both_seats() -> None:
    both = replace(BENCH, groups=(("ops", ("@op", "@se")),))
    assert len(missing("dual", (CORE,), OP, bench=both)) == 1
    assert missing("dual", (CORE,), OP, SE, bench=both) == []


def test_paths_that_nobody_owns_fall_back_to_the_group_owners_then_to_any_senior() -> None:
    unowned = OwnerSet(("x",), ())
    named = replace(BENCH, groups=(("owners", ("@op",)),))
    assert missing("owner", (unowned,), SE, bench=named) == ["a senior of the group owners"]
    assert missing("owner", (unowned,), OP, bench=named) == []
    assert missing("owner", (unowned,), SE) == []
    _, notes = seats_of("owner", (unowned,), BENCH)
    assert notes == ("no senior on the roster owns x, so any senior stands in",)


def test_owners_who_took_part_are_neither_replaced_nor_waived() -> None:
    alone = replace(BENCH, excluded=frozenset({"@se", "@op"}))
    assert missing("owner", (CORE,), OPS, bench=alone) == ["a senior who owns app.py"]
    _, notes = seats_of("owner", (CORE,), alone)
    assert notes == ("every senior who owns app.py took part in the change: name a further owner",)


def test_candidates_are_the_least_loaded_and_never_the_absent() -> None:
    seat = Seat("senior", "a senior")
    busy = replace(BENCH, load=(("@ops", 5), ("@se", 1)))
    assert busy.present(seat) == ("@op", "@se", "@ops")
    away = replace(ROSTER, people=tuple(replace(one, away=one.login == "@op") for one in ROSTER.people))
    assert replace(busy, roster=away).present(seat) == ("@se", "@ops")
    assert replace(busy, roster=away).eligible(seat) == {"@op", "@se", "@ops"}


def test_the_first_one_asked_rotates_from_change_to_change() -> None:
    seat = Seat("senior", "a senior")
    assert {replace(BENCH, head=str(number)).present(seat)[0] for number in range(40)} == {"@se", "@op", "@ops"}
