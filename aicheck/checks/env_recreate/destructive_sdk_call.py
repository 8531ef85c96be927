"""env-recreate/destructive-sdk-call."""

from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, good
from aicheck.authoring.sdk import CLIENTS, MEANT, conducts_of, deletes_stateful, is_pretended, keeping_nothing
from aicheck.authoring.wording import clip
from aicheck.model.routines import Act
from aicheck.model.rule import Severity
from aicheck.regex import regex

MUTATION = regex(
    r"\b(?:volume|project|environment|service|database|instance|bucket|plugin|deployment)(?:Instance)?(?:Delete|Destroy|Remove)\b|\bdelete(?:Volume|Project|Environment|Database|Instance)\b"
)
"""Mutations of platforms' GraphQL interfaces."""
SENDING = frozenset({"post", "request", "execute", "send", "query", "mutate"})


class DestructiveSdkCall(PythonCheck):
    """Program code deletes a database, bucket, volume, cluster, stack, zone, key or namespace through a client library.

    Silent where a tag, age, prefix, state or question chooses what may go, where the same function created it before, and
    against mocks and emulators.
    """

    id = "env-recreate/destructive-sdk-call"
    title = "Code deletes infrastructure that holds data"
    why = "One run with the wrong account, region or name removes a database or bucket, and no plan shows it to anybody beforehand."
    instead = "Let the infrastructure tool delete it from a reviewed plan; in code, check a tag of your own first and keep a snapshot."
    severity = "high"
    confidence = "medium"
    cwe = (284,)
    in_tests = False
    needles = (("delete", "terminate", "destroy", "drop_database", "purge", "schedule_key_deletion", "Delete", "remove"),)
    anywhere = CLIENTS
    examples = (
        bad(
            """\
import boto3

def upgrade(name):
    rds = boto3.client('rds')
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
""",
            "a database without a snapshot",
        ),
        bad(
            """\
from boto3 import client as connect

class Migration:
    async def run(self, stack):
        cloud = connect('cloudformation')
        cloud.delete_stack(
            StackName=stack,
        )
""",
            "a stack",
        ),
        bad(
            """\
from kubernetes import client

def refresh(namespace):
    client.CoreV1Api().delete_namespace(name=namespace)
""",
            "a namespace and everything in it",
        ),
        bad(
            """\
import requests

def rotate(token, volume):
    query = 'mutation { volumeDelete(volumeId: "%s") }' % volume
    requests.post('https://backboard.example/graphql', json={'query': 'mutation { volumeDelete(volumeId: "v") }'})
""",
            "a mutation of a platform",
        ),
        good(
            """\
import boto3

def upgrade(name):
    rds = boto3.client('rds')
    return rds.describe_db_instances(DBInstanceIdentifier=name)
""",
            "only looks",
        ),
        good(
            """\
import boto3

def expire(table):
    dynamo = boto3.client('dynamodb')
    tags = dynamo.list_tags_of_resource(ResourceArn=table)['Tags']
    if {'Key': 'ephemeral', 'Value': 'true'} not in tags:
        raise ValueError(table)
    dynamo.delete_table(TableName=table)
""",
            "a tag is checked",
        ),
        good(
            """\
import boto3
from moto import mock_aws

@mock_aws
def check():
    boto3.client('dynamodb').delete_table(TableName='t')
""",
            "against a mock",
        ),
        good(
            """\
import boto3

def probe(name):
    s3 = boto3.client('s3')
    s3.create_bucket(Bucket=name)
    try:
        measure(name)
    finally:
        s3.delete_bucket(Bucket=name)
""",
            "created by the same function",
        ),
        good(
            """\
import boto3

def forget(cache, name):
    boto3.client('s3')
    cache.delete_entry(name)
""",
            "nothing that holds data",
        ),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each call."""
        hits = tuple(_found(region))
        return iter(()) if hits and is_pretended(region) else iter(hits)


def _found(region: Region) -> Iterator[Hit]:
    for conduct in conducts_of(region):
        made = [act for act in conduct.acts if act.name.startswith("create_")]
        for act in conduct.acts:
            if act.name in SENDING and any(MUTATION.search(text) for _, text in act.arguments):
                yield Hit(act.span, "A platform is told to delete what holds data")
            elif deletes_stateful(act) and not conduct.held_back(act) and not _was_made(act, made):
                way = keeping_nothing(act)
                message = f"`{clip(act.name, 40)}` deletes what holds data{', ' + way if way else ''}"
                yield Hit(act.span, message, severity=_severity(region, act))


def _was_made(act: Act, made: list[Act]) -> bool:
    """Whether the function created one of the kind before: it takes back its own."""
    return any(one.name == f"create_{act.name.partition('_')[2]}" and one.span < act.span for one in made)


def _severity(region: Region, act: Act) -> Severity:
    """A function whose name says that it deletes does what it says; leaving no way back is another matter."""
    if keeping_nothing(act):
        return "critical"
    return "medium" if MEANT.search(region.symbol.rpartition(".")[2]) else "high"
