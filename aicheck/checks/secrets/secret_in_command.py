"""secrets/secret-in-command."""

import re
from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import CommandCheck, CommandSteps, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity

NAME = re.compile(
    r"(?:^|_|\b)(?:SECRET\w*|\w*TOKEN|\w*PASSWORD|\w*PASSWD|API_?KEY\w*|\w*_API_KEY|PRIVATE_KEY\w*|ACCESS_KEY\w*|\w*_SECRET|CREDENTIALS?|PGPASSWORD)$",
    re.IGNORECASE,
)
EXPANDED = re.compile(r"\$\{?([A-Za-z_]\w*)\}?|\$\{\{\s*secrets\.(\w+)\s*\}\}")
PRINTERS = frozenset({"echo", "printf", "cat"})
DUMPS = frozenset({"env", "printenv", "export", "set"})
HIDDEN = re.compile(r"add-mask|>>?|\|\s*\w|<<<|\bwc\b|:\+|\$\{#|%%|:0:\d|length|\*\*\*")
"""What shows that the value goes into a file, a program or not out whole."""
LITERAL = re.compile(r"^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9+/=_.~-]{16,}$|^[^\s$<{]*[^\w\s$<{][^\s$<{]*\d[^\s$<{]{6,}$")
PLACEHOLDER = re.compile(
    r"example|sample|dummy|fake|test|changeme|change-me|placeholder|your[_-]|xxx|<|postgres|localhost|password|mock|1234|foobar|local|dev",
    re.IGNORECASE,
)
SAFE_ARGS = re.compile(r"password-stdin|secret id=|--secret|--mount=type=secret")


class SecretInCommand(CommandCheck):
    """Finds secrets that a command prints, bakes into an image, or holds as plain text."""

    id = "secrets/secret-in-command"
    title = "A secret is printed, baked into an image, or written into a command"
    why = "Logs, image layers and process lists are read by many more people and tools than the secret was meant for."
    instead = "Pass it by standard input, a file or `--mount=type=secret`, and never print it."
    severity = "high"
    security = True
    confidence = "medium"
    cwe = (532, 798)
    examples = (
        bad_change(
            "jobs:\n  deploy:\n    steps:\n      - run: ./deploy\n",
            'jobs:\n  deploy:\n    steps:\n      - run: echo "token is ${{ secrets.DEPLOY_TOKEN }}"\n      - run: ./deploy\n',
            "into the log",
            path=".github/workflows/deploy.yml",
        ),
        bad_change(
            "#!/bin/sh\ndocker build .\n",
            '#!/bin/sh\ndocker build --build-arg NPM_TOKEN="$NPM_TOKEN" .\n',
            "into the history of the image",
            path="deploy/build.sh",
        ),
        bad_change(
            "#!/bin/sh\n",
            "#!/bin/sh\nPGPASSWORD=h7Gk2mQ9vX4tR8wZ pg_dump shop\n",
            "as plain text",
            path="deploy/backup.sh",
        ),
        good_change(
            "#!/bin/sh\n", '#!/bin/sh\necho "$NPM_TOKEN" | docker login --password-stdin\n', "by standard input", path="deploy/build.sh"
        ),
        good_change("#!/bin/sh\n", '#!/bin/sh\necho "//r/:_authToken=${NPM_TOKEN}" > .npmrc\n', "into a file", path="deploy/build.sh"),
        good_change(
            "jobs:\n  test:\n    steps: []\n",
            "jobs:\n  test:\n    steps:\n      - run: pytest\n        env: {POSTGRES_PASSWORD: postgres}\n",
            "a placeholder",
            path=".github/workflows/test.yml",
        ),
        good_change(
            "#!/bin/sh\n",
            '#!/bin/sh\necho "NPM_TOKEN is not set"\necho "::add-mask::$NPM_TOKEN"\n',
            "its name, and masked",
            path="deploy/build.sh",
        ),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """New and changed commands."""
        for before, command in steps.gained():
            found = _find(command, pair)
            if found is None or (before is not None and _find(before, pair) == found):
                continue
            text, severity = found
            yield self.match_command(pair, command, text, severity=severity, before=before)


def _find(command: Command, pair: FilePair) -> tuple[str, Severity] | None:
    if command.argv[0] in PRINTERS and not command.feeds:
        return _find_printed(command, pair)
    words = take_apart(command.argv)
    if words.program in {"docker", "docker-compose", "buildah", "kaniko"}:
        for name, value in words.options:
            if name == "build-arg" and NAME.search(value.partition("=")[0]) and "=" in value:
                return f"{value.partition('=')[0]} goes into the history of the image"[:90], "medium"
    for name, value in command.environment:
        if NAME.search(name) and LITERAL.match(value) and not PLACEHOLDER.search(value):
            return f"{name} stands in front of a command as plain text"[:90], "medium" if command.where == "test" else "high"
    return None


def _find_printed(command: Command, pair: FilePair) -> tuple[str, Severity] | None:
    lines = range(command.span.line, min(command.span.end_line, command.span.line + 3) + 1)
    source = "\n".join(pair.line("after", line) for line in lines)
    if command.argv[0] == "cat" or HIDDEN.search(source) or "$(" in source.split(command.argv[0])[0] or command.where == "developer":
        return None
    for word in command.argv[1:]:
        for found in EXPANDED.finditer(word):
            name = found[1] or found[2]
            if found[2] or NAME.search(name):
                return f"{name} is printed"[:90], "high" if found[2] and name != "GITHUB_TOKEN" else "medium"
    return None
