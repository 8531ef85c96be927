"""The errors a user can meet, and the exit code each means."""

from typing import ClassVar


class AicheckError(Exception):
    """An error whose message is one clear sentence that says what to do. Printed without a traceback."""

    exit_code: ClassVar[int] = 2


class UsageError(AicheckError):
    """Wrong arguments, a missing path."""


class ConfigError(AicheckError):
    """Settings that cannot be used; the message names the file and the key."""


class PolicyError(AicheckError):
    """A policy that cannot be used; the message names the file and the entry."""


class RuleError(AicheckError):
    """A rule that cannot be loaded; the message names the file."""


class ChangeError(AicheckError):
    """The change cannot be established (not a repository, unknown revision, missing parent)."""

    exit_code = 4


EXIT_SATISFIED = 0
EXIT_PENDING = 1
EXIT_USAGE = 2
EXIT_INCOMPLETE = 3
EXIT_NO_CHANGE = 4
EXIT_INTERNAL = 70
