"""What every address may reach, in the spellings of several formats."""

import pytest

from aicheck.authoring.command_words import take_apart
from aicheck.authoring.opened_ports import judge_ports, ports_of
from aicheck.authoring.opening_commands import opened_by
from aicheck.authoring.opening_steps import new_openings, opening_file
from aicheck.authoring.openings import read_openings
from aicheck.authoring.published import read_published
from aicheck.readers.facts import read_facts
from aicheck.readers.language import language_of

RULE = 'resource "aws_security_group_rule" "a" {\n  type = "%s"\n  from_port = %s\n  to_port = %s\n  cidr_blocks = ["%s"]\n}\n'
PULUMI = (
    "import pulumi_aws as aws\ng = aws.ec2.SecurityGroup('a', ingress=[{'from_port': 22, 'to_port': 22, 'cidr_blocks': ['0.0.0.0/0']}])\n"
)
AZURE = (
    'resource "azurerm_network_security_rule" "a" {\n  direction = "%s"\n  access = "%s"\n  source_port_range = "*"\n'
    '  destination_port_range = "3389"\n  source_address_prefix = "*"\n}\n'
)
MODULE = 'module "%s" {\n  ingress_cidr_blocks = ["0.0.0.0/0"]\n  ingress_rules = ["%s"]\n}\n'
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  type: LoadBalancer\n%s  ports: [{port: %s}]\n"


def opened(path: str, text: str) -> list[str]:
    settings = read_facts(path, language_of(path, b""), text.encode()).settings
    return [opening.what for opening in (*read_openings(settings), *read_published(settings))]


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("a.tf", RULE % ("ingress", 22, 22, "0.0.0.0/0"), "port 22"),
        ("a.tf", RULE % ("ingress", 0, 0, "::/0"), "every port"),
        ("a.tf", RULE % ("ingress", 5000, 5500, "0.0.0.0/0"), "port 5432"),
        ("a.tf", AZURE % ("Inbound", "Allow"), "port 3389"),
        ("a.tf", MODULE % ("sg", "ssh-tcp"), "port 22"),
        ("a.tf", 'module "rds" {\n  allowed_cidr_blocks = ["0.0.0.0/0"]\n}\n', "a store"),
        (
            "a.tf",
            'resource "google_compute_firewall" "a" {\n  source_ranges = ["0.0.0.0/0"]\n  allow {\n    protocol = "tcp"\n  }\n}\n',
            "every port",
        ),
        ("a.py", PULUMI, "port 22"),
        ("a.ts", "class A { f() { db.connections.allowFromAnyIpv4(ec2.Port.tcp(5432)); } }\n", "port 5432"),
        ("a.yaml", SERVICE % ("", 5432), "port 5432"),
        ("compose.yaml", "services:\n  db:\n    ports: ['0.0.0.0:5432:5432']\n", "port 5432"),
    ],
)
def test_an_opening(path: str, text: str, what: str) -> None:
    assert opened(path, text) == [what]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.tf", RULE % ("egress", 22, 22, "0.0.0.0/0")),
        ("a.tf", RULE % ("ingress", 443, 443, "0.0.0.0/0")),
        ("a.tf", RULE % ("ingress", 22, 22, "10.0.0.0/8")),
        ("a.tf", AZURE % ("Outbound", "Allow")),
        ("a.tf", AZURE % ("Inbound", "Deny")),
        ("a.tf", MODULE % ("sg", "https-443-tcp")),
        ("a.tf", 'resource "aws_route_table" "a" {\n  route {\n    cidr_block = "0.0.0.0/0"\n  }\n}\n'),
        ("a.yaml", SERVICE % ("", 443)),
        ("a.yaml", SERVICE % ("  loadBalancerSourceRanges: [10.0.0.0/8]\n", 443)),
        ("compose.yaml", "services:\n  db:\n    ports: ['127.0.0.1:5432:5432']\n"),
        ("compose.yaml", "services:\n  web:\n    ports: ['8080:80']\n"),
    ],
)
def test_no_opening(path: str, text: str) -> None:
    assert opened(path, text) == []


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("aws ec2 authorize-security-group-ingress --group-id a --protocol tcp --port 22 --cidr 0.0.0.0/0", "high"),
        ("aws ec2 authorize-security-group-ingress --ip-permissions FromPort=22,ToPort=22,IpRanges=[{CidrIp=0.0.0.0/0}]", "high"),
        ("aws ec2 authorize-security-group-ingress --group-id a --protocol tcp --port 443 --cidr 0.0.0.0/0", None),
        ("aws ec2 authorize-security-group-egress --group-id a --protocol tcp --port 22 --cidr 0.0.0.0/0", None),
        ("gcloud compute firewall-rules create a --allow tcp:22 --source-ranges=0.0.0.0/0", "high"),
        ("gcloud compute firewall-rules create a --allow tcp:22 --source-ranges=10.0.0.0/8", None),
        ("gcloud sql instances patch a --authorized-networks=0.0.0.0/0", "high"),
        ("gcloud run deploy api --allow-unauthenticated", "medium"),
        ("gcloud run deploy api --no-allow-unauthenticated", None),
        ("az network nsg rule create -n a --source-address-prefixes * --destination-port-ranges 3389", "high"),
        ("az postgres server firewall-rule create --start-ip-address 0.0.0.0 --end-ip-address 255.255.255.255", "high"),
        ("aws rds modify-db-instance --db-instance-identifier a --publicly-accessible", "high"),
        ("aws rds modify-db-instance --db-instance-identifier a --no-publicly-accessible", None),
    ],
)
def test_commands(line: str, severity: str | None) -> None:
    assert opened_by(take_apart(tuple(line.split())), line) == severity


def test_ports() -> None:
    assert [ports_of(text) for text in ("22", "20-25", "*", "http-80-tcp", "x")] == [(22, 22), (20, 25), (0, 65535), (80, 80), None]
    assert judge_ports([(443, 443), (80, 80)]) is None
    assert judge_ports([(443, 443), (8080, 8080)]) == ("port 8080", "medium")


def test_what_was_open_before_is_not_new() -> None:
    text, other = RULE % ("ingress", 22, 22, "0.0.0.0/0"), RULE % ("ingress", 22, 22, "10.0.0.0/8")
    facts = {name: read_facts("a.tf", "terraform", one.encode()) for name, one in (("open", text), ("narrow", other))}
    assert new_openings([opening_file("a.tf", facts["open"], facts["open"])]) == {}
    assert new_openings([opening_file("a.tf", facts["open"], None), opening_file("b.tf", None, facts["open"])]) == {}
    assert list(new_openings([opening_file("a.tf", facts["narrow"], facts["open"])])) == ["a.tf"]
