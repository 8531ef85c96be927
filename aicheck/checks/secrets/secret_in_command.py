"""secrets/secret-in-command."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import CommandCheck, CommandSteps
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.location import Location, Span
from aicheck.model.rule import Severity
from aicheck.regex import regex

NAME = regex(
    r"(?:^|_|\b)(?:SECRET\w*|\w*TOKEN|\w*PASSWORD|\w*PASSWD|API_?KEY\w*|\w*_API_KEY|PRIVATE_KEY\w*|ACCESS_KEY\w*|\w*_SECRET|CREDENTIALS?|PGPASSWORD)$",
    re.IGNORECASE,
)
EXPANDED = regex(r"\$\{?([A-Za-z_]\w*)\}?|\$\{\{\s*secrets\.(\w+)\s*\}\}")
PRINTERS = frozenset({"echo", "printf", "cat"})
DUMPS = frozenset({"env", "printenv", "export", "set"})
HIDDEN = regex(r"add-mask|>>?|\|\s*\w|<<<|\bwc\b|:\+|\$\{#|%%|:0:\d|length|\*\*\*")
"""What shows that the value goes into a file, a program or not out whole."""
LITERAL = regex(r"^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9+/=_.~-]{16,}$|^[^\s$<{]*[^\w\s$<{][^\s$<{]*\d[^\s$<{]{6,}$")
PLACEHOLDER = regex(
    r"example|sample|dummy|fake|test|changeme|change-me|placeholder|your[_-]|xxx|<|postgres|localhost|password|mock|1234|foobar|local|dev",
    re.IGNORECASE,
)
BLOCK_END = regex(r"(?:[})]|done\b|fi\b|esac\b)")
BAKED = regex(r"(\s*(?:ENV|ARG)\s+)([A-Za-z_]\w*)(?:=|\s+)[\"']?([^\s\"']{6,})", re.IGNORECASE)
MOST_LINES = 40
"""How far the end of a block is looked for."""


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
        bad_change(
            "FROM node:20\nRUN npm ci\n",
            "FROM node:20\nARG NPM_TOKEN\nENV NPM_TOKEN=$NPM_TOKEN\nRUN npm ci\n",
            "in every copy of the image",
            path="Dockerfile",
        ),
        good_change(
            "FROM node:20\nRUN npm ci\n",
            "FROM node:20\nENV DB_PASSWORD_FILE=/run/secrets/db\nRUN --mount=type=secret,id=npm npm ci\n",
            "mounted for one step",
            path="Dockerfile",
        ),
        good_change(
            "#!/bin/sh\n", '#!/bin/sh\necho "$NPM_TOKEN" | docker login --password-stdin\n', "by standard input", path="deploy/build.sh"
        ),
        good_change("#!/bin/sh\n", '#!/bin/sh\necho "//r/:_authToken=${NPM_TOKEN}" > .npmrc\n', "into a file", path="deploy/build.sh"),
        good_change(
            "#!/bin/sh\n",
            '#!/bin/sh\n{\n  echo "token=$NPM_TOKEN"\n} >> "$GITHUB_ENV"\n',
            "the block goes into a file",
            path="deploy/build.sh",
        ),
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

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Commands, then what a Dockerfile bakes into its image."""
        yield from super().compare(pair, change)
        if pair.language == "dockerfile":
            known = {found[2] for _, found in _baked(pair.before_source or "")}
            for line, found in _baked(pair.after_source or ""):
                if found[2] not in known:
                    severity: Severity = "medium" if "$" in found[3] else "high"
                    span = Span(line, found.start(2) + 1, line, found.end() + 1)
                    text = f"{found[2][:60]} stays in the image"
                    yield self.match(Location(pair.path, "after", span), text, symbol=found[2], text=found[2], severity=severity)

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """New and changed commands."""
        for before, command in steps.gained():
            found = _find(command, pair)
            if found is None or (before is not None and _find(before, pair) == found):
                continue
            text, severity = found
            yield self.match_command(pair, command, text, severity=severity, before=before)


def _baked(source: str) -> Iterator[tuple[int, re.Match[str]]]:
    """(line, name and value) of each instruction that gives a secret a value."""
    for number, line in enumerate(source.splitlines(), 1):
        found = BAKED.match(line)
        if found and NAME.search(found[2]) and not PLACEHOLDER.search(found[3]) and not found[2].upper().endswith(("_FILE", "_PATH")):
            yield number, found


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


def _goes_elsewhere(command: Command, pair: FilePair) -> bool:
    """Whether the output of the block that it stands in is redirected: `{ ...; } >> file`."""
    for line in range(command.span.line + 1, command.span.line + MOST_LINES):
        text = pair.line("after", line).strip()
        if BLOCK_END.match(text):
            return re.search(r"[>|]", text) is not None
    return False


def _find_printed(command: Command, pair: FilePair) -> tuple[str, Severity] | None:
    lines = range(command.span.line, min(command.span.end_line, command.span.line + 3) + 1)
    source = "\n".join(pair.line("after", line) for line in lines)
    if _goes_elsewhere(command, pair):
        return None
    if command.argv[0] == "cat" or HIDDEN.search(source) or "$(" in source.split(command.argv[0])[0] or command.where == "developer":
        return None
    for word in command.argv[1:]:
        for found in EXPANDED.finditer(word):
            name = found[1] or found[2]
            if found[2] or NAME.search(name):
                return f"{name} is printed"[:90], "high" if found[2] and name != "GITHUB_TOKEN" else "medium"
    return None
