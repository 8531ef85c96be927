"""config-rewrite/number-jumped."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Falls, Rises
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import CONFIGURATION, ValueDelta
from aicheck.readers.quantity import key_words

AMOUNTS = (
    *("max", "min", "limit", "interval", "period", "delay", "wait", "size", "buffer", "backlog", "queue", "queues", "rate", "threshold"),
    *("window", "age", "duration", "lifetime", "count", "connections", "requests", "bytes", "seconds", "ms", "minutes", "hours", "days"),
    *("cpu", "memory", "mem", "partitions", "shards", "frequency", "factor", "depth", "timeout", "ttl", "bandwidth", "burst", "batch"),
)
"""A number under a name with one of these is an amount that something runs by."""
NO_AMOUNT = frozenset(
    [
        "id",
        "port",
        "ports",
        "version",
        "year",
        "date",
        "x",
        "y",
        "w",
        "h",
        "width",
        "height",
        "span",
        "length",
        "digits",
        "font",
        "line",
        "opacity",
        "zoom",
        "seed",
        "example",
        "examples",
        "minimum",
        "maximum",
        "price",
        "score",
        "schemas",
        "paths",
        "properties",
        "panels",
        "train",
        "training",
        "eval",
        "model",
        "leaderboard",
        "coverage",
        "bundle",
        "bundlesize",
        "tokens",
        "file",
        "files",
        "dns",
        "record",
        "records",
        "zone",
        "width",
        "fixture",
        "fixtures",
        "body",
        "label",
        "labels",
        "complexity",
        "items",
    ]
)


class NumberJumped(ValueDelta):
    """Finds an amount that becomes ten times larger or smaller, whatever it is of."""

    id = "config-rewrite/number-jumped"
    title = "Number of a configuration jumps ten-fold"
    why = "A tenth or ten times of what runs today was never tried, and is as often a slip of one digit or of a unit as it is meant."
    instead = "Say in the change why ten times as much holds, or go there in steps."
    severity = "medium"
    confidence = "low"
    languages = CONFIGURATION
    cwe = (1188,)
    settings = (named(*AMOUNTS, outside=TEST_TOOLS),)
    steps = (Rises("medium", 10), Falls("medium", 10))
    examples = (
        bad_change("listen:\n  backlog: 512\n", "listen:\n  backlog: 5\n", "a hundredth", path="deploy/gateway.yaml"),
        bad_change('[sync]\ninterval = "60s"\n', '[sync]\ninterval = "60ms"\n', "a slip of the unit", path="deploy/sync.toml"),
        good_change("listen:\n  backlog: 512\n", "listen:\n  backlog: 1024\n", "twice", path="deploy/gateway.yaml"),
        good_change('[sync]\ninterval = "60s"\n', '[sync]\ninterval = "1m"\n', "the same in another unit", path="deploy/sync.toml"),
        good_change("web:\n  port: 80\n", "web:\n  port: 8080\n", "no amount", path="deploy/gateway.yaml"),
        good_change('{"schemas": {"maxLength": 10}}', '{"schemas": {"maxLength": 500}}', "of a text", path="openapi.json"),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Not a number that its name, or what it stands in, tells to be none."""
        return not any(NO_AMOUNT.intersection(key_words(part)) for part in step.key)
