"""safeguard-removal/data-loss-attribute."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.protections import Guard, protected_names, read_guard
from aicheck.authoring.resource_kinds import is_throwaway, kind_of
from aicheck.authoring.wording import clip
from aicheck.model.facts import Resource
from aicheck.model.finding import Match
from aicheck.model.location import Location
from aicheck.model.rule import Severity

GRAVE = frozenset(
    {"database", "warehouse", "file system", "disk", "backup store", "encryption key", "search cluster", "user pool", "volume claim"}
)
"""What nobody can make again from what lies elsewhere."""


class DataLossAttribute(DifferentialCheck):
    """Finds a new resource that holds data and is declared so that deleting it takes the data at once.

    No final snapshot, deletion of what is still in it, no waiting time, `DeletionPolicy: Delete`. An existing resource that
    is changed to this is a protection turned off, which is another rule's.
    """

    id = "safeguard-removal/data-loss-attribute"
    title = "New resource is made to lose its data when it is deleted"
    why = (
        "A wrong plan, a renamed block or a deleted stack then takes the data with it: there is no refusal, no final snapshot and no time "
        "to take it back."
    )
    instead = "Leave the safe default, and make an exception only for environments that are thrown away."
    severity = "high"
    confidence = "medium"
    languages = ("json", "python", "terraform", "yaml")
    cwe = (693,)
    examples = (
        bad_change(
            {"infra/main.tf": ""},
            {"infra/main.tf": 'resource "aws_db_instance" "main" {\n  identifier          = "shop"\n  skip_final_snapshot = true\n}\n'},
            "no final snapshot",
        ),
        bad_change(
            {},
            {"infra/files.tf": 'resource "aws_s3_bucket" "files" {\n  bucket        = "shop-files"\n  force_destroy = true\n}\n'},
            "deleted although it is not empty",
        ),
        bad_change(
            "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n",
            "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n  Db:\n    Type: AWS::RDS::DBInstance\n    DeletionPolicy: Delete\n",
            "in CloudFormation",
            path="stack.yaml",
        ),
        bad_change(
            {},
            {
                "infra/stack.py": "import aws_cdk as cdk\nfrom aws_cdk import aws_rds as rds\n\n\ndef make(stack):\n"
                "    rds.DatabaseCluster(\n        stack,\n        'Db',\n        removal_policy=cdk.RemovalPolicy.DESTROY,\n    )\n"
            },
            "in a program",
        ),
        bad_change(
            {},
            {
                "infra/secret.tf": 'resource "aws_secretsmanager_secret" "key" {\n  name = "key"\n  recovery_window_in_days = var.days\n}\n'
                'variable "days" {\n  default = 0\n}\n'
            },
            "no time to take it back, by a variable",
        ),
        good_change(
            {},
            {"infra/main.tf": 'resource "aws_db_instance" "main" {\n  identifier          = "shop"\n  skip_final_snapshot = false\n}\n'},
            "with a snapshot",
        ),
        good_change(
            {},
            {
                "infra/main.tf": 'resource "aws_db_instance" "main" {\n  identifier = "shop"\n  skip_final_snapshot = var.ephemeral\n}\n'
                'variable "ephemeral" {\n  default = false\n}\n'
            },
            "only where it is asked for",
        ),
        good_change(
            {},
            {"infra/user.tf": 'resource "aws_iam_user" "deploy" {\n  name          = "deploy"\n  force_destroy = true\n}\n'},
            "holds no data",
        ),
        good_change(
            {"infra/a.tf": 'resource "aws_db_instance" "main" {\n  identifier          = "shop"\n  skip_final_snapshot = true\n}\n'},
            {"infra/b.tf": 'resource "aws_db_instance" "main" {\n  identifier          = "shop"\n  skip_final_snapshot = true\n}\n'},
            "moved",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each resource that no resource of the before side became, by its first such attribute."""
        for resource in change.resource_steps.added.get(pair.path, ()):
            kind = kind_of(resource)
            if kind is None or resource.address.startswith("data."):
                continue
            for name in protected_names(resource):
                guard = read_guard((pair, resource), name, change, "after")
                if guard.protection.loses and guard.state == "off" and guard.value:
                    yield self._match(pair, resource, (name, guard), "high" if kind.noun in GRAVE else "medium")
                    break

    def _match(self, pair: FilePair, resource: Resource, found: tuple[str, Guard], severity: Severity) -> Match:
        name, guard = found
        return self.match(
            Location(pair.path, "after", guard.span),
            f"{clip(resource.address, 50)} is new with {clip(name, 30)} {clip(guard.value, 12)}",
            symbol=resource.address,
            text=f"{name} off",
            severity="low" if is_throwaway(resource) else severity,
        )
