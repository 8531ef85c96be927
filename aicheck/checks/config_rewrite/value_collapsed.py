"""config-rewrite/value-collapsed."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.value_fall import Kind, find_fall, kind_of, pair_settings
from aicheck.authoring.wording import clip, clip_key
from aicheck.model.facts import Setting
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location
from aicheck.model.rule import Severity
from aicheck.readers.place import Place, environment_of, place_of, words_of

SILENT_PLACES: frozenset[Place] = frozenset({"test", "example", "docs", "translation", "development"})
MILD_PLACES: frozenset[Place] = frozenset({"staging", "workflow"})
SCALERS = ("HorizontalPodAutoscaler/", "ScaledObject/")
"""Kubernetes objects that set replicas in place of the number in the workload."""


class ValueCollapsed(DifferentialCheck):
    """Finds a timeout or a capacity that falls to zero, loses its limit, or falls by a factor of five or more.

    To zero is `high`: the setting changes its meaning (no limit, nothing running). A fall by a factor keeps its meaning
    and shows in graphs before it hurts, so it is `medium`. Staging and workflow files are one step milder.
    """

    id = "config-rewrite/value-collapsed"
    title = "Timeout or capacity falls to zero or by a factor of five"
    why = (
        "A timeout of zero waits for ever or fails at once, and a fifth of the replicas drops the load that all of them carried. "
        "One changed character does either, and a test environment does not show it."
    )
    instead = "Change the value in steps, measure the real latency or load first, and say in the change why the new value holds."
    severity = "high"
    confidence = "medium"
    languages = ("json", "toml", "yaml")
    cwe = (400, 1188)
    examples = (
        bad_change(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 6\n",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 0\n",
            "nothing serves",
            path="k8s/web.yaml",
        ),
        bad_change('{"http": {"timeout": 5000}}', '{"http": {"timeout": 0}}', "no limit in most clients", path="config/client.json"),
        bad_change(
            '[pool]\nconnect_timeout = "30s"\n', '[pool]\nconnect_timeout = "500ms"\n', "a sixtieth, in another unit", path="service.toml"
        ),
        bad_change(
            "autoscaling:\n  minReplicas: 10\n", "autoscaling:\n  minReplicas: 2\n", "a fifth of the capacity", path="chart/values.yaml"
        ),
        good_change("timeout: 30s\n", "timeout: 30000ms\n", "the same duration", path="service.yaml"),
        good_change("timeout: 5s\nreplicas: 2\n", "timeout: 50s\nreplicas: 20\n", "raised", path="service.yaml"),
        good_change("timeout: 30s\n", "timeout: 10s\n", "a third", path="service.yaml"),
        good_change('{"replicas": 6}', '{"replicas": 1}', "a development overlay", path="overlays/dev/web.json"),
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

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Compare the same key on both sides; a key that only its parents were renamed of is the same."""
        if place_of(pair.path) in SILENT_PLACES:
            return
        for before, after in pair_settings(pair.facts("before"), pair.facts("after")):
            kind = kind_of(after.key)
            fall = find_fall(kind, before, after) if kind and before.value != after.value else None
            if kind is None or fall is None or (kind.name == "capacity" and _is_scaled_elsewhere(after, change)):
                continue
            severity = _severity(pair.path, after.key, to_zero=not isinstance(fall, int))
            if severity is None:
                continue
            yield self.match(
                Location(pair.path, "after", after.span),
                f"{clip_key(after.key, 30)} {_step(fall)}: {_shown(before)} -> {_shown(after)}{_meaning(kind, fall)}",
                symbol=".".join(after.key),
                text=f"{before.value} -> {after.value}",
                before=Excerpt(pair.before_path, before.span.line, clip(pair.line("before", before.span.line), 200)),
                severity=severity,
            )


def _is_scaled_elsewhere(setting: Setting, change: ChangeFacts) -> bool:
    """Whether an autoscaler on the after side of the change sets the replicas of this workload."""
    workload = setting.key[0].partition("/")[2]
    return bool(workload) and any(
        other.key[0].startswith(SCALERS) and other.key[-2:] == ("scaleTargetRef", "name") and other.value == workload
        for _, facts in change.sides("after")
        for other in facts.settings
        if other.key
    )


def _severity(path: str, key: tuple[str, ...], *, to_zero: bool) -> Severity | None:
    """None where the environment that the key names is a developer's own."""
    environment = environment_of(frozenset().union(*(words_of(part) for part in key[:-1])))
    if environment in SILENT_PLACES:
        return None
    if place_of(path) in MILD_PLACES or environment in MILD_PLACES:
        return "medium" if to_zero else "low"
    return "high" if to_zero else "medium"


def _step(fall: int | str) -> str:
    return f"falls {fall:,}-fold" if isinstance(fall, int) else "falls to zero" if fall == "zero" else "loses its limit"


def _meaning(kind: Kind, fall: int | str) -> str:
    return f" ({kind.at_zero})" if fall == "zero" else ""


def _shown(setting: Setting) -> str:
    return clip(setting.value, 10) or "nothing"
