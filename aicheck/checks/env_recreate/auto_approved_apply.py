"""env-recreate/auto-approved-apply."""

from collections.abc import Iterator

from msgspec.structs import replace

from aicheck.authoring import FilePair, bad_change, good_change
from aicheck.authoring.command_patterns import Kind
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import CommandOfKind, CommandSteps, placed
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.rule import Severity

WORKFLOW = """\
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - run: %s
"""


class AutoApprovedApply(CommandOfKind):
    """Finds an apply that asks nobody and applies no saved plan."""

    id = "env-recreate/auto-approved-apply"
    table = "apply"
    does = "asks nobody before it changes"
    title = "Infrastructure is applied without a plan that someone read"
    why = "Whatever the tool decides to replace or delete happens at once; a renamed resource is enough to lose a database."
    instead = "Save the plan, have it read, and apply exactly that plan."
    severity = "high"
    restores = True
    cwe = (862,)
    examples = (
        bad_change(
            WORKFLOW % "terraform apply tf.plan",
            WORKFLOW % "terraform apply -auto-approve",
            "no plan any more",
            path=".github/workflows/deploy.yml",
        ),
        bad_change(
            "#!/bin/sh\npulumi up --stack shop\n",
            "#!/bin/sh\npulumi up --stack shop --yes --skip-preview\n",
            "no preview any more",
            path="deploy/shop.sh",
        ),
        bad_change(
            '{"scripts": {"deploy": "cdk deploy --all"}}\n',
            '{"scripts": {"deploy": "cdk deploy --all --require-approval never"}}\n',
            "no approval of wider permissions",
            path="package.json",
        ),
        good_change(
            WORKFLOW % "terraform apply",
            WORKFLOW % "terraform apply -auto-approve tf.plan",
            "a saved plan",
            path=".github/workflows/deploy.yml",
        ),
        good_change(
            "jobs: {}\n",
            "jobs:\n  e2e-test:\n    steps:\n      - run: terraform apply -auto-approve\n",
            "a test's own stack",
            path=".github/workflows/e2e-test.yml",
        ),
        good_change(
            '{"scripts": {"deploy": "cdk deploy"}}\n',
            '{"scripts": {"deploy": "cdk deploy --require-approval broadening"}}\n',
            "still asks",
            path="package.json",
        ),
    )

    def judge(self, pair: FilePair, steps: CommandSteps) -> Iterator[Match]:
        """As the table says; of what a person starts by name (make, package scripts) its author writes one line."""
        for match in super().judge(pair, steps):
            by_hand = pair.language in {"makefile", "json"} and match.severity == "high"
            yield replace(match, severity="medium") if by_hand else match

    def judge_place(self, kind: Kind, command: Command) -> Severity | None:
        """None for a saved plan, and where the option's value still asks."""
        words = take_apart(command.argv)
        has_plan = any(word.endswith((".plan", ".tfplan", ".out")) or "plan" in word.lower() for word in words.positionals[1:])
        if has_plan or (words.program == "cdk" and words.value("require-approval") != "never"):
            return None
        severity = placed(kind.severity, command)
        return "medium" if severity == "high" and words.program == "cdk" else severity
