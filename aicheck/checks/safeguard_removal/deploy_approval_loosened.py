"""safeguard-removal/deploy-approval-loosened."""

from pathlib import PurePosixPath

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import ItemGained, Leaves, Removed
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import Row, ValueDelta
from aicheck.readers.place import place_of
from aicheck.readers.quantity import key_words

WORKFLOW = ".github/workflows/release.yml"
JOB = "on:\n  push:\n    branches: [{branches}]\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n{more}    steps:\n    - run: ./deploy.sh\n"
DEPLOYING = frozenset({"deploy", "deployment", "publish", "release", "production", "prod", "promote", "rollout"})
GATES = "    environment: production\n    needs: [test]\n"


class DeployApprovalLoosened(ValueDelta):
    """Finds a workflow job that no longer waits for an approval, a branch or the jobs before it."""

    id = "safeguard-removal/deploy-approval-loosened"
    title = "Deployment no longer waits for an approval, a branch or a test"
    why = "What was merged, or only pushed, now reaches production by itself; nobody is asked and nothing has run before."
    instead = "Keep the environment, the branch filter and the jobs that the deployment waits for."
    severity = "high"
    confidence = "medium"
    languages = ("yaml",)
    cwe = (862,)
    rows = (
        Row((named("environment", whole=True, within=("jobs",)),), (Removed("high"),)),
        Row((named("when", whole=True),), (Leaves("high", frozenset({"manual"})),)),
        Row(
            (named("branches", whole=True, within=("on", "push", "workflow run")),), (Removed("high"), ItemGained("high", r"\*\*?|\*\*/\*"))
        ),
        Row((named("needs", whole=True, within=("deploy", "release", "publish", "production", "prod", "promote")),), (Removed("high"),)),
    )
    examples = (
        bad_change(
            JOB.format(branches="main", more=GATES), JOB.format(branches="main", more="    needs: [test]\n"), "no approval", path=WORKFLOW
        ),
        bad_change(
            JOB.format(branches="main", more=GATES),
            JOB.format(branches="main", more="    environment: production\n"),
            "waits for no test",
            path=WORKFLOW,
        ),
        bad_change(JOB.format(branches="main", more=GATES), JOB.format(branches="main, '**'", more=GATES), "any branch", path=WORKFLOW),
        good_change(
            "on:\n  pull_request:\n    branches: [main]\njobs:\n  tests:\n    steps:\n    - run: make test\n",
            "on:\n  pull_request:\njobs:\n  tests:\n    steps:\n    - run: make test\n",
            "tests for every pull request",
            path=".github/workflows/tests.yml",
        ),
        bad_change(
            "deploy:\n  stage: deploy\n  script: [./deploy.sh]\n  when: manual\n",
            "deploy:\n  stage: deploy\n  script: [./deploy.sh]\n  when: on_success\n",
            "nobody presses the button any more",
            path=".gitlab-ci.yml",
        ),
        good_change(
            JOB.format(branches="main", more="    needs: [test]\n"),
            JOB.format(branches="main", more=GATES),
            "an approval added",
            path=WORKFLOW,
        ),
        good_change(
            JOB.format(branches="main", more=GATES), JOB.format(branches="main, stable", more=GATES), "one more branch", path=WORKFLOW
        ),
        good_change(
            JOB.format(branches="main", more=GATES),
            JOB.format(branches="main", more=GATES).replace("deploy:", "rollout:"),
            "the job renamed",
            path=WORKFLOW,
        ),
        good_change("app:\n  environment: prod\n  size: 2\n", "app:\n  size: 2\n", "no workflow", path="config/app.yaml"),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Only in workflow files; a branch filter only where something is deployed, and not that of a pull request."""
        if place_of(pair.path) != "workflow" or "pull_request" in step.key:
            return False
        return not any(part == "branches" for part in step.key) or _deploys(pair)


def _deploys(pair: FilePair) -> bool:
    facts = pair.facts("after")
    if any(command.where == "deploy" for command in facts.commands):
        return True
    keys = {word for setting in facts.settings for part in setting.key[:2] for word in key_words(part)}
    return bool(DEPLOYING & (keys | set(key_words(PurePosixPath(pair.path).stem)))) or any(
        setting.key[:1] == ("jobs",) and setting.key[2:3] == ("environment",) for setting in facts.settings
    )
