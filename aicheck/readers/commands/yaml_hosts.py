"""Commands in YAML files: what kind of file it is, by path and shape, and which reader that means."""

import re
from pathlib import PurePosixPath

from aicheck.model.facts import Command
from aicheck.readers.commands.ansible import add_ansible, is_ansible
from aicheck.readers.commands.containers import (
    add_cloud_build,
    add_compose,
    add_helm_values,
    add_kubernetes,
    add_task_definition,
    is_compose,
    is_kubernetes,
)
from aicheck.readers.commands.gitlab import add_gitlab, is_gitlab
from aicheck.readers.commands.host import CommandList
from aicheck.readers.commands.nodes import child, elements
from aicheck.readers.commands.pipelines import add_pipeline, dialect_of
from aicheck.readers.commands.startup_files import (
    CLOUD_INIT,
    add_applications,
    add_cloud_init,
    add_commit_hooks,
    add_platform,
    add_tasks,
)
from aicheck.readers.commands.workflow import add_workflow, is_workflow
from aicheck.readers.language import is_generated
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Node
from aicheck.readers.yaml_tree import read_documents
from aicheck.regex import regex

KEYS = regex(
    rb"""(?:^|[\s,{"'.?-])(?:"""
    rb"run|bash|shell|raw|command|cmd|script|commands|args|entrypoint|entryPoint|test|cmds|entry|bootcmd|runcmd|expect|cron"
    rb"|inlineScript|before_script|after_script|after-script|before_install|install|after_success|before_deploy|deploy|after_deploy"
    rb"|action|local_action|(?:build|start|dev|install|docker|preDeploy|release)Command|initialDeployHook|source"
    rb""")["']?\s*:"""
)
"""A file without any of these keys holds no commands that this module knows."""
SHAPES = regex(
    rb"^[^\w\n]*(?:apiVersion|applications|bootcmd|containerDefinitions|jobs|pipelines?|repos|runcmd|runs|script|services|stages?|steps|tasks)[\"']?\s*:"
    rb"|(?:\A|^---[^\n]*\n)(?:[ \t]*(?:#[^\n]*)?\r?\n)*- ",
    re.MULTILINE,
)
"""Nor does one without any of these, unless its name tells what it is."""
NAMED = regex(
    r"(?:^|/)\.|buildkite|pipeline|values|render\.|playbook|(?:^|/)(?:tasks|handlers|roles|ansible)/|taskfile|cloudbuild", re.IGNORECASE
)
"""Paths of files that one of the readers takes by their name."""


def read_yaml_commands(path: str, data: bytes) -> tuple[Command, ...]:
    """The commands of a YAML file in file order; none for a generated file. Raises Unreadable."""
    if KEYS.search(data) is None or is_generated(path) or not (NAMED.search(path) or SHAPES.search(data)):
        return ()
    source = SourceText(data)
    return commands_of_documents(path, source, read_documents(source))


def commands_of_documents(path: str, source: SourceText, documents: tuple[Node, ...]) -> tuple[Command, ...]:
    """As `read_yaml_commands`, of documents that were read already. Raises Unreadable beyond the limits of `host`."""
    commands = CommandList(source)
    for document in documents:
        _add_document(path, source, document, commands)
    return commands.finish()


def _add_document(path: str, source: SourceText, document: Node, commands: CommandList) -> None:  # noqa: C901, PLR0912  one branch a kind
    name = PurePosixPath(path).name
    dialect = dialect_of(path, document)
    if is_workflow(path, document):
        add_workflow(path, document, commands)
    elif is_kubernetes(document):
        add_kubernetes(document, commands)
    elif is_compose(document):
        add_compose(path, document, commands)
    elif dialect is not None:
        add_pipeline(document, dialect, commands)
    elif any(elements(child(document, key)) for key in CLOUD_INIT):
        add_cloud_init(document, commands)
    elif name.startswith(".pre-commit"):
        add_commit_hooks(document, commands)
    elif name.lower().startswith("taskfile"):
        add_tasks(document, commands)
    elif is_gitlab(path, document):
        add_gitlab(source, document, commands)
    elif is_ansible(path, document):
        add_ansible(path, document, commands)
    elif any("args" in PurePosixPath(path).name or child(step, "args") is not None for step in elements(child(document, "steps"))):
        add_cloud_build(document, commands)
    elif child(document, "containerDefinitions") is not None:
        add_task_definition(document, commands)
    elif "values" in name:
        add_helm_values(document, commands)
    elif name.startswith("render."):
        add_platform(document, commands)
    elif elements(child(document, "applications")):
        add_applications(document, commands)
