"""Where a transformation does not leave what a rule is about, and why. One that is not needed fails the test."""

from fnmatch import fnmatch

import msgspec


class Exclusion(msgspec.Struct, frozen=True):
    """Cases that need not end as they must."""

    transformation: str
    """A pattern of names."""
    rule: str
    """A pattern of ids."""
    reason: str

    def covers(self, transformation: str, rule: str) -> bool:
        """Whether the cases of a transformation and a rule are among them."""
        return fnmatch(transformation, self.transformation) and fnmatch(rule, self.rule)


EXCLUSIONS: tuple[Exclusion, ...] = ()
