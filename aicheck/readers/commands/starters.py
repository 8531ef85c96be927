"""Programs that only start another one: tables of how to skip their own arguments."""

from collections.abc import Mapping

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
    scripted: frozenset[str] = frozenset()
    """Options whose next word is shell text."""
    joined: bool = False
    """Whether a shell reads the command's words, joined by blanks."""
    queries: frozenset[str] = frozenset()
    """Options with which nothing is started."""


class Subcommand(msgspec.Struct, frozen=True):
    """A subcommand that starts another program."""

    path: tuple[str, ...]
    starter: Starter
    globals: frozenset[str] = frozenset()
    """Options with a value that may stand in front of the subcommand."""
    visible: bool = False
    """Whether the starting command is worth seeing itself: it runs the other one elsewhere."""


def _options(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHELLS = frozenset({"ash", "bash", "dash", "ksh", "sh", "zsh"})
SHELL_VALUED = _options("-o +o -O +O --rcfile --init-file")
PLAIN = Starter()
RUN = Starter(after=("run",))
SEPARATED = Starter(after=("--",))
STARTERS: Mapping[str, Starter] = {
    "aws-vault": SEPARATED,
    "builtin": PLAIN,
    "bundle": Starter(after=("exec",)),
    "bunx": PLAIN,
    "caffeinate": Starter(_options("-t -w")),
    "chamber": SEPARATED,
    "chroot": Starter(positional=1),
    "chronic": PLAIN,
    "chrt": Starter(positional=1),
    "command": Starter(queries=_options("-v -V --version --help -h")),
    "coproc": PLAIN,
    "direnv": Starter(after=("exec",), positional=1),
    "doas": Starter(_options("-u -C")),
    "doppler": SEPARATED,
    "dotenv": Starter(after=("--", "run")),
    "dotenvx": SEPARATED,
    "dumb-init": Starter(_options("-r --rewrite")),
    "env": Starter(_options("-u --unset -C --chdir"), assignments=True, scripted=_options("-S --split-string")),
    "exec": Starter(_options("-a")),
    "flock": Starter(_options("-w --timeout -E"), positional=1, scripted=_options("-c --command")),
    "gosu": Starter(positional=1),
    "hatch": RUN,
    "infisical": SEPARATED,
    "ionice": Starter(_options("-c -n -p")),
    "nice": Starter(_options("-n --adjustment")),
    "nohup": PLAIN,
    "npx": Starter(_options("-p --package"), scripted=_options("-c --call")),
    "nsenter": Starter(_options("-t --target -S -G -W")),
    "op": SEPARATED,
    "parallel": Starter(
        _options("-j --jobs -n -N -a --arg-file -I -d --delimiter --retries --timeout --joblog --delay -S --sshlogin -C --colsep -L"),
        joined=True,
    ),
    "pdm": RUN,
    "pipenv": RUN,
    "pnpx": PLAIN,
    "poetry": RUN,
    "runuser": Starter(_options("-u --user -g -G -s --shell")),
    "rye": RUN,
    "script": Starter(_options("-I -O -B -T -E -m -o"), scripted=_options("-c --command -qc -ec -aqc -qec -qfc"), positional=9),
    "setpriv": Starter(_options("--reuid --regid --groups --inh-caps --bounding-set")),
    "setsid": PLAIN,
    "stdbuf": Starter(_options("-i -o -e")),
    "strace": Starter(_options("-o -e -p -s -u -E -P")),
    "su-exec": Starter(positional=1),
    "sudo": Starter(
        _options("-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --chdir"),
        assignments=True,
        queries=_options("-l -v -V -K -e --list --validate --version --edit"),
    ),
    "systemd-run": Starter(_options("-p --property --unit -u -E --setenv -M --description --slice --uid --gid --on-calendar --on-active")),
    "time": Starter(_options("-f -o")),
    "timeout": Starter(_options("-k -s --kill-after --signal"), positional=1),
    "tini": Starter(_options("-p -e")),
    "unbuffer": PLAIN,
    "unshare": Starter(_options("-R -w -S -G")),
    "uv": Starter(_options("--with --extra --group --python -p --package --env-file --directory"), after=("run",)),
    "uvx": Starter(_options("--from --with --python")),
    "watch": Starter(_options("-n --interval"), joined=True),
    "with-contenv": PLAIN,
    "xargs": Starter(_options("-I -n -P -d -L -E -s -a --max-args --max-procs --delimiter --arg-file")),
}
"""Started programs are what counts; these words are left out of `argv`."""
_EXEC = _options("-e --env -u --user -w --workdir --env-file --index --detach-keys")
_COMPOSE_RUN = _EXEC | _options("--name -v --volume -p --publish --entrypoint -l --label")
_DOCKER = _options("--context -c --host -H --config -l --log-level")
_COMPOSE = _options("-f --file -p --project-name --profile --env-file --project-directory --ansi --parallel") | _DOCKER
_KUBECTL = _options("-n --namespace --context --cluster --kubeconfig --user -s --server --as --token --request-timeout")
_IN_CONTAINER = Starter(_EXEC, positional=1)
_IN_SERVICE = Starter(_COMPOSE_RUN, positional=1)
SUBCOMMANDS: Mapping[str, tuple[Subcommand, ...]] = {
    "bun": (Subcommand(("x",), PLAIN),),
    "docker": (
        Subcommand(("exec",), _IN_CONTAINER, _DOCKER, visible=True),
        Subcommand(("container", "exec"), _IN_CONTAINER, _DOCKER, visible=True),
        Subcommand(("compose", "exec"), _IN_CONTAINER, _COMPOSE, visible=True),
        Subcommand(("compose", "run"), _IN_SERVICE, _COMPOSE, visible=True),
    ),
    "docker-compose": (
        Subcommand(("exec",), _IN_CONTAINER, _COMPOSE, visible=True),
        Subcommand(("run",), _IN_SERVICE, _COMPOSE, visible=True),
    ),
    "fly": (
        Subcommand(
            ("ssh", "console"), Starter(scripted=_options("-C --command"), positional=9), _options("-a --app -c --config"), visible=True
        ),
    ),
    "heroku": (Subcommand(("run",), Starter(_options("-a --app -r --remote -s --size")), _options("-a --app"), visible=True),),
    "kubectl": (Subcommand(("exec",), SEPARATED, _KUBECTL, visible=True),),
    "lxc": (Subcommand(("exec",), SEPARATED, visible=True),),
    "npm": (Subcommand(("exec",), Starter(_options("-p --package"), scripted=_options("-c --call"))),),
    "oc": (Subcommand(("exec",), SEPARATED, _KUBECTL, visible=True),),
    "pnpm": (Subcommand(("exec",), PLAIN, _options("-C --dir --filter -F")), Subcommand(("dlx",), Starter(_options("--package")))),
    "podman": (
        Subcommand(("exec",), _IN_CONTAINER, _DOCKER, visible=True),
        Subcommand(("container", "exec"), _IN_CONTAINER, _DOCKER, visible=True),
    ),
    "yarn": (Subcommand(("dlx",), Starter(_options("-p --package"))),),
}
"""Program -> its subcommands that start another program."""
SSH_VALUED = _options("-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w")
FIND_ACTIONS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
