"""safeguard-removal/deletion-protection-off."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.protections import SETTINGS, Guard, is_protection, protected_names, read_guard
from aicheck.authoring.resource_kinds import is_throwaway, kind_of
from aicheck.authoring.resource_steps import ResourceStep
from aicheck.authoring.wording import clip, clip_key
from aicheck.model.facts import Resource
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location
from aicheck.model.rule import Severity
from aicheck.regex import regex

CONDITION = regex(r"prod|dev|stag|test|env", re.IGNORECASE)
"""A condition that tells environments apart."""
SMALLEST_DROP = 2
"""A waiting time cut to less than one part in this many is a protection turned down."""


class DeletionProtectionOff(DifferentialCheck):
    """Finds a protection against deletion that a resource had and has no longer.

    Turned off, or its attribute or `lifecycle` block dropped: `critical`. Made to depend on something whose value the
    change does not show: `high`, and `medium` for a condition that names production. Resources are matched by address
    in their folder, through `moved` blocks, and by likeness where the address changed. A resource that is removed as
    a whole is not this rule's.
    """

    id = "safeguard-removal/deletion-protection-off"
    title = "Deletion protection turned off"
    why = (
        "The next apply that replaces or destroys the resource takes the data with it, without a final snapshot or a refusal. "
        "Deletion protection is what turned such a plan into an error."
    )
    instead = (
        "Keep the protection on. Where the resource is really to go, remove it in a change of its own, after a backup was restored once."
    )
    severity = "critical"
    restores = True
    languages = ("json", "python", "terraform", "yaml")
    cwe = (693,)
    examples = (
        bad_change(
            'resource "aws_db_instance" "main" {\n  deletion_protection = true\n}\n',
            'resource "aws_db_instance" "main" {\n  deletion_protection = false\n}\n',
            "true becomes false",
            path="infra/db.tf",
        ),
        bad_change(
            'resource "aws_s3_bucket" "data" {\n  bucket = "orders"\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n',
            'resource "aws_s3_bucket" "data" {\n  bucket = "orders"\n}\n',
            "the lifecycle block is dropped",
            path="infra/s3.tf",
        ),
        bad_change(
            {"db.tf": 'resource "aws_rds_cluster" "main" {\n  skip_final_snapshot = false\n}\n', "vars.tf": ""},
            {
                "db.tf": 'resource "aws_rds_cluster" "main" {\n  skip_final_snapshot = var.skip\n}\n',
                "vars.tf": 'variable "skip" {\n  default = true\n}\n',
            },
            "a variable whose default is unsafe",
        ),
        bad_change(
            'variable "deletion_protection" {\n  type    = bool\n  default = true\n}\n',
            'variable "deletion_protection" {\n  type    = bool\n  default = false\n}\n',
            "the default of a module",
            path="modules/db/variables.tf",
        ),
        bad_change(
            "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    DeletionPolicy: Retain\n",
            "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    DeletionPolicy: Delete\n",
            "in CloudFormation",
            path="stack.yaml",
        ),
        bad_change(
            '{"Resources": {"Orders": {"Type": "AWS::DynamoDB::Table", "Properties": {"DeletionProtectionEnabled": true}}}}',
            '{"Resources": {"Orders": {"Type": "AWS::DynamoDB::Table", "Properties": {}}}}',
            "dropped, in a template in JSON",
            path="stack.json",
        ),
        bad_change(
            "import pulumi\nimport pulumi_aws as aws\n\naws.rds.Instance('main', opts=pulumi.ResourceOptions(protect=True))\n",
            "import pulumi\nimport pulumi_aws as aws\n\naws.rds.Instance('main', opts=pulumi.ResourceOptions())\n",
            "in a Pulumi program",
            path="infra/__main__.py",
        ),
        bad_change(
            "from aws_cdk import RemovalPolicy, aws_rds as rds\n\n\ndef make(stack):\n    rds.DatabaseInstance(stack, 'Db')\n",
            "from aws_cdk import RemovalPolicy, aws_rds as rds\n\n\ndef make(stack):\n"
            "    rds.DatabaseInstance(stack, 'Db', removal_policy=RemovalPolicy.DESTROY)\n",
            "the CDK's own default given up",
            path="infra/stack.py",
        ),
        bad_change(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n  annotations:\n    helm.sh/resource-policy: keep\n",
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\n",
            "in Kubernetes",
            path="apps/db/pvc.yaml",
        ),
        good_change(
            "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    DeletionPolicy: Retain\n",
            "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    DeletionPolicy: Snapshot\n",
            "kept in another way",
            path="stack.yaml",
        ),
        good_change(
            "from aws_cdk import RemovalPolicy, aws_s3 as s3\n\n\ndef make(stack):\n"
            "    s3.Bucket(stack, 'Files', removal_policy=RemovalPolicy.RETAIN)\n",
            "from aws_cdk import RemovalPolicy, aws_s3 as s3\n\n\ndef make(stack):\n    s3.Bucket(stack, 'Files')\n",
            "retained by default",
            path="infra/stack.py",
        ),
        good_change(
            {"infra/db.tf": 'resource "aws_db_instance" "main" {\n  identifier = "shop"\n  deletion_protection = true\n}\n'},
            {
                "infra/db.tf": 'module "db" {\n  source = "./db"\n}\n',
                "infra/db/main.tf": 'resource "aws_db_instance" "this" {\n  identifier = "shop"\n  deletion_protection = true\n}\n',
            },
            "moved into a module with it",
        ),
        good_change(
            'resource "aws_db_instance" "main" {\n  deletion_protection = false\n}\n',
            'resource "aws_db_instance" "main" {\n  deletion_protection = true\n}\n',
            "turned on",
            path="infra/db.tf",
        ),
        good_change(
            'resource "aws_db_instance" "main" {\n  name = "a"\n  deletion_protection = true # keep\n}\n',
            'resource "aws_db_instance" "main" {\n  deletion_protection   = "true"\n  name = "a"\n}\n',
            "laid out anew",
            path="infra/db.tf",
        ),
        good_change(
            'resource "aws_db_instance" "old" {\n  engine = "postgres"\n  deletion_protection = true\n}\n',
            'resource "aws_db_instance" "main" {\n  engine = "postgres"\n  deletion_protection = true\n}\n'
            "moved {\n  from = aws_db_instance.old\n  to   = aws_db_instance.main\n}\n",
            "renamed with its protection",
            path="infra/db.tf",
        ),
        good_change(
            {"main.tf": 'resource "aws_kms_key" "k" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n'},
            {"main.tf": "locals {}\n", "keys.tf": 'resource "aws_kms_key" "k" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n'},
            "moved to another file",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Look at each resource of the before side and at what became of it anywhere in the change."""
        for step in change.resource_steps.steps.get(pair.path, ()):
            if step.after is None or step.before.address.startswith("data."):
                continue
            later = change.pair_at(step.path)
            for name in dict.fromkeys((*protected_names(step.before), *protected_names(step.after))):
                before = read_guard((pair, step.before), name, change, "before")
                after = read_guard((later, step.after), name, change, "after")
                severity = _severity(step, before, after)
                if severity is not None:
                    yield self._match(pair, later, step.after, (name, before, after), severity)

    def _match(self, pair: FilePair, later: FilePair, resource: Resource, step: tuple[str, Guard, Guard], severity: Severity) -> Match:
        name, before, after = step
        shown = clip_key((resource.address, name), 32) if resource.type in SETTINGS else clip(name, 32)
        return self.match(
            Location(later.path, "after", after.span),
            f"{shown} of {clip(resource.address, 30)}: {clip(before.value, 10)} -> {clip(after.value, 12) or 'dropped'}",
            symbol=resource.address,
            text=f"{name} {after.state}",
            before=Excerpt(pair.before_path, before.span.line, clip(pair.line("before", before.span.line), 200)),
            severity=severity,
        )


def _severity(step: ResourceStep, before: Guard, after: Guard) -> Severity | None:
    """How bad the step from one guard to the other is; None when nothing was lost."""
    if before.state != "on" or step.after is None or _is_told_by_variable(before, after):
        return None
    if after.state in {"off", "unknown"}:
        severity = _severity_off(step.after, before, after)
    elif before.amount and after.amount and after.amount * SMALLEST_DROP < before.amount:
        severity = "high"
    else:
        return None
    return "medium" if severity is not None and is_throwaway(step.after) else severity


def _severity_off(resource: Resource, before: Guard, after: Guard) -> Severity | None:
    kind = kind_of(resource)
    if before.protection.follows and kind is None:
        return "medium" if before.value else None
    if after.state == "unknown":
        return "medium" if CONDITION.search(after.value) else "high"
    is_default = resource.type == "module" and not (before.value and after.value)  # the module's own, which is not known here
    if before.protection.follows and kind is not None and kind.loss != "high":
        return "medium"
    return "high" if is_default else "critical"


def _is_told_by_variable(before: Guard, after: Guard) -> bool:
    """Whether both sides name the same variable, whose own change is found where it stands."""
    return before.value == after.value and is_protection(after.value.partition(".")[2])
