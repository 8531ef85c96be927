"""What holds for any message and any identity."""

import signal
from collections.abc import Iterator
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aicheck.model.change import Commit, Identity
from aicheck.model.provenance import STATES
from aicheck.provenance.attribute import attribute_change, attribute_commit
from aicheck.provenance.signatures import load_signatures
from tests.provenance.commits import ADA, CLAUDE, DEPENDABOT, WEB_FLOW, make_commit

MARKERS = (
    "Co-Authored-By: Claude <noreply@anthropic.com>",
    "Co-authored-by: Copilot <198982749+Copilot@users.noreply.github.com>",
    "Generated with [Claude Code](https://claude.ai/code)",
    "Assisted-by: Crush:glm-5.2",
    "Assisted-by: claude-code:claude-opus-4-8",
    "Amp-Thread-ID: https://ampcode.com/threads/T-01234567-89ab-cdef",
    "Co-authored-by: Oz [oz-agent@warp.dev](mailto:oz-agent@warp.dev)",
)
PIECES = (
    *MARKERS,
    "```",
    "~~~",
    "<!--",
    "-->",
    "> quoted",
    "- [ ] x",
    "- [x] y",
    "Assisted-by: none",
    "AI-assisted: yes",
    "\\n",
    "\r",
    "\ufffd",
    "\ud83d",
)
messages = st.one_of(st.text(max_size=200), st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=30)), max_size=12).map("\n".join))
identities = st.one_of(
    st.sampled_from([ADA, CLAUDE, DEPENDABOT, WEB_FLOW]), st.builds(Identity, st.text(max_size=30), st.text(max_size=40))
)
commits = st.builds(Commit, st.just("a" * 40), st.just(()), identities, identities, messages)


def state_of(message: str) -> str:
    return attribute_commit(make_commit(message), load_signatures()).state


@settings(deadline=None)
@given(commits)
def test_any_commit_is_attributed_the_same_way_twice(commit: Commit) -> None:
    first = attribute_commit(commit, load_signatures())
    assert attribute_commit(commit, load_signatures()) == first
    assert attribute_change((commit,)) == first
    assert all(len(evidence.text) <= 200 for evidence in first.evidence)


@settings(deadline=None)
@given(messages, st.sampled_from(MARKERS))
def test_a_marker_at_the_end_always_marks(message: str, marker: str) -> None:
    assert state_of(f"Subject\n{message}\n{marker}") == "marked"


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=30)), max_size=8), st.integers(0, 8), st.sampled_from(MARKERS))
def test_a_further_marker_never_weakens(lines: list[str], place: int, marker: str) -> None:
    before = state_of("\n".join(["Subject", *lines]))
    after = state_of("\n".join(["Subject", *lines[:place], marker, *lines[place:]]))
    assert STATES.index(after) <= STATES.index(before)


@settings(deadline=None)
@given(st.lists(commits, max_size=4), commits)
def test_a_further_commit_never_hides_a_marker(change: list[Commit], more: Commit) -> None:
    before = attribute_change(tuple(change))
    after = attribute_change((*change, more))
    if before.state in ("marked", "probable"):
        assert STATES.index(after.state) <= STATES.index(before.state)
    assert set(before.evidence) <= set(after.evidence)


@settings(deadline=None)
@given(st.lists(commits, max_size=3))
def test_a_claim_of_human_never_hides_a_marker(change: list[Commit]) -> None:
    auto, human = attribute_change(tuple(change)), attribute_change(tuple(change), declared="human")
    if auto.state in ("marked", "probable"):
        assert (human.state, human.agent) == (auto.state, auto.agent)
    else:
        assert human.state == "declared-none"


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*MARKERS, "Some words.", "Assisted-by: none", "Co-authored-by: Ada <ada@example.org>"]), max_size=5),
    st.sampled_from(["", " ", "    ", "\t", "\U0001f916 ", "\U0001f498", "\u2728\ufe0f "]),
    st.sampled_from(["\n", "\r\n", "\n\n", " \n"]),
)
def test_line_ends_indentation_and_emoji_change_nothing(lines: list[str], prefix: str, line_end: str) -> None:
    def read(message: str) -> tuple[str, tuple[str, ...], list[tuple[str, str]]]:
        found = attribute_commit(make_commit(message), load_signatures())
        return found.state, found.tools, [(evidence.kind, evidence.text) for evidence in found.evidence]

    plain = "\n".join(["Subject", "", *lines])
    assert read(line_end.join(["Subject", "", *(prefix + line for line in lines)])) == read(plain)


ADVERSARIAL = {
    "comments": "<!--",
    "closed comments": "<!-- -->",
    "fences": "```\n",
    "growing fences": "".join("`" * length + "\n" for length in range(3, 200)),
    "one line": "a",
    "addresses": "Co-authored-by: a@",
    "address lines": "Co-authored-by: " + "a@" * 400 + "\n",
    "brackets": "Co-authored-by: " + "[bot]" * 150 + "\n",
    "blanks": " ",
    "carriage returns": "\r",
    "lost line ends": "\\n",
    "emoji": "\U0001f916",
    "footers": "Generated with [" + "a " * 300 + "\n",
    "links": "https://" + "a-" * 400 + "\n",
    "labels": "a " * 400 + ": https://\n",
    "declarations": "Assisted-by: " + "claude-" * 120 + "dupont\n",
    "via": "Assisted-by: " + " via crus" * 100 + "\n",
    "agents": "Assisted-by: " + "a." * 20 + ":" + "1a" * 300 + "\n",
    "parts": "Assisted-by: " + "a,[" * 300 + "\n",
    "markers": MARKERS[0] + "\n",
}


HANG_SECONDS = 60
"""A guard, not a measurement: linear work on this size takes a second, quadratic work an hour."""


@pytest.fixture
def hang_guard() -> Iterator[None]:
    """Ends a test that hangs; Python's regular expressions look for signals while they search."""

    def end(signal_number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(HANG_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("hang_guard")
@pytest.mark.parametrize("piece", ADVERSARIAL.values(), ids=ADVERSARIAL)
def test_a_megabyte_of_a_hostile_message_is_read(piece: str) -> None:
    message = "Subject\n\n" + piece * (1_000_000 // len(piece)) + f"\n{MARKERS[0]}"
    assert attribute_commit(make_commit(message), load_signatures()).state in {"marked", "unknown"}
