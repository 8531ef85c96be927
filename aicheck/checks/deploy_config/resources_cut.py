"""deploy-config/resources-cut."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import DangerousStep, Falls, Removed
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta
from aicheck.authoring.wording import clip
from aicheck.regex import regex

OUTSIDE = (*TEST_TOOLS, "threshold", "target", "alarm", "alert", "metrics", "utilization")


SIZES = ("nano", "micro", "small", "medium", "large", "xlarge")
SIZE = regex(r"(?:[a-z0-9]+[.-])*?(\d{0,3})(nano|micro|small|medium|large|xlarge)|[a-z0-9]+-(?:standard|highmem|highcpu)-(\d{1,3})")


class Shrinks(DangerousStep, frozen=True):
    """A type of machine goes to one at least four times smaller (`m5.2xlarge`, `db.t3.small`, `n2-standard-8`)."""

    by: int = 4

    def describe(self, step: SettingStep) -> str:
        """As in `shrinks 8-fold: db.r5.2xlarge -> db.r5.large`."""
        if step.old is None or step.new is None:
            return ""
        before, after = _power(step.old.value), _power(step.new.value)
        if not before or not after or before < after * self.by:
            return ""
        return f"shrinks {before // after}-fold: {clip(step.old.value, 18)} -> {clip(step.new.value, 18)}"


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
        Row(
            (named("memory", "mem", whole=True, within=("limits",), outside=OUTSIDE),),
            (Falls("high", 4), Falls("medium", 2), Removed("medium")),
        ),
        Row((named("limits", whole=True, within=("resources",)),), (Removed("medium"),)),
        Row((named("memory", "mem", whole=True, within=("requests", "reservations"), outside=OUTSIDE),), (Falls("medium", 5),)),
        Row((named("cpu", "cpus", whole=True, within=("limits", "requests", "resources"), outside=OUTSIDE),), (Falls("medium", 5),)),
        Row(
            (
                named("memory", "memory size", "mem limit", "memory limit", "memory mb", "memory in mb", whole=True, outside=OUTSIDE),
                named("xmx", "heap size", "max heap", "heap opts", "max old space size", "shared buffers", "innodb buffer pool size"),
            ),
            (Falls("high", 4), Falls("medium", 2)),
        ),
        Row(
            (
                named(
                    "allocated storage", "disk size", "disk size gb", "volume size", "storage gb", "storage size", "disk quota", whole=True
                ),
                named("storage", whole=True, within=("requests", "limits")),
            ),
            (Falls("medium", 2),),
        ),
        Row(
            (
                named(
                    "iops", "provisioned iops", "disk iops", "throughput", "read capacity", "write capacity", "capacity units", whole=True
                ),
            ),
            (Falls("medium", 4), Falls("low", 2)),
        ),
        Row(
            (named("instance type", "instance class", "instance size", "node type", "machine type", "cache node type", whole=True),),
            (Shrinks("medium"),),
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
        bad_change(
            '{"functions": {"resize": {"memorySize": 1024}}}',
            '{"functions": {"resize": {"memorySize": 128}}}',
            "an eighth",
            path="serverless.json",
        ),
        bad_change(
            "resources:\n  limits:\n    cpu: 4\n",
            "resources:\n  limits:\n    cpu: 500m\n",
            "an eighth, in another unit",
            path="values.yaml",
        ),
        bad_change(
            'resource "aws_lambda_function" "hook" {\n  memory_size = 1024\n}\n',
            'resource "aws_lambda_function" "hook" {\n  memory_size = 128\n}\n',
            "in Terraform",
            path="hook.tf",
        ),
        good_change(
            "resources:\n  limits:\n    memory: 1Gi\n", "resources:\n  limits:\n    memory: 1024Mi\n", "the same", path="values.yaml"
        ),
        bad_change(
            '{"instance_class": "db.r5.2xlarge"}', '{"instance_class": "db.r5.large"}', "a quarter of the machine", path="database.json"
        ),
        good_change("resources:\n  limits:\n    memory: 1Gi\n", "resources:\n  limits:\n    memory: 2Gi\n", "more", path="values.yaml"),
        good_change(
            "resources:\n  limits:\n    memory: 1Gi\n    cpu: 1\n",
            "resources:\n  limits:\n    memory: 1Gi\n",
            "no processor limit",
            path="values.yaml",
        ),
        good_change("alert:\n  memory: 90\n", "alert:\n  memory: 30\n", "a threshold", path="alerts.yaml"),
    )


def _power(value: str) -> int:
    """The relative size of a type of machine; 0 for another text."""
    found = SIZE.fullmatch(value)
    if found is None:
        return 0
    if found[3]:
        return int(found[3])
    return (int(found[1]) if found[1] and found[2] == "xlarge" else 1) << SIZES.index(found[2])
