"""broad-deletion/store-wipe."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.command_patterns import Kind
from aicheck.authoring.commands import CommandOfKind, placed
from aicheck.model.facts import Command
from aicheck.model.rule import Severity
from aicheck.regex import regex

NARROW = regex(r"^(?:s3|gs|az|r2|b2|minio)?:?/{0,2}[\w.${}-]+/[\w.-]*\w[\w.-]*/")
"""An address with at least one fixed folder below the bucket."""


class StoreWipe(CommandOfKind):
    """Finds commands that empty object stores, caches, key-value stores and queues."""

    id = "broad-deletion/store-wipe"
    table = "store"
    does = "deletes"
    title = "A command that empties a store or a queue"
    why = "Caches that empty at once send their whole load to the database; objects and messages that are deleted do not come back."
    instead = "Delete by a prefix that only this job writes, or by age, and list first what would be deleted."
    severity = "high"
    cwe = (471,)
    examples = (
        bad_change(
            "#!/bin/sh\nsystemctl restart shop\n",
            "#!/bin/sh\nredis-cli -h cache FLUSHALL\nsystemctl restart shop\n",
            "every cache and session at once",
            path="deploy/restart.sh",
        ),
        bad_change(
            "jobs:\n  cleanup:\n    steps:\n      - run: aws s3 ls s3://shop-uploads\n",
            "jobs:\n  cleanup:\n    steps:\n      - run: aws s3 rm s3://shop-uploads --recursive\n",
            "a whole bucket",
            path=".github/workflows/cleanup.yml",
        ),
        bad_change("#!/bin/sh\n", "#!/bin/sh\nconsul kv delete -recurse /\n", "all configuration", path="deploy/reset.sh"),
        good_change("#!/bin/sh\n", "#!/bin/sh\nredis-cli -h cache DEL sessions:1\nredis-cli PING\n", "one key", path="deploy/restart.sh"),
        good_change(
            "jobs:\n  cleanup:\n    steps: []\n",
            "jobs:\n  cleanup:\n    steps:\n      - run: aws s3 rm s3://shop-uploads/builds/old/ --recursive\n",
            "below a prefix",
            path=".github/workflows/cleanup.yml",
        ),
    )

    def judge_place(self, kind: Kind, command: Command) -> Severity | None:
        """Objects below a fixed prefix are a note."""
        severity = placed(kind.severity, command)
        if kind.name == "objects" and any(NARROW.match(word) for word in command.argv[1:]):
            return None
        return severity
