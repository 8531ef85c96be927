"""The strict loader of accepted findings, and the writer that keeps what it does not change."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.errors import PolicyError
from aicheck.policy.accepted import Accepted
from aicheck.policy.accepted_file import add_accepted, load_accepted

ONE, TWO = (f"1:{digit * 32}" for digit in "ab")
DAY = datetime.date(2027, 1, 31)
ENTRY = f'[[accepted]]\nfingerprint = "{ONE}"\npath = "app.py"\nreason = "made by us"\nby = "alice"\nuntil = 2027-01-31\n'


def load(text: str) -> tuple[Accepted, ...]:
    return load_accepted(f"schema = 1\n{text}".encode())


def test_the_entries_are_read_in_file_order() -> None:
    assert load_accepted(None) == ()
    assert load_accepted(b"schema = 1") == ()
    first, second = load(ENTRY + ENTRY.replace("app.py", "lib/b.py"))
    assert first == Accepted(ONE, "app.py", "made by us", "alice", DAY, ".aicheck/accepted.toml", 2)
    assert (second.path, second.line) == ("lib/b.py", 8)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (ENTRY.replace(f'fingerprint = "{ONE}"\n', ""), 2, "needs the key 'fingerprint'"),
        (ENTRY.replace('by = "alice"\n', ""), 2, "needs the key 'by'"),
        (ENTRY.replace("until = 2027-01-31\n", ""), 2, "must have a date"),
        (ENTRY.replace("2027-01-31", '"2027-01-31"'), 7, "must have a date"),
        (ENTRY.replace("2027-01-31", "2027-01-31T00:00:00"), 7, "must have a date"),
        (ENTRY.replace("1:aaa", "aaa"), 3, "which is none"),
        (ENTRY.replace("app.py", "/app.py"), 4, "without a leading slash"),
        (ENTRY.replace("app.py", "a/../app.py"), 4, "top of the repository"),
        (ENTRY.replace("made by us", " "), 5, "non-empty string"),
        (ENTRY + 'rule = "x/y"\n', 8, "unknown key 'rule'"),
        (ENTRY + ENTRY, 9, "a second time"),
        ("accept = 1", 2, "did you mean 'accepted'"),
        ("accepted = 1", 2, "must have tables"),
    ],
)
def test_mistakes_are_errors_that_name_the_line(text: str, line: int, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(text)
    assert str(caught.value).startswith(f".aicheck/accepted.toml, line {line}: ")
    assert words in str(caught.value)


KEPT = f"""# what we live with
schema = 1  # for ever

# the oldest
[[accepted]]
until = 2026-01-01  # soon over
fingerprint = "{ONE}"
path = "app.py"
by = "bob"
reason = "old"
# the end
"""


def test_a_rewrite_keeps_comments_and_order() -> None:
    text = add_accepted(KEPT.encode(), [Accepted(TWO, "b.py", "new", "carol", DAY), Accepted(ONE, "app.py", "still", "carol", DAY)])
    added = f'\n[[accepted]]\nfingerprint = "{TWO}"\npath = "b.py"\nreason = "new"\nby = "carol"\nuntil = 2027-01-31\n'
    assert text == KEPT.replace("2026-01-01", "2027-01-31").replace("bob", "carol").replace('"old"', '"still"') + added
    assert [entry.fingerprint for entry in load_accepted(text.encode())] == [ONE, TWO]


def test_an_inline_array_stays_one() -> None:
    inline = (
        f'schema = 1\naccepted = [\n  # first\n  {{fingerprint = "{ONE}", path = "a", reason = "r", by = "b", until = 2027-01-31}},\n]\n'
    )
    text = add_accepted(inline.encode(), [Accepted(TWO, "b.py", "new", "carol", DAY)])
    assert text.startswith(inline.removesuffix("]\n"))
    assert len(load_accepted(text.encode())) == 2


def test_a_file_that_is_not_understood_is_not_written() -> None:
    with pytest.raises(PolicyError, match="line 2: has the unknown key 'colour'"):
        add_accepted(b"schema = 1\ncolour = 3\n", [Accepted(ONE, "a.py", "r", "b", DAY)])


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(lambda text: text.strip())


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from((ONE, TWO)), st.sampled_from(("a.py", "b c/ü.py")), WORDS, WORDS, st.dates()), min_size=1))
def test_what_is_written_is_what_is_read(rows: list[tuple[str, str, str, str, datetime.date]]) -> None:
    entries = [Accepted(fingerprint, path, reason.strip(), by.strip(), until) for fingerprint, path, reason, by, until in rows]
    text = add_accepted(add_accepted(None, entries[:1]).encode(), entries)
    last = {(entry.fingerprint, entry.path): (entry.reason, entry.by, entry.until) for entry in entries}
    read = load_accepted(text.encode())
    assert {(entry.fingerprint, entry.path): (entry.reason, entry.by, entry.until) for entry in read} == last
