import re

import pytest

from aicheck.authoring.resource_kinds import attribute_name, attributes_by_name, is_throwaway, kind_of
from aicheck.readers.resources import read_resources


def noun(path: str, text: str) -> str:
    language = {"tf": "terraform", "py": "python"}.get(path.rpartition(".")[2], "yaml")
    kind = kind_of(read_resources(path, language, text.encode())[0])
    return kind.noun if kind is not None else ""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.tf", 'resource "aws_rds_cluster" "a" {}', "database"),
        ("a.tf", 'data "aws_rds_cluster" "a" {}', ""),
        ("a.tf", 'resource "aws_rds_cluster_instance" "a" {}', ""),
        ("a.tf", 'resource "azurerm_cosmosdb_cassandra_keyspace" "a" {}', "database"),
        ("a.tf", 'module "store" {\n  source = "terraform-aws-modules/rds/aws"\n}', "database module"),
        ("a.tf", 'module "store" {\n  source = "./network"\n}', ""),
        ("a.yaml", "Resources:\n  A:\n    Type: AWS::EFS::FileSystem\n", "file system"),
        ("a.yaml", "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: a}\n", "database"),
        ("a.yaml", "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: a}\n", ""),
        ("a.yaml", "services:\n  db:\n    image: ghcr.io/a/postgres:16@sha256:ab\n", "service"),
        ("a.yaml", "services:\n  web:\n    image: nginx\n", ""),
        ("a.py", "import pulumi_gcp as gcp\ngcp.sql.DatabaseInstance('a')\n", "database"),
        ("a.py", "from aws_cdk import aws_dynamodb as d\nd.Table(s, 'A')\n", "table"),
    ],
)
def test_what_a_resource_holds(path: str, text: str, expected: str) -> None:
    assert noun(path, text) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (("Properties", "DBInstanceIdentifier"), "db instance identifier"),
        (("spec", "volumeClaimTemplates", "[0]", "metadata", "name"), "volume claim templates name"),
        (("metadata", "annotations", "helm.sh/resource-policy"), "annotations helm sh resource policy"),
        (("spec",), "spec"),
    ],
)
def test_attribute_names_are_words(key: tuple[str, ...], expected: str) -> None:
    assert attribute_name(key) == expected


def test_the_first_of_several_attributes_with_one_name_counts() -> None:
    text = b'resource "aws_db_instance" "a" {\n  option { name = "x" }\n  option { name = "y" }\n}'
    (resource,) = read_resources("a.tf", "terraform", text)
    assert {name: setting.value for name, setting in attributes_by_name(resource).items()} == {"option name": "x"}


def test_an_address_may_say_that_nobody_would_miss_it() -> None:
    found = read_resources("a.tf", "terraform", b'resource "a_b" "preview" {}\nresource "a_b" "previews" {}')
    assert [is_throwaway(resource) for resource in found] == [True, False]


def test_every_attribute_of_the_table_is_written_in_words() -> None:
    from aicheck.authoring.resource_kinds import _table

    kinds = {*_table().exact.values(), *(kind for _, kind in _table().patterns)}
    phrases = {phrase for kind in kinds for phrase in kind.names | kind.replaces | kind.on_set}
    assert [phrase for phrase in phrases if not re.fullmatch(r"[a-z0-9]+(?: [a-z0-9]+)*", phrase)] == []
    assert all(kind.on_set <= kind.replaces for kind in kinds)
