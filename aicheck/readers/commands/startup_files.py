"""Commands of small files in YAML and JSON: cloud-init, development containers, agent settings, hosting platforms, hooks, tasks."""

from collections.abc import Iterator

from aicheck.model.facts import Where
from aicheck.readers.commands.host import CommandList, Host
from aicheck.readers.commands.nodes import child, elements, members, pairs, text_at, texts, walk_maps
from aicheck.readers.commands.templates import JINJA
from aicheck.readers.commands.where import where_of_name
from aicheck.readers.tree import Leaf, ListNode, Node

CLOUD_INIT = ("bootcmd", "runcmd")
CONTAINER_HOOKS = (
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "postAttachCommand",
)
"""Of `devcontainer.json`."""
PLATFORM_KEYS: dict[str, Where] = {
    "buildCommand": "build",
    "devCommand": "developer",
    "installCommand": "build",
    "ignoreCommand": "build",
    "initialDeployHook": "deploy",
    "postdeploy": "deploy",
    "preDeployCommand": "deploy",
    "releaseCommand": "deploy",
    "release_command": "deploy",
    "startCommand": "start-up",
    "dockerCommand": "start-up",
}
"""Of `vercel.json`, `railway.json`, `app.json`, `render.yaml`."""
SERVER_KEYS = ("mcpServers", "servers")


def add_cloud_init(document: Node, commands: CommandList) -> None:
    """What a host runs at its first start. Symbols: `bootcmd`, `runcmd`."""
    for key in CLOUD_INIT:
        for item in elements(child(document, key)):
            _add_command(item, Host(key, "start-up", template=JINJA), commands)


def add_development_container(document: Node, commands: CommandList) -> None:
    """The hooks of `devcontainer.json`: a text, a list of words, or several of them by name. Symbols: the hook."""
    for key in CONTAINER_HOOKS:
        hook = child(document, key)
        for node in [hook, *(item for _, item in members(hook))]:
            _add_command(node, Host(key, "developer"), commands)


def add_platform(document: Node, commands: CommandList) -> None:
    """Build, start and release commands of hosting platforms. Symbols: the key with the service's name before it."""
    for _, item in walk_maps(document):
        for key, value in item.items.items():
            if key in PLATFORM_KEYS:
                symbol = " ".join(filter(None, (text_at(item, "name"), key)))
                commands.add_texts(texts(value), Host(symbol, PLATFORM_KEYS[key]))


def add_agent_settings(document: Node, commands: CommandList) -> None:
    """Hooks and tool servers of coding agents. Symbols: `hook EVENT`, `server NAME`."""
    for event, entries in members(child(document, "hooks")):
        for hook in _hooks(entries):
            commands.add_texts(texts(child(hook, "command"))[:1], Host(f"hook {event}", "developer"))
    for key in SERVER_KEYS:
        for name, server in members(child(document, key)):
            words = [*texts(child(server, "command")), *texts(child(server, "args"))]
            if isinstance(child(server, "command"), Leaf):
                commands.add_words(words, Host(f"server {name}", "developer", environment=pairs(child(server, "env"))))
    line = child(document, "statusLine")
    commands.add_texts(texts(child(line, "command")), Host("statusLine", "developer"))


def add_applications(document: Node, commands: CommandList) -> None:
    """The processes of a Cloud Foundry manifest. Symbols: the application's name."""
    for application in elements(child(document, "applications")):
        for process in [application, *elements(child(application, "processes")), *elements(child(application, "sidecars"))]:
            commands.add_texts(texts(child(process, "command")), Host(text_at(application, "name"), "start-up"))


def add_commit_hooks(document: Node, commands: CommandList) -> None:
    """The local hooks of `.pre-commit-config.yaml`. Symbols: `hook ID`."""
    for repository in elements(child(document, "repos")):
        for hook in elements(child(repository, "hooks")):
            if text_at(hook, "language") not in {"pygrep", "fail"}:
                commands.add_texts(texts(child(hook, "entry")), Host(f"hook {text_at(hook, 'id')}", "developer"))


def add_tasks(document: Node, commands: CommandList) -> None:
    """The tasks of a Taskfile. Symbols: the task's name."""
    for name, task in members(child(document, "tasks")):
        host = Host(name, where_of_name(name) or "developer", template=JINJA)
        for item in [task, *elements(task), *elements(child(task, "cmds"))]:
            commands.add_texts(texts(item) if isinstance(item, Leaf) else texts(child(item, "cmd")), host)


def _hooks(entries: Node) -> Iterator[Node]:
    """The hooks of one event: `[{command}]` or `[{matcher, hooks: [{command}]}]`."""
    for entry in elements(entries):
        yield entry
        yield from elements(child(entry, "hooks"))


def _add_command(node: Node | None, host: Host, commands: CommandList) -> None:
    if isinstance(node, ListNode):
        commands.add_words(texts(node), host)
    else:
        commands.add_texts(texts(node), host)
