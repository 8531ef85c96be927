"""Values that the policy tests share."""

from aicheck.model.finding import Finding, Suppression
from aicheck.model.location import Location, Span
from aicheck.model.provenance import State
from aicheck.model.rule import Severity

RETRY = "unbounded-retry/retry-without-stop"
DELETION = "unbounded-deletion/rmtree-unguarded"
REPLICAS = "value-delta/replicas-lowered"
ADDED = "suppression-tampering/suppression-added"
KNOWN = (RETRY, DELETION, REPLICAS, ADDED)


def found(
    severity: Severity = "high",
    rule: str = RETRY,
    *,
    path: str = "app.py",
    line: int = 3,
    provenance: State = "unknown",
    suppression: Suppression | None = None,
) -> Finding:
    """A new finding; its fingerprint follows from rule, path and line."""
    location = Location(path, "after", Span(line, 1, line, 9))
    fingerprint = f"1:{rule}:{path}:{line}"
    return Finding(rule, location, "a hazard", severity, "high", "new", fingerprint, "cst", provenance=provenance, suppression=suppression)
