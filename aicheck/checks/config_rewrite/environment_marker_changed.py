"""config-rewrite/environment-marker-changed."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Becomes, Changes, Leaves
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta

PRODUCTION = frozenset({"production", "prod", "prd", "live"})
ENVIRONMENTS = (
    *("environment", "env", "stage", "environment name", "env name", "node env", "app env", "rails env", "flask env", "rack env"),
    *("app environment", "deployment environment", "spring profiles active", "profiles active", "deploy env", "target env", "dd env"),
)
PLACES = (
    *("account id", "aws account id", "aws account", "subscription id", "gcp project", "project id", "google project", "gcp project id"),
    *("region", "aws region", "aws default region", "cluster name", "kube context", "kubernetes cluster"),
)
OUTSIDE = (*TEST_TOOLS, "jobs", "matrix", "options", "choices", "enum", "example", "examples", "sentry", "labels", "tags", "description")


class EnvironmentMarkerChanged(ValueDelta):
    """Finds an existing configuration that names another environment, account, project or region, or none any more."""

    id = "config-rewrite/environment-marker-changed"
    title = "Configuration names another environment or none"
    why = (
        "The same commands and secrets then act on another environment: test data is written to production, or production is set up "
        "anew somewhere else while the real one goes without."
    )
    instead = "Make a new file for a new environment, and leave the marker of an existing one as it is."
    severity = "high"
    confidence = "medium"
    languages = CONFIGURATION
    cwe = (1188,)
    rows = (
        Row((named(*ENVIRONMENTS, whole=True, outside=OUTSIDE),), (Leaves("high", PRODUCTION), Becomes("medium", PRODUCTION))),
        Row((named(*PLACES, whole=True, outside=OUTSIDE),), (Changes("medium"),)),
        Row((named("namespace", whole=True, within=("metadata",), outside=OUTSIDE),), (Changes("medium"),)),
    )
    examples = (
        bad_change("app:\n  env: production\n", "app:\n  env: staging\n", "production runs as staging", path="deploy/app.yaml"),
        bad_change('{"NODE_ENV": "production", "PORT": "80"}', '{"PORT": "80"}', "no environment any more", path="deploy/app.json"),
        bad_change('aws_region = "eu-west-1"\n', 'aws_region = "us-east-1"\n', "another region", path="deploy/main.toml"),
        bad_change("NODE_ENV=production\nPORT=80\n", "NODE_ENV=development\nPORT=80\n", "as a variable", path="deploy/web.env"),
        good_change({}, {"deploy/staging.yaml": "app:\n  env: staging\n"}, "a new file of a new environment"),
        good_change("environment: production\n", "environment: prod\n", "another word for the same", path="deploy/app.yaml"),
        good_change("environment: dev\n", "environment: qa\n", "never was production", path="deploy/app.yaml"),
        good_change('{"NODE_ENV": "production"}', '{"node_env": "production"}', "renamed with its value", path="deploy/app.json"),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Not a value that only a run could tell, on either side."""
        return all(
            setting is None or (setting.type != "expression" and "$" not in setting.value and "{" not in setting.value)
            for setting in (step.old, step.new)
        )
