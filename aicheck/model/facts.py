"""What readers extract from one side of one file. Serialisable: facts cross from the worker to the parent."""

from typing import Literal

import msgspec

from aicheck.model.location import Span

Scalar = Literal["string", "number", "boolean", "null", "list", "map", "expression"]
"""`list` and `map` are empty containers; an `expression` is source text that only a run could tell the value of."""
Where = Literal["deploy", "start-up", "test", "build", "job", "developer"]
"""Where a command runs. deploy: a job or script that changes a shared environment; start-up: whenever a container, process
or host starts; test: a test job or script; build: while an image or package is made; job: any other job, scheduled or
triggered; developer: by hand (make target, package script, tool script)."""


class Setting(msgspec.Struct, frozen=True):
    """One leaf (or empty container) of a configuration file."""

    key: tuple[str, ...]
    """The path to it. List items that have a natural key (name, id, host) appear as `name=web`, others by position: `[0]`."""
    value: str
    """Its text without quotes; empty for null and for empty containers; the source of an expression."""
    type: Scalar
    span: Span


class Command(msgspec.Struct, frozen=True):
    """One command in a position where something executes it: never a comment, a message, a heredoc's text or a pattern."""

    argv: tuple[str, ...]
    """The words without quotes, the program first; a program given by path is its file name. What only a run can tell stays as
    its source: `$DIR`, `${DIR:-/tmp}`, `$(mktemp -d)`, `{expression}`. Words that only start the program
    (`sudo`, `env`, `exec`, `time`, `nohup`, `timeout 5`, `xargs`) are not in it."""
    span: Span
    symbol: str = ""
    """What it belongs to: `job deploy / step name`, a make target, a function, a service, a script name; empty in a plain script."""
    where: Where = "developer"
    masked: bool = False
    """Whether its failure is passed over: `|| true`, `; true`, a recipe's `-`, `continue-on-error`, `ignore_errors`."""
    condition: str = ""
    """The source of the conditions it stands under (`if`, `case`, `&&`, a step's `if:`), innermost last, joined by ` && `."""
    environment: tuple[tuple[str, str], ...] = ()
    """(name, value) of the assignments in front of it and in its step's own `env`."""
    unquoted: tuple[int, ...] = ()
    """Positions in `argv` of words with an expansion outside quotes."""
    feeds: str = ""
    """The program that its output is piped into; empty when none."""
    wrapper: tuple[str, ...] = ()
    """The programs that start it, outermost first: `sudo`, `timeout`, `xargs`, `find` (for -exec), `sh` (for -c), `docker`, `ssh`."""


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
    commands: tuple[Command, ...] = ()
    """In file order."""


NO_FACTS = Facts()
