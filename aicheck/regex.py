"""Regular expressions that cost nothing until they are used.

Most rules are asked about most changes only by their words. Compiling what they would look for took a third of the start
of a scan, and again in each worker.
"""

import re
from typing import TYPE_CHECKING, Any, AnyStr


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, which runs when an attribute other than `pattern` is first asked for. Raises `re.error` then."""
    if TYPE_CHECKING:
        return re.compile(pattern, flags)
    return _Late(pattern, flags)


class _Late:
    """Takes over each method of the compiled expression as it is asked for, so that the next call goes straight there."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, value)
        return value
