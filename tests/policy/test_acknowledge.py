"""Acknowledgement lines of commit messages."""

import pytest

from aicheck.model.change import Commit, Identity
from aicheck.policy.acknowledge import Acknowledgement, acknowledgements

JO = Identity("Jo", "jo@example.com")


def commit(message: str) -> Commit:
    return Commit("c0ffee", (), JO, JO, message)


def test_complete_lines_are_read_in_order() -> None:
    first = commit("Lower the limit\n\nAicheck-Ack: a/b; load may rise; revert\naicheck-ack : c/d ; slow; set it back; now\n")
    assert acknowledgements((first, commit("nothing"))) == (
        Acknowledgement("a/b", "load may rise", "revert", "c0ffee"),
        Acknowledgement("c/d", "slow", "set it back; now", "c0ffee"),
    )


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("a/b", "does not say the risk and the way back"),
        ("a/b; risk", "does not say the way back"),
        ("a/b; ; revert", "does not say the risk"),
        ("a/b; risk; -", "does not say the way back"),
        ("; risk; revert", "does not say the rule"),
        ("", "does not say the rule and the risk and the way back"),
    ],
)
def test_incomplete_lines_say_what_is_missing(line: str, missing: str) -> None:
    (read,) = acknowledgements((commit(f"x\n\nAicheck-Ack: {line}"),))
    assert read.problem == missing


@pytest.mark.parametrize("message", ["see Aicheck-Ack: a/b; c; d", "> Aicheck-Ack: a/b; c; d", "Aicheck-Ack a/b; c; d"])
def test_text_that_is_no_such_line(message: str) -> None:
    assert acknowledgements((commit(message),)) == ()
