"""What a check of a policy and of the files around it found."""

import msgspec


class Problem(msgspec.Struct, frozen=True, order=True):
    """One sentence about one place."""

    source: str
    """How messages call the file."""
    line: int
    """1-based; 0 for the file as a whole."""
    text: str
    serious: bool = True
    """False for what may well be meant so."""
