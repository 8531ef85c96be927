"""Who or what wrote a change, and why we think so."""

from typing import Literal

import msgspec

State = Literal["attested", "marked", "probable", "declared-none", "unknown"]
"""From strongest to weakest claim of AI assistance; `declared-none` is a claim of its absence."""
STATES: tuple[State, ...] = ("attested", "marked", "probable", "declared-none", "unknown")

Strength = Literal["attested", "structured", "probable", "weak", "declared"]
Extent = Literal["authored", "suggestion", "consulted", "unspecified"]


class Evidence(msgspec.Struct, frozen=True):
    """One reason for a provenance state."""

    kind: str
    """The signature's name, for example `claude-co-author`."""
    source: str
    """Where it stood: `COMMIT:message:LINE`, `COMMIT:author`, `flag`, ..."""
    strength: Strength
    text: str
    """The line or identity that matched, at most 200 characters."""
    tool: str = ""
    """The tool it names (`claude`, `copilot`), or empty."""
    extent: Extent = "unspecified"


class Attribution(msgspec.Struct, frozen=True):
    """The provenance of a commit or of a whole change."""

    state: State
    bot: bool = False
    """True when every author is an automation account (orthogonal to `state`)."""
    agent: bool = False
    """True when AI assistance is shown and no person committed to the change."""
    tools: tuple[str, ...] = ()
    """Sorted, unique."""
    extent: Extent = "unspecified"
    evidence: tuple[Evidence, ...] = ()


UNKNOWN = Attribution("unknown")
