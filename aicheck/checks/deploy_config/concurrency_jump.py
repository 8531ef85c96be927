"""deploy-config/concurrency-jump."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import Becomes, Rises, Unlimited
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import Row, ValueDelta

COUNTS = (
    *("workers", "worker count", "num workers", "max workers", "worker processes", "worker threads", "worker connections"),
    *("concurrency", "max concurrency", "concurrent requests", "concurrent jobs", "concurrent tasks", "max concurrent", "threads"),
    *(
        "thread count",
        "num threads",
        "max threads",
        "prefetch",
        "prefetch count",
        "prefetch multiplier",
        "pool size",
        "pool max",
        "max pool",
    ),
    *("max overflow", "max pool size", "num processes", "max parallel", "parallelism"),
)
OUTSIDE = (*TEST_TOOLS, "build", "bundler", "webpack", "matrix", "strategy", "web workers", "service workers", "stack")


class ConcurrencyJump(ValueDelta):
    """Finds workers, threads, pools or prefetching that grow four-fold or more at once, or a pool of green threads."""

    id = "deploy-config/concurrency-jump"
    title = "Concurrency grows at once"
    why = (
        "Each worker brings its own connections and memory: four times as many exhaust the database's connections and the host's memory, "
        "and everything that shares them stops."
    )
    instead = "Raise it in steps, and check first that connections, memory and downstream limits hold workers times instances."
    severity = "high"
    confidence = "medium"
    cwe = (770,)
    rows = (
        Row((named(*COUNTS, outside=OUTSIDE),), (Rises("high", 10), Unlimited("high"), Rises("medium", 4))),
        Row(
            (named("pool", "worker class", "worker pool", whole=True),),
            (Becomes("high", frozenset({"eventlet", "gevent", "greenlet"}), added=True),),
        ),
    )
    examples = (
        bad_change("celery:\n  concurrency: 11\n", "celery:\n  concurrency: 1000\n", "ninety times as many", path="deploy/worker.yaml"),
        bad_change('{"pool_size": 10}', '{"pool_size": 50}', "five times the connections", path="config/database.json"),
        bad_change("worker:\n  pool: prefork\n", "worker:\n  pool: eventlet\n", "green threads share nothing", path="deploy/worker.yaml"),
        bad_change(
            "worker: celery -A app worker -c 8\n", "worker: celery -A app worker -P eventlet -c 1000\n", "as options", path="Procfile"
        ),
        good_change("celery:\n  concurrency: 8\n", "celery:\n  concurrency: 12\n", "a little more", path="deploy/worker.yaml"),
        good_change("celery:\n  concurrency: 80\n", "celery:\n  concurrency: 8\n", "less", path="deploy/worker.yaml"),
        good_change('{"jest": {"maxWorkers": 1}}', '{"jest": {"maxWorkers": 8}}', "of a test", path="package.json"),
        good_change(
            "concurrency:\n  group: a\n", "concurrency:\n  group: b\n", "a group of workflow runs", path=".github/workflows/deploy.yml"
        ),
    )
