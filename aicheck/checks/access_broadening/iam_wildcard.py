"""access-broadening/iam-wildcard."""

import re
from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, DifferentialCheck, FilePair, bad, bad_change, good, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import COMMAND_LANGUAGES, placed, shown
from aicheck.authoring.grant_judgement import judge_grant, severity_of_role
from aicheck.authoring.value_delta import CONFIGURATION
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.location import Location
from aicheck.model.rule import Severity, severity_rank
from aicheck.regex import regex

CEILINGS = regex(r"organizations_policy|organizations::policy|service_?control|\bscp\b|boundary|vpc_?endpoint", re.IGNORECASE)
"""Policies that give nothing by themselves: they are the most that others may give."""
INLINE_ADMIN = regex(r"\"Action\":\s*\[?\s*\"\*(?::\*)?\".{0,200}?\"Resource\":\s*\[?\s*\"\*\"", re.DOTALL)
ROLE_OPTIONS = ("role", "policy-arn", "clusterrole", "policy-document", "role-name")
GIVES = regex(
    r"add-iam-policy-binding|attach-\w+-policy|put-\w+-policy|create-policy|clusterrolebinding|assignment|add-cluster-role-to-\w+"
)
DOCUMENT = """data "aws_iam_policy_document" "worker" {{
  statement {{
    actions   = [{actions}]
    resources = [{resources}]
  }}
}}
"""
NARROW = DOCUMENT.format(actions='"s3:GetObject"', resources='"arn:aws:s3:::orders/*"')
ROLE = """apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: worker}}
rules:
- apiGroups: [{groups}]
  resources: [{resources}]
  verbs: [{verbs}]
"""
BINDING = """apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: worker}}
roleRef: {{kind: ClusterRole, name: {role}}}
subjects:
- {{kind: ServiceAccount, name: worker, namespace: jobs}}
"""


class IamWildcard(DifferentialCheck):
    """Finds cloud and cluster rights that become whole services, all resources, or everything.

    What the same policy allowed before is no finding, nor is a denial, a reading of names and states, a policy that only limits
    others, or a statement that moved. `critical` where single actions or a narrow role become everything.
    """

    id = "access-broadening/iam-wildcard"
    title = "Rights over a whole service, all resources or everything"
    why = "Whoever gets hold of this one role, through a leaked key or a broken dependency, can delete and read all that the account has."
    instead = "Name the actions that the program calls and the resources that it works on."
    severity = "high"
    confidence = "high"
    languages = tuple(sorted({*CONFIGURATION, *COMMAND_LANGUAGES, "go"}))
    cwe = (732, 269)
    security = True
    examples = (
        bad(DOCUMENT.format(actions='"*"', resources='"*"'), "everything", path="infra/iam.tf"),
        bad_change(
            NARROW,
            DOCUMENT.format(actions='\n      "s3:*",\n    ', resources='"arn:aws:s3:::orders/*"'),
            "one action becomes the service",
            path="infra/iam.tf",
        ),
        bad_change(
            NARROW, DOCUMENT.format(actions='"s3:GetObject", "s3:Put*"', resources='"*"'), "one bucket becomes all", path="infra/iam.tf"
        ),
        bad(
            'resource "aws_iam_policy" "p" {\n  policy = <<EOF\n{"Statement": [\n'
            '{"Effect": "Allow", "Action": ["ec2:*"], "Resource": "*"}\n]}\nEOF\n}\n',
            "JSON in a heredoc",
            path="infra/iam.tf",
        ),
        bad(
            "from aws_cdk import Stack, aws_iam as permissions\n\n\nclass Api(Stack):\n    def __init__(self, role):\n"
            "        role.add_to_policy(permissions.PolicyStatement(\n            actions=['dynamodb:*'],\n            resources=['*']))\n",
            "in CDK",
            path="infra/api.py",
        ),
        bad(
            "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      ManagedPolicyArns:\n"
            "      - !Sub arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess\n",
            "the administrator's policy",
            path="infra/stack.yaml",
        ),
        bad_change(
            'resource "google_project_iam_member" "ci" {\n  role   = "roles/viewer"\n  member = "serviceAccount:ci"\n}\n',
            'resource "google_project_iam_member" "ci" {\n  role   = "roles/owner"\n  member = "serviceAccount:ci"\n}\n',
            "a viewer becomes the owner",
            path="infra/ci.tf",
        ),
        bad(BINDING.format(role="cluster-admin"), "everything in a cluster", path="k8s/worker.yaml"),
        bad_change(
            ROLE.format(groups='""', resources="pods", verbs="get, list"),
            ROLE.format(groups='"*"', resources='"*"', verbs='"*"'),
            "a cluster role",
            path="k8s/worker.yaml",
        ),
        bad_change(
            "#!/bin/sh\n",
            "#!/bin/sh\ngcloud projects add-iam-policy-binding shop \\\n  --member user:a --role=roles/owner\n",
            "by a command",
            path="deploy/grant.sh",
        ),
        good(DOCUMENT.format(actions='"ec2:Describe*", "s3:List*"', resources='"*"'), "it reads names and states", path="infra/iam.tf"),
        good('{"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}\n', "a denial", path="infra/policy.json"),
        good_change(DOCUMENT.format(actions='"s3:*"', resources='"*"'), NARROW, "narrowed", path="infra/iam.tf"),
        good_change(
            {"infra/a.tf": DOCUMENT.format(actions='"s3:*"', resources='"*"')},
            {"infra/b.tf": "# moved\n" + DOCUMENT.format(actions='"s3:*"', resources='"*"')},
            "moved",
        ),
        good(
            '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "kms:*", "Resource": "*"}]}\n',
            "a key's own policy, for its account",
            path="infra/key.json",
        ),
        good(DOCUMENT.format(actions='"s3:GetObject", "s3:PutObject"', resources='"arn:aws:s3:::a/*"'), "named", path="infra/iam.tf"),
        good(BINDING.format(role="view"), "a role that reads", path="k8s/worker.yaml"),
        good(ROLE.format(groups='"*"', resources='"*"', verbs="get, list, watch"), "it reads", path="k8s/worker.yaml"),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """One match for each grant, and for each command that makes one."""
        for step in change.grant_steps.get(pair.path, ()):
            found = judge_grant(step)
            if found is not None and not CEILINGS.search(" ".join(step.after.home)) and not CEILINGS.search(pair.path):
                symbol = ".".join(step.after.home)
                yield self.match(Location(pair.path, "after", step.after.span), found[0], symbol=symbol, text=found[0], severity=found[1])
        commands = change.command_steps.get(pair.path)
        for before, command in commands.gained() if commands is not None else ():
            severity = _judge_command(command)
            if severity is not None and not (before is not None and _judge_command(before)):
                yield self.match(
                    Location(pair.path, "after", command.span),
                    f"`{shown(command, 70)}`",
                    symbol=command.symbol,
                    text=" ".join(command.argv)[:200],
                    severity=severity,
                )


def _judge_command(command: Command) -> Severity | None:
    words = take_apart(command.argv)
    if words.program not in {"aws", "gcloud", "az", "kubectl", "oc", "gsutil"} or not GIVES.search(" ".join(command.argv[1:5])):
        return None
    values = [value for name, value in words.options if name in ROLE_OPTIONS] + [*words.positionals]
    roles = {value.rpartition("policy/")[2] for value in values} | {value for value in values if value.startswith("roles/")}
    severities = [severity for role in roles if (severity := severity_of_role(role)) is not None]
    if any(INLINE_ADMIN.search(value) for value in values):
        severities.append("high")
    return placed(max(severities, key=severity_rank), command) if severities else None
