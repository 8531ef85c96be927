"""Commands of GitLab pipelines."""

from pathlib import PurePosixPath

from aicheck.readers.commands.host import CommandList, Host
from aicheck.readers.commands.nodes import child, elements, is_true, members, text_at
from aicheck.readers.commands.where import where_of_name
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node

SCRIPTS = ("before_script", "script", "after_script")
NO_JOBS = frozenset({"cache", "image", "include", "services", "spec", "stages", "variables", "workflow"})
"""Top-level keys that are no jobs."""
REFERENCE = "!reference"
MAX_NESTED = 10
"""GitLab unpacks lists in a script that deep."""


def is_gitlab(path: str, document: Node) -> bool:
    """Whether a document is a pipeline or a part of one."""
    name = PurePosixPath(path).name
    named = ".gitlab" in path or "gitlab-ci" in name
    jobs = [job for key, job in members(document) if key not in NO_JOBS and isinstance(child(job, "script"), ListNode | Leaf)]
    return named or any(child(job, "stage") is not None for job in jobs)


def add_gitlab(source: SourceText, document: Node, commands: CommandList) -> None:
    """The commands of every job, hidden ones (`.name`) and the defaults included. Symbols: `job NAME`, `default`."""
    for key in ("before_script", "after_script"):
        _add_script(source, child(document, key), Host("default", "job"), commands)
    for name, job in members(document):
        if not isinstance(job, MapNode) or name in NO_JOBS:
            continue
        host = Host(
            "default" if name == "default" else f"job {name}",
            "deploy" if child(job, "environment") is not None else where_of_name(f"{name} {text_at(job, 'stage')}") or "job",
            is_true(child(job, "allow_failure")),
            _condition(job),
        )
        for key in SCRIPTS:
            _add_script(source, child(job, key), host, commands)


def _add_script(source: SourceText, script: Node | None, host: Host, commands: CommandList, depth: int = 0) -> None:
    if isinstance(script, Leaf):
        if script.type == "string":
            commands.add_text(script, host)
    elif depth < MAX_NESTED and not _is_reference(source, script):
        for item in elements(script):
            _add_script(source, item, host, commands, depth + 1)


def _is_reference(source: SourceText, script: Node | None) -> bool:
    return isinstance(script, ListNode) and source.between(script.span).startswith(REFERENCE)


def _condition(job: Node) -> str:
    rules = [text_at(rule, "if") for rule in elements(child(job, "rules"))]
    found = " || ".join(filter(None, rules))
    return found or ("when: manual" if text_at(job, "when") == "manual" else "")
