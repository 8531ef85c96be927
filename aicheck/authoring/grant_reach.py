"""How far a grant reaches: whole services, all resources, roles that may do everything. Tables and what reads them."""

import re
from typing import Literal

from aicheck.authoring.grants import ANY, Grant
from aicheck.regex import regex

Reach = Literal["everything", "service", "writes", "privilege", "data", ""]
"""What one action of a policy opens. service: all of one; writes: many that change things (`s3:Put*`); privilege: one with which
other rights can be had; data: reads what is stored; empty: one known thing, or reads what is no secret."""
ADMIN_ROLES = frozenset(
    {
        *("AdministratorAccess", "IAMFullAccess", "Owner", "User Access Administrator", "cluster-admin", "roles/owner"),
        *("roles/iam.securityAdmin", "roles/resourcemanager.organizationAdmin", "roles/resourcemanager.projectIamAdmin"),
    }
)
"""Roles that may do everything, or give themselves that."""
WIDE_ROLES = frozenset({"PowerUserAccess", "roles/editor"})
"""Roles that may change everything but who has rights."""
SERVICE_ROLES = regex(r"(?!CloudWatch|AWSXray|AWSLambdaBasic|AmazonSSMManaged)\w+FullAccess|roles/[\w.]*[aA]dmin|Contributor")
"""Roles that may do everything in one service."""
QUIET_SERVICES = frozenset({"cloudwatch", "events", "logs", "metering", "pricing", "ses", "ssmmessages", "ec2messages", "tag", "xray"})
"""Services where little is lost: those that take in what a program says about itself."""
READS = regex(r"(?:batchget|check|describe|download|filter|get|head|list|lookup|read|search|select|view)\w*\*?", re.IGNORECASE)
WRITES = regex(
    r"(?:attach|create|delete|detach|modify|put|remove|replace|run|send|set|start|stop|terminate|update|write)\w*\*", re.IGNORECASE
)
PRIVILEGES = frozenset(
    """
    iam:passrole iam:attachrolepolicy iam:attachuserpolicy iam:attachgrouppolicy iam:putrolepolicy iam:putuserpolicy iam:putgrouppolicy
    iam:createpolicyversion iam:setdefaultpolicyversion iam:updateassumerolepolicy iam:createaccesskey iam:createloginprofile
    iam:updateloginprofile iam:addusertogroup sts:assumerole lambda:updatefunctioncode
    """.split()  # noqa: SIM905
)
DATA = frozenset(
    """
    s3:getobject dynamodb:getitem dynamodb:query dynamodb:scan secretsmanager:getsecretvalue ssm:getparameter ssm:getparameters
    ssm:getparametersbypath kms:decrypt rds-db:connect
    """.split()  # noqa: SIM905
)
_ARN = regex(r"arn:[^:]*:[^:]*:[^:]*:(\**):(?:\*|[\w-]+[:/]\*)|arn:[^:]*:s3:::\*(?:/\*)?")


def reach_of(action: str) -> Reach:
    """What one action of a policy opens where its resources are all."""
    service, _, name = action.lower().partition(":")
    if action == ANY or (service == ANY and name == ANY):
        return "everything"
    if name == ANY:
        return "service"
    if action.lower() in PRIVILEGES:
        return "privilege"
    if action.lower() in DATA:
        return "data"
    if READS.fullmatch(name) or "*" not in name:
        return ""
    return "writes" if WRITES.fullmatch(name) or name.startswith("*") else ""


def is_everywhere(grant: Grant) -> bool:
    """Whether a policy's statement is about all resources: `*`, or all of a kind in every account."""
    return any(name == ANY or _ARN.fullmatch(name) for name in grant.resources)


def service_of(action: str) -> str:
    """`s3` of `s3:GetObject`."""
    return action.partition(":")[0].lower()
