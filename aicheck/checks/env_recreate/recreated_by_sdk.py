"""env-recreate/recreated-by-sdk."""

import re
from collections.abc import Iterator

from aicheck.authoring import Hit, PythonCheck, Region, bad, good
from aicheck.authoring.sdk import CLIENTS, Conduct, conducts_of, is_pretended
from aicheck.authoring.wording import clip
from aicheck.model.routines import Act
from aicheck.regex import regex

DELETING = regex(r"^(?:begin_)?(?:delete|drop|destroy|terminate)_(?:namespaced_)?(\w+)$")
CREATING = r"^(?:begin_)?(?:create|recreate|run|add|restore)_(?:namespaced_)?{noun}$"
STATELESS = regex(
    r"^(?:job|pod|config_map|secret|deployment|daemon_set|cron_job|service_account|role\w*|cluster_role\w*|ingress|network_policy|tag\w*|alias|label|message|event|"
    r"schedule|rule|target\w*|subscription|layer|function|webhook|route|policy|user|access_key|key_pair|item|entry|row|task|session|token|file|temp\w*|index_alias|"
    r"launch_template|listener|trigger|comment|branch)$"
)
"""What is made anew without a loss."""


class RecreatedBySdk(PythonCheck):
    """A function deletes something through a client library and creates one of the same kind and name after it."""

    id = "env-recreate/recreated-by-sdk"
    title = "Code deletes something and creates it again"
    why = "Between the two nothing serves, and when the creation fails nothing comes back; data, addresses and rights do not survive."
    instead = "Update in place, or create the new one beside the old one, switch over, and delete the old one last."
    severity = "high"
    confidence = "medium"
    cwe = (284,)
    in_tests = False
    needles = (("delete_", "drop_", "destroy_", "terminate_"), ("create_", "run_", "restore_", "add_"))
    anywhere = CLIENTS
    examples = (
        bad(
            """\
import boto3

def redeploy(name, body):
    cloud = boto3.client('cloudformation')
    cloud.delete_stack(StackName=name)
    cloud.get_waiter('stack_delete_complete').wait(StackName=name)
    cloud.create_stack(StackName=name, TemplateBody=body)
""",
            "a stack",
        ),
        bad(
            """\
from kubernetes import client as k8s

class Deployer:
    async def reset(self, name, spec):
        api = k8s.CoreV1Api()
        api.delete_namespaced_persistent_volume_claim(name, 'shop')
        api.create_namespaced_persistent_volume_claim(
            'shop',
            spec(name),
        )
""",
            "a volume claim",
        ),
        good(
            """\
import boto3

def redeploy(name, body):
    cloud = boto3.client('cloudformation')
    cloud.update_stack(StackName=name, TemplateBody=body)
""",
            "updated in place",
        ),
        good(
            """\
import boto3

def switch(old, new, body):
    cloud = boto3.client('cloudformation')
    cloud.delete_stack(StackName=old)
    cloud.create_stack(StackName=new, TemplateBody=body)
""",
            "another name",
        ),
        good(
            """\
import boto3

def redeploy(name, body):
    cloud = boto3.client('cloudformation')
    if input(f'really delete {name}? ') != name:
        raise SystemExit(1)
    cloud.delete_stack(StackName=name)
    cloud.create_stack(StackName=name, TemplateBody=body)
""",
            "asks first",
        ),
        good(
            """\
from kubernetes import client

def rerun(name, spec):
    api = client.BatchV1Api()
    api.delete_namespaced_job(name, 'shop')
    api.create_namespaced_job('shop', spec(name))
""",
            "a job, which cannot be changed",
        ),
    )

    def check(self, region: Region) -> Iterator[Hit]:
        """One hit for each deletion that is followed by its creation."""
        hits = tuple(_found(region))
        return iter(()) if hits and is_pretended(region) else iter(hits)


def _found(region: Region) -> Iterator[Hit]:
    for conduct in conducts_of(region):
        for number, act in enumerate(conduct.acts):
            found = DELETING.match(act.name)
            if found is None or STATELESS.match(found[1]) or conduct.held_back(act):
                continue
            again = _created(conduct, number, found[1])
            if again is not None:
                yield Hit(act.span, f"`{clip(act.name, 40)}`, then `{clip(again.name, 40)}` of the same")


def _created(conduct: Conduct, number: int, noun: str) -> Act | None:
    act = conduct.acts[number]
    wanted = re.compile(CREATING.format(noun=re.escape(noun)))
    named = set(act.names) - {act.name} | {text for _, text in act.arguments}
    fixed = {text for _, text in act.arguments if re.match(r"^[\w.]+$|^f?'", text)}
    for other in conduct.acts[number + 1 :]:
        if not wanted.match(other.name) or other.callee.rpartition(".")[0] != act.callee.rpartition(".")[0]:
            continue
        given = set(other.names) | {text for _, text in other.arguments}
        first = next(iter(text for _, text in act.arguments), "")
        if (first in given) if fixed else bool(named & given):
            return other
    return None
