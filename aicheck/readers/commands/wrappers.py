"""Programs that only start another one, and where in their arguments that one begins.

Tables and the walk over words; knows nothing of shell syntax.
"""

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec


class Starter(msgspec.Struct, frozen=True):
    """How to skip the arguments of a program that starts another one."""

    valued: frozenset[str] = frozenset()
    """Options whose next word is their value."""
    positional: int = 0
    """How many arguments come before the command."""
    assignments: bool = False
    """Whether `NAME=value` words may come before the command."""
    after: tuple[str, ...] = ()
    """The command follows the first of these words (`--`, `run`), and only then."""


class Inner(msgspec.Struct, frozen=True):
    """What a program starts."""

    wrapper: str
    start: int
    """Position of the command's first word."""
    environment: tuple[tuple[str, str], ...] = ()
    script: bool = False
    """Whether the word at `start` (and those after it) is shell text."""
    end: int | None = None
    """Position after its last word; None for all of them."""
    visible: bool = False
    """Whether the starting program is a command worth seeing itself."""


def _options(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHELLS = frozenset({"ash", "bash", "dash", "ksh", "sh", "zsh"})
STARTERS: Mapping[str, Starter] = {
    "aws-vault": Starter(after=("--",)),
    "bundle": Starter(after=("exec",)),
    "bunx": Starter(),
    "caffeinate": Starter(_options("-t -w")),
    "chamber": Starter(after=("--",)),
    "chroot": Starter(positional=1),
    "chronic": Starter(),
    "chrt": Starter(positional=1),
    "command": Starter(),
    "direnv": Starter(after=("exec",), positional=1),
    "doas": Starter(_options("-u -C")),
    "doppler": Starter(after=("--",)),
    "dotenv": Starter(after=("--", "run")),
    "dotenvx": Starter(after=("--",)),
    "dumb-init": Starter(_options("-r --rewrite")),
    "env": Starter(_options("-u --unset -C --chdir"), assignments=True),
    "exec": Starter(_options("-a")),
    "flock": Starter(_options("-w --timeout -E"), positional=1),
    "gosu": Starter(positional=1),
    "hatch": Starter(after=("run",)),
    "infisical": Starter(after=("--",)),
    "ionice": Starter(_options("-c -n -p")),
    "nice": Starter(_options("-n --adjustment")),
    "nohup": Starter(),
    "npx": Starter(_options("-p --package -c --call")),
    "op": Starter(after=("--",)),
    "pdm": Starter(after=("run",)),
    "pipenv": Starter(after=("run",)),
    "pnpx": Starter(),
    "poetry": Starter(after=("run",)),
    "runuser": Starter(_options("-u --user -g"), after=("--",)),
    "rye": Starter(after=("run",)),
    "setpriv": Starter(),
    "setsid": Starter(),
    "stdbuf": Starter(_options("-i -o -e")),
    "su-exec": Starter(positional=1),
    "sudo": Starter(_options("-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --chdir"), assignments=True),
    "systemd-run": Starter(_options("-p --property --unit -u")),
    "time": Starter(_options("-f -o")),
    "timeout": Starter(_options("-k -s --kill-after --signal"), positional=1),
    "tini": Starter(_options("-p -e")),
    "unbuffer": Starter(),
    "uv": Starter(_options("--with --extra --group --python -p --package --env-file --directory"), after=("run",)),
    "uvx": Starter(_options("--from --with --python")),
    "watch": Starter(_options("-n --interval")),
    "with-contenv": Starter(),
    "xargs": Starter(_options("-I -n -P -d -L -E -s -a --max-args --max-procs --delimiter --replace --arg-file")),
}
"""Started programs are what counts; these words are left out of `argv`."""
RUNNERS: Mapping[tuple[str, ...], Starter] = {
    ("pnpm", "exec"): Starter(),
    ("pnpm", "dlx"): Starter(),
    ("yarn", "dlx"): Starter(),
    ("npm", "exec"): Starter(_options("-p --package")),
    ("bun", "x"): Starter(),
}
"""The same for two words."""
CONTAINERS: Mapping[tuple[str, ...], Starter] = {
    ("docker", "exec"): Starter(_options("-e --env -u --user -w --workdir --env-file"), positional=1),
    ("podman", "exec"): Starter(_options("-e --env -u --user -w --workdir"), positional=1),
    ("docker", "compose", "exec"): Starter(_options("-e --env -u --user -w --workdir --index"), positional=1),
    ("docker", "compose", "run"): Starter(_options("-e --env -u --user -w --workdir --name -v --volume -p"), positional=1),
    ("docker-compose", "exec"): Starter(_options("-e --env -u --user -w --workdir --index"), positional=1),
    ("docker-compose", "run"): Starter(_options("-e --env -u --user -w --workdir --name -v --volume -p"), positional=1),
    ("kubectl", "exec"): Starter(after=("--",)),
    ("oc", "exec"): Starter(after=("--",)),
    ("heroku", "run"): Starter(_options("-a --app -r --remote -s --size")),
    ("fly", "ssh", "console"): Starter(after=("-C", "--command")),
}
"""Commands that run another one elsewhere: both count."""
SSH_VALUED = _options("-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w")
FIND_ACTIONS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
QUERIES = _options("-v -V --version --help -h")
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)


def find_inner(words: Sequence[str]) -> Inner | None:
    """What the command with these words starts; None when it only does its own work. `words[0]` is a program's file name."""
    program = "sh" if words[0] in SHELLS else words[0]
    special = _SPECIAL.get(program)
    if special is not None:
        return special(words)
    for table, visible in ((CONTAINERS, True), (RUNNERS, False)):
        for head, starter in table.items():
            if tuple(words[: len(head)]) == head:
                return _skip(words, len(head), starter, visible)
    known = STARTERS.get(program)
    return _skip(words, 1, known, visible=False) if known is not None else None


def _skip(words: Sequence[str], start: int, starter: Starter, visible: bool) -> Inner | None:
    if starter.after:
        start = next((number + 1 for number in range(start, len(words)) if words[number] in starter.after), len(words))
    environment: list[tuple[str, str]] = []
    positional = starter.positional
    while start < len(words):
        word = words[start]
        found = ASSIGNMENT.fullmatch(word) if starter.assignments else None
        if word == "--":
            start += 1
            break
        if word.startswith("-") and len(word) > 1:
            if words[0] == "command" and word in QUERIES:
                return None
            start += 2 if word in starter.valued else 1
        elif found:
            environment.append((found[1], found[2]))
            start += 1
        elif positional:
            positional -= 1
            start += 1
        else:
            break
    return Inner(words[0], start, tuple(environment), visible=visible) if start < len(words) else None


def _shell_script(words: Sequence[str]) -> Inner | None:
    for number, word in enumerate(words[1:], 1):
        if re.fullmatch(r"-[a-zA-Z]*c", word):
            return Inner(words[0], number + 1, script=True, end=number + 2) if number + 1 < len(words) else None
        if not word.startswith(("-", "+")):
            return None
    return None


def _evaluated(words: Sequence[str]) -> Inner | None:
    return Inner("eval", 1, script=True) if len(words) > 1 else None


def _trapped(words: Sequence[str]) -> Inner | None:
    return Inner("trap", 1, script=True, end=2) if len(words) > 2 and words[1] not in {"-", ""} else None


def _as_user(words: Sequence[str]) -> Inner | None:
    number = next((number for number, word in enumerate(words[:-1]) if word in {"-c", "--command"}), None)
    return Inner("su", number + 1, script=True, end=number + 2) if number is not None else None


def _remote(words: Sequence[str]) -> Inner | None:
    start = 1
    while start < len(words) and words[start].startswith("-"):
        start += 2 if words[start] in SSH_VALUED else 1
    return Inner("ssh", start + 1, script=True) if start + 1 < len(words) else None


def _find_action(words: Sequence[str]) -> Inner | None:
    start = next((number + 1 for number, word in enumerate(words) if word in FIND_ACTIONS), None)
    if start is None or start >= len(words):
        return None
    end = next((number for number in range(start, len(words)) if words[number] in {";", "\\;", "+"}), len(words))
    return Inner("find", start, end=end, visible=True) if start < end else None


_SPECIAL: Mapping[str, Callable[[Sequence[str]], Inner | None]] = {
    "eval": _evaluated,
    "find": _find_action,
    "sh": _shell_script,
    "ssh": _remote,
    "su": _as_user,
    "trap": _trapped,
}
