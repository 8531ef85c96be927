"""env-recreate/identity-changed."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad_change, good_change
from aicheck.authoring.resource_changes import resolve, surely_differ
from aicheck.authoring.resource_kinds import ResourceKind, attributes_by_name, is_throwaway, kind_of, text_of
from aicheck.authoring.resource_steps import ResourceStep, folder_of
from aicheck.authoring.wording import clip
from aicheck.model.facts import Resource, Setting
from aicheck.model.finding import Excerpt, Match
from aicheck.model.location import Location, Span
from aicheck.model.rule import Severity

NAMES_OWN = ("terraform", "cloudformation", "pulumi")
"""Platforms that make up a new name where none is given."""
OFF = frozenset({"", "false", "null"})


class IdentityChanged(DifferentialCheck):
    """Finds a database, bucket, volume or other store that a change of its name or of a fixed attribute replaces.

    Its address (without a `moved` block, an import or an alias), its own name, an attribute that the provider cannot
    change in place, or, for a service of compose, what is mounted where its data lies.
    """

    id = "env-recreate/identity-changed"
    title = "A resource that holds data is replaced by a new one"
    why = "The next apply deletes it and creates an empty one in its place, or starts on an empty one beside it."
    instead = "Say where it moved (`moved`, an import, an alias), keep the attribute, or migrate the data in steps before the switch."
    severity = "high"
    restores = True
    languages = ("json", "python", "terraform", "yaml")
    cwe = (693,)
    examples = (
        bad_change(
            'resource "aws_db_instance" "main" {\n  identifier = "shop"\n  engine     = "postgres"\n}\n',
            'resource "aws_db_instance" "primary" {\n  identifier = "shop"\n  engine     = "postgres"\n}\n',
            "another address",
            path="infra/db.tf",
        ),
        bad_change(
            'resource "aws_rds_cluster" "main" {\n  cluster_identifier = "shop"\n  kms_key_id         = aws_kms_key.old.arn\n}\n',
            'resource "aws_rds_cluster" "main" {\n  cluster_identifier = "shop"\n  kms_key_id         = aws_kms_key.orders.arn\n}\n',
            "an attribute that cannot change",
            path="infra/db.tf",
        ),
        bad_change(
            'resource "aws_dynamodb_table" "o" {\n  name = "${local.shop}-orders"\n}\nlocals {\n  shop = "a"\n}\n',
            'resource "aws_dynamodb_table" "o" {\n  name = "${local.shop}-orders"\n}\nlocals {\n  shop = "b"\n}\n',
            "its name, by way of a local",
            path="infra/db.tf",
        ),
        bad_change(
            "Resources:\n  Orders:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: false\n",
            "Resources:\n  Orders:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      StorageEncrypted: true\n",
            "in CloudFormation",
            path="stack.yaml",
        ),
        bad_change(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec:\n  storageClassName: fast\n",
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: db-data\nspec:\n  storageClassName: fast\n",
            "a claim under another name",
            path="apps/db/pvc.yaml",
        ),
        bad_change(
            "services:\n  db:\n    image: postgres:16\n    volumes: ['data:/var/lib/postgresql/data']\nvolumes:\n  data:\n",
            "services:\n  db:\n    image: postgres:16\n    volumes: ['pgdata:/var/lib/postgresql/data']\nvolumes:\n  pgdata:\n",
            "an empty volume under a database",
            path="compose.yaml",
        ),
        bad_change(
            "from aws_cdk import aws_rds\n\n\ndef make(stack):\n    aws_rds.DatabaseInstance(stack, 'Db', instance_identifier='a')\n",
            "from aws_cdk import aws_rds\n\n\ndef make(stack):\n    aws_rds.DatabaseInstance(stack, 'Main', instance_identifier='a')\n",
            "in a program",
            path="infra/stack.py",
        ),
        good_change(
            'resource "aws_db_instance" "main" {\n  identifier = "shop"\n}\n',
            'resource "aws_db_instance" "primary" {\n  identifier = "shop"\n}\n'
            "moved {\n  from = aws_db_instance.main\n  to   = aws_db_instance.primary\n}\n",
            "with a moved block",
            path="infra/db.tf",
        ),
        good_change(
            'resource "aws_sns_topic" "news" {\n  name = "news"\n}\n',
            'resource "aws_sns_topic" "letters" {\n  name = "news"\n}\n',
            "holds nothing",
            path="infra/topic.tf",
        ),
        good_change(
            'resource "aws_db_instance" "main" {\n  identifier     = "shop"\n  engine_version = "15.3"\n}\n',
            'resource "aws_db_instance" "main" {\n  identifier     = "shop"\n  engine_version = "15.4"\n}\n',
            "changed in place",
            path="infra/db.tf",
        ),
        good_change(
            {"db.tf": 'resource "aws_s3_bucket" "files" {\n  bucket = "shop-files"\n}\n', "vars.tf": ""},
            {
                "db.tf": 'resource "aws_s3_bucket" "files" {\n  bucket = var.bucket\n}\n',
                "vars.tf": 'variable "bucket" {\n  default = "shop-files"\n}\n',
            },
            "the same name from a variable",
        ),
        good_change(
            "services:\n  db:\n    image: postgres:16\n    volumes: ['./data:/var/lib/postgresql/data']\n",
            "services:\n  db:\n    image: postgres:16\n    volumes: ['${DATA:-./data}:/var/lib/postgresql/data:Z']\n",
            "the same folder",
            path="compose.yaml",
        ),
        good_change(
            'resource "aws_dynamodb_table" "o" {\n  name = "orders"\n}\n',
            'resource "aws_dynamodb_table" "o" {\n  name  = "orders"\n  count = 1\n}\n',
            "wrapped in a count",
            path="infra/db.tf",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each resource of the before side that another one takes the place of."""
        for step in change.resource_steps.steps.get(pair.path, ()):
            kind = kind_of(step.before)
            if kind is None or step.after is None or step.after.type != step.before.type:
                continue
            found = _replaced(pair, step, kind, change)
            if found is not None:
                text, span, severity = found
                yield self._match(pair, step, (f"{clip(step.before.address, 40)}: {text}", span), severity)

    def _match(self, pair: FilePair, step: ResourceStep, found: tuple[str, Span], severity: Severity) -> Match:
        line = step.before.span.line
        return self.match(
            Location(step.path, "after", found[1]),
            found[0],
            symbol=step.before.address,
            text=found[0],
            before=Excerpt(pair.before_path, line, clip(pair.line("before", line), 200)),
            severity="medium" if is_throwaway(step.before) else severity,
        )


def _replaced(pair: FilePair, step: ResourceStep, kind: ResourceKind, change: ChangeFacts) -> tuple[str, Span, Severity] | None:
    """(what makes it another one, where, how bad); None when it stays the one it was."""
    before, after = step.before, step.after
    assert after is not None
    if step.fate == "renamed":
        holds_claims = any("volumeClaimTemplates" in setting.key for setting in before.attributes)
        is_counted = before.platform != "compose" or before.type == "volume"
        one, other = (Setting((), resource.address, "string", resource.span) for resource in (before, after))
        severity: Severity = "high" if holds_claims else kind.loss
        return (f"becomes {clip(after.address, 40)}", after.span, severity) if is_counted and surely_differ(one, other) else None
    if before.type == "service":
        return _other_mount(before, after)
    if before.type == "module":
        return None
    found = _other_value(pair, step, kind, change)
    if found is not None:
        return (*found, kind.loss)
    is_moved = (folder_of(pair.path), before.address) in change.resource_steps.moves
    is_wrapped = text_of(after, "for_each") and not text_of(before, "for_each")
    return ("gets for_each without a moved block", after.span, "medium") if is_wrapped and not is_moved else None


def _other_mount(before: Resource, after: Resource) -> tuple[str, Span, Severity] | None:
    """Of a service that keeps data: what is mounted at a place now, and was not before."""
    earlier = {setting.key: setting for setting in before.attributes if setting.key[0] == "mounts"}
    for setting in after.attributes:
        known = earlier.get(setting.key)
        is_file = "." in setting.key[-1].rpartition("/")[2]
        if known is not None and not is_file and known.value != setting.value and "$" not in known.value + setting.value:
            return f"{clip(known.value, 20)} -> {clip(setting.value, 20)} at {clip(setting.key[-1], 24)}", setting.span, "high"
    return None


def _other_value(pair: FilePair, step: ResourceStep, kind: ResourceKind, change: ChangeFacts) -> tuple[str, Span] | None:
    assert step.after is not None
    earlier, later = attributes_by_name(step.before), attributes_by_name(step.after)
    home = change.pair_at(step.path)
    for name in sorted(kind.names | kind.replaces):
        before, after = earlier.get(name), later.get(name)
        if before is not None and after is not None:
            is_moved = _owner(after) == change.resource_steps.moves.get((folder_of(pair.path), _owner(before)))
            if not is_moved and surely_differ(resolve(before, pair, change, "before"), resolve(after, home, change, "after")):
                return f"{name} {clip(before.value, 20)} -> {clip(after.value, 20)}", after.span
        elif before is not None and step.fate == "same" and name in kind.names and _is_name(step.before, before):
            return f"{name} {clip(before.value, 24)} is dropped", step.after.span
        elif after is not None and name in kind.on_set and resolve(after, home, change, "after").value not in OFF:
            return f"{name} {clip(after.value, 24)} is added", after.span
    return None


def _owner(reference: Setting) -> str:
    """`aws_kms_key.main` of `aws_kms_key.main.arn`."""
    return ".".join(reference.value.split(".")[:2])


def _is_name(resource: Resource, setting: Setting) -> bool:
    is_own = resource.platform in NAMES_OWN and len(setting.key) <= 2
    return is_own and setting.type == "string" and not any(other.key[0].startswith("**") for other in resource.attributes)
