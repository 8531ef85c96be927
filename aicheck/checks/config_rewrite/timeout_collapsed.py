"""config-rewrite/timeout-collapsed."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Falls, ToZero, Unlimited
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.setting_words import PROBES, TEST_TOOLS, TIMEOUTS
from aicheck.authoring.value_delta import SOURCE, Row, ValueDelta


class TimeoutCollapsed(ValueDelta):
    """Finds a timeout that falls to zero, loses its limit, or falls by a factor of five or more.

    Zero and none change what the setting means, so they are `high`. A fall by a factor shows in graphs before it hurts.
    """

    id = "config-rewrite/timeout-collapsed"
    title = "Timeout falls to zero or by a factor of five"
    why = (
        "A timeout of zero waits for ever or fails at once, and a fifth of the time fails the requests that are slow today. "
        "One changed character does either, and a test environment does not show it."
    )
    instead = "Measure the real latency first, change the value in steps, and say in the change why the new value holds."
    severity = "high"
    confidence = "medium"
    cwe = (400, 1188)
    rows = (
        Row(
            (named(*TIMEOUTS, outside=(*PROBES, *TEST_TOOLS, "timeout minutes")),),
            (ToZero("high"), Unlimited("high"), Falls("medium", 5)),
        ),
        Row((named(*TIMEOUTS, outside=PROBES),), (ToZero("low"), Unlimited("low"))),
    )
    examples = (
        bad_change('{"http": {"timeout": 5000}}', '{"http": {"timeout": 0}}', "no limit in most clients", path="config/client.json"),
        bad_change(
            '[pool]\nconnect_timeout = "30s"\n', '[pool]\nconnect_timeout = "500ms"\n', "a sixtieth, in another unit", path="service.toml"
        ),
        bad_change("upstream:\n  read_timeout: 60\n", "upstream:\n  read_timeout: null\n", "no limit", path="deploy/gateway.yaml"),
        bad_change(
            "services:\n  web:\n    environment:\n      - DB_TIMEOUT=30\n      - NAME=web\n",
            "services:\n  web:\n    environment:\n      - DB_TIMEOUT=1\n      - NAME=web\n",
            "a thirtieth, in the environment",
            path="compose.yaml",
        ),
        bad_change(
            'resource "aws_lb" "web" {\n  idle_timeout = 60\n}\n',
            'resource "aws_lb" "web" {\n  idle_timeout = 4\n}\n',
            "in Terraform",
            path="lb.tf",
        ),
        bad_change(
            'package a\n\nimport "time"\n\nconst RequestTimeout = 30 * time.Second\n',
            'package a\n\nimport "time"\n\nconst RequestTimeout = 300 * time.Millisecond\n',
            "a hundredth, in a program",
            path="client.go",
        ),
        good_change("timeout: 30s\n", "timeout: 30000ms\n", "the same duration", path="service.yaml"),
        good_change("timeout: 5s\n", "timeout: 50s\n", "raised", path="service.yaml"),
        good_change("timeout: 30s\n", "timeout: 10s\n", "a third", path="service.yaml"),
        good_change('{"jest": {"timeout": 30000}}', '{"jest": {"timeout": 5000}}', "of a test", path="package.json"),
        good_change("def get(timeout=30):\n    pass\n", "def get(timeout=None):\n    pass\n", "the caller decides", path="client.py"),
        good_change("request:\n  timeout: 0\n", "request:\n  timeout: 30\n", "gets a limit", path="service.yaml"),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Not the default of a function's parameter that lets its caller decide."""
        return not (pair.language in SOURCE and step.new is not None and step.new.type == "null" and step.key[0].endswith("()"))
