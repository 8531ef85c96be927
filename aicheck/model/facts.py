"""What readers extract from one side of one file. Serialisable: facts cross from the worker to the parent."""

from typing import Literal

import msgspec

from aicheck.model.location import Span

Scalar = Literal["string", "number", "boolean", "null", "list", "map"]


class Setting(msgspec.Struct, frozen=True):
    """One leaf (or empty container) of a configuration file."""

    key: tuple[str, ...]
    """The path to it. List items that have a natural key (name, id, host) appear as `name=web`, others by position."""
    value: str
    """Its text without quotes; empty for null and for empty containers."""
    type: Scalar
    span: Span


class Resource(msgspec.Struct, frozen=True):
    """One infrastructure resource."""

    address: str
    """Unique in its file, for example `aws_db_instance.main` or `module.db`."""
    type: str
    attributes: tuple[tuple[tuple[str, ...], str, Span], ...]
    """(key path, value text, span) of each attribute, in file order."""
    span: Span


class TestCase(msgspec.Struct, frozen=True):
    """One test."""

    id: str
    """Qualified name inside its file: `TestOrders.test_total`."""
    skipped: bool
    assertions: int
    """How many checks it makes; -1 when that cannot be told."""
    subjects: tuple[str, ...]
    """Names it imports or calls from the code under test, sorted."""
    span: Span

    __test__ = False


class Call(msgspec.Struct, frozen=True):
    """One call with a resolved callee, for rules that compare arguments across sides."""

    symbol: str
    """The qualified name of the definition it stands in; empty at module level."""
    callee: str
    """Dotted name through the file's imports."""
    arguments: tuple[tuple[str, str], ...]
    """(keyword, text) in order; positional ones under `0`, `1`, ...; `*` and `**` for unpacked ones."""
    span: Span
    within: tuple[str, ...] = ()
    """Resolved callees of the `with` blocks and calls around it, innermost first (`asyncio.timeout`, `asyncio.wait_for`)."""


class Definition(msgspec.Struct, frozen=True):
    """A function, method or class."""

    symbol: str
    span: Span
    """From the first decorator to its last line."""
    digest: str
    """Of its text without its own name, layout, comments and local names: equal when only moved or renamed."""


class Facts(msgspec.Struct, frozen=True):
    """All facts of one side of one file."""

    settings: tuple[Setting, ...] = ()
    resources: tuple[Resource, ...] = ()
    tests: tuple[TestCase, ...] = ()
    calls: tuple[Call, ...] = ()
    definitions: tuple[Definition, ...] = ()


NO_FACTS = Facts()
