"""Commands of Ansible plays, roles and handlers."""

from dataclasses import replace
from pathlib import PurePosixPath

from aicheck.model.facts import Where
from aicheck.readers.commands.host import CommandList, Host
from aicheck.readers.commands.nodes import child, elements, is_true, pairs, text_at, texts
from aicheck.readers.commands.templates import JINJA
from aicheck.readers.place import place_of
from aicheck.readers.tree import MAX_DEPTH, Leaf, ListNode, MapNode, Node
from aicheck.regex import regex

COLLECTIONS = ("ansible.builtin.", "ansible.legacy.", "community.general.")
MODULES = frozenset({"command", "cron", "expect", "raw", "script", "shell"})
TASK_LISTS = ("pre_tasks", "tasks", "post_tasks", "handlers")
FOLDERS = frozenset({"ansible", "handlers", "molecule", "roles", "tasks"})
TASK_WORDS = frozenset({"become", "changed_when", "failed_when", "ignore_errors", "notify", "register", "tags", "when"})
"""Keys that hardly anything but a task has; outside Ansible's folders one of them must stand beside the module."""
BLOCKS = ("block", "rescue", "always")
OPTIONS = regex(r"(?<!\S)(?:chdir|creates|executable|removes|stdin|warn)=(?:'[^']*'|\"[^\"]*\"|\S+)")
"""Arguments of the module among the words of the command."""
MAX_TASKS = 20_000


def is_ansible(path: str, document: Node) -> bool:
    """Whether a document is a list of plays or tasks."""
    items = [item for item in elements(document) if isinstance(item, MapNode)]
    if FOLDERS & set(PurePosixPath(path).parts[:-1]) or "playbook" in path:
        return bool(items)
    return any("hosts" in item.items for item in items) or any(_is_task(item) for item in items)


def add_ansible(path: str, document: Node, commands: CommandList) -> None:
    """The commands of every task in blocks of any depth. Symbols: the task's name."""
    where: Where = "test" if "molecule" in path or place_of(path) == "test" else "deploy"
    top = Host("", where, template=JINJA)
    pending: list[tuple[Node, Host, int]] = [(item, top, 0) for item in reversed(elements(document))]
    visited = 0
    while pending and visited < MAX_TASKS:
        task, host, depth = pending.pop()
        visited += 1
        host = _enter(task, host)
        _add_task(task, host, commands)
        inner = [item for key in (*TASK_LISTS, *BLOCKS) for item in elements(child(task, key))]
        if depth < MAX_DEPTH:
            pending += [(item, host, depth + 1) for item in reversed(inner)]


def _enter(task: Node, host: Host) -> Host:
    when = child(task, "when")
    condition = " and ".join(leaf.value for leaf in texts(when))
    failed = child(task, "failed_when")
    never_fails = isinstance(failed, Leaf) and failed.value.lower() in {"false", "no"}
    inner = host.within(condition, masked=is_true(child(task, "ignore_errors")) or never_fails)
    return replace(inner, symbol=text_at(task, "name") or host.symbol, environment=pairs(child(task, "environment")))


def _is_task(item: MapNode) -> bool:
    module = _module(item)
    return "block" in item.items or (module is not None and ("." in module or bool(TASK_WORDS & set(item.items))))


def _module(task: MapNode) -> str | None:
    """The key of a module that runs commands."""
    for key in task.items:
        name = key
        for collection in COLLECTIONS:
            name = name.removeprefix(collection)
        if name in MODULES:
            return key
    return None


def _add_task(task: Node, host: Host, commands: CommandList) -> None:
    if not isinstance(task, MapNode):
        return
    for key in ("action", "local_action"):
        action = task.items.get(key)
        if isinstance(action, Leaf):
            _add_action(action, host, commands)
    module = _module(task)
    if module is None:
        return
    value = task.items[module]
    if module.endswith("cron"):
        commands.add_texts(texts(child(value, "job")), replace(host, where="job"))
    elif isinstance(value, MapNode):
        argv = child(value, "argv")
        if isinstance(argv, ListNode):
            commands.add_words(texts(argv), host)
        for name in ("cmd", "command", "_raw_params"):
            commands.add_texts(texts(child(value, name)), host)
    elif isinstance(value, Leaf) and not _is_other_language(task):
        _add_text(value, value.value, host, commands)


def _add_action(action: Leaf, host: Host, commands: CommandList) -> None:
    """`local_action: command rm -f x`: the module's name is blanked out."""
    module, _, _ = action.value.partition(" ")
    if module.rpartition(".")[2] in MODULES - {"cron"}:
        _add_text(action, " " * len(module) + action.value[len(module) :], host, commands)


def _add_text(leaf: Leaf, text: str, host: Host, commands: CommandList) -> None:
    blanked = OPTIONS.sub(lambda found: " " * len(found.group()), text)
    commands.add_text(leaf, host, text=blanked)


def _is_other_language(task: Node) -> bool:
    executable = text_at(task, "args", "executable")
    return bool(executable) and not executable.endswith("sh")
