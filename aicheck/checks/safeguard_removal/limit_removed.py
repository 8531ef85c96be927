"""safeguard-removal/limit-removed."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Removed, turned_off
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta

RATES = (
    *("rate limit", "rate limits", "rate limiting", "rate limiter", "ratelimit", "throttle settings", "throttle", "throttling"),
    *("throttling burst limit", "throttling rate limit", "limit rps", "limit rpm", "limit connections", "limit req", "limit conn"),
    *("default throttle classes", "default throttle rates", "ratelimit default", "ratelimit enabled"),
)
SIZES = (
    *("max connections", "max concurrency", "max concurrent requests", "max requests", "max request size", "max body size"),
    *("client max body size", "max upload size", "data upload max memory size", "max content length", "max page size", "max results"),
    *("mem limit", "pids limit", "memory limit", "max memory", "reserved concurrent executions", "max tokens", "max cost", "max budget"),
)
QUOTAS = ("quota", "quotas", "quota settings", "resource quota", "limit range", "spending limit", "budget limit")
INGRESS = """apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    cert-manager.io/cluster-issuer: main
{limit}spec:
  ingressClassName: nginx
"""


class LimitRemoved(ValueDelta):
    """Finds limits of requests, connections and sizes that go while what they limited stays.

    `high` for rates of requests, `medium` for sizes and quotas. A limit that moves to another file of the change is none.
    """

    id = "safeguard-removal/limit-removed"
    title = "A limit of requests, connections or sizes is removed"
    why = "One client in a loop, or one large upload, then takes all the connections and memory that everybody else needs."
    instead = "Raise the limit to what is measured and keep it; where another layer limits, say so in the same change."
    severity = "high"
    confidence = "medium"
    languages = CONFIGURATION
    cwe = (770,)
    rows = (
        Row((named(*RATES, whole=True), named("limit rps", "limit rpm", "limit connections")), (Removed("high"), turned_off("high"))),
        Row((named("enabled", "enable", whole=True, within=RATES),), (turned_off("high"),)),
        Row((named(*QUOTAS, whole=True),), (Removed("medium"),)),
        Row((named(*SIZES, whole=True),), (Removed("medium"),)),
    )
    examples = (
        bad_change(
            INGRESS.format(limit="    nginx.ingress.kubernetes.io/limit-rps: '10'\n"),
            INGRESS.format(limit=""),
            "an ingress",
            path="k8s/shop.yaml",
        ),
        bad_change(
            'resource "aws_api_gateway_usage_plan" "api" {\n  name = "api"\n  throttle_settings {\n    rate_limit = 10\n  }\n}\n',
            'resource "aws_api_gateway_usage_plan" "api" {\n  name = "api"\n}\n',
            "a usage plan",
            path="infra/api.tf",
        ),
        bad_change(
            "api:\n  port: 80\n  rateLimit:\n    perMinute: 60\n", "api:\n  port: 80\n", "in another spelling", path="config/api.yaml"
        ),
        bad_change(
            "services:\n  api:\n    image: api:1\n    mem_limit: 1g\n",
            "services:\n  api:\n    image: api:1\n",
            "memory",
            path="compose.yaml",
        ),
        good_change(
            {"api.yaml": "api:\n  port: 80\n  rate_limit: 60\n", "gateway.yaml": "gateway:\n  port: 443\n"},
            {"api.yaml": "api:\n  port: 80\n", "gateway.yaml": "gateway:\n  port: 443\n  rate_limit: 60\n"},
            "moved to the gateway",
        ),
        good_change(
            "api:\n  port: 80\n  rate_limit: 60\n", "api:\n  port: 80\n  rate_limit: 30\n", "another number", path="config/api.yaml"
        ),
        good_change("api:\n  port: 80\n  rate_limit: 60\nb: 1\n", "b: 1\n", "the whole service goes", path="config/api.yaml"),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Not a parameter in the description of an interface, nor one that a schema knows."""
        return not any(part in {"properties", "parameters", "variables", "schemas", "definitions", "inputs"} for part in step.key)
