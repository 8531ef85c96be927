"""Whether something else than the setting itself decides how many instances run."""

from aicheck.authoring.change_facts import ChangeFacts
from aicheck.authoring.setting_tree import Key

SCALERS = ("HorizontalPodAutoscaler/", "ScaledObject/")
"""Kubernetes objects that set replicas in place of the number in the workload."""
TO_ZERO = ("ScaledObject/", "ScaledJob/", "Service/")
"""Kubernetes objects that start from zero when work arrives (KEDA, Knative)."""


def is_scaled_elsewhere(key: Key, change: ChangeFacts) -> bool:
    """Whether an autoscaler on the after side of the change sets the replicas of the workload that the key stands in."""
    workload = key[0].partition("/")[2]
    return bool(workload) and any(
        other.key[0].startswith(SCALERS) and other.key[-2:] == ("scaleTargetRef", "name") and other.value == workload
        for _, facts in change.sides("after")
        for other in facts.settings
        if other.key
    )


def scales_from_zero(key: Key) -> bool:
    """Whether the key belongs to an object that declares scaling to zero."""
    return key[0].startswith(TO_ZERO)
