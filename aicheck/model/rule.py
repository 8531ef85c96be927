"""What is looked for, and the examples that are its tests and its documentation."""

from typing import Literal

import msgspec

from aicheck.regex import regex

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
"""Ascending."""
Confidence = Literal["low", "medium", "high"]
IMPORTED_FAMILY = "imported"
"""The family of other tools' rules, `imported/TOOL.RULE`; no rule of the catalogue is in it."""
_IMPORTED = regex(rf"{IMPORTED_FAMILY}/[A-Za-z0-9._-]+")
Kind = Literal["snapshot", "differential", "change"]
"""snapshot: one side of one file, run on both and subtracted; differential: both sides of one file or of its facts;
change: the whole change set."""
Engine = Literal["cst", "facts", "semgrep", "ruff", "sarif", "aicheck"]
"""sarif: another tool, whose log was imported."""
When = Literal["added", "removed", "present"]
"""Which matches of a snapshot rule count: those only the after side has, those only the before side has, or every
match of the after side."""


class Example(msgspec.Struct, frozen=True):
    """A smallest change that a rule must find (`bad`) or must stay silent on (`good`)."""

    bad: bool
    before: tuple[tuple[str, str], ...]
    """(path, text) of each file before; a path that is not here did not exist."""
    after: tuple[tuple[str, str], ...]
    note: str = ""
    """What makes it good or bad, in a few words."""


class Rule(msgspec.Struct, frozen=True):
    """A rule of the catalogue, whatever engine runs it."""

    id: str
    """`family/bad-pattern`."""
    title: str
    why: str
    """The consequence in production, one or two sentences."""
    instead: str
    severity: Severity
    confidence: Confidence
    engine: Engine
    kind: Kind
    languages: tuple[str, ...]
    """Language names of `aicheck.readers.language`, sorted."""
    needles: tuple[tuple[str, ...], ...] = ()
    """A conjunction of disjunctions: the rule can fire on a text only if each group has a member in it."""
    when: When = "added"
    cwe: tuple[int, ...] = ()
    since: str = "0.1.0"
    references: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    security: bool = False
    """True for a rule about an attacker (SARIF `security` tag); false for one about reliability."""
    fixed: bool = False
    """True when the severity stands wherever the rule is found: no place makes it milder."""
    most: Severity = "critical"
    """No place makes it worse than this."""
    source: str = ""
    """Where the implementation stands: a module, a rule file, or an engine's own code such as `S501`."""

    @property
    def family(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The part of the id after the slash."""
        return self.id.partition("/")[2]


def severity_rank(severity: Severity) -> int:
    """0 for low up to 3 for critical."""
    return SEVERITIES.index(severity)


def is_imported(identifier: str) -> bool:
    """Whether a rule id is that of another tool's rule; which ones there are, only a log tells."""
    return _IMPORTED.fullmatch(identifier) is not None
