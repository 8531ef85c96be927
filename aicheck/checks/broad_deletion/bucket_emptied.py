"""broad-deletion/bucket-emptied."""

import ast
from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, good
from aicheck.authoring.sdk import conducts_of, is_pretended
from aicheck.readers.python.local_names import own_nodes
from aicheck.readers.routines.acts import expression_span
from aicheck.regex import regex

WHOLE = regex(r"\.(?:objects|object_versions)(?:\.all\(\))?\.delete$")
FILTERED = regex(r"\.(?:objects|object_versions)\.filter\(Prefix=(.*)\)\.delete$")
BLOBS = regex(r"\.list_blobs\((?!.*(?:prefix|match_glob|name_starts_with)).*\)")
FIXED = regex(r"""^f?(['"])[^'"{]*[\w-]+/""")
"""A prefix that begins with at least one fixed folder."""


class BucketEmptied(PythonCheck):
    """All objects of a bucket, or those below a prefix that may be empty, are deleted at once."""

    id = "broad-deletion/bucket-emptied"
    title = "A bucket is emptied"
    why = "Everything in it goes in one call, old versions included; with an empty prefix that is every customer's files."
    instead = "Delete below a prefix that only this job writes and that cannot be empty, or let a lifecycle rule expire objects."
    severity = "high"
    confidence = "medium"
    cwe = (284,)
    in_tests = False
    needles = ((".delete", "delete_blobs"), ("objects", "object_versions", "delete_blobs", "force"))
    anywhere = ("boto3", "aioboto", "google.cloud", "storage", "minio", "bucket", "Bucket")
    examples = (
        bad(
            """\
import boto3

def reset(name):
    bucket = boto3.resource('s3').Bucket(name)
    bucket.object_versions.all().delete()
""",
            "every object and every version",
        ),
        bad(
            """\
from boto3 import resource as open_store

class Store:
    async def clear(self, prefix):
        open_store('s3').Bucket(self.name).objects.filter(
            Prefix=prefix,
        ).delete()
""",
            "below a prefix that may be empty",
        ),
        bad(
            """\
from google.cloud import storage

def reset(name):
    bucket = storage.Client().bucket(name)
    bucket.delete_blobs(list(bucket.list_blobs()))
""",
            "every blob",
        ),
        good(
            """\
import boto3

def reset(name):
    bucket = boto3.resource('s3').Bucket(name)
    bucket.objects.filter(Prefix='tmp/run-1/').delete()
""",
            "below a fixed prefix",
        ),
        good(
            """\
import boto3
from moto import mock_aws

@mock_aws
def reset(name):
    boto3.resource('s3').Bucket(name).objects.all().delete()
""",
            "against a mock",
        ),
        good(
            """\
import boto3

def clear(name, prefix):
    if not prefix:
        raise ValueError('prefix')
    boto3.resource('s3').Bucket(name).objects.filter(Prefix=prefix).delete()
""",
            "an empty prefix is refused",
        ),
        good("import boto3\n\ndef drop(name, key):\n    boto3.resource('s3').Object(name, key).delete()\n", "one object"),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each call."""
        hits = tuple(_found(region))
        return iter(()) if hits and is_pretended(region) else iter(hits)


def _found(region: Region) -> Iterator[Hit]:
    for conduct in conducts_of(region):
        held = {act.span: act for act in conduct.acts}
        for call in own_nodes(getattr(conduct.node, "body", [])):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            what = _emptied(call) if call.func.attr in {"delete", "delete_blobs"} else ""
            act = held.get(expression_span(region.source, call)) if what else None
            if act is not None and not any(conduct.guards[one].leaves for one in act.guards) and not conduct.held_back(act):
                yield Hit(act.span, what)


def _emptied(call: ast.Call) -> str:
    text = " ".join(ast.unparse(call.func).split())[-400:]
    if WHOLE.search(text):
        return "Every object of the bucket is deleted"
    if text.endswith(".delete_blobs") and call.args and BLOBS.search(ast.unparse(call.args[0])[:400]):
        return "Every object of the bucket is deleted"
    found = FILTERED.search(text)
    if found is not None and not FIXED.match(found[1]):
        return "Every object is deleted below a prefix that may be empty"
    forced = any(keyword.arg == "force" and ast.unparse(keyword.value) == "True" for keyword in call.keywords)
    return "The bucket is deleted with everything in it" if forced and "ucket" in text else ""
