"""safeguard-removal/alarm-weakened."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import ItemLost, Removed, Rises, turned_off
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta

ALARMS = ("alarm", "alarms", "alert", "alerts", "alerting", "metric alarm", "monitor", "monitors", "prometheus rule", "rules")


class AlarmWeakened(ValueDelta):
    """Finds an alarm that goes, is switched off, tells nobody, or fires much later."""

    id = "safeguard-removal/alarm-weakened"
    title = "Alarm or monitoring weakened"
    why = "The next outage is reported by customers, hours after the alarm would have."
    instead = "Correct what makes the alarm noisy; where it should go, name the one that covers the case instead."
    severity = "medium"
    confidence = "medium"
    languages = (*CONFIGURATION, "python", "typescript")
    cwe = (778,)
    rows = (
        Row(
            (named("threshold", "evaluation periods", "datapoints to alarm", "for", whole=True, within=ALARMS, outside=TEST_TOOLS),),
            (Rises("medium", 5),),
        ),
        Row(
            (
                named(
                    "actions enabled",
                    "alarms enabled",
                    "alerts enabled",
                    "notifications enabled",
                    "monitoring enabled",
                    "enable monitoring",
                    "enable alerts",
                    "enable alarms",
                    whole=True,
                ),
            ),
            (turned_off("medium"),),
        ),
        Row(
            (
                named(
                    "enabled",
                    whole=True,
                    within=("alarms", "alerts", "alerting", "monitoring", "service monitor", "prometheus rule", "notifications"),
                    outside=TEST_TOOLS,
                ),
            ),
            (turned_off("medium"),),
        ),
        Row((named("alarm actions", whole=True),), (Removed("medium"), ItemLost("medium"))),
        Row(
            (named("aws cloudwatch metric alarm", "google monitoring alert policy", "azurerm monitor metric alert", "datadog monitor"),),
            (Removed("medium"),),
        ),
    )
    examples = (
        bad_change(
            "alarms:\n  errors:\n    threshold: 5\n",
            "alarms:\n  errors:\n    threshold: 500\n",
            "a hundred times later",
            path="alarms.yaml",
        ),
        bad_change('{"monitoring": {"enabled": true}}', '{"monitoring": {"enabled": false}}', "off", path="values.json"),
        bad_change(
            'resource "aws_cloudwatch_metric_alarm" "errors" {\n  threshold = 5\n  alarm_name = "errors"\n}\nlocals {\n  a = 1\n}\n',
            "locals {\n  a = 1\n}\n",
            "an alarm goes, in Terraform",
            path="alarms.tf",
        ),
        good_change("alarms:\n  errors:\n    threshold: 50\n", "alarms:\n  errors:\n    threshold: 5\n", "earlier", path="alarms.yaml"),
        good_change("coverage:\n  threshold: 5\n", "coverage:\n  threshold: 50\n", "of test coverage", path="codecov.yaml"),
    )
