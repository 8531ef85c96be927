"""access-broadening/network-opened."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad, bad_change, good, good_change
from aicheck.authoring.command_words import take_apart
from aicheck.authoring.commands import COMMAND_LANGUAGES, placed, shown
from aicheck.authoring.dangerous_steps import Becomes, Leaves, turned_off, turned_on
from aicheck.authoring.opening_commands import opened_by
from aicheck.authoring.setting_names import named
from aicheck.authoring.value_delta import CONFIGURATION, SOURCE, Row, ValueDelta
from aicheck.authoring.wording import clip
from aicheck.model.facts import Command
from aicheck.model.finding import Match
from aicheck.model.location import Location
from aicheck.model.rule import Severity

GROUP = """resource "aws_security_group" "db" {{
  ingress {{
    from_port   = {port}
    to_port     = {port}
    cidr_blocks = ["{source}"]
  }}
}}
"""
SERVICE = """apiVersion: v1
kind: Service
metadata:
  name: orders{annotation}
spec:
  type: {type}
  ports:
  - port: 5432
"""


class NetworkOpened(ValueDelta):
    """Finds rules of a network that let every address in to anything but a web server, and stores that get a public address.

    `high` for databases, logins and whole ranges of ports, `medium` for other ports.
    """

    id = "access-broadening/network-opened"
    title = "A network, a store or a login is opened to every address"
    why = "Scanners find an open database or login within minutes; from then on one weak password is all that keeps them out."
    instead = "Let in the one network or group that needs it; reach stores through a private address, a bastion or a tunnel."
    severity = "high"
    confidence = "high"
    languages = tuple(sorted({*CONFIGURATION, *SOURCE, *COMMAND_LANGUAGES}))
    cwe = (284,)
    security = True
    looks_into_new = True
    rows = (
        Row((named("publicly accessible", whole=True),), (turned_on("high", added=True),)),
        Row((named("public network access enabled", whole=True),), (turned_on("high"),)),
        Row((named("public network access", whole=True),), (Becomes("high", frozenset({"enabled"})),)),
        Row((named("endpoint public access", "cluster endpoint public access"),), (Becomes("medium", frozenset({"true"})),)),
        Row((named("enable private nodes", "enable private endpoint", "private cluster enabled", whole=True),), (turned_off("medium"),)),
        Row((named("ipv4 enabled", whole=True, within=("ip configuration",)),), (turned_on("medium"),)),
        Row(
            (named("authorization type", "authorization", "auth type", whole=True),),
            (Becomes("high", frozenset({"none"})),),
        ),
        Row((named("enabled", whole=True, within=("xpack security",)), named("xpack security enabled")), (turned_off("high"),)),
        Row((named("protected mode", whole=True),), (turned_off("high"),)),
        Row((named("authorization", whole=True, within=("security",)),), (Leaves("high", frozenset({"enabled"})),)),
        Row(
            (named("authenticator", "authorizer", whole=True),),
            (Becomes("high", frozenset({"allowallauthenticator", "allowallauthorizer"})),),
        ),
    )
    examples = (
        bad_change(
            GROUP.format(port=5432, source="10.0.0.0/8"), GROUP.format(port=5432, source="0.0.0.0/0"), "a database", path="infra/db.tf"
        ),
        bad(GROUP.format(port=22, source="::/0"), "logins, by the other family of addresses", path="infra/db.tf"),
        bad(
            "Resources:\n  Group:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      SecurityGroupIngress:\n"
            "        - IpProtocol: '-1'\n          CidrIp: 0.0.0.0/0\n",
            "every port, in CloudFormation",
            path="infra/stack.yaml",
        ),
        bad(
            "from aws_cdk import Stack, aws_ec2 as network\n\n\nclass Db(Stack):\n    def open(self, group):\n"
            "        group.add_ingress_rule(\n            network.Peer.any_ipv4(),\n            network.Port.tcp(3306),\n        )\n",
            "in CDK",
            path="infra/db.py",
        ),
        bad_change(
            'resource "aws_db_instance" "orders" {\n  engine = "postgres"\n  publicly_accessible = false\n}\n',
            'resource "aws_db_instance" "orders" {\n  engine = "postgres"\n  publicly_accessible = true\n}\n',
            "a public address",
            path="infra/db.tf",
        ),
        bad(
            'resource "google_sql_database_instance" "orders" {\n  settings {\n    ip_configuration {\n      authorized_networks {\n'
            '        name  = "all"\n        value = "0.0.0.0/0"\n      }\n    }\n  }\n}\n',
            "a managed database lets everybody in",
            path="infra/sql.tf",
        ),
        bad_change(
            SERVICE.format(type="ClusterIP", annotation=""),
            SERVICE.format(type="LoadBalancer", annotation=""),
            "a load balancer before a database",
            path="k8s/db.yaml",
        ),
        bad_change(
            "#!/bin/sh\n",
            "#!/bin/sh\naws ec2 authorize-security-group-ingress \\\n  --group-id sg-1 --protocol tcp --port 22 --cidr 0.0.0.0/0\n",
            "by a command",
            path="deploy/open.sh",
        ),
        good(GROUP.format(port=443, source="0.0.0.0/0"), "a web server", path="infra/lb.tf"),
        good(GROUP.format(port=5432, source="10.0.0.0/8"), "one network", path="infra/db.tf"),
        good(
            GROUP.format(port=5432, source="0.0.0.0/0").replace("ingress", "egress"),
            "what goes out",
            path="infra/db.tf",
        ),
        good(
            'resource "aws_route" "out" {\n  destination_cidr_block = "0.0.0.0/0"\n  gateway_id = aws_internet_gateway.main.id\n}\n',
            "a route",
            path="infra/net.tf",
        ),
        good(
            SERVICE.format(type="LoadBalancer", annotation="\n  annotations:\n    networking.gke.io/load-balancer-type: Internal"),
            "a load balancer inside the network",
            path="k8s/db.yaml",
        ),
        good_change(
            {"infra/a.tf": GROUP.format(port=22, source="0.0.0.0/0")},
            {"infra/b.tf": "# moved\n" + GROUP.format(port=22, source="0.0.0.0/0")},
            "moved",
        ),
        good_change(GROUP.format(port=22, source="0.0.0.0/0"), GROUP.format(port=22, source="10.1.0.0/16"), "narrowed", path="infra/db.tf"),
        good_change(
            "#!/bin/sh\n",
            "#!/bin/sh\naws ec2 authorize-security-group-egress --group-id a --cidr 0.0.0.0/0\n",
            "out",
            path="deploy/open.sh",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """The rows of the table, then the rules that let everybody in, then the commands that make such rules."""
        yield from super().compare(pair, change)
        for opening in change.openings.get(pair.path, ()):
            yield self.match(
                Location(pair.path, "after", opening.span),
                f"{clip('.'.join(opening.key[:2]), 50)} opens {opening.what} to every address",
                symbol=".".join(opening.key),
                text=opening.what,
                severity=opening.severity,
            )
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
    severity = opened_by(words, " ".join(command.argv))
    return placed(severity, command) if severity is not None else None
