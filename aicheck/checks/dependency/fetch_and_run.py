"""dependency/fetch-and-run."""

import re
from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import CommandCheck, CommandSteps, following, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity
from aicheck.regex import regex

FETCHERS = frozenset({"curl", "wget", "fetch", "aria2c", "iwr", "invoke-webrequest"})
RUNNERS = regex(r"^(?:ba|da|z|k|a)?sh$|^(?:python|perl|ruby|node|php|deno|bun|pwsh|powershell|iex|source|eval)[\d.]*$")
PLAIN = regex(r"(?:^|\s)['\"]?http://(?!localhost|127\.|10\.|192\.168\.|169\.254\.)|://\d+\.\d+\.\d+\.\d+|pastebin\.|gist\.")
"""Sources that anyone may change on the way or later."""
INSTALLERS = {
    "pip": "install",
    "npm": "install",
    "apt-get": "install",
    "apk": "add",
    "yarn": "add",
    "gem": "install",
    "apt": "install",
    "dnf": "install",
    "yum": "install",
}
LIFECYCLE = frozenset({"postinstall", "preinstall", "install", "prepare"})
FREELY = regex(r"\b(?:node|python3?)\s+-[ec]\b")
NEAR = 4
"""How many commands further the one that it is piped into is looked for."""
VERIFIED = regex(r"sha(?:256|512)sum|gpg\b|cosign|minisign|openssl dgst|--checksum")


class FetchAndRun(CommandCheck):
    """Finds new commands that run what they fetched, install at start-up, or run when a package is installed."""

    id = "dependency/fetch-and-run"
    title = "Code is fetched from the network and run unseen"
    why = "What runs is whatever the server sends that day, with the rights and secrets of the job or host."
    instead = "Pin a version, check its checksum or signature before running it, and install while the image is built."
    severity = "medium"
    security = True
    cwe = (494,)
    examples = (
        bad_change(
            "jobs:\n  deploy:\n    steps:\n      - run: ./deploy\n",
            "jobs:\n  deploy:\n    steps:\n      - run: curl -fsSL https://get.shop.example/cli.sh | sudo bash\n      - run: ./deploy\n",
            "with the secrets of a deployment",
            path=".github/workflows/deploy.yml",
        ),
        bad_change(
            'FROM node:20\nCMD ["node", "server.js"]\n',
            'FROM node:20\nCMD sh -c "npm install left-pad && node server.js"\n',
            "each start may run other code",
            path="Dockerfile",
        ),
        bad_change(
            '{"scripts": {"test": "jest"}}\n',
            '{"scripts": {"test": "jest", "postinstall": "curl -s http://cdn.shop.example/setup.sh | sh"}}\n',
            "on every machine that installs it",
            path="package.json",
        ),
        good_change(
            "jobs:\n  deploy:\n    steps: []\n",
            "jobs:\n  deploy:\n    steps:\n      - run: |\n          curl -fsSLO https://get.shop.example/cli-1.2.tar.gz\n"
            "          sha256sum -c cli.sha256\n          tar xf cli-1.2.tar.gz\n",
            "checked before it is used",
            path=".github/workflows/deploy.yml",
        ),
        good_change(
            "#!/bin/sh\n",
            "#!/bin/sh\ncurl -s https://api.shop.example/orders | python -m json.tool\n",
            "data for a program",
            path="deploy/list.sh",
        ),
        good_change('{"scripts": {}}\n', '{"scripts": {"postinstall": "husky install"}}\n', "an installed tool", path="package.json"),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """New and changed commands that run what they fetch."""
        for before, command in steps.gained():
            found = _find(command, pair)
            if found is None or command.where == "test" or (before is not None and _find(before, pair) is not None):
                continue
            text, severity = found
            yield self.match_command(pair, command, f"`{shown(command)}` {text}", severity=severity, before=before)


def _find(command: Command, pair: FilePair) -> tuple[str, Severity] | None:
    text = " ".join(command.argv)
    is_lifecycle = command.symbol in LIFECYCLE
    if command.argv[0] in FETCHERS and _is_run(command, pair) and not VERIFIED.search(text):
        return "is run as it arrives", _weigh(command, text)
    if RUNNERS.match(command.argv[0]) and re.search(r"<\((?:curl|wget)\b|\$\((?:curl|wget)\b", text):
        return "runs what it fetches", _weigh(command, text)
    words = take_apart(command.argv)
    if command.where == "start-up" and INSTALLERS.get(words.program) in words.positionals[:1] and len(words.positionals) > 1:
        return "installs at start-up", "medium"
    if is_lifecycle and FREELY.search(text) and len(text) > 60:
        return "runs when it is installed", "medium"
    return None


def _is_run(command: Command, pair: FilePair) -> bool:
    """Whether what it prints is a program's source: a shell's always, another interpreter's where it is given no script."""
    if not RUNNERS.match(command.feeds):
        return False
    if command.feeds.endswith("sh"):
        return True
    fed = [other for other in following(pair, command, NEAR) if other.argv[0] == command.feeds]
    return bool(fed) and fed[0].argv[1:] in {(), ("-",), ("-s",)}


def _weigh(command: Command, text: str) -> Severity:
    if PLAIN.search(text) and command.where != "developer":
        return "high"
    is_lifecycle = command.symbol in LIFECYCLE - {"install"}
    return "medium" if command.where in {"deploy", "start-up"} or is_lifecycle or PLAIN.search(text) else "low"
