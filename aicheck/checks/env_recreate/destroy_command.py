"""env-recreate/destroy-command."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.command_patterns import Kind
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import CONSENT, CommandOfKind, is_throwaway, placed
from aicheck.model.facts import Command
from aicheck.model.rule import Severity

WORKFLOW = """\
on: {workflow_dispatch: {}}
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - run: |
          terraform init
          %s
"""


class DestroyCommand(CommandOfKind):
    """Finds new commands that delete infrastructure, namespaces, services.

    `critical` where nobody is asked and it runs in a deployment or at start-up.
    """

    id = "env-recreate/destroy-command"
    table = "environment"
    does = "deletes"
    title = "A command that destroys an environment"
    why = (
        "What it deletes is gone for everyone who uses it, with the data in it, and building it anew takes hours to days. "
        "Run by automation it needs only a wrong variable or state file to hit production."
    )
    instead = "Change resources in place. Destroy by hand, from a reviewed plan, and only environments that the name marks as throwaway."
    severity = "high"
    cwe = (284,)
    examples = (
        bad_change(
            WORKFLOW % "terraform apply tf.plan",
            WORKFLOW % "terraform destroy -auto-approve",
            "a deployment begins with nothing",
            path=".github/workflows/deploy.yml",
        ),
        bad_change(
            "#!/bin/sh\nkubectl apply -f shop.yaml\n",
            '#!/bin/sh\nkubectl -n "$NS" delete namespace shop\nkubectl apply -f shop.yaml\n',
            "a namespace with all that is in it",
            path="deploy/rollout.sh",
        ),
        bad_change(
            '{"scripts": {"deploy": "cdk deploy"}}\n',
            '{"scripts": {"deploy": "cdk destroy --force && cdk deploy"}}\n',
            "a package script",
            path="package.json",
        ),
        bad_change("deploy:\n\tpulumi up\n", "deploy:\n\tpulumi destroy --yes\n\tpulumi up\n", "a make target", path="Makefile"),
        good_change(WORKFLOW % "terraform plan", WORKFLOW % "terraform plan -destroy", "only a plan", path=".github/workflows/deploy.yml"),
        good_change(
            "#!/bin/sh\n",
            "#!/bin/sh\ncat <<END\nto start over: terraform destroy -auto-approve\nEND\necho 'kubectl delete ns shop'\n",
            "help text",
            path="deploy/rollout.sh",
        ),
        good_change(
            "#!/bin/sh\nkubectl delete namespace shop\n",
            "#!/bin/sh\nset -e\n# twice a year\nkubectl delete namespace shop\n",
            "it was there before",
            path="deploy/rollout.sh",
        ),
        good_change(
            "jobs:\n  test:\n    steps:\n      - run: pytest\n",
            "jobs:\n  test:\n    steps:\n      - run: pytest\n      - if: always()\n        run: kubectl delete namespace e2e\n",
            "cleans up after a test",
            path=".github/workflows/test.yml",
        ),
    )

    def judge_place(self, kind: Kind, command: Command) -> Severity | None:
        """Worst where nobody is asked; by hand a person reads what will be deleted."""
        severity = placed(kind.severity, command)
        if command.where == "developer" and kind.name != "namespace" and not is_throwaway(command):
            return "medium"
        is_unattended = take_apart(command.argv).has(*CONSENT) and command.where in {"deploy", "start-up"}
        return "critical" if severity == "high" and is_unattended else severity
