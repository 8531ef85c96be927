"""deploy-config/schedule-hastened."""

from fractions import Fraction

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import DangerousStep
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import CONFIGURATION, SOURCE, ValueDelta
from aicheck.authoring.wording import clip
from aicheck.model.facts import Setting
from aicheck.readers.cron import runs_per_day


class RunsMoreOften(DangerousStep, frozen=True):
    """A schedule runs many times as often."""

    by: int = 10

    def describe(self, step: SettingStep) -> str:
        """As in `runs 24 times as often: 0 3 * * * -> 0 * * * *`."""
        before, after = _runs(step.old), _runs(step.new)
        if step.old is None or step.new is None or not before or not after or after < before * self.by:
            return ""
        return f"runs {int(after / before):,} times as often: {clip(step.old.value, 16)} -> {clip(step.new.value, 16)}"


class ScheduleHastened(ValueDelta):
    """Finds a job that runs ten times as often or more."""

    id = "deploy-config/schedule-hastened"
    title = "Scheduled job runs many times as often"
    why = "A job that takes longer than its new interval runs several times at once, and each run takes the load and the locks again."
    instead = "Measure how long one run takes, forbid two at once, and raise the frequency in steps."
    severity = "medium"
    confidence = "high"
    languages = (*CONFIGURATION, *SOURCE)
    cwe = (400,)
    settings = (
        named("schedule", "cron", "schedule expression", "cron expression", "crontab", "cron schedule", outside=("renovate", "dependabot")),
    )
    steps = (RunsMoreOften("medium"),)
    examples = (
        bad_change(
            'spec:\n  schedule: "0 3 * * *"\n', 'spec:\n  schedule: "*/5 * * * *"\n', "daily, now every five minutes", path="job.yaml"
        ),
        bad_change('{"schedule_expression": "rate(1 day)"}', '{"schedule_expression": "rate(5 minutes)"}', "as a rate", path="rule.json"),
        bad_change(
            'resource "aws_cloudwatch_event_rule" "sync" {\n  schedule_expression = "cron(0 3 * * ? *)"\n}\n',
            'resource "aws_cloudwatch_event_rule" "sync" {\n  schedule_expression = "rate(1 minute)"\n}\n',
            "in Terraform",
            path="sync.tf",
        ),
        good_change('spec:\n  schedule: "0 3 * * *"\n', 'spec:\n  schedule: "0 5 * * *"\n', "at another hour", path="job.yaml"),
        good_change('spec:\n  schedule: "*/5 * * * *"\n', 'spec:\n  schedule: "0 3 * * *"\n', "less often", path="job.yaml"),
        good_change('spec:\n  schedule: "@hourly"\n', 'spec:\n  schedule: "0 * * * *"\n', "the same", path="job.yaml"),
    )


def _runs(setting: Setting | None) -> Fraction | None:
    """How often a schedule runs on an average day; None for what is no schedule."""
    return runs_per_day(setting.value) if setting is not None else None
