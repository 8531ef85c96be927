"""Commands of pipelines whose steps are mappings with a script under one key: CircleCI, Azure, Bitbucket and others.

One walk for all of them; what differs is a table.
"""

import re
from dataclasses import dataclass, replace

from aicheck.readers.commands.host import CommandList, Host
from aicheck.readers.commands.nodes import child, elements, first_text, is_true, members, pairs, text_at, texts
from aicheck.readers.commands.templates import CIRCLE, WORKFLOW
from aicheck.readers.commands.where import where_of_name
from aicheck.readers.commands.workflow import SHELL
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node
from aicheck.regex import regex

MAX_NODES = 50_000
"""Visited in one document: aliases make trees larger than their text."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of pipeline writes its steps. Keys of mappings, the first that is there counts."""

    scripts: tuple[str, ...]
    """Keys whose text, or list of texts, a shell reads."""
    names: tuple[str, ...] = ("name",)
    named: tuple[str, ...] = ()
    """Keys whose mapping holds jobs or steps by name."""
    deploys: tuple[str, ...] = ()
    """Keys that only a deployment has."""
    masks: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    environment: str = "environment"
    template: re.Pattern[str] | None = None


CIRCLECI = Dialect(("run",), named=("jobs", "commands"), conditions=("when",), template=CIRCLE)
AZURE = Dialect(
    ("script", "bash", "inlineScript"),
    ("displayName", "name", "job", "deployment", "stage"),
    deploys=("deployment", "environment"),
    masks=("continueOnError",),
    conditions=("condition",),
    environment="env",
    template=WORKFLOW,
)
BITBUCKET = Dialect(("script", "after-script"), named=("branches", "tags", "custom", "pull-requests"), deploys=("deployment",))
BUILDKITE = Dialect(("command", "commands"), ("label", "name", "key"), masks=("soft_fail",), conditions=("if",), environment="env")
DRONE = Dialect(("commands",), named=("steps", "pipeline"), masks=("failure",))
TRAVIS = Dialect(
    ("before_install", "install", "before_script", "script", "after_success", "before_deploy", "after_deploy"),
    conditions=("if",),
)

DIALECTS = (
    (regex(r"(?:^|/)\.circleci/"), CIRCLECI),
    (regex(r"azure-?pipelines?|(?:^|/)\.(?:azure|ado|azuredevops)", re.IGNORECASE), AZURE),
    (regex(r"(?:^|/)bitbucket-pipelines\.ya?ml$"), BITBUCKET),
    (regex(r"(?:^|/)\.?buildkite/|(?:^|/)buildkite\.ya?ml$"), BUILDKITE),
    (regex(r"(?:^|/)\.(?:drone|woodpecker)(?:\.ya?ml$|/)"), DRONE),
    (regex(r"(?:^|/)\.travis\.ya?ml$"), TRAVIS),
)


def dialect_of(path: str, document: Node) -> Dialect | None:
    """The kind of pipeline that a path names, or Azure's by the shape of its steps; None when it is none."""
    for pattern, dialect in DIALECTS:
        if pattern.search(path):
            return dialect
    keys = {name for name, _ in members(document)}
    has_steps = any(isinstance(item, MapNode) for key in ("stages", "jobs", "steps") for item in elements(child(document, key)))
    if has_steps and keys & {"trigger", "pool", "parameters", "pr", "variables", "resources"}:
        return AZURE
    return None


def add_pipeline(document: Node, dialect: Dialect, commands: CommandList) -> None:
    """The commands of every step. Symbols: the names of job and step around them, ` / ` between, the first after `job `."""
    visited = 0
    pending: list[tuple[Node, tuple[str, ...], Host]] = [(document, (), Host("", "job", template=dialect.template))]
    while pending and visited < MAX_NODES:
        node, names, host = pending.pop()
        visited += 1
        if isinstance(node, ListNode):
            pending += [(item, names, host) for item in reversed(node.items)]
        elif isinstance(node, MapNode):
            names, host = _enter(node, names, host, dialect)
            for key in dialect.scripts:
                _add_script(node.items.get(key), names, host, commands)
            for key, item in reversed(node.items.items()):
                if key in dialect.named and isinstance(item, MapNode):
                    pending += [(inner, (*names, name), _named(host, name)) for name, inner in reversed(members(item))]
                elif not isinstance(item, Leaf) and key not in {"env", "environment", "variables", "parameters"}:
                    pending.append((item, names, host))


def _enter(node: MapNode, names: tuple[str, ...], host: Host, dialect: Dialect) -> tuple[tuple[str, ...], Host]:
    """Names and host inside a mapping."""
    name = first_text(node, dialect.names)
    names = (*names, name) if name else names
    host = host.within(first_text(node, dialect.conditions), masked=any(_masks(child(node, key)) for key in dialect.masks))
    own = pairs(child(node, dialect.environment))
    deploys = any(child(node, key) is not None for key in dialect.deploys)
    host = replace(host, where="deploy") if deploys else _named(host, name)
    return names, replace(host, symbol=_symbol(names), environment=own or host.environment)


def _named(host: Host, name: str) -> Host:
    """The host of a job or step of that name: what is known to deploy or test stays so."""
    return host if host.where in {"deploy", "test"} else replace(host, where=where_of_name(name) or host.where)


def _masks(node: Node | None) -> bool:
    return is_true(node) or (isinstance(node, Leaf) and node.value == "ignore") or isinstance(node, ListNode)


def _add_script(script: Node | None, names: tuple[str, ...], host: Host, commands: CommandList) -> None:
    if isinstance(script, MapNode):  # CircleCI: `run: {name, command}`
        shell = text_at(script, "shell")
        if shell and not SHELL.match(shell):
            return
        name = text_at(script, "name")
        host = replace(host, symbol=_symbol((*names, name) if name else names), environment=pairs(child(script, "environment")))
        host = host.within("" if (when := text_at(script, "when")) in {"", "on_success"} else f"when: {when}")
        script = script.items.get("command") or script.items.get("script")
    commands.add_texts([leaf for leaf in texts(script) if leaf.type == "string"], host)


def _symbol(names: tuple[str, ...]) -> str:
    return f"job {' / '.join((names[0], *names[-1:]) if len(names) > 1 else names)}" if names else ""
