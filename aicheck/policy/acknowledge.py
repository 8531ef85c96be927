"""What the author states in writing: `Aicheck-Ack: RULE; risk; rollback` lines of commit messages."""

import re
from collections.abc import Iterable

import msgspec

from aicheck.model.change import Commit
from aicheck.regex import regex

_LINE = regex(r"^aicheck-ack[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
PART_LIMIT = 300
"""Characters kept of each part."""


class Acknowledgement(msgspec.Struct, frozen=True):
    """One such line. It clears the `ack` need of what it names, nothing more."""

    rule: str
    """A rule id, or the id of an escalation that no finding caused."""
    risk: str
    rollback: str
    commit: str
    problem: str = ""
    """Why the line says nothing; empty when it is complete."""


def acknowledgements(commits: Iterable[Commit]) -> tuple[Acknowledgement, ...]:
    """Every acknowledgement line of the commits, in their order, incomplete ones with their problem."""
    return tuple(_read(found[1], commit.id) for commit in commits for found in _LINE.finditer(commit.message))


def _read(text: str, commit: str) -> Acknowledgement:
    parts = [part.strip()[:PART_LIMIT] for part in text.split(";", 2)]
    rule, risk, rollback = (*parts, "", "")[:3]
    names = ("the rule", "the risk", "the way back")
    missing = [name for name, part in zip(names, (rule, risk, rollback), strict=True) if not any(map(str.isalnum, part))]
    return Acknowledgement(rule, risk, rollback, commit, f"does not say {' and '.join(missing)}" if missing else "")
