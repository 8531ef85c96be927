"""env-recreate/stateful-resource-removed."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.protections import protected_names, read_guard
from aicheck.authoring.resource_kinds import ResourceKind, is_throwaway, kind_of, text_of
from aicheck.authoring.resource_steps import ResourceStep, folder_of
from aicheck.authoring.wording import clip
from aicheck.model.facts import Resource
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import WHOLE_FILE, Location
from aicheck.model.rule import Severity

OF_OTHERS = frozenset({"DNS zone", "service", "volume"})
"""Zones have a rule of their own; compose keeps the volumes that it does not name any more."""
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "CronJob", "HelmRelease", "Application", "Rollout")
UNSURE_MODULES = frozenset({"bucket module", "cluster module", "search cluster module", "user pool module"})
"""Told from a word of a module's name, which may as well mean something beside it."""
PART_OF = {"PersistentVolumeClaim": "accessModes", "PersistentVolume": "capacity", "StatefulSet.apps": "selector"}
"""What an object of this type has and a patch for one leaves out."""
KEPT_BY = frozenset({"opts retain on delete", "options retain on delete", "annotations helm sh resource policy"})
"""Protections besides those that follow the data under which it outlives its declaration."""


class StatefulResourceRemoved(DifferentialCheck):
    """Finds a database, bucket, volume, key or other store that no file of the change declares any more.

    Not one that moved to another file, folder or module, or that a `removed` block lets go of. One whose data outlives it
    (`DeletionPolicy: Retain`), or that goes together with the workload that used it, is `medium`.
    """

    id = "env-recreate/stateful-resource-removed"
    title = "A resource that holds data is removed"
    why = "The next apply deletes it with everything it holds; where no backup lies outside of it, nothing brings that back."
    instead = "Let go of it without deleting it, or empty, back up and delete it in a change of its own after a restore was tried."
    severity = "high"
    languages = ("json", "python", "terraform", "yaml")
    cwe = (693,)
    examples = (
        bad_change(
            'resource "aws_db_instance" "main" {\n  identifier = "shop"\n}\nlocals {\n  a = 1\n}\n',
            "locals {\n  a = 1\n}\n",
            "a database",
            path="infra/db.tf",
        ),
        bad_change(
            {"infra/files.tf": 'resource "google_storage_bucket" "files" {\n  name = "shop-files"\n}\n'}, {}, "the file with the bucket"
        ),
        bad_change(
            "Resources:\n  Orders:\n    Type: AWS::DynamoDB::Table\n  Topic:\n    Type: AWS::SNS::Topic\n",
            "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n",
            "in CloudFormation",
            path="stack.yaml",
        ),
        bad_change(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec:\n  accessModes: [ReadWriteOnce]\n---\n"
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: db\n",
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: db\n",
            "a volume whose workload stays",
            path="apps/db/app.yaml",
        ),
        bad_change(
            "import pulumi_aws as aws\n\naws.rds.Instance('main', engine='postgres')\naws.sns.Topic('news')\n",
            "import pulumi_aws as aws\n\naws.sns.Topic('news')\n",
            "in a program",
            path="infra/__main__.py",
        ),
        bad_change(
            'resource "aws_kms_key" "data" {\n  description = "orders"\n}\n',
            'resource "aws_kms_key" "data" {\n  count       = 0\n  description = "orders"\n}\n',
            "none is left",
            path="infra/kms.tf",
        ),
        good_change(
            'resource "aws_db_instance" "main" {\n  identifier = "shop"\n}\n',
            "removed {\n  from = aws_db_instance.main\n  lifecycle {\n    destroy = false\n  }\n}\n",
            "let go of, not deleted",
            path="infra/db.tf",
        ),
        good_change(
            {"infra/db.tf": 'resource "aws_db_instance" "main" {\n  identifier = "shop"\n  engine     = "postgres"\n}\n'},
            {
                "infra/db.tf": 'module "db" {\n  source = "./modules/db"\n}\n'
                "moved {\n  from = aws_db_instance.main\n  to   = module.db.aws_db_instance.this\n}\n",
                "infra/modules/db/main.tf": 'resource "aws_db_instance" "this" {\n  identifier = "shop"\n  engine     = "postgres"\n}\n',
            },
            "moved into a module",
        ),
        good_change(
            {"apps/db/all.yaml": "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n"},
            {"base/namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n"},
            "moved to another folder",
        ),
        good_change(
            'resource "aws_sns_topic" "news" {\n  name = "news"\n}\nlocals {\n  a = 1\n}\n',
            "locals {\n  a = 1\n}\n",
            "holds nothing",
            path="infra/db.tf",
        ),
        good_change(
            'data "aws_db_instance" "main" {\n  identifier = "shop"\n}\nlocals {\n  a = 1\n}\n',
            "locals {\n  a = 1\n}\n",
            "only looked up",
            path="infra/db.tf",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each resource of the file that is gone."""
        for step in change.resource_steps.steps.get(pair.path, ()):
            kind = kind_of(step.before)
            if kind is None or kind.noun in OF_OTHERS or _is_patch(step.before):
                continue
            if step.fate == "gone":
                yield self._match(
                    pair, step.before, f"The {kind.noun} {clip(step.before.address, 50)} is removed", _severity(pair, step, kind, change)
                )
            elif step.after is not None and text_of(step.after, "count") == "0" != text_of(step.before, "count"):
                text = f"No {kind.noun} {clip(step.before.address, 50)} is left: its count is 0"
                yield self._match(pair, step.before, text, _severity(pair, step, kind, change))

    def _match(self, pair: FilePair, resource: Resource, text: str, severity: Severity) -> Match:
        line = resource.span.line
        return self.match(
            Location(pair.path, "after" if pair.change.after else "before", WHOLE_FILE),
            text,
            symbol=resource.address,
            text=f"removed {resource.type}",
            before=Excerpt(pair.before_path, line, clip(pair.line("before", line), 200)),
            severity=severity,
        )


def _severity(pair: FilePair, step: ResourceStep, kind: ResourceKind, change: ChangeFacts) -> Severity:
    if kind.noun in UNSURE_MODULES or is_throwaway(step.before) or _is_kept(pair, step.before, change):
        return "medium"
    if step.before.platform == "kubernetes" and _goes_with_workload(pair, change):
        return "medium"
    return kind.loss


def _is_kept(pair: FilePair, resource: Resource, change: ChangeFacts) -> bool:
    """Whether its data outlives it."""
    guards = [(name, read_guard((pair, resource), name, change, "before")) for name in protected_names(resource)]
    is_said = any(guard.state == "on" and (guard.protection.follows or name in KEPT_BY) for name, guard in guards)
    is_off = any(guard.state == "off" and guard.protection.follows for _, guard in guards)
    return is_said or (resource.platform == "cdk" and not is_off)


def _goes_with_workload(pair: FilePair, change: ChangeFacts) -> bool:
    """Whether a workload in the same place of the tree is removed as well: an application that is given up."""
    place = folder_of(folder_of(pair.before_path))
    return any(
        step.fate == "gone" and step.before.type.startswith(WORKLOADS)
        for path, steps in change.resource_steps.steps.items()
        if folder_of(path) == folder_of(pair.path) or (place != "." and folder_of(folder_of(path)) == place)
        for step in steps
    )


def _is_patch(resource: Resource) -> bool:
    """Whether this is only a part of an object, which a kustomization lays over the whole one."""
    wanted = PART_OF.get(resource.type)
    return wanted is not None and not any(wanted in setting.key for setting in resource.attributes)
