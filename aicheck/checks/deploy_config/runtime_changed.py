"""deploy-config/runtime-changed."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import DangerousStep
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta
from aicheck.authoring.wording import clip
from aicheck.model.facts import Setting
from aicheck.regex import regex

VERSION = regex(r"(?<![\d.])(\d{1,4})(?:[._](\d{1,4}))?")
BY_MINOR = regex(r"(?i)python|\bgo\d|golang|php|ruby")
"""Languages whose minor versions are not compatible."""
STORE_IMAGE = regex(
    r"(?:[\w.-]+(?::\d+)?/)*(?:postgres(?:ql)?|mysql|mariadb|percona|mongo(?:db)?|elasticsearch|opensearch|rabbitmq|kafka|zookeeper|couchdb|cassandra|clickhouse(?:-server)?|etcd|neo4j|influxdb)"
    r":v?(\d{1,4})\b.*"
)
TOOLS = (
    "tool",
    "mypy",
    "ruff",
    "black",
    "jobs",
    "steps",
    "matrix",
    "strategy",
    "with",
    "engines",
    "build system",
    "poetry",
    "inputs",
    "dependencies",
)


class OtherGeneration(DangerousStep, frozen=True):
    """The version goes to another generation: the first number, or the first two where a language counts so."""

    def describe(self, step: SettingStep) -> str:
        """As in `changes generation: nodejs12.x -> nodejs16.x`."""
        before, after = _generation(step.old, step), _generation(step.new, step)
        if step.old is None or step.new is None or not before or not after or before == after:
            return ""
        return f"changes generation: {clip(step.old.value, 20)} -> {clip(step.new.value, 20)}"


class OtherStore(DangerousStep, frozen=True):
    """The image of a store goes to another first number."""

    def describe(self, step: SettingStep) -> str:
        """As in `changes generation: postgres:14 -> postgres:16`."""
        before, after = (STORE_IMAGE.fullmatch(setting.value) if setting else None for setting in (step.old, step.new))
        if step.old is None or step.new is None or not before or not after or before[1] == after[1]:
            return ""
        return f"changes generation: {clip(step.old.value, 24)} -> {clip(step.new.value, 24)}"


class RuntimeChanged(ValueDelta):
    """Finds a deployed function, service or store that is moved to another generation of its runtime or engine."""

    id = "deploy-config/runtime-changed"
    title = "Runtime or engine moves to another generation"
    why = (
        "The code and its native packages were built for the other runtime, and an engine may refuse the data of another generation "
        "or change it in a way that cannot be undone."
    )
    instead = "Change the runtime alone, on one instance first; back up and rehearse the upgrade of an engine on a copy."
    severity = "high"
    confidence = "medium"
    languages = (*CONFIGURATION, "python", "typescript")
    cwe = (1188,)
    rows = (
        Row((named("runtime", whole=True, outside=(*TOOLS, "tests")),), (OtherGeneration("high"),)),
        Row(
            (
                named(
                    "engine version",
                    "postgres version",
                    "postgresql version",
                    "mysql version",
                    "database version",
                    whole=True,
                    outside=TOOLS,
                ),
            ),
            (OtherGeneration("high"),),
        ),
        Row((named("image", whole=True, outside=("jobs", "steps", "services test")),), (OtherStore("high"),)),
        Row(
            (
                named(
                    "python version",
                    "node version",
                    "nodejs version",
                    "php version",
                    "java version",
                    "ruby version",
                    "linux fx version",
                    "solution stack name",
                    whole=True,
                    outside=TOOLS,
                ),
            ),
            (OtherGeneration("medium"),),
        ),
    )
    examples = (
        bad_change(
            "functions:\n  hook:\n    runtime: nodejs12.x\n",
            "functions:\n  hook:\n    runtime: nodejs16.x\n",
            "four years on",
            path="serverless.yaml",
        ),
        bad_change('{"engine_version": "13.4"}', '{"engine_version": "15.2"}', "another engine", path="database.json"),
        bad_change(
            "services:\n  db:\n    image: postgres:14\n",
            "services:\n  db:\n    image: postgres:16\n",
            "cannot read its files",
            path="compose.yaml",
        ),
        bad_change(
            'resource "aws_lambda_function" "hook" {\n  runtime = "python3.8"\n}\n',
            'resource "aws_lambda_function" "hook" {\n  runtime = "python3.12"\n}\n',
            "in Terraform",
            path="hook.tf",
        ),
        good_change(
            "services:\n  db:\n    image: postgres:14.1\n", "services:\n  db:\n    image: postgres:14.5\n", "a patch", path="compose.yaml"
        ),
        good_change('{"engine_version": "13.4"}', '{"engine_version": "13.9"}', "a patch", path="database.json"),
        good_change(
            "[tool.mypy]\npython_version = '3.10'\n", "[tool.mypy]\npython_version = '3.12'\n", "of a checker", path="pyproject.toml"
        ),
        good_change("web:\n  version: 1.2\n", "web:\n  version: 2.0\n", "of one's own program", path="values.yaml"),
    )


def _generation(setting: Setting | None, step: SettingStep) -> tuple[str, ...]:
    found = VERSION.search(setting.value) if setting is not None and setting.type in {"string", "number"} else None
    if found is None or setting is None:
        return ()
    is_by_minor = BY_MINOR.search(setting.value) or BY_MINOR.search(step.key[-1])
    return (found[1], found[2] or "0") if is_by_minor else (found[1],)
