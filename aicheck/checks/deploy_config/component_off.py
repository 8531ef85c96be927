"""deploy-config/component-off."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import OFF, turned_off
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.setting_words import PROBES, TEST_TOOLS
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta

STORES = (
    *("database", "db", "postgres", "postgresql", "mysql", "mariadb", "aurora", "rds", "redis", "mongo", "mongodb", "elasticsearch"),
    *("opensearch", "kafka", "rabbitmq", "dynamodb", "bucket", "volume", "efs", "cluster", "elasticache", "documentdb", "vault"),
)
JUDGED_ELSEWHERE = (
    *(*PROBES, "cache", "caching", "alarm", "alarms", "alert", "alerts", "alerting", "monitoring", "persistence", "replication", "backup"),
    *("backups", "versioning", "pdb", "pod disruption budget", "autoscaling", "durability"),
)
"""Other rules know better what switching these off means."""
NO_COMPONENT = (
    *("debug", "verbose", "log", "logs", "logging", "telemetry", "analytics", "metrics", "tracing", "feature", "features", "flag", "flags"),
    *(
        "experimental",
        "beta",
        "rules",
        "plugins",
        "extensions",
        "color",
        "swagger",
        "docs",
        "public",
        "anonymous",
        "jobs",
        "prune",
        "delete",
    ),
    *("notifications", "lint", "rule", "editor", "hooks", "mcp servers", "tools", "dashboard", "dashboards"),
)


class ComponentOff(ValueDelta):
    """Finds a component that an existing deployment ran and that is switched off."""

    id = "deploy-config/component-off"
    title = "Component of an existing deployment switched off"
    why = "The next apply takes the component away with all that it holds, and what called it fails."
    instead = "Show in the change that nothing uses it any more; take a copy of what it stores before it goes."
    severity = "medium"
    confidence = "medium"
    languages = CONFIGURATION
    cwe = (1188,)
    rows = (
        Row(
            (named("enabled", "enable", "create", whole=True, within=STORES, outside=(*TEST_TOOLS, *JUDGED_ELSEWHERE, *NO_COMPONENT)),),
            (turned_off("high"),),
        ),
        Row(
            (
                named(
                    *(f"{store} enabled" for store in STORES),
                    *(f"enable {store}" for store in STORES),
                    *(f"create {store}" for store in STORES),
                    outside=(*TEST_TOOLS, *JUDGED_ELSEWHERE, *NO_COMPONENT),
                ),
            ),
            (turned_off("high"),),
        ),
        Row((named("enabled", "enable", whole=True, outside=(*TEST_TOOLS, *JUDGED_ELSEWHERE, *NO_COMPONENT)),), (turned_off("medium"),)),
        Row((named("enabled", "enable", outside=(*TEST_TOOLS, *JUDGED_ELSEWHERE, *NO_COMPONENT)),), (turned_off("low"),)),
    )
    examples = (
        bad_change('{"postgres_cluster_enabled": true}', '{"postgres_cluster_enabled": false}', "a database goes", path="deploy/shop.json"),
        bad_change("worker:\n  enabled: true\n", "worker:\n  enabled: false\n", "nothing takes the jobs", path="deploy/values.yaml"),
        good_change("worker:\n  enabled: false\n", "worker:\n  enabled: true\n", "on", path="deploy/values.yaml"),
        good_change("debug:\n  enabled: true\n", "debug:\n  enabled: false\n", "no component", path="deploy/values.yaml"),
        good_change("features:\n  beta_enabled: true\n", "features:\n  beta_enabled: false\n", "a feature", path="deploy/values.yaml"),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Not a value that only a run could tell."""
        return step.new is not None and step.new.value.lower() in OFF
