"""The words that a message must hold: a message is never passed over that matches."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.provenance.matching import SignatureIndex
from aicheck.provenance.message import CO_AUTHOR_KEYS, parse_message
from aicheck.provenance.signatures import load_signatures

INDEX = SignatureIndex(load_signatures())
VECTORS = tomllib.loads(Path(__file__).with_name("vectors.toml").read_text(encoding="utf-8"))


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in texts(item)]


def check(message: str) -> None:
    """What matches without the words matches with them."""
    everything = [line for line in parse_message(message) if INDEX.match_line(line)]
    test = INDEX.prescan.find_test(message)
    assert [line for line in (parse_message(message, test) if test else ()) if INDEX.match_line(line)] == everything
    authors = [line for line in parse_message(message) if line.key in CO_AUTHOR_KEYS]
    test = INDEX.prescan.find_test(message, with_authors=True)
    assert [line for line in (parse_message(message, test) if test else ()) if line.key in CO_AUTHOR_KEYS] == authors


@pytest.mark.parametrize("text", sorted(set(texts(VECTORS))))
def test_every_vector_of_the_signatures_passes(text: str) -> None:
    check(f"Subject\n\n{text}\n")
    check(f"Subject\n\n{text.upper()}\n")


lines = st.one_of(st.sampled_from(sorted(set(texts(VECTORS)))), st.text(max_size=30))


@settings(deadline=None)
@given(st.lists(lines, max_size=6).map("\n".join))
def test_any_message_is_read_alike(message: str) -> None:
    check(message)


@pytest.mark.parametrize(
    "message",
    [
        "Fix the cursor in the terminal\n\nIt blinked.",
        "Claude 4 support",
        "Maintain the main domain\n\nSigned-off-by: Ada <ada@gmail.com>\nCo-authored-by: Bob <bob@example.org>",
        "Made the build reproducible (#12)\n\nIt was created by @ada.",
    ],
)
def test_ordinary_messages_are_passed_over(message: str) -> None:
    test = INDEX.prescan.find_test(message)
    assert test is None or not [line for line in message.split("\n") if test(line)]
