"""safeguard-removal/persistence-off."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import Becomes, Falls, Leaves, turned_off, turned_on
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import COMMANDS, CONFIGURATION, Row, ValueDelta

DURABLE = (
    *(
        "fsync",
        "full page writes",
        "appendonly",
        "append only",
        "journaling",
        "journal enabled",
        "enable idempotence",
        "synchronous commit",
    ),
    *("persistence enabled", "enable persistence"),
)


class PersistenceOff(ValueDelta):
    """Finds a store that keeps what it is given for a shorter time than a restart, or in fewer copies."""

    id = "safeguard-removal/persistence-off"
    title = "Store no longer keeps its data safe"
    why = "What was written is gone with the next restart or the loss of one machine, although the writer was told that it is stored."
    instead = "Keep writes durable and in several copies; speed up a store by batching writes or by a better disk."
    severity = "high"
    confidence = "medium"
    languages = (*CONFIGURATION, *COMMANDS)
    cwe = (693,)
    rows = (
        Row((named(*DURABLE, whole=True, outside=TEST_TOOLS),), (turned_off("high"),)),
        Row(
            (named("enabled", "enable", whole=True, within=("persistence", "durability", "replication"), outside=TEST_TOOLS),),
            (turned_off("high"),),
        ),
        Row((named("maxmemory policy", whole=True),), (Leaves("high", frozenset({"noeviction"}), removed=False),)),
        Row((named("unclean leader election enable", "unclean leader election", whole=True),), (turned_on("high"),)),
        Row((named("acks", "required acks", "write concern", whole=True),), (Becomes("high", frozenset({"0", "1", "none"})),)),
        Row((named("replication factor", "min insync replicas", "num copies", whole=True, outside=TEST_TOOLS),), (Falls("high", 2),)),
    )
    examples = (
        bad_change(
            "redis:\n  persistence:\n    enabled: true\n",
            "redis:\n  persistence:\n    enabled: false\n",
            "gone with the pod",
            path="values.yaml",
        ),
        bad_change(
            '{"maxmemory-policy": "noeviction"}', '{"maxmemory-policy": "allkeys-lru"}', "a queue that drops jobs", path="redis.json"
        ),
        bad_change("topic:\n  replication_factor: 3\n", "topic:\n  replication_factor: 1\n", "one copy", path="kafka.yaml"),
        bad_change(
            "appendonly yes\nport 6379\ntimeout 0\n", "appendonly no\nport 6379\ntimeout 0\n", "in the store's own file", path="redis.conf"
        ),
        good_change(
            "redis:\n  persistence:\n    enabled: false\n", "redis:\n  persistence:\n    enabled: true\n", "on", path="values.yaml"
        ),
        good_change("topic:\n  replication_factor: 3\n", "topic:\n  replication_factor: 5\n", "more copies", path="kafka.yaml"),
        good_change('{"maxmemory-policy": "allkeys-lru"}', '{"maxmemory-policy": "allkeys-lfu"}', "evicted before", path="redis.json"),
    )
