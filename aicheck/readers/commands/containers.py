"""Commands of containers: compose files, Kubernetes objects, Helm values, Cloud Build steps, ECS task definitions."""

import re
from pathlib import PurePosixPath

from aicheck.model.facts import Where
from aicheck.readers.commands.host import CommandList, Host
from aicheck.readers.commands.nodes import child, elements, is_true, members, pairs, text_at, texts, walk_maps
from aicheck.readers.commands.templates import JINJA
from aicheck.readers.commands.where import where_of_name
from aicheck.readers.tree import Leaf, ListNode, MapNode, Node
from aicheck.regex import regex

COMPOSE_HOOKS = ("post_start", "pre_stop")
NO_SHELL = regex(r"#!(?!.*\b(?:ba|da|a|k|z)?sh\b)")
"""The first line of a script for another interpreter."""
KIND_WHERE: dict[str, Where] = {
    "Job": "deploy",
    "CronJob": "job",
    "CronWorkflow": "job",
    "Workflow": "job",
    "WorkflowTemplate": "job",
    "ClusterWorkflowTemplate": "job",
    "Task": "job",
    "ClusterTask": "job",
    "Pipeline": "job",
    "TaskRun": "job",
    "PipelineRun": "job",
}
"""Kubernetes kinds whose containers do not run as long as the application does."""


def is_compose(document: Node) -> bool:
    """Whether a document has services made of images."""
    return any(
        child(service, key) is not None for _, service in members(child(document, "services")) for key in ("image", "build", "extends")
    )


def add_compose(path: str, document: Node, commands: CommandList) -> None:
    """What the services of a compose file start. Symbols: the service's name."""
    stem = PurePosixPath(path).stem
    for name, service in members(child(document, "services")):
        where: Where = "test" if where_of_name(f"{stem} {name}") == "test" else "start-up"
        host = Host(name, "developer" if ".devcontainer/" in path else where, environment=pairs(child(service, "environment")))
        entrypoint, command = child(service, "entrypoint"), child(service, "command")
        if isinstance(entrypoint, ListNode) or isinstance(command, ListNode):
            commands.add_words([*texts(entrypoint), *texts(command)], host)
        else:
            commands.add_texts([*texts(entrypoint), *texts(command)], host)
        _add_health_check(child(service, "healthcheck", "test"), host, commands)
        for key in COMPOSE_HOOKS:
            for hook in elements(child(service, key)):
                _add_command(child(hook, "command"), host, commands)


def is_kubernetes(document: Node) -> bool:
    """Whether a document is an object of a Kubernetes API."""
    return bool(text_at(document, "apiVersion")) and bool(text_at(document, "kind"))


def add_kubernetes(document: Node, commands: CommandList) -> None:
    """What the containers, probes, hooks and steps of an object run. Symbols: `Kind/name container`."""
    kind, name = text_at(document, "kind"), text_at(document, "metadata", "name")
    where = _where_of_object(document, kind, name)
    if kind == "CustomResourceDefinition":
        return
    for path, item in walk_maps(document):
        container = text_at(item, "name") if len(path) > 1 else ""
        host = Host(f"{kind}/{name} {container}".strip(), where, environment=pairs(child(item, "env")), template=JINJA)
        _add_container(item, host, commands)


def add_helm_values(document: Node, commands: CommandList) -> None:
    """What the containers of a chart's values run: `command` and `args` that are lists. Symbols: the key path."""
    for path, item in walk_maps(document):
        _add_container(item, Host(".".join(path), "start-up", environment=pairs(child(item, "env")), template=JINJA), commands)


def add_cloud_build(document: Node, commands: CommandList) -> None:
    """The steps of Cloud Build. Symbols: `step ID`, or its number from 1."""
    for number, step in enumerate(elements(child(document, "steps")), start=1):
        name = text_at(step, "id") or str(number)
        host = Host(
            f"step {name}", where_of_name(name) or "job", is_true(child(step, "allowFailure")), environment=pairs(child(step, "env"))
        )
        image = child(step, "name")
        program = [*texts(child(step, "entrypoint")), *_image_program(image)][:1]
        commands.add_words([*program, *texts(child(step, "args"))] if texts(child(step, "args")) else [], host)
        _add_script(child(step, "script"), host, commands)


def add_task_definition(document: Node, commands: CommandList) -> None:
    """What the containers of an ECS task definition start. Symbols: the container's name."""
    for key in ("containerDefinitions", "ContainerDefinitions"):
        for container in elements(child(document, key)):
            host = Host(text_at(container, "name"), "start-up", environment=pairs(child(container, "environment")))
            commands.add_words([*texts(child(container, "entryPoint")), *texts(child(container, "command"))], host)
            _add_health_check(child(container, "healthCheck", "command"), host, commands)


def _where_of_object(document: Node, kind: str, name: str) -> Where:
    hook = text_at(document, "metadata", "annotations", "helm.sh/hook")
    if hook:
        return "test" if hook.startswith("test") else "deploy"
    return KIND_WHERE.get(kind) or ("test" if where_of_name(name) == "test" and kind == "Pod" else "start-up")


def _add_container(item: MapNode, host: Host, commands: CommandList) -> None:
    command, args = child(item, "command"), child(item, "args")
    if isinstance(command, ListNode):
        commands.add_words([*texts(command), *(texts(args) if isinstance(args, ListNode) else ())], host)
    elif isinstance(args, ListNode) and texts(args) and command is None:
        image = child(item, "image")
        program = _image_program(image) or _image_program(child(image, "repository"))
        commands.add_words([*program, *texts(args)] if program else [], host)
    for key in ("script", "source"):
        if child(item, "image") is not None:
            _add_script(child(item, key), host, commands)


def _image_program(image: Node | None) -> list[Leaf]:
    """The name of an image without registry, tag and digest: what its entry point most likely is."""
    if not isinstance(image, Leaf) or not image.value:
        return []
    name = re.sub(r"[:@].*", "", image.value.rpartition("/")[2])
    return [Leaf(name, "string", image.span)]


def _add_script(script: Node | None, host: Host, commands: CommandList) -> None:
    if isinstance(script, Leaf) and script.type == "string" and not NO_SHELL.match(script.value):
        commands.add_text(script, host)


def _add_health_check(test: Node | None, host: Host, commands: CommandList) -> None:
    words = texts(test)
    if isinstance(test, ListNode) and words:
        if words[0].value == "CMD-SHELL":
            commands.add_texts(words[1:2], host)
        elif words[0].value != "NONE":
            commands.add_words(words[1:] if words[0].value == "CMD" else words, host)
    else:
        commands.add_texts(words, host)


def _add_command(command: Node | None, host: Host, commands: CommandList) -> None:
    if isinstance(command, ListNode):
        commands.add_words(texts(command), host)
    else:
        commands.add_texts(texts(command), host)
