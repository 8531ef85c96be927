"""genai-usage/permission-skip-flag."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import UNATTENDED, CommandCheck, CommandSteps, shown
from aicheck.authoring.wording import clip
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.location import Location
from aicheck.model.rule import Severity
from aicheck.regex import regex

FLAGS = frozenset(
    """
    dangerously-skip-permissions dangerously-bypass-approvals-and-sandbox trust-all-tools yolo dangerously-allow-all
    allow-dangerously-skip-permissions allow-all-tools allow-all-paths dangerously-disable-sandbox
    dangerously-skip-approvals
    """.split()  # noqa: SIM905
)
"""Options that mean it in any program."""
OF_PROGRAM: dict[str, tuple[tuple[str, str], ...]] = {
    "claude": (("permission-mode", "bypassPermissions"), ("allowedTools", r"^(?:Bash|Bash\(\*(?::\*)?\))(?:$|[,\s])")),
    "codex": (("ask-for-approval", "never"), ("-a", "never"), ("sandbox", "danger-full-access"), ("-s", "danger-full-access")),
    "gemini": (("approval-mode", "yolo"), ("-y", "")),
    "aider": (("yes-always", ""),),
    "cursor-agent": (("force", ""), ("-f", "")),
    "amp": (("dangerously-allow-all", ""),),
    "qwen": (("approval-mode", "yolo"), ("-y", "")),
}
"""Program -> (option, pattern that its value must match; empty: any)."""
ARGUMENTS = regex(r"(?:args|arguments|flags|options)$", re.IGNORECASE)
"""Settings that hold the options of a program."""
FLAG_WORD = regex(rf"(?:^|\s)--(?:{'|'.join(sorted(FLAGS))})\b|--permission-mode[= ]bypassPermissions")
CONTAINERS = frozenset({"docker", "docker-compose", "podman"})


class PermissionSkipFlag(CommandCheck):
    """Finds a coding agent that is started with leave to do anything."""

    id = "genai-usage/permission-skip-flag"
    title = "A coding agent is started without asking for permission"
    why = "Text that it reads, an issue or a web page, can make it run any command with the credentials that are there."
    instead = "List the tools and commands that it needs; run it in a container without secrets and without network."
    severity = "high"
    security = True
    cwe = (862,)
    examples = (
        bad_change(
            "jobs:\n  fix:\n    steps: []\n",
            'jobs:\n  fix:\n    steps:\n      - run: claude --dangerously-skip-permissions -p "fix the tests"\n',
            "with the token of a job",
            path=".github/workflows/fix.yml",
        ),
        bad_change(
            "import subprocess\n",
            "import subprocess\n\nsubprocess.run(['codex', 'exec', '--dangerously-bypass-approvals-and-sandbox', task])\n",
            "from a program",
            path="agent/run.py",
        ),
        bad_change(
            "#!/bin/sh\ngemini -p fix\n",
            "#!/bin/sh\ngemini --approval-mode yolo -p fix\n",
            "by the value of an option",
            path="ops/agent.sh",
        ),
        bad_change(
            "jobs:\n  fix:\n    steps:\n      - uses: acme/agent-action@v1\n        with: {claude_args: --model opus}\n",
            "jobs:\n  fix:\n    steps:\n      - uses: acme/agent-action@v1\n"
            "        with: {claude_args: --model opus --dangerously-skip-permissions}\n",
            "as the input of an action",
            path=".github/workflows/fix.yml",
        ),
        good_change(
            '{"permissions": {"deny": []}}\n',
            '{"permissions": {"deny": ["Bash(claude --dangerously-skip-permissions:*)"]}}\n',
            "another list of what is forbidden",
            path=".claude/settings.json",
        ),
        good_change(
            "#!/bin/sh\n",
            "#!/bin/sh\ncase \"$*\" in *--dangerously-skip-permissions*) echo 'not allowed'; exit 1 ;; esac\n",
            "a list of what is forbidden",
            path="hooks/guard.sh",
        ),
        good_change(
            "jobs:\n  fix:\n    steps: []\n",
            'jobs:\n  fix:\n    steps:\n      - run: claude --allowedTools "Read,Bash(npm test)" -p fix\n',
            "only what it needs",
            path=".github/workflows/fix.yml",
        ),
        good_change("#!/bin/sh\n", "#!/bin/sh\n# claude --yolo\ncursor-agent --version\n", "a comment", path="ops/agent.sh"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Commands, then the options that a workflow or container hands to an agent as a setting."""
        yield from super().compare(pair, change)
        if pair.language not in {"yaml", "json"}:
            return
        known = {setting.value for setting in pair.facts("before").settings}
        for setting in pair.facts("after").settings:
            names = setting.key[-1:] if not setting.key[-1:] or not setting.key[-1].startswith("[") else setting.key[-2:-1]
            if names and ARGUMENTS.search(names[0]) and setting.value not in known and FLAG_WORD.search(setting.value):
                yield self.match(
                    Location(pair.path, "after", setting.span),
                    f"{names[0]}: `{clip(setting.value, 60)}`",
                    symbol=".".join(setting.key),
                    text="arguments",
                )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """New and changed commands that start an agent so."""
        for before, command in steps.gained():
            if _skips(command) and not (before is not None and _skips(before)):
                yield self.match_command(pair, command, f"`{shown(command)}`", severity=_weigh(command), before=before)


def _skips(command: Command) -> bool:
    words = take_apart(command.argv)
    if words.has(*FLAGS):
        return True
    wanted = OF_PROGRAM.get(words.program, ())
    return any(option == name and (not pattern or re.search(pattern, value)) for option, value in words.options for name, pattern in wanted)


def _weigh(command: Command) -> Severity:
    is_contained = command.argv[0] in CONTAINERS or bool(CONTAINERS.intersection(command.wrapper))
    if command.where == "test" or is_contained:
        return "medium"
    return "high" if command.where in UNATTENDED else "medium"
