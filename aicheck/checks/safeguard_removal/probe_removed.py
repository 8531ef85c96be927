"""safeguard-removal/probe-removed."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Becomes, Removed, turned_off, turned_on
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta
from aicheck.authoring.wording import clip
from aicheck.model.finding import Match
from aicheck.model.location import WHOLE_FILE, Location

GUARDS = ("PodDisruptionBudget/", "HorizontalPodAutoscaler/", "ScaledObject/", "PrometheusRule/")
"""Kubernetes objects that keep a workload up."""
WORKLOADS = ("Deployment/", "StatefulSet/", "DaemonSet/", "HelmRelease/", "Rollout/", "Application/", "Job/", "CronJob/")
READY = ("readiness probe", "readiness", "health check path", "health check", "healthcheck", "health checks", "healthchecks")
ALIVE = ("liveness probe", "liveness", "startup probe", "startup")
SWITCH = ("enabled", "enable", "disable", "disabled")


class ProbeRemoved(ValueDelta):
    """Finds a health check, a disruption budget or an autoscaler that goes while the workload stays."""

    id = "safeguard-removal/probe-removed"
    title = "Health check or disruption budget removed"
    why = (
        "Without a readiness check a rollout sends requests to instances that cannot answer, and goes on to the last one; "
        "without a disruption budget a node upgrade takes all of them at once."
    )
    instead = "Correct the check's path, port or times instead of removing it."
    severity = "high"
    confidence = "medium"
    languages = CONFIGURATION
    cwe = (693,)
    rows = (
        Row((named(*READY, whole=True, outside=("depends on",)),), (Removed("high"), turned_off("high"))),
        Row((named(*ALIVE, whole=True, outside=("depends on",)),), (Removed("medium"), turned_off("medium"))),
        Row((named("enabled", "enable", whole=True, within=READY),), (turned_off("high"),)),
        Row((named("enabled", "enable", whole=True, within=ALIVE),), (turned_off("medium"),)),
        Row((named("disable", "disabled", whole=True, within=(*READY, *ALIVE)),), (turned_on("medium", added=True),)),
        Row((named("pod disruption budget", "pdb", "disruption budget", whole=True),), (Removed("medium"), turned_off("medium"))),
        Row(
            (named("enabled", "create", whole=True, within=("pod disruption budget", "pdb", "disruption budget")),), (turned_off("medium"),)
        ),
        Row((named("condition", whole=True, within=("depends on",)),), (Becomes("low", frozenset({"service_started"})),)),
    )
    examples = (
        bad_change(
            "containers:\n- name: web\n  image: a\n  readinessProbe:\n    httpGet: {path: /ready, port: 80}\n",
            "containers:\n- name: web\n  image: a\n",
            "the readiness probe goes",
            path="deploy/web.yaml",
        ),
        bad_change(
            "services:\n  db:\n    image: postgres:16\n    healthcheck:\n      test: pg_isready\n      interval: 5s\n",
            "services:\n  db:\n    image: postgres:16\n",
            "the check of a service",
            path="compose.yaml",
        ),
        bad_change(
            '{"probes": {"liveness": {"enabled": true}}}', '{"probes": {"liveness": {"enabled": false}}}', "off", path="values.json"
        ),
        bad_change(
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP}\n---\n"
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 1}\n",
            "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ClusterIP}\n",
            "the disruption budget goes, the service stays",
            path="k8s/web.yaml",
        ),
        good_change(
            "readinessProbe:\n  httpGet: {path: /ready, port: 80}\n",
            "readinessProbe:\n  httpGet: {path: /healthz, port: 80}\n",
            "another path",
            path="deploy/web.yaml",
        ),
        good_change(
            {"base/web.yaml": "a: 1\n", "web.yaml": "b: 1\nreadinessProbe:\n  httpGet: {path: /ready, port: 80}\n"},
            {"base/web.yaml": "a: 1\nreadinessProbe:\n  httpGet: {path: /ready, port: 80}\n", "web.yaml": "b: 1\n"},
            "moved to the base overlay",
        ),
        good_change("a: 1\nweb:\n  image: b\n  readinessProbe: {path: /}\n", "a: 1\n", "the whole workload goes", path="values.yaml"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Also the objects of Kubernetes that guard a workload and go alone."""
        yield from super().compare(pair, change)
        lost = [step for step in change.setting_steps.get(pair.path, ()) if step.before and not step.after]
        guards = dict.fromkeys(name for step in lost for name in _objects(step) if name.startswith(GUARDS))
        if not guards or _loses_workload(change):
            return
        for name in guards:
            yield self.match(
                Location(pair.path, "after" if pair.after else "before", WHOLE_FILE),
                f"{clip(name, 60)} is removed, no workload goes with it",
                symbol=name,
                text=f"{name} is removed",
                severity="medium",
            )


def _objects(step: SettingStep) -> Iterator[str]:
    """The Kubernetes objects that a lost step holds as a whole: the step itself, or those of a file that is gone."""
    if len(step.key) == 1:
        yield step.key[0]
    elif not step.key:
        yield from {setting.key[0]: None for setting in step.before if setting.key}


def _loses_workload(change: ChangeFacts) -> bool:
    return any(
        name.startswith(WORKLOADS)
        for steps in change.setting_steps.values()
        for step in steps
        if step.before and not step.after
        for name in _objects(step)
    )
