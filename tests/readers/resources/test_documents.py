import json
from textwrap import dedent

import pytest

from aicheck.model.facts import Resource
from aicheck.readers.resources import read_resources


def read(text: str, path: str = "stack.yaml") -> dict[str, Resource]:
    language = "json" if path.endswith(".json") else "yaml"
    return {resource.address: resource for resource in read_resources(path, language, dedent(text).encode())}


def attributes(resource: Resource) -> dict[str, str]:
    return {".".join(setting.key): setting.value for setting in resource.attributes}


TEMPLATE = """
    Resources:
      Orders:
        Type: AWS::DynamoDB::Table
        DeletionPolicy: Retain
        Properties:
          TableName: !Sub "${AWS::StackName}-orders"
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("stack.yaml", TEMPLATE),
        (
            "stack.json",
            json.dumps(
                {
                    "Resources": {
                        "Orders": {
                            "Type": "AWS::DynamoDB::Table",
                            "DeletionPolicy": "Retain",
                            "Properties": {"TableName": {"Fn::Sub": "${AWS::StackName}-orders"}},
                        }
                    }
                }
            ),
        ),
    ],
)
def test_cloudformation_in_both_syntaxes(path: str, text: str) -> None:
    (resource,) = read(text, path).values()
    assert (resource.address, resource.type, resource.platform) == ("Orders", "AWS::DynamoDB::Table", "cloudformation")
    assert attributes(resource)["DeletionPolicy"] == "Retain"
    assert attributes(resource)["Properties.TableName"] == "!Sub ${AWS::StackName}-orders"


def test_a_template_inside_a_serverless_file() -> None:
    found = read("service: a\nresources:\n  Resources:\n    Files:\n      Type: AWS::S3::Bucket\n")
    assert found["Files"].type == "AWS::S3::Bucket"


def test_kubernetes_objects_of_several_documents_and_lists() -> None:
    found = read("""
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: db}
        ---
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: PersistentVolumeClaim
          metadata: {name: data}
        - apiVersion: v1
          kind: ConfigMap
          metadata: {name: big}
          data: {a: b}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: other}
    """)
    assert {address: resource.type for address, resource in found.items()} == {
        "StatefulSet/db": "StatefulSet.apps",
        "PersistentVolumeClaim/data": "PersistentVolumeClaim",
        "ConfigMap/big": "ConfigMap",
        "PersistentVolumeClaim/data#2": "PersistentVolumeClaim",
    }
    assert attributes(found["ConfigMap/big"]) == {"metadata.name": "big"}


def test_compose_mounts_and_volumes() -> None:
    found = read("""
        name: shop
        services:
          db:
            image: postgres:16
            volumes:
              - data:/var/lib/postgresql/data/:rw
              - ${BACKUPS:-./backups/}:/backups
              - type: volume
                source: wal
                target: /wal
              - /anonymous
        volumes:
          data:
          wal: {name: shop_wal}
    """)
    assert attributes(found["services.db"]) == {
        "image": "postgres:16",
        "mounts./var/lib/postgresql/data": "data",
        "mounts./backups": "./backups",
        "mounts./wal": "wal",
    }
    assert attributes(found["volumes.data"]) == {"project": "shop"}
    assert attributes(found["volumes.wal"]) == {"name": "shop_wal"}


def test_terraform_in_json() -> None:
    document = {
        "resource": {"aws_kms_key": {"main": {"lifecycle": {"prevent_destroy": True}}}},
        "module": {"db": [{"source": "../db"}]},
        "variable": {"size": {"default": 1}},
    }
    found = read(json.dumps(document), "main.tf.json")
    assert {address: resource.type for address, resource in found.items()} == {
        "aws_kms_key.main": "aws_kms_key",
        "module.db": "module",
        "variable.size": "variable",
    }
    assert attributes(found["aws_kms_key.main"]) == {"lifecycle.prevent_destroy": "true"}


def test_pulumi_in_yaml() -> None:
    found = read("""
        runtime: yaml
        resources:
          main:
            type: aws:rds/instance:Instance
            properties: {engine: postgres}
            options: {protect: true}
    """)
    assert (found["main"].type, found["main"].platform) == ("aws.rds.Instance", "pulumi")
    assert attributes(found["main"])["options.protect"] == "true"


@pytest.mark.parametrize(
    "text",
    [
        "containers:\n- resources:\n    limits: {cpu: 1}\n",
        "services:\n  web: on\n",
        "resources:\n- deployment.yaml\n",
        "Resources: text\n",
        "apiVersion: v1\nkind: Pod\n",
        "- apiVersion: v1\n",
    ],
)
def test_other_documents_hold_none(text: str) -> None:
    assert read(text) == {}
