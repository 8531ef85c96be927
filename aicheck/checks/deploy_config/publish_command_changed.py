"""deploy-config/publish-command-changed."""

import re
from collections.abc import Iterator

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_patterns import kind_of
from aicheck.authoring.command_words import Words, take_apart
from aicheck.authoring.commands import CommandCheck, CommandSteps, is_throwaway, shown
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.regex import regex

VERBOSITY = frozenset(
    """
    quiet -q verbose -v only-show-errors no-progress debug silent color no-color log-level progress attest-build
    provenance sbom tag -t cache-from cache-to platform build-arg label file -f generate-notes title notes notes-file
    draft
    """.split()  # noqa: SIM905
)
"""Options that do not change what is published where."""
TOOLS = {
    "aws": "awscli",
    "twine": "twine",
    "gsutil": "gsutil",
    "wrangler": "wrangler",
    "npm": "npm",
    "gh": "gh",
    "helm": "helm",
    "poetry": "poetry",
    "rclone": "rclone",
    "s3cmd": "s3cmd",
    "skopeo": "skopeo",
    "vsce": "@vscode/vsce",
}
"""Program -> the package that brings it."""
VERSION = regex(r"(?:==|@|=)(v?\d[\w.]*)$")

WITH_TOOL = """\
jobs:
  upload:
    steps:
      - run: |
          pip install awscli==%s
          aws s3 cp dist s3://shop-index/ --recursive
"""


class PublishCommandChanged(CommandCheck):
    """Finds a command that publishes, in a deployment, with another target, other options, or another version of its tool."""

    id = "deploy-config/publish-command-changed"
    title = "A command that publishes says something else than before"
    why = "What everyone downloads then stands elsewhere, with other permissions or checksums, and the first to notice are its users."
    instead = "Publish to a staging target with the new command first and fetch from there as a user would."
    severity = "medium"
    confidence = "medium"
    restores = True
    cwe = (1188,)
    examples = (
        bad_change(
            'jobs:\n  upload:\n    steps:\n      - run: aws s3 cp "$pkg" s3://shop-index/ --acl public-read\n',
            'jobs:\n  upload:\n    steps:\n      - run: aws s3 cp "$pkg" s3://shop-index/ --acl public-read --checksum-algorithm SHA256\n',
            "other options",
            path=".github/workflows/upload.yml",
        ),
        bad_change(
            "jobs:\n  release:\n    steps:\n      - run: twine upload --repository internal dist/*\n",
            "jobs:\n  release:\n    steps:\n      - run: twine upload dist/*\n",
            "another index",
            path=".github/workflows/release.yml",
        ),
        bad_change(
            WITH_TOOL % "1.32.18",
            WITH_TOOL % "1.37.0",
            "another version of the tool",
            path=".github/workflows/upload.yml",
        ),
        good_change(
            "jobs:\n  upload:\n    steps:\n      - run: aws s3 sync dist s3://shop-index/\n",
            "jobs:\n  upload:\n    steps:\n      - run: aws s3 sync dist s3://shop-index/ --quiet\n",
            "says less",
            path=".github/workflows/upload.yml",
        ),
        good_change(
            "jobs:\n  upload:\n    steps:\n      - run: docker push shop:1.2\n",
            "jobs:\n  upload:\n    steps:\n      - run: docker push shop:1.3\n",
            "another version of the same",
            path=".github/workflows/upload.yml",
        ),
        good_change(
            "jobs:\n  upload:\n    steps:\n      - run: aws s3 cp dist s3://shop-index/\n",
            "jobs:\n  upload:\n    steps:\n      - name: again\n        run: aws s3 cp dist s3://shop-index/\n",
            "the step got a name",
            path=".github/workflows/upload.yml",
        ),
        good_change(
            "jobs:\n  upload:\n    steps:\n      - run: gh release create --repo ${{ github.repository }} ${{ github.ref_name }} dist/*\n",
            'jobs:\n  upload:\n    steps:\n      - run: gh release create --repo "${GITHUB_REPOSITORY}" ${GITHUB_REF_NAME} dist/*\n',
            "the same values from the environment",
            path=".github/workflows/upload.yml",
        ),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """Changed commands that publish in a deployment; changed versions of what one that stayed needs."""
        publishers = _publishers(pair)
        for step in steps.changed:
            if step.after.where != "deploy" or is_throwaway(step.after):
                continue
            if kind_of("publish", step.before) is not None and kind_of("publish", step.after) is not None:
                if text := _compare(take_apart(step.before.argv), take_apart(step.after.argv)):
                    yield self.match_command(pair, step.after, f"`{shown(step.after, 40)}` {text}", before=step.before)
            elif tool := _tool_changed(step.before, step.after, publishers):
                yield self.match_command(pair, step.after, f"{tool}, which publishes here, in another version"[:99], before=step.before)


def _compare(before: Words, after: Words) -> str:
    first, second = _options(before), _options(after)
    for name in (*first, *second):
        if first.get(name) != second.get(name):
            verb = "lost" if name not in second else "gained" if name not in first else "changed"
            return f"{verb} `{name.lstrip('-')}`"[:50]
    one, other = ([_place(word) for word in words.positionals if _is_remote(word)] for words in (before, after))
    return "goes elsewhere" if one != other else ""


def _options(words: Words) -> dict[str, str]:
    return {name: _plain(value) if name in TARGETS else "" for name, value in words.options if name not in VERBOSITY}


TARGETS = frozenset(
    """
    repository repository-url registry -r acl access tag channel bucket endpoint-url region profile
    """.split()  # noqa: SIM905
)


def _plain(word: str) -> str:
    """A word in which GitHub's own values are written as variables of the shell: `${{ github.ref_name }}` is `$GITHUB_REF_NAME`."""
    word = re.sub(r"\$\{\{\s*github\.(\w{1,40})\s*\}\}", lambda found: f"$GITHUB_{found[1].upper()}", word)
    return re.sub(r"\$\{(GITHUB_\w{1,40})\}", r"$\1", word)


def _is_remote(word: str) -> bool:
    return "://" in word or (":" in word and "/" in word) or "$" in word


def _place(word: str) -> str:
    """The address without what names a version."""
    return re.sub(r":[\w.$\{\}-]*$|\$\{?\w*(?:VERSION|TAG|SHA)\w*\}?|v?\d[\w.]*", "", _plain(word))


def _publishers(pair: FilePair) -> frozenset[tuple[str, str]]:
    """(symbol, package) of each program that publishes in the file."""
    commands = [command for command in pair.facts("after").commands if kind_of("publish", command) is not None]
    programs = [(command.symbol, take_apart(command.argv).program) for command in commands]
    return frozenset((symbol, TOOLS.get(program, program)) for symbol, program in programs)


def _tool_changed(before: Command, after: Command, publishers: frozenset[tuple[str, str]]) -> str:
    """The package that changed its version and that a publishing command of the same host comes from; else empty."""
    first, second = (dict(_versions(command)) for command in (before, after))
    changed = [name for name in sorted(first.keys() & second.keys()) if first[name] != second[name]]
    return next((name for name in changed if (after.symbol, name) in publishers), "")


def _versions(command: Command) -> Iterator[tuple[str, str]]:
    for word in command.argv[1:]:
        found = VERSION.search(word)
        if found:
            yield word[: found.start()], found[1]
