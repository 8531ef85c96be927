"""deploy-config/resources-cut."""

import re
from fractions import Fraction

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import DangerousStep, Falls, Removed
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta
from aicheck.model.facts import Setting

CPU = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(m?)", re.ASCII)
OUTSIDE = (*TEST_TOOLS, "threshold", "target", "alarm", "alert", "metrics", "utilization")


class CpuFalls(DangerousStep, frozen=True):
    """An amount of processors falls by a factor; `500m` is half of one."""

    by: int = 5

    def describe(self, step: SettingStep) -> str:
        """As in `falls 8-fold: 2 -> 250m`."""
        before, after = _processors(step.old), _processors(step.new)
        if step.old is None or step.new is None or not before or not after or before < after * self.by:
            return ""
        return f"falls {int(before / after)}-fold: {step.old.value} -> {step.new.value}"


class ResourcesCut(ValueDelta):
    """Finds memory or processors of a workload that fall by half or more, or whose limit goes."""

    id = "deploy-config/resources-cut"
    title = "Memory or processors of a workload cut"
    why = (
        "A process that needs more memory than its limit is killed and started again, for ever; with no limit at all it takes the "
        "memory of its neighbours. Both show under load only."
    )
    instead = "Set the limit from the peak that was measured over a week, and keep one on every workload."
    severity = "high"
    confidence = "medium"
    languages = (*CONFIGURATION, "python", "typescript")
    cwe = (770,)
    rows = (
        Row((named("memory", "mem", whole=True, within=("limits",), outside=OUTSIDE),), (Falls("high", 4), Falls("medium", 2), Removed("medium"))),
        Row((named("limits", whole=True, within=("resources",)),), (Removed("medium"),)),
        Row((named("memory", "mem", whole=True, within=("requests", "reservations"), outside=OUTSIDE),), (Falls("medium", 5),)),
        Row((named("cpu", "cpus", whole=True, within=("limits", "requests", "resources"), outside=OUTSIDE),), (CpuFalls("medium", 5),)),
        Row(
            (
                named("memory", "memory size", "mem limit", "memory limit", "memory mb", "memory in mb", whole=True, outside=OUTSIDE),
                named("xmx", "heap size", "max heap", "heap opts", "max old space size", "shared buffers", "innodb buffer pool size"),
            ),
            (Falls("high", 4), Falls("medium", 2)),
        ),
    )
    examples = (
        bad_change(
            "resources:\n  limits:\n    memory: 2Gi\n    cpu: 1\n",
            "resources:\n  limits:\n    memory: 256Mi\n    cpu: 1\n",
            "an eighth",
            path="deploy/values.yaml",
        ),
        bad_change(
            "web:\n  resources:\n    requests:\n      cpu: 100m\n    limits:\n      memory: 1Gi\n",
            "web:\n  resources:\n    requests:\n      cpu: 100m\n",
            "the limit goes",
            path="deploy/values.yaml",
        ),
        bad_change('{"functions": {"resize": {"memorySize": 1024}}}', '{"functions": {"resize": {"memorySize": 128}}}', "an eighth", path="serverless.json"),
        bad_change("resources:\n  limits:\n    cpu: 4\n", "resources:\n  limits:\n    cpu: 500m\n", "an eighth, in another unit", path="values.yaml"),
        good_change("resources:\n  limits:\n    memory: 1Gi\n", "resources:\n  limits:\n    memory: 1024Mi\n", "the same", path="values.yaml"),
        good_change("resources:\n  limits:\n    memory: 1Gi\n", "resources:\n  limits:\n    memory: 2Gi\n", "more", path="values.yaml"),
        good_change(
            "resources:\n  limits:\n    memory: 1Gi\n    cpu: 1\n", "resources:\n  limits:\n    memory: 1Gi\n", "no processor limit", path="values.yaml"
        ),
        good_change("alert:\n  memory: 90\n", "alert:\n  memory: 30\n", "a threshold", path="alerts.yaml"),
    )


def _processors(setting: Setting | None) -> Fraction | None:
    found = CPU.fullmatch(setting.value.strip()) if setting is not None else None
    return Fraction(found[1]) / (1000 if found[2] else 1) if found else None
