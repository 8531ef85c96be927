"""What readers extract from one side of one file. Serialisable: facts cross from the worker to the parent."""

from typing import Literal

import msgspec

from aicheck.model.location import Span
from aicheck.model.routines import Routine

Scalar = Literal["string", "number", "boolean", "null", "list", "map", "expression"]
"""`list` and `map` are empty containers; an `expression` is source text that only a run could tell the value of."""
Where = Literal["deploy", "start-up", "test", "build", "job", "developer"]
"""Where a command runs. deploy: a job or script that changes a shared environment; start-up: whenever a container, process
or host starts; test: a test job or script; build: while an image or package is made; job: any other job, scheduled or
triggered; developer: by hand (make target, package script, tool script)."""

Platform = Literal["terraform", "cloudformation", "kubernetes", "compose", "pulumi", "cdk"]
"""What declares a resource."""


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
    """One infrastructure resource, in one form whatever declares it."""

    address: str
    """Unique in its file: `aws_db_instance.main`, `module.db`; the logical id of CloudFormation; `PersistentVolumeClaim/data`;
    `volumes.data` and `services.db` of compose; `aws.rds.Instance/main` of a program."""
    type: str
    """`aws_db_instance`, `AWS::RDS::DBInstance`, `StatefulSet.apps`, `volume` and `service`, `aws.rds.Instance` (Pulumi),
    `aws_rds.DatabaseInstance` (CDK). Of Terraform's other blocks their kind: `module`, `variable`, `locals`, `moved`, `file`."""
    attributes: tuple[Setting, ...]
    """In file order, keys below the resource; of a Kubernetes ConfigMap, Secret or definition only its metadata."""
    span: Span
    platform: Platform = "terraform"


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


Direction = Literal["forward", "downgrade", "seed"]
"""When a statement runs. forward: whenever its code runs or the migration is applied; downgrade: when a migration is taken back;
seed: when a database is filled for the first time."""
StatementForm = Literal["sql", "embedded", "orm", "migration"]
"""sql: of a SQL file; embedded: SQL that a program executes; orm: a call that stands for it; migration: an operation of a
migration framework, or SQL that one runs."""


class Statement(msgspec.Struct, frozen=True):
    """One statement to a database, or a call that stands for one."""

    verb: str
    """`select`, `delete`, `update`, `truncate`, `drop table`, `drop column`, `alter column type`, `set not null`, `rename table`,
    `rename column`, `add column`, `add constraint`, `drop constraint`, `create table`, `create index`, `drop index`, `grant`,
    `disable row security`, `enable row security`, `create policy`, `drop policy`, `run code`, ...; an ALTER TABLE is one
    statement for each of its actions."""
    objects: tuple[str, ...]
    """Tables or models as written, without quotes; of `grant` the object, then the grantees. `{source}` where only a run could tell."""
    span: Span
    symbol: str = ""
    """The function or migration class it stands in, the name that a query file gives it; empty in a plain script."""
    form: StatementForm = "sql"
    columns: tuple[str, ...] = ()
    """What it makes, sets, drops or changes, in order."""
    predicates: tuple[tuple[str, str], ...] = ()
    """(column, source of what it is compared with) that narrow what it reaches, sorted; `a__b` and `a.b` as written; the column
    is `*` where only a run could tell."""
    has_where: bool = False
    tautological: bool = False
    """Whether its WHERE is always true, but for parts that only some runs add."""
    cascade: bool = False
    """CASCADE; of `add constraint` and `add column`: ON DELETE CASCADE."""
    if_exists: bool = False
    concurrently: bool = False
    created_here: bool = False
    """Whether its object is temporary, or one that the same file creates before."""
    direction: Direction = "forward"
    detail: str = ""
    """Of a type change the new type, of `grant` the privileges, of a new column `not null` when it has no default."""
    looped: bool = False
    """Whether it stands in a loop over what a lookup found."""
    text: str = ""
    """Its words without comments and layout, at most 400 characters; what tells whether it changed."""


class Facts(msgspec.Struct, frozen=True):
    """All facts of one side of one file."""

    settings: tuple[Setting, ...] = ()
    resources: tuple[Resource, ...] = ()
    tests: tuple[TestCase, ...] = ()
    calls: tuple[Call, ...] = ()
    definitions: tuple[Definition, ...] = ()
    commands: tuple[Command, ...] = ()
    """In file order."""
    statements: tuple[Statement, ...] = ()
    """In file order."""
    routines: tuple[Routine, ...] = ()
    """Of Python: those whose own text differs between the sides, the classes they stand in, and the module; in file order."""


NO_FACTS = Facts()
