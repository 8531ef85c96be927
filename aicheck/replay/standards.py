"""What the commits of a replay are held against."""

import hashlib

import msgspec


class Given(msgspec.Struct, frozen=True):
    """A policy or roster file that holds for every commit."""

    data: bytes | None
    """None: there is no such file, and so nothing but the built-in policy, or nobody."""
    source: str
    """How messages call it."""


class Standards(msgspec.Struct, frozen=True):
    """Policy and roster for every commit; what is None is read from the parent of each, as `scan --commit` does."""

    policy: Given | None = None
    roster: Given | None = None
    whole_merges: bool = False
    """True: a merge is one change, judged with all the commits that it brought."""

    @property
    def digest(self) -> str:
        """Differs wherever outcomes may; empty when nothing is given."""
        if self == OWN:
            return ""
        parts = [self.policy and (self.policy.data or b""), self.roster and (self.roster.data or b""), self.whole_merges]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


OWN = Standards()
"""Each commit is judged by what its parent says."""
