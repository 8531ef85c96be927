"""broad-deletion/deletion-hastened."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import Becomes, Falls, FromZero, turned_on
from aicheck.authoring.setting_names import named
from aicheck.authoring.value_delta import COMMANDS, CONFIGURATION, Row, ValueDelta

DELETING = (
    *("delete", "deletes", "deletion", "deleting", "evict", "evicts", "eviction", "purge", "prune", "pruning", "reap", "reaper"),
    *(
        "expire",
        "expires",
        "expiry",
        "expiration",
        "cleanup",
        "clean up",
        "gc",
        "garbage collection",
        "sweep",
        "ttl seconds after finished",
    ),
    *("auto delete", "auto remove", "autoremove", "remove orphans", "remove old"),
)
NOT_STORED = (
    *("token", "tokens", "session", "cookie", "cache", "jwt", "password", "certificate", "cert", "key", "lock", "invite", "otp", "code"),
    *("url", "link", "presigned", "signed", "branch", "tooltip", "toast", "test", "protection", "prevent", "deny", "disallow", "on delete"),
    *(
        "confirm",
        "grace",
        "timeout",
        "test",
        "tests",
        "button",
        "permission",
        "can",
        "soft",
        "method",
        "methods",
        "access",
        "header",
        "find",
    ),
)
"""What may expire without data being lost, and words that mean the opposite."""


class DeletionHastened(ValueDelta):
    """Finds a setting that deletes, evicts or expires things and comes into force or acts much earlier."""

    id = "broad-deletion/deletion-hastened"
    title = "A setting deletes or evicts more or earlier"
    why = (
        "What deletes by itself meets things that nobody had in mind when its setting was changed, and acts on all of them within minutes."
    )
    instead = (
        "Let it report first what it would delete, then narrow it to that, then let it delete, with the longest time that is bearable."
    )
    severity = "high"
    confidence = "medium"
    languages = (*CONFIGURATION, *COMMANDS)
    cwe = (471,)
    looks_into_blocks = True
    rows = (
        Row(
            (
                named(
                    "deletion policy",
                    "reclaim policy",
                    "removal policy",
                    "when deleted",
                    "when scaled",
                    "persistent volume reclaim policy",
                    whole=True,
                ),
            ),
            (Becomes("high", frozenset({"delete", "destroy"})),),
        ),
        Row((named("evict", "evicts", outside=NOT_STORED),), (turned_on("high", added=True),)),
        Row(
            (named(*DELETING, outside=NOT_STORED),),
            (FromZero("high"), Falls("medium", 2), turned_on("medium", added=True)),
        ),
        Row((named("force", whole=True, outside=NOT_STORED),), (turned_on("medium"),)),
    )
    examples = (
        bad_change(
            "args:\n  - --delete-pending-pods-after=0\n  - --legacy-mode=false\n",
            "args:\n  - --delete-pending-pods-after=5m\n  - --legacy-mode=false\n",
            "begins to delete",
            path="deploy/cleanup.yaml",
        ),
        bad_change("cleanup:\n  purge_after: 30d\n", "cleanup:\n  purge_after: 1d\n", "a thirtieth of the time", path="config/jobs.yaml"),
        bad_change(
            "policy:\n  strategies:\n    PodLifeTime: {enabled: true}\n",
            "policy:\n  profiles:\n  - name: all\n    args: {evictSystemCriticalPods: true}\n",
            "written anew, with a switch that reaches further",
            path="deploy/descheduler.yaml",
        ),
        bad_change('{"reclaimPolicy": "Retain"}', '{"reclaimPolicy": "Delete"}', "volumes go with their claims", path="storage.json"),
        bad_change("spec:\n  prune: false\n", "spec:\n  prune: true\n", "what is not in the repository goes", path="flux/apps.yaml"),
        good_change("cleanup:\n  purge_after: 1d\n", "cleanup:\n  purge_after: 30d\n", "later", path="config/jobs.yaml"),
        good_change("auth:\n  token_expiry: 24h\n", "auth:\n  token_expiry: 1h\n", "a token, no data", path="config/app.yaml"),
        good_change(
            "0 3 * * * root find /srv -mtime +7\n",
            "0 3 * * * root find /srv -prune -mtime +7\n",
            "of another meaning",
            path="cron.d/shop.cron",
        ),
        good_change("prune: true\n", "prune: false\n", "off", path="flux/apps.yaml"),
        good_change(
            "a: 1\n",
            "a: 1\nnew:\n  interval: 1h\n  prune: true\n",
            "something new, with nothing to delete yet",
            path="flux/apps.yaml",
        ),
    )
