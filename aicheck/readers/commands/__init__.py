"""Commands: what something executes, in one form, whatever it is written in."""

from aicheck.model.facts import Command
from aicheck.readers.language import COMMAND_HOSTS

SHELL_HOSTS = frozenset({"crontab", "dockerfile", "makefile", "procfile", "shell", "systemd"})


def read_commands(path: str, language: str, data: bytes) -> tuple[Command, ...]:
    """The commands of one side of a file, in file order; none for a language without commands. Raises Unreadable.

    Readers are imported when a file of their kind comes.
    """
    if language in SHELL_HOSTS:
        return _read_shell_host(path, language, data)
    return _read_other_host(path, language, data) if language in COMMAND_HOSTS else ()


def _read_other_host(path: str, language: str, data: bytes) -> tuple[Command, ...]:
    match language:
        case "yaml":
            from aicheck.readers.commands.yaml_hosts import read_yaml_commands as read
        case "json":
            from aicheck.readers.commands.json_hosts import read_json_commands as read
        case "python":
            from aicheck.readers.commands.python_calls import read_python_commands as read
        case "terraform":
            from aicheck.readers.commands.terraform import read_terraform_commands as read
        case _:
            from aicheck.readers.commands.javascript_calls import read_javascript_commands

            return read_javascript_commands(path, language, data)
    return read(path, data)


def _read_shell_host(path: str, language: str, data: bytes) -> tuple[Command, ...]:
    from aicheck.readers.commands import dockerfile, line_files, makefile, script

    read = {
        "crontab": line_files.read_crontab,
        "dockerfile": dockerfile.read_dockerfile,
        "makefile": makefile.read_makefile,
        "procfile": line_files.read_procfile,
        "shell": script.read_script,
        "systemd": line_files.read_unit,
    }[language]
    return read(path, data)
