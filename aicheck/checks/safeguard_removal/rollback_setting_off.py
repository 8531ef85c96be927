"""safeguard-removal/rollback-setting-off."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import Removed, turned_off, turned_on
from aicheck.authoring.setting_names import named
from aicheck.authoring.value_delta import Row, ValueDelta

RELEASE = (
    "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: shop}}\n"
    "spec:\n  upgrade:\n    atomic: {atomic}\n    timeout: 5m\n"
)
SERVICE = 'resource "aws_ecs_service" "shop" {{\n  name = "shop"\n{breaker}}}\n'
BREAKER = "  deployment_circuit_breaker {\n    enable   = true\n    rollback = true\n  }\n"


class RollbackSettingOff(ValueDelta):
    """Finds settings of a deployment that no longer stop or take back a bad version."""

    id = "safeguard-removal/rollback-setting-off"
    title = "A deployment no longer takes a bad version back"
    why = "A version that does not come up stays in place half rolled out, until somebody notices and knows how to go back."
    instead = "Keep the automatic rollback; when it acts too early, give the new version more time."
    severity = "high"
    confidence = "medium"
    languages = ("json", "terraform", "toml", "yaml")
    cwe = (693,)
    rows = (
        Row(
            (
                named("atomic", "cleanup on fail", "auto rollback", "automatic rollback", "auto revert", "auto promote", whole=True),
                named("rollback on failure", "enable rollback", "auto rollback configuration", "automatic rollback enabled", whole=True),
                named("rollback", "enable", "enabled", whole=True, within=("deployment circuit breaker", "auto rollback configuration")),
            ),
            (turned_off("high", removed=True),),
        ),
        Row((named("disable rollback", "disable wait", "disable hooks", whole=True),), (turned_on("high", added=True),)),
        Row(
            (named("deployment circuit breaker", "auto rollback configuration", "rollback triggers", "remediation", whole=True),),
            (Removed("high"),),
        ),
    )
    examples = (
        bad_change(RELEASE.format(atomic="true"), RELEASE.format(atomic="false"), "stays half rolled out", path="apps/shop.yaml"),
        bad_change(SERVICE.format(breaker=BREAKER), SERVICE.format(breaker=""), "no circuit breaker", path="infra/ecs.tf"),
        bad_change(
            SERVICE.format(breaker=BREAKER),
            SERVICE.format(breaker=BREAKER.replace("rollback = true", "rollback = false")),
            "stops, but does not go back",
            path="infra/ecs.tf",
        ),
        good_change(RELEASE.format(atomic="false"), RELEASE.format(atomic="true"), "on at last", path="apps/shop.yaml"),
        good_change(RELEASE.format(atomic="true"), RELEASE.format(atomic="true").replace("5m", "10m"), "more time", path="apps/shop.yaml"),
    )
