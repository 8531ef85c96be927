import pytest

from aicheck.readers.commands.json_hosts import read_json_commands
from aicheck.readers.unreadable import Unreadable
from tests.readers.commands.shown import show


def commands(path: str, text: str) -> list[str]:
    return show(read_json_commands(path, text.encode()))


def test_package_scripts() -> None:
    text = '{\n"name": "x",\n"scripts": {\n"deploy": "make \\"é x\\" && npm run y",\n"postinstall": "node x",\n'
    text += '"start": "node .",\n"go": "ls ."}}'
    assert commands("web/package.json", text) == [
        "4:12 make 'é x' | deploy | deploy",
        '4:28 npm run y | deploy | deploy | if make "é x"',
        "5:17 node x | postinstall | build",
        "6:11 node . | start | start-up",
        "7:8 ls . | go | developer",
    ]


def test_composer_scripts() -> None:
    text = '{"scripts": {"check": ["@lint", "php x"], "post-install-cmd": "php y"}, "scripts-descriptions": {"check": "rm -rf /"}}'
    assert commands("composer.json", text) == ["1:34 php x | check | test", "1:64 php y | post-install-cmd | build"]


def test_agent_hooks_and_servers() -> None:
    hooks = '{"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "make x"}]}]}}'
    assert commands(".claude/settings.json", hooks) == ["1:89 make x | hook PreToolUse | developer"]
    servers = '{"mcpServers": {"x": {"command": "npx", "args": ["-y", "p@latest"], "env": {"A": "b"}}}}'
    assert commands(".mcp.json", servers) == ["1:34 p@latest | server x | developer | with A=b | by npx"]
    assert commands("app/config.json", servers) == ["1:34 p@latest | server x | developer | with A=b | by npx"]


def test_words_in_another_order_than_they_are_read() -> None:
    text = b'{"mcpServers": {"x": {"args": ["server.js"], "command": "node"}}}'
    (command,) = read_json_commands(".mcp.json", text)
    assert command.argv == ("node", "server.js")
    assert text[command.span.column - 1 : command.span.end_column - 1] == b'"server.js"], "command": "node"'


def test_permissions_and_deny_lists_are_no_commands() -> None:
    text = '{"permissions": {"deny": ["Bash(rm -rf /)"], "allow": ["Bash(ls)"]}, "hooks": {}}'
    assert commands(".claude/settings.json", text) == []


def test_development_containers() -> None:
    text = '{"postCreateCommand": "make x", "onCreateCommand": ["ls", "a"], "postStartCommand": {"one": "ls b"}}'
    assert commands(".devcontainer/devcontainer.json", text) == [
        "1:24 make x | postCreateCommand | developer",
        "1:53 ls a | onCreateCommand | developer",
        "1:94 ls b | postStartCommand | developer",
    ]


def test_hosting_platforms() -> None:
    assert commands("app.json", '{"scripts": {"postdeploy": "rake db:x"}}') == ["1:29 rake db:x | postdeploy | deploy"]
    assert commands("vercel.json", '{"buildCommand": "make x"}') == ["1:19 make x | buildCommand | build"]


def test_other_files_hold_no_commands() -> None:
    assert commands("data.json", '{"scripts": {"x": "rm -rf /"}}') == []
    assert commands("package-lock.json", '{"scripts": {"x": "rm -rf /"}}') == []
    assert commands("package.json", '{"description": "run scripts", "scripts": ["rm"]}') == []


def test_nonsense() -> None:
    with pytest.raises(Unreadable, match="nested deeper"):
        commands("package.json", '{"scripts": ' + "[" * 5_000 + "]" * 5_000 + "}")
    assert commands("package.json", '{"scripts": {"x": 1, "y": null, "z": {"a": "b"}}}') == []
