"""broad-deletion/every-listed-deleted."""

import ast
import re
from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, good
from aicheck.authoring.sdk import CLIENTS, Conduct, conducts_of, is_pretended
from aicheck.authoring.wording import clip
from aicheck.model.routines import Act
from aicheck.regex import regex

LISTING = regex(
    r"\b(?:list_\w+|describe_\w+|get_paginator|paginate|list|aggregated_list|list_by_\w+|list_all|get_all\w*|find\(\)|all\(\)|scan|scan_iter|keys|"
    r"list_namespaced_\w+|instances\.all|buckets\.all|volumes\.all|snapshots\.all|containers\.list)\("
)
NARROWED = regex(
    r"Filters?=|Prefix=|prefix=|TagFilters|label_selector|field_selector|filters?=|tags?=|OwnerIds|owner|match=|NamePrefix|StartsWith|"
    r"page_size=0|\.filter\(|startswith|--?filter|name_starts_with|query="
)
DELETING = regex(r"^(?:begin_)?(?:delete|terminate|destroy|purge|drop|deregister|remove)(?:_\w+)?$")
FOLLOWED = 4
"""How many assignments are followed from a loop to the call that lists."""


class EveryListedDeleted(PythonCheck):
    """A loop over what a client library lists deletes each of it, and nothing chooses among them."""

    id = "broad-deletion/every-listed-deleted"
    title = "A loop deletes everything that a client lists"
    why = "It takes whatever the account holds, also what another team runs there, and what was created a minute ago."
    instead = "Choose by a tag of your own and by age, print the list first, and delete only when a flag says so."
    severity = "high"
    confidence = "medium"
    cwe = (284,)
    in_tests = False
    needles = (
        ("list", "describe", "paginat", ".all(", "scan", "keys("),
        ("delete", "terminate", "destroy", "purge", "drop", "deregister", "remove"),
    )
    anywhere = CLIENTS
    examples = (
        bad(
            """\
import boto3

def stop():
    ec2 = boto3.client('ec2')
    for page in ec2.get_paginator('describe_instances').paginate():
        for reservation in page['Reservations']:
            for instance in reservation['Instances']:
                ec2.terminate_instances(InstanceIds=[instance['InstanceId']])
""",
            "every instance of the account",
        ),
        bad(
            """\
from google.cloud import storage as gcs

class Sweeper:
    async def sweep(self):
        client = gcs.Client()
        buckets = client.list_buckets()
        for bucket in buckets:
            bucket.delete(
                force=True,
            )
""",
            "every bucket",
        ),
        bad(
            """\
from boto3 import client as connect

def drop():
    rds = connect('rds')
    names = [one['DBInstanceIdentifier'] for one in rds.describe_db_instances()['DBInstances']]
    for name in names:
        rds.delete_db_instance(DBInstanceIdentifier=name)
""",
            "through a list of names",
        ),
        good(
            """\
import boto3

def stop():
    ec2 = boto3.client('ec2')
    pages = ec2.get_paginator('describe_instances').paginate(Filters=[{'Name': 'tag:ephemeral', 'Values': ['true']}])
    for page in pages:
        for reservation in page['Reservations']:
            for instance in reservation['Instances']:
                ec2.terminate_instances(InstanceIds=[instance['InstanceId']])
""",
            "chosen by a tag",
        ),
        good(
            """\
import boto3

def stop(apply):
    ec2 = boto3.client('ec2')
    for volume in ec2.describe_volumes()['Volumes']:
        if volume['State'] == 'available' and apply:
            ec2.delete_volume(VolumeId=volume['VolumeId'])
""",
            "chosen by state, and only when told to",
        ),
        good(
            """\
import boto3

NAMES = ('blue', 'green')

def drop():
    rds = boto3.client('rds')
    for name in NAMES:
        rds.delete_db_instance(DBInstanceIdentifier=name)
""",
            "from a list of fixed names",
        ),
        good(
            """\
import boto3

def show():
    ec2 = boto3.client('ec2')
    for volume in ec2.describe_volumes()['Volumes']:
        print(volume['VolumeId'])
""",
            "only shows",
        ),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each deletion in such a loop."""
        hits = tuple(_found(region))
        return iter(()) if hits and is_pretended(region) else iter(hits)


def _found(region: Region) -> Iterator[Hit]:
    for conduct in conducts_of(region):
        for act in conduct.acts:
            if not DELETING.match(act.name) or not act.loops or _is_chosen(conduct, act):
                continue
            listing = _listing(conduct, act)
            if listing and not NARROWED.search(listing):
                yield Hit(act.span, f"`{clip(act.name, 30)}` for everything that `{clip(_call(listing), 40)}` lists")


def _is_chosen(conduct: Conduct, act: Act) -> bool:
    """Whether any condition stands before it, but for those that ask whether there is anything."""
    tests = [conduct.guards[position] for position in act.guards]
    return any(
        guard.form == "test" and not re.match(r"^(?:not )?[\w.\[\]'\"]+$|^len\(|.* in \w+$", guard.text) for guard in tests
    ) or conduct.held_back(act)


def _listing(conduct: Conduct, act: Act) -> str:
    """The source of what the loops around a deletion go over, assignments followed; empty unless something lists it."""
    targets = {name for target, _ in act.loops for name in re.findall(r"\w+", target)}
    if not targets & (set(act.names) | set(re.findall(r"\w+", act.callee))):
        return ""
    text = " <- ".join(_traced(conduct, iterable) for _, iterable in act.loops)
    return text if LISTING.search(text) and " if " not in text else ""


def _traced(conduct: Conduct, source: str) -> str:
    text = source
    for _ in range(FOLLOWED):
        name = re.match(r"^(?:sorted|list|reversed|set|tuple)?\(?([A-Za-z_]\w*)", source)
        values = conduct.names.values.get(name[1], []) if name is not None else []
        value = values[0] if len(values) == 1 else None
        if value is None:
            break
        source = ast.unparse(value)[:400]
        text = f"{text} <- {source}"
    return text


def _call(text: str) -> str:
    found = LISTING.search(text)
    return found[0].rstrip("(") if found is not None else text
