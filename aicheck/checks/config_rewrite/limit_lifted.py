"""config-rewrite/limit-lifted."""

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import Rises, Unlimited
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.setting_words import PROBES, TEST_TOOLS
from aicheck.authoring.value_delta import SOURCE, Row, ValueDelta

CONNECTIONS = (
    "max connections",
    "max conns",
    "connection limit",
    "max clients",
    "max client conn",
    "max open connections",
    "file descriptors",
)
RATES = (
    *("rate limit", "rate limits", "ratelimit", "quota", "quotas", "throttle", "throttling", "burst", "burst limit", "max requests"),
    *("requests per second", "requests per minute", "max rps", "max qps", "max rate", "max in flight", "max spend", "budget"),
)
SIZES = (
    *(
        "max body size",
        "body size",
        "body limit",
        "max request size",
        "request size limit",
        "max upload size",
        "upload limit",
        "post max size",
    ),
    *("max message bytes", "max message size", "max file size", "batch size", "max batch size", "memory limit", "max memory", "size limit"),
)
OUTSIDE = (*TEST_TOOLS, *PROBES, "history", "log", "logs", "logging", "chunk", "warning")
SOME_OUTSIDE = (
    "model",
    "train",
    "training",
    "eval",
    "embedding",
    "bundle",
    "token",
    "tokens",
    "thinking",
    "display",
    "ui",
    "bar",
    "minimum",
)
LISTS = (
    "page",
    "list",
    "search",
    "query",
    "results",
    "length",
    "per page",
    "offset",
    "cpu",
    "memory",
    "items",
    "properties",
    "time",
    "retry",
)
"""A `limit` of these is the length of something, or is judged elsewhere."""


class LimitLifted(ValueDelta):
    """Finds a limit that protects a shared resource and is lifted: ten times higher, switched off or blanked."""

    id = "config-rewrite/limit-lifted"
    title = "Limit of connections, requests or sizes lifted"
    why = (
        "The limit is what keeps one caller from taking the database, the memory or the quota of all others. "
        "Far above what was ever tried, the resource behind it fails first, for everybody."
    )
    instead = "Raise the limit in steps that were load-tested, together with the resource behind it."
    severity = "high"
    confidence = "medium"
    cwe = (770,)
    rows = (
        Row((named(*CONNECTIONS, outside=OUTSIDE),), (Unlimited("high"), Rises("high", 10))),
        Row(
            (named(*RATES, outside=(*OUTSIDE, *SOME_OUTSIDE)),),
            (Unlimited("high"), Rises("medium", 10)),
        ),
        Row((named(*SIZES, outside=(*OUTSIDE, *SOME_OUTSIDE)),), (Unlimited("medium", zero=True), Rises("medium", 10))),
        Row((named("limit", "max queue", outside=(*OUTSIDE, *SOME_OUTSIDE, *LISTS)),), (Unlimited("medium"), Rises("medium", 10))),
    )
    examples = (
        bad_change("queue:\n  queue_limit: 100\n", "queue:\n  queue_limit: 1000\n", "ten times as many wait", path="deploy/queue.yaml"),
        bad_change("db:\n  max_connections: 200\n", "db:\n  max_connections: 10000\n", "fifty times as many", path="config/database.yaml"),
        bad_change('{"gateway": {"rateLimit": 100}}', '{"gateway": {"rateLimit": null}}', "no limit", path="gateway.json"),
        bad_change('[http]\nmax_body_size = "10MB"\n', '[http]\nmax_body_size = "1GB"\n', "a hundred times as large", path="server.toml"),
        bad_change("api:\n  quota: 500\n  name: a\n", 'api:\n  quota: ""\n  name: a\n', "blanked", path="deploy/api.yaml"),
        bad_change("http {\n  client_max_body_size 10m;\n}\n", "http {\n  client_max_body_size 0;\n}\n", "zero is none", path="nginx.conf"),
        bad_change("export const RATE_LIMIT = 100;\n", "export const RATE_LIMIT = 5000;\n", "in a program", path="limits.ts"),
        good_change("db:\n  max_connections: 200\n", "db:\n  max_connections: 300\n", "half as many more", path="config/database.yaml"),
        good_change("db:\n  max_connections: 200\n", "db:\n  max_connections: 20\n", "lowered", path="config/database.yaml"),
        good_change("DEFAULT_LIMIT = 10\n", "DEFAULT_LIMIT = 100\n", "a program's own number", path="app/views.py"),
        good_change("list:\n  page_limit: 10\n", "list:\n  page_limit: 100\n", "the length of a page", path="config/app.yaml"),
        good_change('[http]\nmax_body_size = "10MB"\n', '[http]\nmax_body_size = "10000KB"\n', "the same size", path="server.toml"),
        good_change('{"jest": {"rateLimit": 5}}', '{"jest": {"rateLimit": 0}}', "of a test", path="package.json"),
    )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """In a program not every `limit`: only those whose name says of what."""
        return pair.language not in SOURCE or any(known.fits(step.key) for row in self.rows[:-1] for known in row.settings)
