"""Commands in JSON files: package scripts, agent settings, container definitions, hosting platforms."""

from collections.abc import Callable
from pathlib import PurePosixPath

from aicheck.model.facts import Command, Where
from aicheck.readers.commands.containers import add_task_definition
from aicheck.readers.commands.host import CommandList, Host
from aicheck.readers.commands.nodes import child, members, texts
from aicheck.readers.commands.startup_files import add_agent_settings, add_development_container, add_platform
from aicheck.readers.commands.where import where_of_name
from aicheck.readers.json_tree import read_documents
from aicheck.readers.language import is_generated
from aicheck.readers.source_text import SourceText
from aicheck.readers.tree import Leaf, MapNode, Node
from aicheck.regex import regex

KEYS = regex(rb'"(?:scripts|hooks|statusLine|mcpServers|servers|\w*Command|\w*_command|[cC]ontainerDefinitions)"\s*+:')
"""A file without any of these keys holds no commands that this module knows."""
TELLING_KEYS = (b'"mcpServers"', b'ontainerDefinitions"')
"""Those that tell what a file is, whatever its name."""
NAMED = regex(r"(?:^|/)(?:package|composer|app|vercel|railway)\.json$|mcp|devcontainer|(?:^|/)\.[^/]+/")
"""Paths of files that one of the readers takes by their name."""
LIFECYCLE: dict[str, Where] = {
    "install": "build",
    "postinstall": "build",
    "preinstall": "build",
    "prepare": "build",
    "prepack": "build",
    "prepublish": "build",
    "release": "deploy",
    "postpublish": "deploy",
    "prepublishOnly": "deploy",
    "publish": "deploy",
    "build": "build",
    "start": "start-up",
    "prestart": "start-up",
    "poststart": "start-up",
    "lint": "test",
    "post-install-cmd": "build",
    "post-update-cmd": "build",
    "pre-install-cmd": "build",
    "pre-update-cmd": "build",
}
"""Script names of npm and Composer that the tools themselves run, and names everyone uses alike."""
Add = Callable[[Node, CommandList], None]


def read_json_commands(path: str, data: bytes) -> tuple[Command, ...]:
    """The commands of a JSON file in file order; none for a generated file. Raises Unreadable."""
    if not NAMED.search(path) and not any(key in data for key in TELLING_KEYS):
        return ()
    if KEYS.search(data) is None or is_generated(path):
        return ()
    source = SourceText(data)
    return commands_of_documents(path, source, read_documents(source))


def commands_of_documents(path: str, source: SourceText, documents: tuple[Node, ...]) -> tuple[Command, ...]:
    """As `read_json_commands`, of documents that were read already. Raises Unreadable beyond the limits of `host`."""
    commands = CommandList(source)
    for document in documents:
        for add in _readers(path, document):
            add(document, commands)
    return commands.finish()


def _readers(path: str, document: Node) -> list[Add]:
    name = PurePosixPath(path).name
    if name in {"package.json", "composer.json"}:
        return [add_scripts]
    if "devcontainer" in name or ".devcontainer/" in path:
        return [add_development_container]
    if name in {"app.json", "vercel.json", "railway.json"}:
        return [add_platform]
    if child(document, "containerDefinitions") is not None or child(document, "ContainerDefinitions") is not None:
        return [add_task_definition]
    if child(document, "mcpServers") is not None or "mcp" in name or _is_agent_folder(path):
        return [add_agent_settings]
    return []


def add_scripts(document: Node, commands: CommandList) -> None:
    """The scripts of `package.json` and `composer.json`. Symbols: the script's name."""
    for name, script in members(child(document, "scripts")):
        if isinstance(script, MapNode):
            continue
        where = LIFECYCLE.get(name) or where_of_name(name) or "developer"
        leaves = [leaf for leaf in texts(script) if isinstance(leaf, Leaf) and leaf.type == "string"]
        commands.add_texts([leaf for leaf in leaves if not leaf.value.startswith("@")], Host(name, where))


def _is_agent_folder(path: str) -> bool:
    return any(part.startswith(".") and part not in {".", ".."} for part in PurePosixPath(path).parts[:-1])
