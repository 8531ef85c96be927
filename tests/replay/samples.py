"""Judged commits made by hand."""

from aicheck.model.decision import Level
from aicheck.model.provenance import State
from aicheck.replay.outcome import About, Hit, Outcome, Reason

MONDAY = 1_772_409_600
"""2026-03-02 00:00 UTC."""
DAY = 86_400
RETRY = "unbounded-retry/loop-without-exit"
DELETE = "broad-deletion/unproven-path"


def judged(
    name: str,
    level: Level = "none",
    *reasons: Reason,
    day: int = 0,
    rank: str = "junior",
    state: State = "unknown",
    blanket: Level = "senior",
) -> Outcome:
    """A commit made `day` days after the Monday, at noon; each rule of its reasons has a hit in `name.py`."""
    rules = sorted({rule for reason in reasons for rule in reason.rules})
    hits = tuple(Hit(rule, "high", f"{name}.py", 7) for rule in rules)
    about = About(MONDAY + day * DAY + DAY // 2, f"Subject {name}", rank, state, blanket, reasons)
    return Outcome("acme", name * 40, "", level, "pending" if level != "none" else "satisfied", hits, (), about)


def reason(level: Level, *rules: str, escalation: str = "entry") -> Reason:
    return Reason(escalation, level, rules)


HISTORY = (
    judged("a", "senior", reason("senior", RETRY), state="marked"),
    judged("b", "ack", reason("ack", RETRY), day=1, rank="mid"),
    judged("c", "dual", reason("dual", DELETE), reason("senior", DELETE, RETRY), day=15, rank="", state="attested"),
    judged("d", "peer", reason("peer", DELETE), day=20, rank="senior", blanket="none"),
    judged("e", day=20, rank="mid"),
    judged("f", "owner", reason("owner", escalation="rules-changed"), reason("ack", DELETE), day=6),
    Outcome("acme", "0" * 40, "", "none", "error", failures=("commit is missing",)),
)
"""Three weeks, the second without a commit."""
