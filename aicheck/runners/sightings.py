"""What a Semgrep rule with `when: removed` sees on one side: no finding yet.

`kept` is a safeguard with what it guards, `left` what it guards (guarded or not), `cover` a safeguard that guards from
elsewhere, as a router's does.
"""

from typing import Literal

from aicheck.model.finding import Match

Role = Literal["kept", "left", "cover"]


class Sighting(Match, frozen=True, kw_only=True):
    """One place of a rule with `when: removed`; no finding yet."""

    source: str
    """The rule file."""
    role: Role
    has_left: bool
    """Whether the rule has a pattern for what is left."""
    follows: bool = False
    """Whether what follows in its function is guarded, too, where it has no values."""
    values: tuple[str, ...] = ()
    """What the rule's `same` variables stand for, without layout and quotes: tells two places of one symbol apart."""
    line_text: str = ""
    """The source line it starts on, at most 200 characters."""
