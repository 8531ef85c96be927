from textwrap import dedent

import pytest

from aicheck.model.facts import Resource
from aicheck.readers.resources import read_resources


def read(text: str) -> dict[str, Resource]:
    return {resource.address: resource for resource in read_resources("infra.py", "python", dedent(text).encode())}


def attributes(resource: Resource) -> dict[str, str]:
    return {".".join(setting.key): setting.value for setting in resource.attributes if setting.key[-1] != "()"}


@pytest.mark.parametrize(
    "text",
    [
        "import pulumi, pulumi_aws as aws\naws.rds.Instance('main', engine='postgres', opts=pulumi.ResourceOptions(protect=True))\n",
        """
        import pulumi
        from pulumi_aws import rds
        rds.Instance(resource_name="main", engine="postgres", opts=pulumi.ResourceOptions(protect=True))
        """,
        """
        from pulumi import ResourceOptions
        from pulumi_aws.rds import Instance as Db, InstanceArgs
        KEEP = True
        def make():
            Db("main", InstanceArgs(engine="postgres"), ResourceOptions(protect=KEEP))
        """,
        """
        def make():
            import pulumi_aws, pulumi
            pulumi_aws.rds.Instance("main", **{"engine": "postgres"}, opts=pulumi.ResourceOptions(protect=True))
        """,
    ],
)
def test_pulumi_in_several_spellings(text: str) -> None:
    (resource,) = read(text).values()
    assert (resource.address, resource.type, resource.platform) == ("aws.rds.Instance/main", "aws.rds.Instance", "pulumi")
    given = attributes(resource)
    given.pop("resource_name", None)
    assert given == {"engine": "postgres", "opts.protect": "true"}


def test_cdk_constructs_and_what_is_set_later() -> None:
    found = read("""
        import aws_cdk as cdk
        from aws_cdk import RemovalPolicy, Stack, aws_s3 as s3, aws_rds
        from stacks import Network

        class Data(Stack):
            def __init__(self, scope, id):
                super().__init__(scope, id)
                self.files = s3.Bucket(self, "Files", removal_policy=RemovalPolicy.RETAIN)
                self.files.apply_removal_policy(cdk.RemovalPolicy.DESTROY)
                raw = aws_rds.CfnDBInstance(self, "Raw")
                raw.cfn_options.deletion_policy = cdk.CfnDeletionPolicy.RETAIN

        Data(cdk.App(), "Data", termination_protection=True)
    """)
    assert {address: (resource.type, attributes(resource)) for address, resource in found.items()} == {
        "aws_s3.Bucket/Files": ("aws_s3.Bucket", {"removal_policy": "DESTROY"}),
        "aws_rds.CfnDBInstance/Raw": ("aws_rds.CfnDBInstance", {"deletion_policy": "RETAIN"}),
        "Data/Data": ("Data", {"termination_protection": "true"}),
    }


@pytest.mark.parametrize(
    "text",
    [
        "import pulumi\nprint(pulumi.Config('a'))\n",
        "# pulumi\nx = (\n",
        "import aws_cdk\naws_cdk.Duration.days(3)\n",
        "Instance('pulumi')\n",
    ],
)
def test_other_programs_make_none(text: str) -> None:
    assert read(text) == {}
