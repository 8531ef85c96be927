"""The words that a message must hold: a message is never passed over that matches."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.provenance.matching import SignatureIndex
from aicheck.provenance.message import CO_AUTHOR_KEYS, Line, parse_message
from aicheck.provenance.prescan import find_authors
from aicheck.provenance.signatures import load_signatures

INDEX = SignatureIndex(load_signatures())
VECTORS = tomllib.loads(Path(__file__).with_name("vectors.toml").read_text(encoding="utf-8"))


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in texts(item)]


def is_evidence(line: Line) -> bool:
    found = INDEX.match_line(line)
    return found is not None and found[0].is_evidence


def check(message: str) -> None:
    """What is evidence without the words is evidence with them."""
    everything = [line for line in parse_message(message) if is_evidence(line)]
    wanted = INDEX.prescan.find_lines((message,)).get(0, frozenset())
    assert [line for line in parse_message(message, wanted) if is_evidence(line)] == everything
    assert INDEX.prescan.find_lines(("Subject", message, "Subject\n\nText")) == ({1: wanted} if wanted else {})
    authors = [line for line in parse_message(message) if line.key in CO_AUTHOR_KEYS]
    assert [line for line in parse_message(message, find_authors(message)) if line.key in CO_AUTHOR_KEYS] == authors


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
    assert INDEX.prescan.find_lines((message,)) == {}


def test_lines_are_told_by_message_and_number() -> None:
    marked = "Subject\n\nGenerated with Claude Code\n\u0130\nCo-authored-by: Claude <noreply@anthropic.com>"
    assert INDEX.prescan.find_lines((marked, "", "Subject", marked)) == {0: {2, 4}, 3: {2, 4}}


def test_a_comment_inside_a_line_hides_nothing_behind_it() -> None:
    message = "Subject\n\n<!-- a\nb -->Co-auth<!-- -->ored-by: Claude <noreply@anth<!-- -->ropic.com>"
    assert INDEX.prescan.find_lines((message,)) == {0: {3}}
    check(message)
