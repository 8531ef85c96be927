"""access-broadening/storage-public."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad, bad_change, good, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import COMMAND_LANGUAGES, placed, shown
from aicheck.authoring.dangerous_steps import Becomes, Leaves, Removed, turned_off, turned_on
from aicheck.authoring.public_storage import PUBLIC_ACLS, is_on_purpose, judge_public_grant, public_command
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import CONFIGURATION, SOURCE, Row, ValueDelta
from aicheck.authoring.wording import clip
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.location import Location, Side, Span
from aicheck.model.rule import Severity

BLOCK = ("block public acls", "block public policy", "ignore public acls", "restrict public buckets")
OFF = frozenset({"false"})
BUCKET = 'resource "aws_s3_bucket_acl" "{name}" {{\n  bucket = aws_s3_bucket.{name}.id\n  acl    = "{acl}"\n}}\n'
POLICY = (
    '{{"Statement": [{{"Effect": "{effect}", "Principal": {principal}, "Action": "s3:GetObject",\n'
    '"Resource": "arn:aws:s3:::{name}/*"{end}}}]}}\n'
)
FENCE = (
    'resource "aws_s3_bucket_public_access_block" "orders" {{\n  bucket = "orders"\n'
    "  block_public_acls       = {on}\n  restrict_public_buckets = {on}\n}}\n"
)


class StoragePublic(ValueDelta):
    """Finds stored data that everybody may read or write: access lists, bucket policies, members, and fences that go."""

    id = "access-broadening/storage-public"
    title = "Stored data opened to everybody"
    why = "Buckets are listed and copied by strangers within hours, and what was read once cannot be called back."
    instead = "Keep the public access block on; serve files through a CDN's own identity or through signed addresses that expire."
    severity = "high"
    confidence = "high"
    languages = tuple(sorted({*CONFIGURATION, *SOURCE, *COMMAND_LANGUAGES}))
    cwe = (732,)
    security = True
    looks_into_new = True
    rows = (
        Row(
            (named("acl", "access control", "canned acl", "predefined acl", "default acl", "bucket acl", "object acl"),),
            (Becomes("high", PUBLIC_ACLS, added=True, pattern=r"[\w.]+\.(?:PUBLIC_READ(?:_WRITE)?|PublicRead(?:Write)?)"),),
        ),
        Row((named(*BLOCK, whole=True),), (Becomes("high", OFF, added=True), Leaves("high", frozenset({"true"})))),
        Row((named("aws s3 bucket public access block"),), (Removed("high"),)),
        Row(
            (named("public read access", "allow blob public access", "allow nested items to be public"),), (turned_on("high", added=True),)
        ),
        Row((named("public access prevention", whole=True),), (Leaves("high", frozenset({"enforced"})),)),
        Row((named("uniform bucket level access", whole=True),), (turned_off("medium"),)),
        Row(
            (named("container access type", "public access", whole=True, outside=("endpoint", "cluster")),),
            (Becomes("high", frozenset({"blob", "container"}), added=True),),
        ),
        Row((named("entity", whole=True),), (Becomes("high", frozenset({"allusers", "allauthenticatedusers"}), added=True),)),
    )
    examples = (
        bad(BUCKET.format(name="orders", acl="public-read"), "an access list", path="infra/s3.tf"),
        bad(
            "Resources:\n  Orders:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: PublicReadWrite\n",
            "in CloudFormation",
            path="infra/stack.yaml",
        ),
        bad(POLICY.format(effect="Allow", principal='"*"', name="orders", end=""), "a bucket's policy", path="infra/orders.json"),
        bad(
            POLICY.format(effect="Allow", principal='{"AWS": ["*"]}', name="orders", end=""),
            "in another spelling",
            path="infra/orders.json",
        ),
        bad_change(FENCE.format(on="true"), FENCE.format(on="false"), "the fence goes off", path="infra/s3.tf"),
        bad_change(
            'resource "aws_s3_bucket" "orders" {\n  bucket = "orders"\n}\n' + FENCE.format(on="true"),
            'resource "aws_s3_bucket" "orders" {\n  bucket = "orders"\n}\n',
            "the fence is removed",
            path="infra/s3.tf",
        ),
        bad(
            'resource "google_storage_bucket_iam_member" "orders" {\n  bucket = "orders"\n  role   = "roles/storage.objectViewer"\n'
            '  member = "allUsers"\n}\n',
            "a member that is everybody",
            path="infra/gcs.tf",
        ),
        bad(
            'import pulumi_aws as aws\n\norders = aws.s3.Bucket("orders", acl=aws.s3.CannedAcl.PUBLIC_READ)\n',
            "in Pulumi",
            path="infra/main.py",
        ),
        bad_change("#!/bin/sh\n", "#!/bin/sh\ngsutil iam ch allUsers:objectViewer gs://orders\n", "by a command", path="deploy/bucket.sh"),
        good(BUCKET.format(name="orders", acl="private"), "private", path="infra/s3.tf"),
        good(BUCKET.format(name="website", acl="public-read"), "a website", path="infra/s3.tf"),
        good(POLICY.format(effect="Deny", principal='"*"', name="orders", end=""), "a denial", path="infra/orders.json"),
        good(
            POLICY.format(
                effect="Allow", principal='"*"', name="orders", end=', "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}'
            ),
            "under a condition",
            path="infra/orders.json",
        ),
        good(
            POLICY.format(effect="Allow", principal='{"Service": "cloudfront.amazonaws.com"}', name="orders", end=""),
            "for the CDN",
            path="infra/orders.json",
        ),
        good_change(FENCE.format(on="false"), FENCE.format(on="true"), "the fence goes on", path="infra/s3.tf"),
        good_change(
            {"infra/s3.tf": FENCE.format(on="true") + "locals {\n  a = 1\n}\n"},
            {"infra/s3.tf": "locals {\n  a = 1\n}\n", "infra/fence.tf": FENCE.format(on="true")},
            "the fence moves to another file",
        ),
        good_change("#!/bin/sh\n", "#!/bin/sh\ngsutil iam ch -d allUsers gs://orders\n", "taken away", path="deploy/bucket.sh"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """The rows of the table, then grants to everybody, then commands."""
        yield from super().compare(pair, change)
        for step in change.grant_steps.get(pair.path, ()):
            found = judge_public_grant(step)
            if found is not None:
                symbol = ".".join(step.after.home)
                yield self.match(Location(pair.path, "after", step.after.span), found[0], symbol=symbol, text=found[0], severity=found[1])
        for name, span in _public_calls(pair):
            yield self.match(Location(pair.path, "after", span), f"`{clip(name, 60)}`", symbol=name, text=name)
        commands = change.command_steps.get(pair.path)
        for before, command in commands.gained() if commands is not None else ():
            severity = _judge_command(command)
            if severity is not None and not (before is not None and _judge_command(before)):
                text = " ".join(command.argv)[:200]
                yield self.match(
                    Location(pair.path, "after", command.span),
                    f"`{shown(command, 70)}`",
                    symbol=command.symbol,
                    text=text,
                    severity=severity,
                )

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002
        """Not a website's own files."""
        return not is_on_purpose(*step.key[:-1])


def _judge_command(command: Command) -> Severity | None:
    severity = public_command(take_apart(command.argv), " ".join(command.argv))
    return placed(severity, command) if severity is not None else None


def _public_calls(pair: FilePair) -> Iterator[tuple[str, Span]]:
    """New calls of `grant_public_access`."""
    before = {name for name, _ in _calls(pair, "before")}
    return ((name, span) for name, span in _calls(pair, "after") if name not in before and not is_on_purpose(name))


def _calls(pair: FilePair, side: Side) -> Iterator[tuple[str, Span]]:
    for setting in pair.facts(side).settings:
        for part in setting.key[-2:]:
            if part.rpartition(".")[2].replace("_", "").lower() == "grantpublicaccess":
                yield part, setting.span
