"""deploy-config/probe-tightened."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import Falls, ToZero
from aicheck.authoring.setting_names import named
from aicheck.authoring.value_delta import CONFIGURATION, ValueDelta


class ProbeTightened(ValueDelta):
    """Finds a health check that gives an instance a third of the time, or less, before it is killed or taken out."""

    id = "deploy-config/probe-tightened"
    title = "Health check gives instances much less time"
    why = (
        "An instance that starts more slowly than the check allows is killed while it starts, again and again, and under load all of "
        "them are taken out together."
    )
    instead = "Measure the slowest start and the slowest answer under load, and leave twice that time; let a startup check cover the start."
    severity = "medium"
    confidence = "medium"
    languages = (*CONFIGURATION, "python", "typescript")
    cwe = (1188,)
    settings = (
        named(
            *("initial delay", "initial delay seconds", "failure threshold", "unhealthy threshold", "timeout seconds", "timeout"),
            *("start period", "retries", "period seconds", "interval"),
            within=("probe", "liveness", "liveness probe", "readiness probe", "startup probe", "healthcheck", "health check"),
            whole=True,
        ),
        named(
            "health check grace period",
            "health check grace period seconds",
            "health check timeout",
            "progress deadline seconds",
            whole=True,
        ),
    )
    steps = (ToZero("medium"), Falls("medium", 3))
    examples = (
        bad_change(
            "livenessProbe:\n  initialDelaySeconds: 120\n  periodSeconds: 10\n",
            "livenessProbe:\n  initialDelaySeconds: 5\n  periodSeconds: 10\n",
            "killed while it starts",
            path="deploy/web.yaml",
        ),
        bad_change(
            '{"health_check_grace_period_seconds": 300}',
            '{"health_check_grace_period_seconds": 0}',
            "no time to start",
            path="service.json",
        ),
        bad_change("healthcheck:\n  retries: 10\n", "healthcheck:\n  retries: 2\n", "a fifth of the tries", path="compose.yaml"),
        good_change(
            "livenessProbe:\n  initialDelaySeconds: 5\n",
            "livenessProbe:\n  initialDelaySeconds: 120\n",
            "more time",
            path="deploy/web.yaml",
        ),
        good_change("readinessProbe:\n  timeoutSeconds: 10\n", "readinessProbe:\n  timeoutSeconds: 5\n", "half", path="deploy/web.yaml"),
        good_change("job:\n  interval: 120\n", "job:\n  interval: 5\n", "no health check", path="deploy/web.yaml"),
    )
