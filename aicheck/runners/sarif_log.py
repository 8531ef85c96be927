"""A SARIF 2.1.0 log of another tool as typed values: the few keys that aicheck uses, all others passed by.

The log is hostile input. Its size and the number of its objects are limited before anything is decoded; a value of the
wrong type refuses the whole log, because half a log would look like a clean one.
"""

import codecs

import msgspec

from aicheck.errors import UsageError

SIZE_LIMIT = 100 << 20
"""Bytes of a log."""
MOST_OBJECTS = 3_000_000
"""Objects of a log; what one takes in memory is about ten times its text."""


class Value(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """An object of the log; fields bear the names of the specification."""


class Message(Value, frozen=True):
    """Text, or the id of a text of the rule with `{0}` for its arguments (section 3.11)."""

    text: str | None = None
    id: str | None = None
    arguments: tuple[str, ...] | None = None


class ArtifactLocation(Value, frozen=True):
    """Where a file is (3.4): a URI reference, possibly below a named base, or a row of the run's artifacts."""

    uri: str | None = None
    uri_base_id: str | None = None
    index: int | None = None


class Region(Value, frozen=True):
    """A stretch of a file (3.30): 1-based lines and columns, end exclusive."""

    start_line: int | None = None
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class PhysicalLocation(Value, frozen=True):
    """3.29."""

    artifact_location: ArtifactLocation | None = None
    region: Region | None = None


class Location(Value, frozen=True):
    """3.28."""

    physical_location: PhysicalLocation | None = None


class ToolComponentReference(Value, frozen=True):
    """3.54: which component of the tool holds a rule; no index is the driver."""

    index: int | None = None


class RuleReference(Value, frozen=True):
    """3.52."""

    id: str | None = None
    index: int | None = None
    tool_component: ToolComponentReference | None = None


class Suppression(Value, frozen=True):
    """3.35. No status means accepted."""

    kind: str | None = None
    status: str | None = None
    justification: str | None = None


class Result(Value, frozen=True):
    """3.27."""

    rule_id: str | None = None
    rule_index: int | None = None
    rule: RuleReference | None = None
    level: str | None = None
    kind: str | None = None
    message: Message = Message()
    locations: tuple[Location, ...] | None = None
    partial_fingerprints: dict[str, str] | None = None
    fingerprints: dict[str, str] | None = None
    suppressions: tuple[Suppression, ...] | None = None
    baseline_state: str | None = None


class Configuration(Value, frozen=True):
    """3.50."""

    level: str | None = None


class RuleProperties(msgspec.Struct, frozen=True, gc=False):
    """What code scanning reads of a rule's property bag."""

    tags: tuple[str, ...] | None = None
    security_severity: str | float | None = msgspec.field(name="security-severity", default=None)
    """Between 0 and 10."""


class Descriptor(Value, frozen=True):
    """A rule (3.49)."""

    id: str | None = None
    name: str | None = None
    short_description: Message | None = None
    full_description: Message | None = None
    help: Message | None = None
    help_uri: str | None = None
    message_strings: dict[str, Message] | None = None
    default_configuration: Configuration | None = None
    properties: RuleProperties | None = None


class Component(Value, frozen=True):
    """The tool itself or an extension of it (3.19)."""

    name: str | None = None
    version: str | None = None
    semantic_version: str | None = None
    rules: tuple[Descriptor, ...] | None = None


class Tool(Value, frozen=True):
    """3.18."""

    driver: Component
    extensions: tuple[Component, ...] | None = None


class Notification(Value, frozen=True):
    """What the tool says of its own work (3.58)."""

    level: str | None = None
    locations: tuple[Location, ...] | None = None


class Invocation(Value, frozen=True):
    """3.20."""

    execution_successful: bool | None = None
    tool_execution_notifications: tuple[Notification, ...] | None = None
    tool_configuration_notifications: tuple[Notification, ...] | None = None


class Artifact(Value, frozen=True):
    """3.24."""

    location: ArtifactLocation | None = None


class Run(Value, frozen=True):
    """3.14."""

    tool: Tool
    results: tuple[Result, ...] | None = None
    artifacts: tuple[Artifact, ...] | None = None
    original_uri_base_ids: dict[str, ArtifactLocation] | None = None
    invocations: tuple[Invocation, ...] | None = None
    column_kind: str | None = None


class Log(Value, frozen=True):
    """3.13."""

    version: str
    runs: tuple[Run, ...]


_decode = msgspec.json.Decoder(Log).decode


def read_log(data: bytes, source: str) -> Log:
    """The log in `data`. Raises UsageError, which calls it `source`, when it is too large or is not one."""
    if len(data) > SIZE_LIMIT:
        raise UsageError(f"{source} is larger than {SIZE_LIMIT >> 20} MiB; have its tool look at the changed files only")
    if data.count(b"{") > MOST_OBJECTS:
        raise UsageError(f"{source} holds more than {MOST_OBJECTS} objects; have its tool look at the changed files only")
    try:
        log = _decode(data.removeprefix(codecs.BOM_UTF8))
    except RecursionError:
        raise UsageError(f"{source} is not a SARIF log: it is nested too deeply") from None
    except ValueError as error:  # msgspec's own errors and UnicodeDecodeError; their texts hold positions, never content
        raise UsageError(f"{source} is not a SARIF log: {error}") from None
    if not log.version.startswith("2.1"):
        raise UsageError(f"{source} is SARIF {log.version[:20]!r}; have its tool write version 2.1.0")
    return log
