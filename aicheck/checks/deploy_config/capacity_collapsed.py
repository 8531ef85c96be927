"""deploy-config/capacity-collapsed."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Falls, ToZero
from aicheck.authoring.scaling import is_scaled_elsewhere, scales_from_zero
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import COMMANDS, CONFIGURATION, ValueDelta

CAPACITY = (
    *("replicas", "replica count", "num replicas", "number of replicas", "min replica count", "max replica count", "min replicas"),
    *("max replicas", "min instances", "max instances", "instance count", "desired count", "desired capacity", "min capacity"),
    *("max capacity", "min nodes", "max nodes", "node count", "min available", "min task count", "max task count", "desired size"),
    *("reserved concurrent executions", "provisioned concurrent executions", "min ready", "min idle"),
)


class CapacityCollapsed(ValueDelta):
    """Finds a number of replicas, instances or nodes that falls to zero or by a factor of three or more."""

    id = "deploy-config/capacity-collapsed"
    title = "Number of replicas or instances falls to zero or by a factor of three"
    why = (
        "A third of the replicas drops the load that all of them carried, and with none nothing serves. "
        "The scheduler obeys at once, whatever the load is."
    )
    instead = "Lower the number in steps while watching the load, or let an autoscaler do it with a floor that carries today's peak."
    severity = "high"
    confidence = "medium"
    languages = (*CONFIGURATION, *COMMANDS, "python", "typescript")
    cwe = (400, 1188)
    settings = (
        named(*CAPACITY, outside=("shards", "history", "index", "topic", "test", "tests")),
        named(
            "min size", "desired size", within=("asg", "autoscaling", "node group", "node groups", "node pool", "scaling", "scaling config")
        ),
    )
    steps = (ToZero("high"), Falls("medium", 3))
    examples = (
        bad_change(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 6\n",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 0\n",
            "nothing serves",
            path="k8s/web.yaml",
        ),
        bad_change(
            "autoscaling:\n  minReplicas: 10\n", "autoscaling:\n  minReplicas: 2\n", "a fifth of the capacity", path="chart/values.yaml"
        ),
        bad_change('{"service": {"desiredCount": 12}}', '{"service": {"desiredCount": 1}}', "one is left", path="deploy/service.json"),
        bad_change(
            'resource "aws_ecs_service" "web" {\n  desired_count = 6\n}\n',
            'resource "aws_ecs_service" "web" {\n  desired_count = 0\n}\n',
            "in Terraform",
            path="service.tf",
        ),
        good_change("replicas: 2\n", "replicas: 20\n", "raised", path="service.yaml"),
        good_change("replicas: 3\n", "replicas: 2\n", "a little less", path="service.yaml"),
        good_change('{"number_of_replicas_history": 6}', '{"number_of_replicas_history": 0}', "no capacity", path="settings.json"),
        good_change(
            "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: web}\nspec: {minReplicaCount: 3}\n",
            "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: web}\nspec: {minReplicaCount: 0}\n",
            "declares that it starts from zero",
            path="k8s/web.yaml",
        ),
        good_change(
            {"web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 6}\n"},
            {
                "web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n",
                "hpa.yaml": "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
                "spec: {minReplicas: 6, scaleTargetRef: {kind: Deployment, name: web}}\n",
            },
            "an autoscaler takes over",
        ),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Not what an autoscaler decides instead."""
        return not (scales_from_zero(step.key) or is_scaled_elsewhere(step.key, change))
