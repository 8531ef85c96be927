"""safeguard-removal/retention-cut."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import Falls, Leaves, Removed, ToZero, turned_off
from aicheck.authoring.setting_names import named
from aicheck.authoring.value_delta import COMMANDS, CONFIGURATION, Row, ValueDelta

BACKUPS = ("backup", "backups", "snapshot", "snapshots", "recovery", "pitr", "wal", "archive", "restic", "velero", "volsync")
KEPT = (
    *("retention", "retain", "keep last", "keep hourly", "keep daily", "keep weekly", "keep monthly", "keep yearly", "keep within"),
    *("max backups", "backups to keep", "snapshots to keep", "keep days", "noncurrent days"),
)
SWITCHES = (
    *("point in time recovery", "point in time recovery enabled", "pitr", "continuous backups", "versioning", "versioning enabled"),
    *("backup enabled", "backups enabled", "enable backup", "enable backups", "automated backups", "soft delete", "mfa delete"),
)
ARTIFACTS = ("artifact", "artifacts", "upload artifact", "cache", "upload-artifact@v4", "retention days", "history", "session replay")


class RetentionCut(ValueDelta):
    """Finds backups, snapshots, versions or logs that are kept half as long or shorter, or not at all."""

    id = "safeguard-removal/retention-cut"
    title = "Backups, versions or logs are kept for a shorter time"
    why = (
        "What lies outside the new time is deleted within the day, and damage that is noticed later than that cannot be undone. "
        "With the logs goes the way to find its cause."
    )
    instead = "Keep backups longer than it takes to notice damage; move old ones to cheaper storage instead of deleting them."
    severity = "high"
    confidence = "medium"
    languages = (*CONFIGURATION, *COMMANDS)
    cwe = (693,)
    rows = (
        Row(
            (
                named(*KEPT, within=BACKUPS),
                named("backup retention", "snapshot retention", "backups to keep", "snapshots to keep", "max backups"),
            ),
            (ToZero("high"), Falls("high", 4), Falls("medium", 2), Removed("medium")),
        ),
        Row((named(*SWITCHES, whole=True),), (turned_off("high"), Leaves("high", frozenset({"enabled"})))),
        Row(
            (
                named(
                    "enabled",
                    "status",
                    whole=True,
                    within=("backup", "backups", "point in time recovery", "versioning", "versioning configuration"),
                ),
            ),
            (turned_off("high"),),
        ),
        Row((named(*KEPT, outside=(*ARTIFACTS, *BACKUPS)),), (ToZero("medium"), Falls("medium", 4), Falls("low", 2))),
    )
    examples = (
        bad_change("backup_retention_period: 14\n", "backup_retention_period: 0\n", "no backups", path="deploy/database.yaml"),
        bad_change('{"backup": {"retentionDays": 30}}', '{"backup": {"retentionDays": 3}}', "a tenth", path="database.json"),
        bad_change("versioning:\n  enabled: true\n", "versioning:\n  enabled: false\n", "no way back", path="bucket.yaml"),
        bad_change("[log]\nretention_hours = 168\n", "[log]\nretention_hours = 24\n", "a seventh of the logs", path="kafka.toml"),
        bad_change(
            'resource "aws_db_instance" "main" {\n  backup_retention_period = 14\n}\n',
            'resource "aws_db_instance" "main" {\n  backup_retention_period = 1\n}\n',
            "in Terraform",
            path="db.tf",
        ),
        bad_change("restic forget --keep-daily 30\n", "restic forget --keep-daily 3\n", "as an option", path="deploy/backup.sh"),
        good_change("backup_retention_period: 14\n", "backup_retention_period: 30\n", "longer", path="deploy/database.yaml"),
        good_change("backup:\n  keep_last: 10\n", "backup:\n  keep_last: 8\n", "a little less", path="backup.yaml"),
        good_change(
            "with:\n  name: out\n  retention-days: 30\n",
            "with:\n  name: out\n  retention-days: 1\n",
            "a build's output",
            path=".github/workflows/ci.yml",
        ),
        good_change('{"retention": "7d"}', '{"retention": "168h"}', "the same time", path="log.json"),
    )
