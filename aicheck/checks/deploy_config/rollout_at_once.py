"""deploy-config/rollout-at-once."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Becomes, Falls, Removed, Rises, ToZero, turned_off
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta

ROLLOUTS = ("rollout", "deployment", "deploy", "update", "update config", "rolling", "rolling update", "strategy", "canary")


class RolloutAtOnce(ValueDelta):
    """Finds a rollout in steps that becomes one step for all instances or all users."""

    id = "deploy-config/rollout-at-once"
    title = "Rollout no longer goes in steps"
    why = (
        "The steps are what shows a broken version on a few instances while the others still serve. "
        "All at once, the first sign of a mistake is that everything is down."
    )
    instead = "Keep a step small enough to lose, with a pause and a check behind it, and shorten the pauses rather than drop the steps."
    severity = "high"
    confidence = "medium"
    languages = (*CONFIGURATION, "python", "typescript")
    cwe = (1188,)
    rows = (
        Row(
            (named("type", "strategy", "update strategy", "deployment strategy", whole=True),),
            (Becomes("high", frozenset({"recreate", "allatonce", "all-at-once", "all_at_once", "big-bang"})),),
        ),
        Row((named("max unavailable"),), (Becomes("high", frozenset({"100%", "100", "1.0"})), Rises("medium", 3))),
        Row((named("deployment config name", "deployment config"),), (Becomes("high", pattern=r"(?i).*all[-_]?at[-_]?once"),)),
        Row((named("minimum healthy percent", "min healthy percentage"),), (ToZero("high"), Falls("medium", 2))),
        Row(
            (named("canary", "canaries", whole=True), named("steps", whole=True, within=("canary",))), (Removed("high"), turned_off("high"))
        ),
        Row(
            (
                named(
                    "weight",
                    "set weight",
                    "step weight",
                    "max weight",
                    "percentage",
                    "percent",
                    whole=True,
                    within=("canary", "rollout", "rollouts"),
                ),
            ),
            (Becomes("medium", frozenset({"100", "100%"})), Rises("medium", 5)),
        ),
        Row(
            (named("serial", "batch size", "rolling batch size", "parallelism", whole=True, within=ROLLOUTS),),
            (Rises("medium", 5), Removed("medium")),
        ),
        Row((named("order", whole=True, within=ROLLOUTS),), (Becomes("medium", frozenset({"stop-first"})),)),
    )
    examples = (
        bad_change(
            "spec:\n  replicas: 4\n  strategy:\n    type: RollingUpdate\n",
            "spec:\n  replicas: 4\n  strategy:\n    type: Recreate\n",
            "all pods stop before the first new one starts",
            path="deploy/web.yaml",
        ),
        bad_change(
            '{"rollingUpdate": {"maxUnavailable": "25%"}}', '{"rollingUpdate": {"maxUnavailable": "100%"}}', "all at once", path="web.json"
        ),
        bad_change(
            "strategy:\n  canary:\n    steps:\n    - setWeight: 5\n    - pause: {duration: 10m}\n",
            "strategy:\n  canary:\n    maxSurge: 1\n",
            "the canary steps go",
            path="rollout.yaml",
        ),
        bad_change(
            "deployment_minimum_healthy_percent: 50\n", "deployment_minimum_healthy_percent: 0\n", "none is kept", path="service.yaml"
        ),
        bad_change(
            'resource "aws_ecs_service" "web" {\n  deployment_minimum_healthy_percent = 100\n}\n',
            'resource "aws_ecs_service" "web" {\n  deployment_minimum_healthy_percent = 0\n}\n',
            "in Terraform",
            path="service.tf",
        ),
        good_change("rollingUpdate:\n  maxSurge: 1\n", "rollingUpdate:\n  maxSurge: 2\n", "more at a time on top", path="web.yaml"),
        good_change("strategy: {type: Recreate}\n", "strategy: {type: RollingUpdate}\n", "the other way", path="web.yaml"),
        good_change(
            "spec:\n  replicas: 1\n  strategy:\n    type: RollingUpdate\n",
            "spec:\n  replicas: 1\n  strategy:\n    type: Recreate\n",
            "one replica, as a volume that only one may mount needs",
            path="deploy/db.yaml",
        ),
        good_change("canary:\n  weight: 5\n", "canary:\n  weight: 10\n", "a small step", path="rollout.yaml"),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Not a workload of one replica, which has no steps to go in."""
        return not any(
            setting.key[-1] == "replicas" and setting.value == "1" and setting.key[:-1] == step.key[: len(setting.key) - 1]
            for setting in pair.facts("after").settings
            if setting.key
        )
