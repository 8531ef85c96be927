"""Bounded remembering."""

from aicheck.readers.kept import Kept


def test_forgets_what_was_not_used_for_longest() -> None:
    kept: Kept[str, int] = Kept(3)
    for name in "abc":
        kept.put(name, ord(name), 1)
    assert kept.get("a") == ord("a")
    kept.put("d", 1, 1)
    assert (kept.get("a"), kept.get("b"), kept.get("d")) == (ord("a"), None, 1)


def test_the_newest_entry_stays_whatever_it_weighs() -> None:
    kept: Kept[str, int] = Kept(3)
    kept.put("a", 1, 1)
    kept.put("huge", 2, 100)
    assert (kept.get("a"), kept.get("huge")) == (None, 2)


def test_an_entry_put_again_weighs_once() -> None:
    kept: Kept[str, int] = Kept(3)
    kept.put("a", 1, 1)
    for _ in range(5):
        kept.put("b", 2, 2)
    assert kept.get("a") == 1
